// Whose requests share a cache, and whose do not.
#include "server/client_digests.h"

#include <gmock/gmock.h>

#include "server/accounts_test.h"
#include "server/server_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

ServerOptions two_keys() {
  ServerOptions options;
  options.api_keys = {"sesame", "mellon"};
  return options;
}

/// What the model was told of a chat request that brings these headers and members.
CompletionRequest told(TestServer& server, const std::string& headers,
                       const std::string& members = R"("n":1)") {
  TestClient client(server.port());
  EXPECT_EQ(client.post("/v1/chat/completions", chat_with(members), headers).status, 200);
  return server.model->requests().back();
}

TEST(ClientDigests, EachApiKeyIsAClientWithACacheOfItsOwn) {
  TestServer server(FakeCompleter::saying("Hi."), two_keys());
  const CompletionRequest first = told(server, "Authorization: Bearer sesame\r\n");
  const CompletionRequest same = told(server, "Authorization: Bearer sesame\r\n");
  const CompletionRequest other = told(server, "Authorization: Bearer mellon\r\n");
  EXPECT_EQ(first.client, same.client);
  EXPECT_EQ(first.cache_salt, same.cache_salt);
  EXPECT_NE(first.client, other.client);
  EXPECT_NE(first.cache_salt, other.cache_salt);
  EXPECT_NE(first.client, Digest128{});
}

TEST(ClientDigests, ASaltOfTheRequestDividesAClientsCacheAndNotTheClient) {
  TestServer server(FakeCompleter::saying("Hi."), two_keys());
  const std::string sesame = "Authorization: Bearer sesame\r\n";
  const std::string salted = R"("cache_salt":"team 7")";
  const CompletionRequest plain = told(server, sesame);
  const CompletionRequest first = told(server, sesame, salted);
  EXPECT_EQ(first.client, plain.client);
  EXPECT_NE(first.cache_salt, plain.cache_salt);
  EXPECT_EQ(first.cache_salt, told(server, sesame, salted).cache_salt);
  EXPECT_NE(first.cache_salt, told(server, sesame, R"("cache_salt":"team 8")").cache_salt);
  EXPECT_NE(first.cache_salt, told(server, "Authorization: Bearer mellon\r\n", salted).cache_salt)
      << "another key reaches it by knowing the text";
}

TEST(ClientDigests, ASaltMustSaySomething) {
  TestServer server;
  for (const char* path : {"/v1/chat/completions", "/v1/completions"}) {
    TestClient client(server.port());
    for (const char* salt : {R"("")", "7"}) {
      const TestResponse refused =
          client.post(path, chat_with(cat(R"("prompt":"x","cache_salt":)", salt)));
      EXPECT_EQ(refused.status, 400) << path << " " << salt;
      EXPECT_THAT(refused.error("message"), HasSubstr("cache_salt"));
    }
  }
}

TEST(ClientDigests, AreOthersInEveryProcess) {
  const ClientDigests one;
  const ClientDigests other;
  EXPECT_EQ(one.of_api_key("sesame"), one.of_api_key("sesame"));
  EXPECT_NE(one.of_api_key("sesame"), other.of_api_key("sesame"));
  EXPECT_NE(one.of_api_key("sesame"), one.of_user("sesame"));
}

class ClientDigestsOfUsers : public AccountsTest {};

TEST_F(ClientDigestsOfUsers, AreTheSameOnThePageAndInTheApi) {
  const Person ada = first_person();
  const Person bob = new_person(ada, "bob");
  const auto asked = [&](const Person& person) {
    EXPECT_EQ(TestClient(server->port())
                  .post("/v1/chat/completions", kHelloChat, person.headers())
                  .status,
              200);
    return model->requests().back();
  };
  const auto said = [&](const Person& person) {
    const std::string conversation =
        id_of(send_as(person, "POST", "/conversations", Json::object()).json());
    const std::string path = "/conversations/" + conversation;
    const std::string question =
        id_of(send_as(person, "POST", path + "/messages",
                      {{"parent_id", nullptr}, {"role", "user"}, {"content", "Hi"}})
                  .json());
    EXPECT_EQ(send_as(person, "POST", path + "/generations", {{"parent_id", question}}).status,
              201);
    return model->requests().back();
  };
  EXPECT_EQ(asked(ada).client, said(ada).client);
  EXPECT_EQ(asked(ada).cache_salt, said(ada).cache_salt);
  EXPECT_NE(said(ada).client, said(bob).client);
  EXPECT_NE(said(ada).cache_salt, said(bob).cache_salt);
}

}  // namespace
}  // namespace falconet
