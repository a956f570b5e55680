// Who may use the model where people log in, and what needs neither key nor log-in.
#include "server/accounts_test.h"

namespace falconet {
namespace {

class ModelAccess : public AccountsTest {
 protected:
  void start_with_key() {
    ServerOptions with_key = account_options();
    with_key.api_keys = {"sesame"};
    start(with_key);
  }
  TestResponse ask(const std::string& headers) {
    return TestClient(server->port()).post("/v1/chat/completions", kHelloChat, headers);
  }
  TestResponse models_for(const std::string& headers) {
    return TestClient(server->port()).get("/v1/models", headers);
  }
};

TEST_F(ModelAccess, IsForWhoeverHasLoggedIn) {
  const Person ada = first_person();
  EXPECT_EQ(ask("").error("code"), "log_in_first");
  EXPECT_EQ(ask("").status, 401);
  EXPECT_EQ(ask("X-Falconet: 1\r\n").status, 401);
  EXPECT_EQ(ask(cat("Cookie: ", ada.cookie, "\r\n")).status, 401) << "a form can send a cookie";
  EXPECT_EQ(
      ask(cat("X-Falconet: 1\r\nCookie: falconet_session=", std::string(43, 'A'), "\r\n")).status,
      401);
  EXPECT_EQ(ask("Authorization: Bearer anything\r\n").status, 401) << "there is no key";
  EXPECT_EQ(model->requests().size(), 0u);
  EXPECT_EQ(ask(ada.headers()).status, 200);
  EXPECT_EQ(models_for("").status, 401);
  EXPECT_EQ(models_for(ada.headers()).status, 200);
  for (const char* path : {"/tokenize", "/detokenize"}) {
    EXPECT_EQ(TestClient(server->port()).post(path, "{}").status, 401) << path;
  }
  send_as(ada, "POST", "/log-out");
  EXPECT_EQ(ask(ada.headers()).status, 401);
}

TEST_F(ModelAccess, IsForWhoeverHasAKeyToo) {
  start_with_key();
  EXPECT_EQ(ask("").error("code"), "invalid_api_key");
  EXPECT_EQ(ask("Authorization: Bearer sesame\r\n").status, 200);
  EXPECT_EQ(get("/session").json()["sign_up"], "first") << "the page asks for a log-in instead";
  const Person ada = first_person();
  EXPECT_EQ(ask(ada.headers()).status, 200);
  const TestResponse keyed =
      send("GET", "/conversations", "", "X-Falconet: 1\r\nAuthorization: Bearer sesame\r\n");
  EXPECT_EQ(keyed.error("code"), "log_in_first") << "a key is nobody's account";
  EXPECT_EQ(TestClient(server->port()).get("/version").status, 401);
  EXPECT_EQ(TestClient(server->port()).get("/health").status, 200);
}

TEST_F(ModelAccess, AllowedOriginsGetNoSession) {
  ServerOptions with_origins = account_options();
  with_origins.allowed_origins = {"https://app.example"};
  start(with_origins);
  const Person ada = first_person();
  EXPECT_EQ(ask(ada.headers() + "Origin: https://app.example\r\n").status, 401);
  EXPECT_EQ(ask(ada.headers() + "Origin: http://localhost\r\n").status, 200);
}

TEST_F(ModelAccess, NeedsAPasswordOfOnesOwn) {
  const Person ada = first_person();
  send_as(ada, "POST", "/users",
          {{"name", "eve"}, {"password", "temporary horse"}, {"role", "user"}});
  const Person eve = person_in(try_log_in("eve", "temporary horse"));
  EXPECT_EQ(ask(eve.headers()).error("code"), "change_password_first");
}

class SharedLinks : public AppTest {};

TEST_F(SharedLinks, NeedNoKey) {
  const std::string conversation = new_conversation({{"title", "Sums"}});
  const std::string message = say(conversation, "2+2?");
  const Json share =
      post("/conversations/" + conversation + "/share", {{"leaf_id", message}}).json()["share"];
  const std::string token = string_member(share, "token").value_or("?");
  ServerOptions options;
  options.api_keys = {"sesame"};
  start(options);
  EXPECT_EQ(send("GET", "/shared/" + token, "", "").json()["title"], "Sums");
  EXPECT_EQ(send("GET", "/shared/none", "", "").status, 404);
  TestClient client(server->port());
  for (const std::string& path :
       {"/s/" + token, std::string("/sw.js"), std::string("/frame.html")}) {
    const int status = client.get(path).status;
    EXPECT_TRUE(status == 200 || status == 404) << path << " " << status;  // without a page
  }
  EXPECT_EQ(client.get("/").status, 401);
  EXPECT_EQ(get("/conversations").status, 401);
}

TEST_F(SharedLinks, AccountsAreNotThereWithoutThem) {
  for (const char* path : {"/users", "/sessions", "/audit", "/invitations", "/policy"}) {
    const TestResponse response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.error("code"), "no_accounts");
  }
  EXPECT_EQ(post("/log-in", {{"name", "local"}, {"password", "x"}}).error("code"), "no_accounts");
  EXPECT_EQ(post("/sign-up", {{"name", "ada"}, {"password", kTestPassword}}).status, 404);
}

TEST(Accounts, NeedAStore) {
  ModelDirectory models;
  ServerOptions options;
  options.has_accounts = true;
  const auto server = Server::start(options, models);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
