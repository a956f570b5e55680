#include "server/app_test.h"

namespace falconet {
namespace {

class AppGenerations : public AppTest {
 protected:
  void SetUp() override {
    AppTest::SetUp();
    conversation = new_conversation();
    question = say(conversation, "What is 2+2?");
  }
  Json last_message() { return get("/conversations/" + conversation).json()["messages"].back(); }
  Json active() { return get("/generations?active=1").json()["generations"]; }

  std::string conversation;
  std::string question;
};

TEST_F(AppGenerations, StreamNumberedEventsUntilTheMessageIsDone) {
  const TestResponse response =
      post("/conversations/" + conversation + "/generations", {{"parent_id", question}});
  EXPECT_EQ(response.status, 201);
  const Json started = response.json();
  EXPECT_EQ(started["message"]["status"], "streaming");
  EXPECT_EQ(started["message"]["parent_id"], question);
  EXPECT_EQ(started["generation"]["message_id"], started["message"]["id"]);
  const auto events = events_of(started);
  ASSERT_GE(events.size(), 3u);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GT(events[i].id, events[i - 1].id);
  EXPECT_EQ(text_in(events, "content"), "It is 4.");
  EXPECT_EQ(text_in(events, "reasoning"), "Two and two ");
  EXPECT_EQ(events.back().name, "done");
  const Json message = events.back().data["message"];
  EXPECT_EQ(message["content"], "It is 4.");
  EXPECT_EQ(message["status"], "done");
  EXPECT_EQ(message["generation"]["answer_tokens"], 3);
  EXPECT_EQ(message["generation"]["model"], "fake");
  EXPECT_EQ(message["generation"]["evicted_message_ids"], Json::array());
  EXPECT_EQ(last_message(), message);
  EXPECT_EQ(get("/conversations/" + conversation).json()["conversation"]["title"], "What is 2+2?");
  EXPECT_TRUE(eventually([&] { return active().empty(); }));
}

TEST_F(AppGenerations, GiveTheSameTextToWhoComesBackLater) {
  model->hold_after(5);
  const Json started = generate(conversation, question);
  const std::string path = "/generations/" + id_of(started["generation"]) + "/events?after=";
  const std::string headers = "X-Falconet: 1\r\n";
  TestClient first(server->port());
  first.send(TestClient::request_text("GET", "/api/app" + path + "0", "", headers));
  ASSERT_TRUE(first.read_until("{\"text\":\"It \"}\n\n"));
  const std::vector<TestEvent> seen = events_in(first.received());
  first.close();
  EXPECT_EQ(active().size(), 1u);
  EXPECT_EQ(active()[0]["state"], "writing");
  model->release();
  const auto rest = events_in(get(cat(path, seen.back().id)).body);
  EXPECT_EQ(text_in(seen, "content") + text_in(rest, "content"), "It is 4.");
  EXPECT_EQ(text_in(rest, "reasoning"), "");
  EXPECT_EQ(rest.back().name, "done");
  EXPECT_EQ(model->num_cancelled_streams(), 0);
  // A browser's EventSource says where it was in a header.
  const auto again =
      events_in(send("GET", path + "0", "", cat("Last-Event-ID: ", seen.back().id, "\r\n")).body);
  EXPECT_EQ(text_in(again, "content"), text_in(rest, "content"));
  EXPECT_EQ(events_in(get(cat(path, rest.back().id)).body).size(), 0u);
}

TEST_F(AppGenerations, GoOnWhenEveryClientLeaves) {
  model->hold_after(2);
  const Json started = generate(conversation, question);
  {
    TestClient client(server->port());
    client.send(TestClient::request_text(
        "GET", "/api/app/generations/" + id_of(started["generation"]) + "/events?after=0"));
    ASSERT_TRUE(client.read_until("event: reasoning"));
  }
  model->release();
  EXPECT_TRUE(eventually([&] { return last_message()["status"] == "done"; }));
  EXPECT_EQ(last_message()["content"], "It is 4.");
}

TEST_F(AppGenerations, StopAndKeepWhatIsThere) {
  model->hold_after(5);
  const Json started = generate(conversation, question);
  ASSERT_TRUE(eventually([&] { return active()[0]["state"] == "writing"; }));
  const std::string stop = "/generations/" + id_of(started["generation"]) + "/stop";
  EXPECT_EQ(send("POST", stop).status, 204);
  const auto events = events_of(started);
  EXPECT_EQ(events.back().data["message"]["status"], "stopped");
  EXPECT_EQ(events.back().data["message"]["content"], "It ");
  EXPECT_EQ(send("POST", stop).status, 204);
  EXPECT_EQ(send("POST", "/generations/none/stop").status, 404);
  EXPECT_EQ(get("/generations/none/events").status, 404);
}

TEST_F(AppGenerations, AreInterruptedByTheEndOfTheServer) {
  model->hold_after(5);
  const Json started = generate(conversation, question);
  ASSERT_TRUE(eventually([&] { return active()[0]["state"] == "writing"; }));
  start();
  const Json message = last_message();
  EXPECT_EQ(message["status"], "interrupted");
  EXPECT_EQ(message["content"], "It ");
  EXPECT_EQ(message["reasoning"], "Two and two ");
  EXPECT_EQ(events_of(started, 5).back().data["message"]["status"], "interrupted");
  model->release();
  EXPECT_EQ(post("/conversations/" + conversation + "/generations",
                 {{"parent_id", id_of(message)}, {"continue", true}})
                .status,
            201);
}

TEST_F(AppGenerations, RegeneratingMakesASibling) {
  events_of(generate(conversation, question));
  const auto events = events_of(generate(conversation, question));
  const Json messages = get("/conversations/" + conversation).json()["messages"];
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1]["parent_id"], messages[2]["parent_id"]);
  EXPECT_EQ(events.back().data["message"]["id"], messages[2]["id"]);
}

