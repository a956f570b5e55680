#include <filesystem>

#include "server/server.h"
#include "server/server_test.h"

namespace falconet {
namespace {

using namespace std::chrono_literals;

TEST(HttpServer, TellsThePortThatTheSystemChose) {
  TestServer test;
  EXPECT_GT(test.port(), 0);
  EXPECT_EQ(test.server->url(), cat("http://127.0.0.1:", test.port()));
  EXPECT_EQ(TestClient(test.port()).get("/ping").status, 200);
}

TEST(HttpServer, RefusesAPortInUseAndSaysSo) {
  TestServer test;
  ModelDirectory models;
  ServerOptions options;
  options.port = static_cast<std::uint16_t>(test.port());
  const auto second = Server::start(options, models);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
  EXPECT_NE(second.error().message.find(std::to_string(test.port())), std::string::npos);
}

TEST(HttpServer, RefusesAHostThatIsNoAddressOfThisMachine) {
  ModelDirectory models;
  ServerOptions options;
  options.host = "no.such.host.invalid";
  const auto server = Server::start(options, models);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::InvalidArgument);
}

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  TestServer test;
  TestClient client(test.port());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.get("/version").body, R"({"version":"1.2.3"})");
    EXPECT_EQ(client.post("/v1/chat/completions", kHelloChat).status, 200);
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderEvenAroundAStream) {
  TestServer test;
  TestClient client(test.port());
  client.send(TestClient::request_text("GET", "/version") +
              TestClient::request_text("POST", "/v1/chat/completions", kHelloChatStream) +
              TestClient::request_text("GET", "/ping") +
              TestClient::request_text("POST", "/v1/chat/completions", kHelloChat));
  EXPECT_EQ(client.read_response().body, R"({"version":"1.2.3"})");
  EXPECT_TRUE(client.read_response().body.ends_with("data: [DONE]\n\n"));
  EXPECT_EQ(client.read_response().body, "{}");
  EXPECT_EQ(client.read_response().json()["object"], "chat.completion");
}

TEST(HttpServer, ReadsRequestsThatArriveByteByByte) {
  TestServer test;
  TestClient client(test.port());
  for (const char byte : TestClient::request_text("POST", "/v1/chat/completions", kHelloChat)) {
    client.send({&byte, 1});
  }
  EXPECT_EQ(client.read_response().json()["choices"][0]["message"]["content"], "Hello there.");
}

