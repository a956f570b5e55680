// Logs of other systems: read, matched, and refused line by line.
#include "feedback/outside_logs.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "base/strings.h"

namespace falconet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kExchange =
    R"({"user":"ada@example.org","total_ms":812.5,"request":{"model":"m","messages":[)"
    R"({"role":"user","content":"为什么天是蓝的？"},{"role":"assistant","content":"x"},)"
    R"({"role":"user","content":[{"type":"text","text":"用一句话说。"}]}],)"
    R"("response_format":{"type":"json_object"},"metadata":{"task":"extraction"}},)"
    R"("response":{"id":"c1","created":1764000000,"model":"m-1","choices":[{"message":)"
    R"({"role":"assistant","content":"{\"a\": "},"finish_reason":"length"}],"usage":)"
    R"({"prompt_tokens":41,"completion_tokens":9,"completion_tokens_details":)"
    R"({"reasoning_tokens":4}}}})";

const std::string kFeedback =
    R"([{"id":"f1","user_id":"u1","type":"rating","created_at":1764000000,"updated_at":1764000060,)"
    R"("data":{"rating":-1,"model_id":"qwen","reason":"not_factually_correct","comment":)"
    R"("wrong year","tags":["history"],"details":{"rating":3}},)"
    R"("meta":{"message_id":"m2","chat_id":"k1","arena":false},"snapshot":{"chat":{"chat":)"
    R"({"history":{"messages":{"m0":{"role":"user","parentId":null,"content":"hi"},)"
    R"("m1":{"role":"user","parentId":"m0","content":"长城是什么时候修的？"},)"
    R"("m2":{"role":"assistant","parentId":"m1","content":"…"}}}}}}}])";

FeedbackFolder imported(const std::string& text) {
  OutsideLogs logs;
  if (outside_format_of(text) == OutsideFormat::OpenAi) {
    logs.add_openai(text, "log.jsonl");
  } else {
    EXPECT_TRUE(logs.add_open_webui(text, "feedback.json"));
  }
  auto folder = logs.finish();
  EXPECT_TRUE(folder) << (folder ? "" : folder.error().message);
  return folder ? *std::move(folder) : FeedbackFolder{};
}

TEST(OutsideLogs, ReadARequestWithItsResponse) {
  const FeedbackFolder folder = imported(kExchange);
  ASSERT_EQ(folder.records.generations.size(), 1u);
  const StudyGeneration& generation = folder.records.generations[0];
  EXPECT_EQ(generation.id, "c1");
  EXPECT_EQ(generation.model, "m-1");
  EXPECT_EQ(generation.created, 1'764'000'000'000);
  EXPECT_EQ(generation.language, "zh");
  EXPECT_EQ(generation.task, "extraction");
  EXPECT_EQ(generation.turn, 2);
  EXPECT_EQ(generation.prompt_tokens, 41);
  EXPECT_EQ(generation.reasoning_tokens, 4);
  EXPECT_EQ(generation.answer_tokens, 5);
  EXPECT_EQ(generation.finish_reason, "length");
  EXPECT_EQ(generation.total_ms, 812.5);
  EXPECT_EQ(generation.structured_outcome, StructuredOutcome::ParseError);
  EXPECT_FALSE(generation.is_constrained);
  EXPECT_EQ(generation.provenance, Provenance::Imported);
  ASSERT_EQ(folder.records.participants.size(), 1u);
  EXPECT_EQ(folder.records.participants[0].provenance, Provenance::Imported);
  EXPECT_EQ(folder.records.participants[0].id.find("ada"), std::string::npos);
}

TEST(OutsideLogs, MatchABatchsOutputWithItsInput) {
  const std::string output =
      R"({"id":"b1","custom_id":"r1","response":{"status_code":200,"body":{"id":"c1","choices":[)"
      R"({"message":{"content":"Paris"},"finish_reason":"stop"}]}},"error":null})";
  const std::string failed =
      R"({"id":"b2","custom_id":"r2","response":{"status_code":429,"body":{}}})";
  const std::string input =
      R"({"custom_id":"r1","method":"POST","url":"/v1/chat/completions","body":{"model":"m","user":)"
      R"("eve","messages":[{"role":"user","content":"Capital of France?"}]}})";
  const FeedbackFolder folder = imported(output + "\n\n" + failed + "\n" + input + "\n");
  ASSERT_EQ(folder.records.generations.size(), 1u);
  EXPECT_EQ(folder.records.generations[0].model, "m");
  EXPECT_EQ(folder.records.generations[0].language, "en");
  EXPECT_FALSE(folder.records.generations[0].structured_outcome);
  ASSERT_EQ(folder.bad_lines.size(), 1u);
  EXPECT_EQ(folder.bad_lines[0].number, 3);
  EXPECT_THAT(folder.bad_lines[0].message, HasSubstr("status 429"));
}

