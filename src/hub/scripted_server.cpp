#include "hub/scripted_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/strings.h"

namespace falconet {

ScriptedServer::ScriptedServer(TestHandler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool is_open =
      listener_ >= 0 &&
      ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener_, 16) == 0 &&
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  CHECK(is_open, "no loopback socket for the test server");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
}

std::string ScriptedServer::address() const { return cat("http://127.0.0.1:", port_); }

std::vector<TestRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::serve() {
  while (true) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    answer(connection);
    ::close(connection);
  }
}

void ScriptedServer::answer(int connection) {
  std::string text;
  char buffer[4096];
  while (text.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  TestRequest request;
  const std::size_t head_bytes = text.find("\r\n\r\n") + 4;
  for (const std::string_view line : split(std::string_view(text).substr(0, head_bytes), '\n')) {
    const auto colon = line.find(": ");
    if (request.path.empty()) {
      request.path = split(line, ' ').at(1);
    } else if (colon != std::string_view::npos) {
      request.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 2));
    }
  }
  const auto length = request.headers.find("content-length");
  const std::size_t body_bytes =
      length == request.headers.end() ? 0 : parse_number<std::size_t>(length->second).value_or(0);
  while (text.size() < head_bytes + body_bytes) {
    const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  request.body = text.substr(head_bytes, body_bytes);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::string reply = handler_(request);
  std::size_t sent = 0;
  while (sent < reply.size()) {
    const ssize_t count =
        ::send(connection, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
  ::shutdown(connection, SHUT_WR);
  while (::recv(connection, buffer, sizeof buffer, 0) > 0) {
  }
}

std::string test_answer(int status, const std::vector<std::string>& headers,
                        const std::string& body) {
  std::string out = cat("HTTP/1.1 ", status, " X\r\nConnection: close\r\n");
  for (const std::string& header : headers) out += header + "\r\n";
  return cat(out, "Content-Length: ", body.size(), "\r\n\r\n", body);
}

std::string test_file_answer(const TestRequest& request, const std::string& body,
                             const std::string& etag) {
  const std::vector<std::string> headers = {cat("ETag: ", etag), "Accept-Ranges: bytes"};
  const auto range = request.headers.find("range");
  const auto condition = request.headers.find("if-range");
  if (range == request.headers.end() ||
      (condition != request.headers.end() && condition->second != etag)) {
    return test_answer(200, headers, body);
  }
  // "bytes=100-"
  const auto first = parse_number<std::size_t>(
      std::string_view(range->second).substr(6, range->second.size() - 7));
  if (!first || *first >= body.size()) return test_answer(416, headers, "");
  return test_answer(
      206,
      {headers[0], cat("Content-Range: bytes ", *first, "-", body.size() - 1, "/", body.size())},
      body.substr(*first));
}

}  // namespace falconet