TEST_F(AppGenerations, SayWhatIsWrong) {
  const std::string path = "/conversations/" + conversation + "/generations";
  EXPECT_EQ(post(path, Json::object()).error("param"), "parent_id");
  EXPECT_EQ(post(path, {{"parent_id", "none"}}).status, 404);
  EXPECT_EQ(post(path, {{"parent_id", question}, {"model", "gone"}}).error("code"),
            "model_not_found");
  EXPECT_EQ(post(path, {{"parent_id", question}, {"parameters", {{"top_p", "x"}}}}).status, 400);
  EXPECT_EQ(post(path, {{"parent_id", question}, {"continue", true}}).status, 400);
  const std::string long_one = say(conversation, std::string(5000, 'x'));
  const TestResponse too_long = post(path, {{"parent_id", long_one}});
  EXPECT_EQ(too_long.status, 400);
  EXPECT_EQ(too_long.error("code"), "context_length_exceeded");
  EXPECT_NE(too_long.error("message").find("4096"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return active().empty(); }));
}

TEST_F(AppGenerations, SendCommentsWhileTheModelIsSilent) {
  ServerOptions options;
  options.limits.sse_keep_alive = std::chrono::milliseconds(20);
  start(options);
  model->hold_after(0);
  const Json started = generate(conversation, question);
  TestClient client(server->port());
  client.send(TestClient::request_text(
      "GET", "/api/app/generations/" + id_of(started["generation"]) + "/events"));
  EXPECT_TRUE(client.read_until(": keep-alive"));
  model->release();
  EXPECT_TRUE(client.read_until("event: done"));
}

TEST_F(AppGenerations, DeletingTheConversationEndsItsAnswer) {
  model->hold_after(3);
  generate(conversation, question);
  EXPECT_EQ(send("DELETE", "/conversations/" + conversation).status, 204);
  EXPECT_TRUE(eventually([&] { return model->num_live_streams() == 0; }));
  EXPECT_TRUE(eventually([&] { return active().empty(); }));
}

}  // namespace
}  // namespace falconet