TEST(HttpServer, ReadsChunkedRequests) {
  TestServer test;
  TestClient client(test.port());
  client.send(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  const std::string half = kHelloChat.substr(0, 10);
  client.send(cat("a\r\n", half, "\r\n"));
  char size[8];
  std::snprintf(size, sizeof size, "%zx", kHelloChat.size() - 10);
  client.send(cat(size, "\r\n", kHelloChat.substr(10), "\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(HttpServer, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  TestServer test;
  TestClient client(test.port());
  client.send(cat("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ",
                  kHelloChat.size(), "\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read_response().status, 100);
  client.send(kHelloChat);
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(HttpServer, RefusesAnOversizedHeaderWith431) {
  ServerOptions options;
  options.limits.max_header_bytes = 1024;
  TestServer test(FakeCompleter::saying("x"), options);
  TestClient client(test.port());
  const TestResponse response =
      client.get("/ping", cat("X-Long: ", std::string(4096, 'a'), "\r\n"));
  EXPECT_EQ(response.status, 431);
  EXPECT_EQ(response.error("code"), "header_too_large");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(HttpServer, RefusesAnOversizedBodyWith413BeforeItHasCome) {
  ServerOptions options;
  options.limits.max_body_bytes = 1000;
  TestServer test(FakeCompleter::saying("x"), options);
  {
    TestClient client(test.port());
    client.send("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
    const TestResponse response = client.read_response();
    EXPECT_EQ(response.status, 413);
    EXPECT_NE(response.error("message").find("1000"), std::string::npos);
  }
  TestClient chunked(test.port());
  chunked.send(cat("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n",
                   "Transfer-Encoding: chunked\r\n\r\n7d0\r\n", std::string(2000, 'x')));
  EXPECT_EQ(chunked.read_response().status, 413);
}

TEST(HttpServer, RefusesWhatIsNotHttpWith400AndGoesOnServingOthers) {
  TestServer test;
  for (const char* nonsense :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "GET /ping HTTP/1.1\r\nno colon here\r\n\r\n",
        "POST /ping HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "GET /ping HTTP/9.9\r\n\r\n"}) {
    TestClient client(test.port());
    client.send(nonsense);
    EXPECT_EQ(client.read_response().status, 400) << nonsense;
    EXPECT_TRUE(client.is_closed_by_server());
  }
  EXPECT_EQ(TestClient(test.port()).get("/ping").status, 200);
}

TEST(HttpServer, NamesUnknownPathsAndWrongMethods) {
  TestServer test;
  TestClient client(test.port());
  const TestResponse unknown = client.get("/v1/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.error("code"), "unknown_url");
  TestResponse wrong = client.get("/v1/chat/completions");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers["allow"], "POST");
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  TestServer test;
  TestClient client(test.port());
  client.send(TestClient::request_text("HEAD", "/version", "").c_str());
  TestResponse response = client.read_response(/*is_head=*/true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers["content-length"], "19");
  EXPECT_EQ(client.get("/ping").body, "{}");
}

TEST(HttpServer, EndsAStreamForHttp10WithTheConnection) {
  TestServer test;
  TestClient client(test.port());
  client.send(cat("POST /v1/chat/completions HTTP/1.0\r\nContent-Length: ", kHelloChatStream.size(),
                  "\r\n\r\n", kHelloChatStream));
  TestResponse response = client.read_response();
  EXPECT_FALSE(response.headers.contains("transfer-encoding"));
  EXPECT_TRUE(response.body.ends_with("data: [DONE]\n\n"));
}

TEST(HttpServer, ClosesConnectionsThatDoNotFinishTheirHeaderOrBodyOrStayIdle) {
  ServerOptions options;
  options.limits.header_time = 50ms;
  options.limits.body_time = 50ms;
  options.limits.idle_time = 50ms;
  TestServer test(FakeCompleter::saying("x"), options);
  TestClient silent(test.port());
  TestClient slow_header(test.port());
  slow_header.send("GET /ping HT");
  TestClient slow_body(test.port());
  slow_body.send("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_TRUE(silent.is_closed_by_server());
  EXPECT_TRUE(slow_header.is_closed_by_server());
  EXPECT_TRUE(slow_body.is_closed_by_server());
}

TEST(HttpServer, CancelsTheGenerationOfAClientThatTakesNothing) {
  ServerOptions options;
  options.limits.write_time = 100ms;
  // Far more than the sockets' buffers hold.
  const std::string long_text(1u << 20, 'x');
  const auto script = [&](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    FakeCompleter::Events events = FakeCompleter::events_saying(request, "");
    for (int i = 0; i < 64; ++i) {
      events.insert(events.begin() + 1, CompletionEvent(TextDelta{.content = long_text}));
    }
    return events;
  };
  TestServer test(script, options);
  TestClient client(test.port());
  client.send(TestClient::request_text("POST", "/v1/chat/completions", kHelloChatStream));
  EXPECT_TRUE(eventually([&] { return test.model->num_cancelled_streams() == 1; }));
}

TEST(HttpServer, CancelsWhenTheClientLeavesAStreamAndWhenItLeavesAPlainRequest) {
  for (const std::string& body : {kHelloChatStream, kHelloChat}) {
    TestServer test;
    test.model->hold_after(2);
    TestClient client(test.port());
    client.send(TestClient::request_text("POST", "/v1/chat/completions", body));
    ASSERT_TRUE(eventually([&] { return test.model->num_live_streams() == 1; }));
    EXPECT_EQ(test.model->num_cancelled_streams(), 0);
    client.close();
    EXPECT_TRUE(eventually([&] { return test.model->num_cancelled_streams() == 1; }));
    EXPECT_TRUE(eventually([&] { return test.model->num_live_streams() == 0; }));
  }
}

TEST(HttpServer, RefusesConnectionsBeyondItsLimitWith503) {
  ServerOptions options;
  options.limits.max_connections = 2;
  TestServer test(FakeCompleter::saying("x"), options);
  TestClient first(test.port());
  TestClient second(test.port());
  EXPECT_EQ(first.get("/ping").status, 200);
  EXPECT_EQ(second.get("/ping").status, 200);
  TestClient third(test.port());
  EXPECT_EQ(third.read_response().error("code"), "overloaded");
  first.close();
  EXPECT_TRUE(eventually([&] { return TestClient(test.port()).get("/ping").status == 200; }));
}

TEST(HttpServer, ServesAUnixDomainSocketAndRemovesIt) {
  const auto path = std::filesystem::temp_directory_path() / cat("falconet-", ::getpid(), ".sock");
  ServerOptions options;
  options.uds = path;
  {
    TestServer test(FakeCompleter::saying("Hello."), options);
    EXPECT_EQ(test.port(), 0);
    EXPECT_EQ(test.server->url(), "unix:" + path.native());
    EXPECT_EQ(TestClient(path.native()).post("/v1/chat/completions", kHelloChat).status, 200);
    ModelDirectory models;
    const auto second = Server::start(options, models);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HttpServer, TakesOverTheSocketFileOfADeadServer) {
  const auto path = std::filesystem::temp_directory_path() / cat("falconet-", ::getpid(), ".dead");
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  ServerOptions options;
  options.uds = path;
  TestServer test(FakeCompleter::saying("Hello."), options);
  EXPECT_EQ(TestClient(path.native()).get("/ping").status, 200);
}

TEST(Drain, LetsARunningRequestFinishAndTakesNoNewOnes) {
  TestServer test;
  test.model->hold_after(2);
  TestClient idle(test.port());
  EXPECT_EQ(idle.get("/ping").status, 200);
  TestClient busy(test.port());
  busy.send(TestClient::request_text("POST", "/v1/chat/completions", kHelloChatStream));
  ASSERT_TRUE(busy.read_until("Hello "));
  std::thread drain([&] { test.server->drain(kTestPatience); });
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_FALSE(TestClient(test.port()).is_connected());
  test.model->release();
  EXPECT_TRUE(busy.read_until("data: [DONE]\n\n"));
  EXPECT_TRUE(busy.is_closed_by_server());
  drain.join();
  EXPECT_EQ(test.model->num_cancelled_streams(), 0);
}

TEST(Drain, CancelsWhatIsLeftWhenItsPatienceEnds) {
  TestServer test;
  test.model->hold_after(2);
  TestClient busy(test.port());
  busy.send(TestClient::request_text("POST", "/v1/chat/completions", kHelloChatStream));
  ASSERT_TRUE(busy.read_until("Hello "));
  TestClient half(test.port());
  half.send("POST /v1/chat/completions HTTP/1.1\r\nContent-Le");
  const auto begin = std::chrono::steady_clock::now();
  test.server->drain(50ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kTestPatience);
  EXPECT_EQ(test.model->num_cancelled_streams(), 1);
  EXPECT_EQ(test.model->num_live_streams(), 0);
  EXPECT_TRUE(busy.is_closed_by_server());
  EXPECT_TRUE(half.is_closed_by_server());
  test.server->drain(50ms);  // a second call does nothing
}

}  // namespace
}  // namespace falconet
