// A trial of two settings from the page: what is replayed, how it goes on, and what is kept.
#include <gmock/gmock.h>

#include "server/accounts_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

constexpr const char* kTrials = "/api/feedback/trials";

/// In a box if it was told to be brief, and in words if it was not.
Result<FakeCompleter::Events> boxer(const CompletionRequest& request) {
  const Json& messages = std::get<ChatPrompt>(request.prompt).messages;
  const bool is_brief = messages[0]["content"] == "Be brief.";
  return FakeCompleter::events_saying(request, is_brief ? "\\boxed{4}" : "It is 4.");
}

class TrialsApi : public AppTest {
 protected:
  static std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += to_text({{"messages", {{{"role", "user"}, {"content", cat("2+2? (", i, ")")}}}},
                       {"check", {{"kind", "boxed"}, {"value", "4"}}}}) +
              "\n";
    }
    return text;
  }
  static Json order(const Json& more = Json::object()) {
    Json body = {{"finding", "problem:reasoning"},
                 {"model", "fake"},
                 {"a", Json::object()},
                 {"b", {{"system", "Be brief."}, {"temperature", 0}}},
                 {"items", lines(10)},
                 {"items_name", "sums.jsonl"}};
    body.update(more);
    return body;
  }
  Json trials() { return get(kTrials).json(); }
  bool becomes(const std::string& state) {
    return eventually([&] { return trials()["run"]["state"] == state; });
  }
  void judged(const std::string& question, const Json& rating) {
    const std::string conversation = new_conversation();
    const Json started = generate(conversation, say(conversation, question));
    const Json message = events_of(started).back().data["message"];
    EXPECT_EQ(send("PUT", "/messages/" + id_of(message) + "/rating", to_text(rating)).status, 200);
  }
};

TEST_F(TrialsApi, AVerdictIsKeptBesideItsFinding) {
  EXPECT_TRUE(trials()["run"].is_null());
  use(boxer);
  const TestResponse begun = post(kTrials, order());
  ASSERT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(begun.json()["run"]["total"], 20);
  EXPECT_EQ(begun.json()["run"]["about"]["finding"], "problem:reasoning");
  ASSERT_TRUE(becomes("done")) << to_text(trials());
  EXPECT_EQ(trials()["run"]["done"], 20);
  start();
  const Json after = trials();
  EXPECT_TRUE(after["run"].is_null()) << "a run is the server's that began it";
  ASSERT_EQ(after["trials"].size(), 1u) << "what came of it is kept";
  const Json trial = after["trials"][0];
  EXPECT_EQ(trial["finding"], "problem:reasoning");
  EXPECT_EQ(trial["verdict"], "improved");
  EXPECT_EQ(trial["only_b"], 10);
  EXPECT_EQ(trial["difference"], 1.0);
  EXPECT_GT(trial["interval"][0].get<double>(), 0.5);
  EXPECT_TRUE(trial["items_needed"].is_null());
  EXPECT_EQ(trial["items"], "sums.jsonl");
  EXPECT_EQ(trial["b"]["system"], "Be brief.");
  for (const CompletionRequest& request : model->requests()) {
    EXPECT_EQ(request.priority, 100) << "behind whoever chats";
  }
  EXPECT_EQ(send("DELETE", std::string(kTrials) + "/" + id_of(trial)).status, 204);
  EXPECT_TRUE(trials()["trials"].empty());
}

TEST_F(TrialsApi, ReplaysWhatItsReadersJudged) {
  judged("2+2?", {{"value", -1}, {"better", "\\boxed{4}"}});
  judged("Dear all?", {{"value", 1}});
  const Json counts = get(std::string(kTrials) + "/items").json();
  EXPECT_EQ(counts["items"], 1);
  EXPECT_EQ(counts["corrected"], 1);
  EXPECT_EQ(counts["without_check"], 1);
  use(boxer);
  Json body = order();
  body.erase("items");
  ASSERT_EQ(post(kTrials, body).status, 202);
  ASSERT_TRUE(becomes("done"));
  const Json trial = trials()["trials"][0];
  EXPECT_EQ(trial["only_b"], 1);
  EXPECT_EQ(trial["verdict"], "not enough data");
  EXPECT_TRUE(trial["items"].is_null());
  const auto requests = model->requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(std::get<ChatPrompt>(requests[0].prompt).messages[0]["content"], "2+2?");
}

TEST_F(TrialsApi, IsStoppedAndGivesRoomToTheNext) {
  use(boxer);
  model->hold_after(1);
  ASSERT_EQ(post(kTrials, order()).status, 202);
  EXPECT_EQ(post(kTrials, order()).status, 409) << "one at a time";
  EXPECT_EQ(post(std::string(kTrials) + "/stop", Json::object()).status, 200);
  ASSERT_TRUE(becomes("stopped"));
  EXPECT_TRUE(eventually([&] { return model->num_live_streams() == 0; }));
  EXPECT_TRUE(trials()["trials"].empty());
  ASSERT_EQ(post(kTrials, order()).status, 202);
  EXPECT_TRUE(eventually([&] { return model->num_live_streams() > 0; }));
  server.reset();
  EXPECT_EQ(model->num_live_streams(), 0) << "it ends with the server";
}

TEST_F(TrialsApi, AModelThatFailsSaysWhy) {
  use(FakeCompleter::refusing({ErrorCode::Unavailable, "no model here"}));
  ASSERT_EQ(post(kTrials, order()).status, 202);
  ASSERT_TRUE(becomes("failed"));
  EXPECT_EQ(trials()["run"]["problem"], "no model here");
}

TEST_F(TrialsApi, SaysWhatIsWrong) {
  const auto refusal = [&](const Json& more) {
    const TestResponse response = post(kTrials, order(more));
    EXPECT_GE(response.status, 400) << to_text(more);
    return response.error("message");
  };
  EXPECT_THAT(refusal({{"finding", ""}}), HasSubstr("finding"));
  EXPECT_THAT(refusal({{"b", Json::object()}}), HasSubstr("same setting"));
  EXPECT_THAT(refusal({{"b", {{"heat", 1}}}}), HasSubstr("no parameter 'heat'"));
  EXPECT_THAT(refusal({{"b", {{"max_tokens", 1'000'000}}}}), HasSubstr("8192"));
  EXPECT_THAT(refusal({{"b", {{"output", "schema"}}}}), HasSubstr("no \"schema\""));
  EXPECT_THAT(refusal({{"half", "third"}}), HasSubstr("half: expected first"));
  EXPECT_THAT(refusal({{"items", "\nx"}}), HasSubstr("sums.jsonl, line 2"));
  EXPECT_THAT(refusal({{"items", lines(501)}}), HasSubstr("found 501"));
  EXPECT_THAT(refusal({{"model", "another"}}), HasSubstr("another"));
  EXPECT_THAT(refusal({{"study", "x"}}), HasSubstr("study"));
  Json recorded = order();
  recorded.erase("items");
  EXPECT_THAT(post(kTrials, recorded).error("message"), HasSubstr("program can judge"));
  EXPECT_TRUE(trials()["run"].is_null()) << "nothing was begun";
}

}  // namespace
}  // namespace falconet
