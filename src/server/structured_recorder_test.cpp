// What the API's structured answers leave behind: whether they were what they had to be.
#include "server/structured_recorder.h"

#include <gmock/gmock.h>

#include "feedback/live_records.h"
#include "server/app_test.h"

namespace falconet {
namespace {

class StructuredAnswers : public AppTest {
 protected:
  /// Asks the chat API for an answer.
  TestResponse chat(const Json& members) {
    Json body = {{"model", "fake"},
                 {"messages", {{{"role", "user"}, {"content", "Hi"}}}},
                 {"metadata", {{"task", "extraction"}}}};
    body.update(members);
    TestClient client(server->port());
    return client.post("/v1/chat/completions", to_text(body));
  }
  std::vector<StructuredAnswer> recorded(std::size_t num) {
    std::vector<StructuredAnswer> answers;
    EXPECT_TRUE(eventually([&] {
      answers = store->read([](Transaction& t) { return list_structured_answers(t); }).value();
      return answers.size() == num;
    })) << answers.size();
    return answers;
  }
  static Json json_object() { return {{"response_format", {{"type", "json_object"}}}}; }
};

TEST_F(StructuredAnswers, AreCountedWhetherStreamedOrNot) {
  use(FakeCompleter::saying("{\"a\": 1}"));
  EXPECT_EQ(chat(json_object()).status, 200);
  use(FakeCompleter::saying("{\"a\": "));
  Json streamed = json_object();
  streamed["stream"] = true;
  const TestResponse response = chat(streamed);
  EXPECT_THAT(response.body, testing::HasSubstr("[DONE]"));
  const auto answers = recorded(2);
  EXPECT_EQ(answers[0].outcome, "ok");
  EXPECT_EQ(answers[0].task, "extraction");
  EXPECT_EQ(answers[0].model, "fake");
  EXPECT_TRUE(answers[0].is_constrained);
  EXPECT_GT(answers[0].answer_tokens, 0);
  EXPECT_EQ(answers[1].outcome, "parse_error");
  EXPECT_EQ(answers[1].finish_reason, "stop");
  const FeedbackRecords records =
      store->read([](Transaction& t) { return live_records(t); }).value();
  ASSERT_EQ(records.generations.size(), 2u);
  EXPECT_EQ(records.generations[1].structured_outcome, StructuredOutcome::ParseError);
  EXPECT_EQ(records.generations[1].task, "extraction");
  ASSERT_EQ(records.participants.size(), 1u);
  EXPECT_EQ(records.participants[0].segment, "api");
}

TEST_F(StructuredAnswers, AreNotMadeOfPlainOnes) {
  EXPECT_EQ(chat(Json::object()).status, 200);
  EXPECT_EQ(chat({{"response_format", {{"type", "text"}}}}).status, 200);
  use(FakeCompleter::saying("{}"));
  EXPECT_EQ(chat(json_object()).status, 200);
  EXPECT_EQ(recorded(1)[0].outcome, "ok");
}

}  // namespace
}  // namespace falconet
