#include "server/app_test.h"

namespace falconet {
namespace {

class AppApi : public AppTest {};

TEST_F(AppApi, SessionSaysWhoAsksAndWhatAnswers) {
  models.announce({"loading"});
  const TestResponse response = get("/session");
  const Json session = response.json();
  EXPECT_EQ(session["user"]["name"], "local");
  EXPECT_EQ(session["is_local"], true);
  EXPECT_EQ(session["version"], "1.2.3");
  ASSERT_EQ(session["models"].size(), 2u);
  EXPECT_EQ(session["models"][0], (Json{{"id", "fake"},
                                        {"has_reasoning", false},
                                        {"max_model_len", 4096},
                                        {"is_ready", true},
                                        {"is_available", true},
                                        {"is_demo", false},
                                        {"remote_host", nullptr},
                                        {"remote_name", nullptr}}));
  EXPECT_EQ(session["models"][1]["is_ready"], false);
  EXPECT_EQ(session["recommended_model"]["name"], "deepseek-r1:1.5b");
  EXPECT_EQ(response.headers.at("cache-control"), "no-store");
}

TEST_F(AppApi, SettingsAreMerged) {
  EXPECT_EQ(get("/settings").json(), Json::object());
  patch("/settings", {{"theme", "dark"}, {"language", "zh"}});
  EXPECT_EQ(patch("/settings", {{"theme", nullptr}}).json(), (Json{{"language", "zh"}}));
  EXPECT_EQ(get("/settings").json(), (Json{{"language", "zh"}}));
  EXPECT_EQ(send("PATCH", "/settings", "[1]").status, 400);
  EXPECT_EQ(patch("/settings", {{"x", std::string(70'000, 'x')}}).status, 400);
}

TEST_F(AppApi, ConversationsAreMadeChangedAndDeleted) {
  const Json made = post("/conversations", {{"model", "fake"}, {"tags", {"a"}}}).json();
  EXPECT_EQ(made["title"], "");
  EXPECT_EQ(made["is_title_auto"], true);
  const std::string path = "/conversations/" + id_of(made);
  const Json changed =
      patch(path, {{"title", "Trees"}, {"model", nullptr}, {"parameters", {{"top_k", 3}}}}).json();
  EXPECT_EQ(changed["title"], "Trees");
  EXPECT_EQ(changed["model"], nullptr);
  EXPECT_EQ(changed["is_title_auto"], false);
  EXPECT_EQ(changed["tags"], Json({"a"}));
  EXPECT_EQ(get(path).json()["conversation"], changed);
  EXPECT_EQ(patch(path, {{"parameters", {{"top_k", "three"}}}}).error("message"),
            "parameters.top_k: expected an integer, found a JSON string");
  EXPECT_EQ(patch(path, {{"title", 5}}).error("param"), "title");
  EXPECT_EQ(send("DELETE", path).status, 204);
  const TestResponse gone = get(path);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.error("code"), "not_found");
  EXPECT_EQ(send("DELETE", path).status, 404);
}

TEST_F(AppApi, ConversationsAreListedInPages) {
  for (const char* title : {"one", "two", "three"}) new_conversation({{"title", title}});
  new_conversation({{"title", "old"}, {"is_archived", true}});
  const Json first = get("/conversations?limit=2").json();
  ASSERT_EQ(first["conversations"].size(), 2u);
  EXPECT_EQ(first["conversations"][0]["title"], "three");
  const std::string next = string_member(first, "next").value_or("");
  const Json second = get("/conversations?limit=2&before=" + next).json();
  ASSERT_EQ(second["conversations"].size(), 1u);
  EXPECT_EQ(second["conversations"][0]["title"], "one");
  EXPECT_EQ(second["next"], nullptr);
  EXPECT_EQ(get("/conversations?archived=1").json()["conversations"][0]["title"], "old");
  EXPECT_EQ(get("/conversations?limit=0").error("param"), "limit");
  EXPECT_EQ(get("/conversations?pinned=perhaps").status, 400);
  EXPECT_EQ(get("/conversations?before=x").status, 400);
}

TEST_F(AppApi, MessagesAreATree) {
  const std::string conversation = new_conversation();
  const std::string question = say(conversation, "2+2?");
  const std::string edited = say(conversation, "3+3?");
  const std::string more = say(conversation, "Sure?", edited);
  const Json messages = get("/conversations/" + conversation).json()["messages"];
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1]["parent_id"], nullptr);
  EXPECT_EQ(messages[2]["parent_id"], edited);
  EXPECT_EQ(messages[2]["status"], "done");
  EXPECT_EQ(messages[2]["generation"], nullptr);
  EXPECT_EQ(send("DELETE", "/messages/" + edited).status, 204);
  EXPECT_EQ(send("DELETE", "/messages/" + more).status, 404);
  EXPECT_EQ(get("/conversations/" + conversation).json()["conversation"]["leaf_id"], question);
}

TEST_F(AppApi, MessagesThatMakeNoSenseAreRefused) {
  const std::string conversation = new_conversation();
  const std::string path = "/conversations/" + conversation + "/messages";
  EXPECT_EQ(post(path, {{"role", "robot"}, {"content", "x"}}).error("param"), "role");
  EXPECT_EQ(post(path, {{"role", "user"}}).error("param"), "content");
  EXPECT_EQ(post(path, {{"content", "x"}, {"parent_id", "none"}}).status, 404);
  EXPECT_EQ(post(path, {{"content", "x"}, {"attachments", {5}}}).status, 400);
  EXPECT_EQ(send("POST", path, "{").status, 400);
  EXPECT_EQ(post("/conversations/none/messages", {{"content", "x"}}).status, 404);
  const Json kept = post(path, {{"attachments", {{{"name", "a"}, {"text", "b"}}}}}).json();
  EXPECT_EQ(kept["attachments"], (Json{{{"name", "a"}, {"text", "b"}}}));
}

TEST_F(AppApi, AnswersAreRated) {
  const std::string message = say(new_conversation(), "x");
  const auto rate = [&](const Json& body) {
    return send("PUT", "/messages/" + message + "/rating", to_text(body));
  };
  const Json rating =
      rate({{"value", -1}, {"reasons", {"wrong"}}, {"comment", "no"}}).json()["rating"];
  EXPECT_EQ(rating["value"], -1);
  EXPECT_EQ(rating["reasons"], Json({"wrong"}));
  EXPECT_EQ(rate({{"value", 3}}).error("param"), "value");
  EXPECT_EQ(rate({{"value", nullptr}}).json()["rating"], nullptr);
}

TEST_F(AppApi, FoldersHoldConversations) {
  const Json outer = post("/folders", {{"name", "Outer"}}).json();
  const Json inner = post("/folders", {{"name", "Inner"}, {"parent_id", id_of(outer)}}).json();
  new_conversation({{"title", "filed"}, {"folder_id", id_of(inner)}});
  EXPECT_EQ(get("/conversations?folder=" + id_of(inner)).json()["conversations"].size(), 1u);
  EXPECT_EQ(patch("/folders/" + id_of(inner), {{"parent_id", nullptr}}).json()["parent_id"],
            nullptr);
  EXPECT_EQ(get("/folders").json()["folders"].size(), 2u);
  EXPECT_EQ(send("DELETE", "/folders/" + id_of(inner)).status, 204);
  EXPECT_EQ(get("/conversations").json()["conversations"][0]["folder_id"], nullptr);
  EXPECT_EQ(post("/folders", {{"name", ""}}).error("param"), "name");
}

TEST_F(AppApi, SearchFindsBothLanguages) {
  const std::string conversation = new_conversation({{"title", "Trees"}, {"tags", {"garden"}}});
  say(conversation, "How to prune an apple tree?");
  const std::string chinese = say(conversation, "怎么修剪苹果树");
  const Json hits = get("/conversations/search?q=%E8%8B%B9%E6%9E%9C+tag%3Agarden").json()["hits"];
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0]["message_id"], chinese);
  EXPECT_EQ(hits[0]["conversation"]["title"], "Trees");
  EXPECT_EQ(hits[0]["snippet"], (Json{{{"text", "怎么修剪"}, {"is_hit", false}},
                                      {{"text", "苹果"}, {"is_hit", true}},
                                      {{"text", "树"}, {"is_hit", false}}}));
  EXPECT_EQ(get("/conversations/search?q=apple").json()["hits"].size(), 1u);
  EXPECT_EQ(get("/conversations/search?q=pear").json()["hits"].size(), 0u);
  EXPECT_EQ(get("/conversations/search?q=before:soon").error("param"), "q");
}

TEST_F(AppApi, PromptsAreKept) {
  const Json made = post("/prompts", {{"name", "Sum"}, {"text", "Sum up {{it}}"}}).json();
  EXPECT_EQ(patch("/prompts/" + id_of(made), {{"name", "Summary"}}).json()["name"], "Summary");
  EXPECT_EQ(get("/prompts").json()["prompts"][0]["text"], "Sum up {{it}}");
  EXPECT_EQ(send("DELETE", "/prompts/" + id_of(made)).status, 204);
  EXPECT_EQ(get("/prompts").json()["prompts"].size(), 0u);
}

TEST_F(AppApi, ASharedBranchIsReadByItsLink) {
  const std::string conversation = new_conversation({{"title", "Sums"}});
  const std::string message = say(conversation, "2+2?");
  const std::string path = "/conversations/" + conversation + "/share";
  const Json share = post(path, {{"leaf_id", message}, {"expires", nullptr}}).json()["share"];
  const std::string token = string_member(share, "token").value_or("");
  EXPECT_EQ(share["path"], "/s/" + token);
  EXPECT_EQ(share["expires"], nullptr);
  EXPECT_EQ(get(path).json()["share"], share);
  const Json shared = get("/shared/" + token).json();
  EXPECT_EQ(shared["title"], "Sums");
  EXPECT_EQ(shared["messages"], (Json{{{"role", "user"}, {"content", "2+2?"}, {"reasoning", ""}}}));
  EXPECT_EQ(send("DELETE", path).status, 204);
  EXPECT_EQ(get("/shared/" + token).status, 404);
}

TEST_F(AppApi, CountsWhatTheContextHolds) {
  const std::string conversation = new_conversation({{"parameters", {{"system", "be nice"}}}});
  say(conversation, "question");
  const Json use = post("/count", {{"conversation_id", conversation}, {"draft", "draft"}}).json();
  EXPECT_EQ(use["max"], 4096);
  EXPECT_EQ(use["system"], 8);
  // The fake template writes the unanswered question and the draft as one message.
  EXPECT_EQ(use["history"], 10);
  EXPECT_EQ(use["draft"], 6);
  EXPECT_EQ(use["evicted_message_ids"], Json::array());
  EXPECT_EQ(post("/count", {{"draft", "abc"}}).json()["draft"], 4) << "before the first message";
}

TEST_F(AppApi, EverythingCanBeTakenAwayAndBroughtBack) {
  const std::string work = id_of(post("/folders", {{"name", "Work"}}).json());
  const std::string inner = id_of(post("/folders", {{"name", "In"}, {"parent_id", work}}).json());
  post("/prompts", {{"name", "short"}, {"text", "Be short."}});
  const std::string conversation =
      new_conversation({{"title", "Trees"}, {"is_archived", true}, {"folder_id", inner}});
  const std::string question = say(conversation, "apple");
  const Json answer = post("/conversations/" + conversation + "/messages",
                           {{"parent_id", question}, {"role", "assistant"}, {"content", "A fruit"}})
                          .json();
  send("PUT", "/messages/" + id_of(answer) + "/rating", R"({"value": -1, "comment": "dull"})");
  TestResponse response = get("/export");
  const Json document = response.json();
  EXPECT_EQ(document["format"], "falconet");
  EXPECT_EQ(document["conversations"][0]["messages"][0]["content"], "apple");
  EXPECT_EQ(response.headers["content-disposition"], "attachment; filename=\"falconet.json\"");
  const Json again = post("/import", document).json();
  EXPECT_EQ(again["imported"], 0);
  EXPECT_EQ(again["skipped"], 1) << "it is here already";
  EXPECT_EQ(get("/folders").json()["folders"], document["folders"]) << "and so are its folders";
  EXPECT_EQ(get("/prompts").json()["prompts"], document["prompts"]);

  EXPECT_EQ(send("DELETE", "/conversations/" + conversation).status, 204);
  EXPECT_EQ(send("DELETE", "/folders/" + inner).status, 204);
  EXPECT_EQ(send("DELETE", "/prompts/" + id_of(document["prompts"][0])).status, 204);
  EXPECT_EQ(post("/import", document).json()["imported"], 1);
  const Json after = get("/export").json();
  EXPECT_EQ(after["prompts"][0]["text"], "Be short.");
  const Json back = after["conversations"][0];
  EXPECT_EQ(back["title"], "Trees");
  EXPECT_EQ(back["created"], document["conversations"][0]["created"]);
  EXPECT_EQ(back["messages"][1]["rating"], document["conversations"][0]["messages"][1]["rating"]);
  for (const Json& each : after["folders"]) {
    if (each["id"] != back["folder_id"]) continue;
    EXPECT_EQ(each["name"], "In");
    EXPECT_EQ(each["parent_id"], work) << "the one that was still there";
  }
  EXPECT_EQ(after["folders"].size(), 2u);
  EXPECT_EQ(get("/conversations/search?q=apple").json()["hits"].size(), 1u);
  EXPECT_EQ(send("POST", "/import", "{}").status, 400);
}

TEST_F(AppApi, WhatIsNotThereIsNotThere) {
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(get("/conversations/a/b/c").status, 404);
  TestResponse response = send("PUT", "/conversations", "{}");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers["allow"], "GET, POST");
}

class AppAccess : public AppTest {};

TEST_F(AppAccess, ChangesNeedTheHeaderThatFormsCannotSend) {
  const TestResponse refused = send("POST", "/conversations", "{}", "");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.error("code"), "missing_header");
  EXPECT_EQ(send("GET", "/conversations", "", "").status, 200);
}

