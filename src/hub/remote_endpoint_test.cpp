#include "hub/remote_endpoint.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/strings.h"
#include "hub/scripted_server.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kTwoModels =
    R"({"data": [{"id": "a", "max_model_len": 100}, {"id": "b"}, 5, {"id": ""}]})";

TEST(RemoteEndpoint, ListsTheModelsAndTheirContexts) {
  ScriptedServer server([](const TestRequest&) { return test_answer(200, {}, kTwoModels); });
  const EndpointReport report = ask_endpoint({server.address() + "/v1", "k"});
  EXPECT_EQ(report.answer, EndpointAnswer::Models);
  ASSERT_EQ(report.models.size(), 2u);
  EXPECT_EQ(report.models[0].max_model_len, 100);
  EXPECT_EQ(report.models[1].id, "b");
  EXPECT_EQ(server.requests().at(0).path, "/v1/models");
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer k");
}

TEST(RemoteEndpoint, SaysWhatAnAnswerMeans) {
  const auto answer_to = [](int status, const std::string& body) {
    ScriptedServer server([&](const TestRequest&) { return test_answer(status, {}, body); });
    return ask_endpoint({server.address(), ""}).answer;
  };
  EXPECT_EQ(answer_to(401, "{}"), EndpointAnswer::KeyRefused);
  EXPECT_EQ(answer_to(403, "{}"), EndpointAnswer::KeyRefused);
  EXPECT_EQ(answer_to(404, "no"), EndpointAnswer::NoList);
  EXPECT_EQ(answer_to(200, "<html>"), EndpointAnswer::NotOpenAi);
  EXPECT_EQ(answer_to(200, R"({"data": 3})"), EndpointAnswer::NotOpenAi);
  EXPECT_EQ(answer_to(500, "{}"), EndpointAnswer::Failed);
  EXPECT_EQ(ask_endpoint({"http://127.0.0.1:1", ""}).answer, EndpointAnswer::Unreachable);
}

/// Says something that is not TLS to whoever connects.
class PlainTalker {
 public:
  PlainTalker() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool is_open = ::bind(listener_, any, length) == 0 && ::listen(listener_, 4) == 0 &&
                         ::getsockname(listener_, any, &length) == 0;
    EXPECT_TRUE(is_open);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { talk(); });
  }
  ~PlainTalker() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(listener_);
  }
  int port() const { return port_; }

 private:
  void talk() const {
    constexpr std::string_view kWords = "HTTP/1.1 400 Bad Request\r\n\r\n";
    for (int peer = 0; (peer = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(peer)) {
      ::send(peer, kWords.data(), kWords.size(), MSG_NOSIGNAL);
    }
  }

  int listener_;
  int port_ = 0;
  std::jthread thread_;
};

TEST(RemoteEndpoint, TellsAServerWithoutTlsFromOneThatIsNotThere) {
  const PlainTalker plain;
  EXPECT_EQ(ask_endpoint({cat("https://127.0.0.1:", plain.port()), ""}).answer,
            EndpointAnswer::Tls);
  EXPECT_EQ(ask_endpoint({"https://127.0.0.1:1", ""}).answer, EndpointAnswer::Unreachable);
}

TEST(RemoteEndpoint, TakesTheKeyNowhereElse) {
  ScriptedServer elsewhere([](const TestRequest&) { return test_answer(200, {}, kTwoModels); });
  ScriptedServer server([&](const TestRequest&) {
    return test_answer(302, {"Location: " + elsewhere.address() + "/models"}, "");
  });
  const EndpointReport report = ask_endpoint({server.address(), "secret-key"});
  EXPECT_EQ(report.answer, EndpointAnswer::Redirected);
  EXPECT_THAT(report.message, HasSubstr(elsewhere.address()));
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(RemoteEndpoint, DoesNotRepeatAKeyThatTheServerQuotes) {
  ScriptedServer server([](const TestRequest& request) {
    return test_answer(
        401, {},
        R"({"error": {"message": "wrong: )" + request.headers.at("authorization") + "\"}}");
  });
  const EndpointReport report = ask_endpoint({server.address(), "secret-key", "Ours"});
  EXPECT_THAT(report.message, HasSubstr("401: wrong: Bearer …"));
  EXPECT_THAT(report.message, Not(HasSubstr("secret-key")));
  EXPECT_THAT(report.message, HasSubstr("settings"));
}

TEST(RemoteEndpoint, AddressesAreOfHttpAndNameNothingButAPlace) {
  EXPECT_EQ(endpoint_url(" https://api.example.org/v1// ").value(), "https://api.example.org/v1");
  EXPECT_EQ(endpoint_url("HTTP://[::1]:8000").value(), "HTTP://[::1]:8000");
  for (const char* wrong :
       {"", "api.example.org/v1", "file:///etc/passwd", "ftp://a", "http://", "http:///v1",
        "http://:80", "https://me:word@host/v1", "https://host/v1?key=1", "https://host/#a",
        "https://ho st/v1", "https://host\\@other", "https://host/\r\nX: y", "gopher://a"}) {
    const auto url = endpoint_url(wrong);
    ASSERT_FALSE(url) << wrong;
    EXPECT_EQ(url.error().code, ErrorCode::InvalidArgument) << wrong;
  }
}

TEST(RemoteEndpoint, KnowsWhoGetsTheKey) {
  const auto origin = [](const char* url) { return RemoteEndpoint{url, ""}.origin(); };
  EXPECT_EQ(origin("https://A.org/v1"), origin("https://a.org/v2"));
  EXPECT_NE(origin("https://a.org/v1"), origin("http://a.org/v1"));
  EXPECT_NE(origin("https://a.org"), origin("https://a.org:8443"));
  EXPECT_NE(origin("https://a.org"), origin("https://a.org.evil.org"));
  EXPECT_EQ((RemoteEndpoint{"https://me:word@a.org/v1", ""}.host()), "a.org");
}

}  // namespace
}  // namespace falconet