TEST(OutsideLogs, ReadOpenWebUisFeedback) {
  const FeedbackFolder folder = imported(kFeedback);
  ASSERT_EQ(folder.records.ratings.size(), 1u);
  const StudyRating& rating = folder.records.ratings[0];
  EXPECT_EQ(rating.scale, RatingScale::Score);
  EXPECT_EQ(rating.value, 3.0);
  EXPECT_THAT(rating.reasons, ElementsAre("not_factually_correct", "history"));
  EXPECT_EQ(rating.comment, "wrong year");
  EXPECT_EQ(rating.answered, 1'764'000'060'000);
  ASSERT_EQ(folder.records.generations.size(), 1u);
  EXPECT_EQ(folder.records.generations[0].id, "m2");
  EXPECT_EQ(rating.generation_id, "m2");
  EXPECT_EQ(folder.records.generations[0].model, "qwen");
  EXPECT_EQ(folder.records.generations[0].language, "zh");
  EXPECT_EQ(folder.records.generations[0].turn, 2);
}

TEST(OutsideLogs, KnowNoTimeWhereThereIsNone) {
  const FeedbackFolder folder = imported(R"([{"id":"f","data":{"rating":"1"}}])");
  ASSERT_EQ(folder.records.ratings.size(), 1u);
  EXPECT_FALSE(folder.records.ratings[0].answered);
  EXPECT_EQ(folder.records.ratings[0].value, 1.0) << "some versions write it as a text";
  EXPECT_EQ(folder.records.generations[0].id, "f") << "no message is named";
}

TEST(OutsideLogs, NameEveryLineThatIsNone) {
  const std::string text = kExchange + "\n" + kExchange + "\nnot json\n[1]\n{}\n" +
                           R"({"request":{}})" + "\n" + R"({"response":{"id":"x"}})" + "\n";
  const FeedbackFolder folder = imported(text);
  EXPECT_EQ(folder.records.generations.size(), 1u);
  EXPECT_EQ(folder.num_bad_lines, 6);
  std::vector<std::int64_t> numbers;
  for (const BadLine& line : folder.bad_lines) {
    EXPECT_EQ(line.file, "log.jsonl");
    EXPECT_FALSE(line.message.empty());
    numbers.push_back(line.number);
  }
  EXPECT_THAT(numbers, testing::UnorderedElementsAre(2, 3, 4, 5, 6, 7));
  OutsideLogs none;
  none.add_openai("{}\n", "empty.jsonl");
  const auto nothing = none.finish();
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::NotFound);
  EXPECT_THAT(nothing.error().message, HasSubstr("empty.jsonl:1"));
}

TEST(OutsideLogs, AreReadWholeAgainAsAStudysFolder) {
  for (const std::string& text : {kExchange, kFeedback}) {
    const FeedbackFolder folder = imported(text);
    EXPECT_EQ(folder.num_bad_lines, 0);
    for (const StudyGeneration& generation : folder.records.generations) {
      EXPECT_EQ(generation.participant_id, folder.records.participants[0].id);
    }
  }
}

TEST(OutsideLogs, SurviveTruncatedAndGarbledFiles) {
  for (const std::string& text : {kExchange, kFeedback}) {
    for (std::size_t end = 0; end < text.size(); ++end) {
      OutsideLogs logs;
      logs.add_openai(text.substr(0, end), "cut");
      (void)logs.add_open_webui(text.substr(0, end), "cut");
      EXPECT_FALSE(logs.finish()) << "nothing is whole before its end, " << end;
    }
  }
  constexpr std::uint64_t kSeed = 20261130;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed);
  const std::string alphabet = "{}[]\":,-1e9 null\\u\n";
  for (int i = 0; i < 3'000; ++i) {
    std::string text = random.uniform() < 0.5 ? kExchange : kFeedback;
    for (int k = 0; k < 3; ++k) {
      text[random.below(text.size())] = alphabet[random.below(alphabet.size())];
    }
    OutsideLogs logs;
    logs.add_openai(text, "garbled");
    (void)logs.add_open_webui(text, "garbled");
    const auto folder = logs.finish();
    if (!folder) continue;
    for (const StudyGeneration& generation : folder->records.generations) {
      EXPECT_FALSE(generation.id.empty());
      EXPECT_GE(generation.turn, 1);
      EXPECT_GE(generation.answer_tokens, 0);
    }
  }
}

}  // namespace
}  // namespace falconet
