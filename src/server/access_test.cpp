#include "server/access.h"

#include "server/server_test.h"

namespace falconet {
namespace {

ServerOptions with_keys(std::vector<std::string> keys) {
  ServerOptions options;
  options.api_keys = std::move(keys);
  return options;
}

TEST(ApiKeys, GuardEverythingButHealth) {
  TestServer test(FakeCompleter::saying("x"), with_keys({"sesame", "mellon"}));
  TestClient client(test.port());
  for (const char* path : {"/", "/ping", "/version", "/v1/models", "/v1/models/fake", "/nowhere"}) {
    TestResponse response = client.get(path);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_EQ(response.error("code"), "invalid_api_key");
    EXPECT_NE(response.headers["www-authenticate"].find("Bearer"), std::string::npos);
  }
  EXPECT_EQ(TestClient(test.port()).post("/v1/chat/completions", kHelloChat).status, 401);
  EXPECT_EQ(client.get("/health").status, 200);
  EXPECT_EQ(test.model->requests().size(), 0u);
}

TEST(ApiKeys, LetInWhoeverHasOneOfThem) {
  TestServer test(FakeCompleter::saying("x"), with_keys({"sesame", "mellon"}));
  TestClient client(test.port());
  EXPECT_EQ(client.get("/ping", "Authorization: Bearer sesame\r\n").status, 200);
  EXPECT_EQ(client.get("/ping", "authorization: bearer mellon\r\n").status, 200);
  // base64 of "anyone:mellon", as a browser sends what was typed into its dialog
  EXPECT_EQ(client.get("/ping", "Authorization: Basic YW55b25lOm1lbGxvbg==\r\n").status, 200);
  for (const char* wrong : {"Bearer sesam", "Bearer sesame2", "Bearer ", "Bearer", "sesame",
                            "Basic !!!!", "Basic bWVsbG9u", "Digest sesame"}) {
    EXPECT_EQ(client.get("/ping", cat("Authorization: ", wrong, "\r\n")).status, 401) << wrong;
  }
}

TEST(ApiKeys, MustNotBeEmpty) {
  ModelDirectory models;
  const auto server = Server::start(with_keys({"good", ""}), models);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::InvalidArgument);
}

TEST(ApiKeys, TurnAnUploadAwayBeforeItHasCome) {
  TestServer test(FakeCompleter::saying("x"), with_keys({"sesame"}));
  TestClient client(test.port());
  client.send(
      "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n{");
  EXPECT_EQ(client.read_response().status, 401);
}

TEST(Origins, AreRefusedUnlessTheyAreOursOrNamed) {
  TestServer test;
  TestClient client(test.port());
  EXPECT_EQ(client.get("/ping", "Origin: http://localhost\r\n").status, 200);
  EXPECT_EQ(client.get("/ping", "Origin: null\r\n").status, 403);
  TestResponse foreign = client.get("/ping", "Origin: https://evil.example\r\n");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(foreign.error("code"), "origin_not_allowed");
  EXPECT_FALSE(foreign.headers.contains("access-control-allow-origin"));
}

TEST(Origins, NamedOnesGetTheirCorsHeaders) {
  ServerOptions options;
  options.allowed_origins = {"https://app.example"};
  TestServer test(FakeCompleter::saying("x"), options);
  TestClient client(test.port());
  TestResponse plain = client.get("/ping", "Origin: https://app.example\r\n");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.headers["access-control-allow-origin"], "https://app.example");
  EXPECT_EQ(plain.headers["vary"], "Origin");
  client.send(
      "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\n"
      "Access-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: authorization,content-type\r\n\r\n");
  TestResponse preflight = client.read_response();
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers["access-control-allow-headers"], "authorization,content-type");
  EXPECT_EQ(client.get("/ping", "Origin: https://other.example\r\n").status, 403);
}

TEST(Hosts, OtherNamesForThisMachineAreRefusedSoThatNoPageCanRebindItsOwn) {
  TestServer test;
  TestClient client(test.port());
  client.send("GET /ping HTTP/1.1\r\nHost: evil.example:8000\r\n\r\n");
  EXPECT_EQ(client.read_response().error("code"), "unknown_host");
  for (const char* own : {"127.0.0.1:8000", "[::1]:8000", "localhost:8000", "a.localhost"}) {
    client.send(cat("GET /ping HTTP/1.1\r\nHost: ", own, "\r\n\r\n"));
    EXPECT_EQ(client.read_response().status, 200) << own;
  }
}

}  // namespace
}  // namespace falconet