TEST_F(AppAccess, IsForItsOwnPageEvenWhereOthersMayUseTheModel) {
  ServerOptions options;
  options.allowed_origins = {"*"};
  start(options);
  const auto status = [&](const std::string& headers) {
    TestClient client(server->port());
    client.send(cat("GET /api/app/conversations HTTP/1.1\r\n", headers, "\r\n"));
    return client.read_response().status;
  };
  EXPECT_EQ(status("Host: localhost\r\nOrigin: http://localhost\r\n"), 200);
  EXPECT_EQ(status("Host: localhost\r\nOrigin: https://evil.example\r\n"), 403);
  EXPECT_EQ(status("Host: evil.example\r\n"), 403);
}

TEST_F(AppAccess, IsForThisMachineUnlessThereIsAKey) {
  ServerOptions options;
  options.host = "0.0.0.0";
  start(options);
  EXPECT_EQ(get("/conversations").error("code"), "local_only");
  options.api_keys = {"secret"};
  start(options);
  EXPECT_EQ(get("/conversations").status, 401);
  EXPECT_EQ(send("GET", "/conversations", "", "Authorization: Bearer secret\r\n").status, 200);
}

TEST(AppWithoutStore, SaysThatNothingIsKept) {
  TestServer test;
  const TestResponse response = TestClient(test.port()).get("/api/app/session");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.error("message"), "this server keeps no conversations");
}

}  // namespace
}  // namespace falconet
