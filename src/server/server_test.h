// What the server's tests share: a server with a scripted model, and a client that can be rude.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "base/json.h"
#include "completion/fake_completer.h"
#include "server/server.h"

namespace falconet {

/// Longer than anything here takes, even under a sanitizer on a busy machine.
constexpr std::chrono::seconds kTestPatience{60};

/// True as soon as `condition` is, false if it never becomes so.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

struct TestResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // chunks put together

  Json json() const {
    auto value = parse_json(body);
    return value ? *std::move(value) : Json("not JSON: " + body);
  }
  std::string error(const char* member) const {
    const Json whole = json();
    const Json* error = find_member(whole, "error");
    return error == nullptr ? "no error" : string_member(*error, member).value_or("null");
  }
};

/// A blocking HTTP client over one socket.
class TestClient {
 public:
  explicit TestClient(int port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  explicit TestClient(const std::string& uds) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    uds.copy(address.sun_path, sizeof address.sun_path - 1);
    is_connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool is_connected() const { return is_connected_; }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  static std::string request_text(const std::string& method, const std::string& path,
                                  const std::string& body = "", const std::string& headers = "") {
    return cat(method, " ", path, " HTTP/1.1\r\nHost: localhost\r\n", headers,
               body.empty() && method == "GET" ? "" : cat("Content-Length: ", body.size(), "\r\n"),
               "\r\n", body);
  }

  TestResponse get(const std::string& path, const std::string& headers = "") {
    send(request_text("GET", path, "", headers));
    return read_response();
  }

  TestResponse post(const std::string& path, const std::string& body,
                    const std::string& headers = "") {
    send(request_text("POST", path, body, headers));
    return read_response();
  }

  /// Reads until the text has come; false if the connection ends first.
  bool read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!read_more()) return false;
    }
    return true;
  }

  /// Everything received and not yet taken by read_response().
  const std::string& received() const { return received_; }

  /// The server has closed the connection (what it sent before is read and kept).
  bool is_closed_by_server() {
    while (read_more()) {
    }
    return is_at_end_;
  }

  TestResponse read_response(bool is_head = false) {
    TestResponse response;
    if (!read_until("\r\n\r\n")) return response;
    const std::size_t end = received_.find("\r\n\r\n") + 4;
    const std::string head = received_.substr(0, end);
    received_.erase(0, end);
    response.status = parse_number<int>(head.substr(9, 3)).value_or(0);
    for (const std::string_view line : split(head, '\n')) {
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      response.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
    }
    const bool is_bodiless =
        response.status == 100 || response.status == 204 || response.status == 304;
    if (is_head || is_bodiless) return response;
    if (response.headers.contains("transfer-encoding")) {
      while (read_chunk(response.body)) {
      }
    } else if (response.headers.contains("content-length")) {
      const auto size = parse_number<std::size_t>(response.headers["content-length"]).value_or(0);
      while (received_.size() < size && read_more()) {
      }
      response.body = received_.substr(0, size);
      received_.erase(0, size);
    } else {
      is_closed_by_server();
      response.body = std::exchange(received_, "");
    }
    return response;
  }

 private:
  bool read_chunk(std::string& body) {
    if (!read_until("\r\n")) return false;
    const std::size_t line_end = received_.find("\r\n");
    const std::size_t size = std::stoul(received_.substr(0, line_end), nullptr, 16);
    received_.erase(0, line_end + 2);
    while (received_.size() < size + 2 && read_more()) {
    }
    body += received_.substr(0, size);
    received_.erase(0, size + 2);
    return size > 0;
  }

  bool read_more() {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    const auto patience = std::chrono::milliseconds(kTestPatience).count();
    if (::poll(&ready, 1, static_cast<int>(patience)) <= 0) return false;
    char bytes[65536];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      is_at_end_ = true;
      return false;
    }
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int fd_ = -1;
  bool is_connected_ = false;
  bool is_at_end_ = false;
  std::string received_;
};

/// A server on a port of the system's choice, with one scripted model named "fake".
struct TestServer {
  explicit TestServer(FakeCompleter::Script script = FakeCompleter::saying("Hello there."),
                      ServerOptions options = {})
      : model(std::make_shared<FakeCompleter>(std::move(script))) {
    models.serve({"fake"}, model);
    start(std::move(options));
  }

  /// With no model loaded yet.
  struct Loading {};
  TestServer(Loading, ServerOptions options)
      : model(std::make_shared<FakeCompleter>(FakeCompleter::saying("Hello there."))) {
    models.announce({"fake"});
    start(std::move(options));
  }

  void start(ServerOptions options) {
    options.port = 0;
    options.version = "1.2.3";
    auto started = Server::start(std::move(options), models);
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    if (started) server = *std::move(started);
  }

  int port() const { return server->port(); }

  ModelDirectory models;
  // Shared with the directory; the tests look into it.
  std::shared_ptr<FakeCompleter> model;
  std::unique_ptr<Server> server;
};

inline const std::string kHelloChat =
    R"({"model":"fake","messages":[{"role":"user","content":"Hi"}]})";
inline const std::string kHelloChatStream =
    R"({"model":"fake","stream":true,"messages":[{"role":"user","content":"Hi"}]})";

/// The body of a chat request of one message, with these members besides.
inline std::string chat_with(const std::string& members) {
  return cat(R"({"model":"fake","messages":[{"role":"user","content":"Hi"}],)", members, "}");
}

}  // namespace falconet
