#include "feedback/feedback_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "feedback/record_json.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class FeedbackFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              cat("feedback_", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const char* name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::filesystem::path folder_;
};

FeedbackRecords one_of_each() {
  FeedbackRecords records;
  records.studies.push_back({.id = "s", .goal = "g", .hypotheses = {"h"}, .segments = {{"x", 3}}});
  records.surveys.push_back({.id = "v", .questions = {{.id = "q", .type = "nps", .most = 10}}});
  records.participants.push_back(
      {.id = "p", .segment = "x", .locale = "zh", .invited = 1, .may_be_quoted = false});
  records.generations.push_back({.id = "g",
                                 .participant_id = "p",
                                 .turn = 7,
                                 .prompt_tokens = 2100,
                                 .evicted_messages = 2,
                                 .structured_outcome = StructuredOutcome::SchemaError,
                                 .is_constrained = true});
  records.ratings.push_back({.id = "r",
                             .generation_id = "g",
                             .reasons = {"style"},
                             .comment = "太书面",
                             .trigger = RatingTrigger::Probe,
                             .probability = 0.25});
  records.signals.push_back({.generation_id = "g", .kind = SignalKind::Repeated, .at = 5});
  records.survey_answers.push_back(
      {.survey_id = "v", .question_id = "q", .participant_id = "p", .number = 9});
  records.annotations.push_back(
      {.id = "a", .generation_id = "g", .coder = "c", .code = "memory", .value = 1});
  records.rubrics.push_back(rubric_presets().front());
  records.annotations.push_back({.id = "b",
                                 .generation_id = "g",
                                 .coder = "c",
                                 .code = records.rubrics[0].name,
                                 .cannot_judge = true,
                                 .probability = 0.5,
                                 .sample = "s",
                                 .rubric_version = 1});
  records.interviews.push_back({.id = "u",
                                .interview_id = "i",
                                .participant_id = "p",
                                .text = "t",
                                .codes = {"speed"},
                                .spans = {{0, 1, "speed"}}});
  return records;
}

std::string lines_of(const FeedbackRecords& records) {
  std::string out;
  for (const auto& record : records.studies) out += to_json_line(record) + "\n";
  for (const auto& record : records.surveys) out += to_json_line(record) + "\n";
  for (const auto& record : records.participants) out += to_json_line(record) + "\n";
  for (const auto& record : records.generations) out += to_json_line(record) + "\n";
  for (const auto& record : records.ratings) out += to_json_line(record) + "\n";
  for (const auto& record : records.signals) out += to_json_line(record) + "\n";
  for (const auto& record : records.survey_answers) out += to_json_line(record) + "\n";
  for (const auto& record : records.rubrics) out += to_json_line(record) + "\n";
  for (const auto& record : records.annotations) out += to_json_line(record) + "\n";
  for (const auto& record : records.interviews) out += to_json_line(record) + "\n";
  return out;
}

TEST_F(FeedbackFolderTest, ReadsBackWhatItWrote) {
  const FeedbackRecords records = one_of_each();
  ASSERT_TRUE(write_feedback_folder(records, folder_));
  const auto folder = read_feedback_folder(folder_);
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->num_bad_lines, 0);
  EXPECT_EQ(lines_of(folder->records), lines_of(records));
  EXPECT_EQ(folder->records.generations[0].structured_outcome, StructuredOutcome::SchemaError);
  EXPECT_FALSE(folder->records.ratings[0].value);
}

TEST_F(FeedbackFolderTest, NeverWritesOverAStudy) {
  ASSERT_TRUE(write_feedback_folder(one_of_each(), folder_));
  const Status again = write_feedback_folder(one_of_each(), folder_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::AlreadyExists);
}

TEST_F(FeedbackFolderTest, NamesEveryBadLineAndKeepsTheOthers) {
  write("generations.jsonl",
        "{\"id\":\"g1\",\"participant_id\":\"p\",\"something_new\":{}}\n"
        "not json\n"
        "\n"
        "{\"id\":\"g1\",\"participant_id\":\"p\"}\r\n"
        "{\"id\":\"g2\"}\n"
        "{\"id\":\"g3\",\"participant_id\":\"p\",\"prompt_tokens\":-4}\n"
        "[]\n"
        "{\"id\":\"g4\",\"participant_id\":\"p\",\"structured_outcome\":\"fine\"}");
  const auto folder = read_feedback_folder(folder_);
  ASSERT_TRUE(folder);
  ASSERT_EQ(folder->records.generations.size(), 1u);
  EXPECT_EQ(folder->records.participants.size(), 1u);  // as there is no participants.jsonl
  ASSERT_EQ(folder->bad_lines.size(), 6u);
  EXPECT_EQ(folder->bad_lines[0].file, "generations.jsonl");
  EXPECT_EQ(folder->bad_lines[0].number, 2);
  EXPECT_THAT(folder->bad_lines[0].message, HasSubstr("invalid JSON"));
  EXPECT_EQ(folder->bad_lines[1].number, 4);
  EXPECT_THAT(folder->bad_lines[1].message, HasSubstr("g1"));
  EXPECT_THAT(folder->bad_lines[2].message, HasSubstr("participant_id"));
  EXPECT_THAT(folder->bad_lines[3].message, HasSubstr("-4"));
  EXPECT_THAT(folder->bad_lines[4].message, HasSubstr("expected an object"));
  EXPECT_THAT(folder->bad_lines[5].message, HasSubstr("fine"));
}

TEST_F(FeedbackFolderTest, LeavesOutWhatRefersToNothing) {
  write("participants.jsonl", "{\"id\":\"p\"}\n");
  write("generations.jsonl",
        "{\"id\":\"g\",\"participant_id\":\"p\"}\n{\"id\":\"h\",\"participant_id\":\"ghost\"}\n");
  write("ratings.jsonl",
        "{\"id\":\"r1\",\"generation_id\":\"g\",\"value\":-1}\n"
        "{\"id\":\"r2\",\"generation_id\":\"h\",\"value\":1}\n");
  const auto folder = read_feedback_folder(folder_);
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->records.generations.size(), 1u);
  EXPECT_EQ(folder->records.ratings.size(), 1u);
  EXPECT_EQ(folder->num_bad_lines, 2);
  EXPECT_THAT(folder->bad_lines[0].message, HasSubstr("\"ghost\" is not in participants.jsonl"));
}

TEST_F(FeedbackFolderTest, RefusesRatingsThatCannotBeWeighted) {
  write("generations.jsonl", "{\"id\":\"g\",\"participant_id\":\"p\"}\n");
  write(
      "ratings.jsonl",
      "{\"id\":\"1\",\"generation_id\":\"g\",\"value\":1,\"trigger\":\"probe\"}\n"
      "{\"id\":\"2\",\"generation_id\":\"g\",\"value\":1,\"trigger\":\"probe\",\"probability\":0}\n"
      "{\"id\":\"3\",\"generation_id\":\"g\"}\n"
      "{\"id\":\"4\",\"generation_id\":\"g\",\"value\":0}\n"
      "{\"id\":\"5\",\"generation_id\":\"g\",\"value\":11,\"scale\":\"score\"}\n"
      "{\"id\":\"6\",\"generation_id\":\"g\",\"value\":10,\"scale\":\"score\"}\n");
  const auto folder = read_feedback_folder(folder_);
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->num_bad_lines, 5);
  EXPECT_EQ(folder->records.ratings.size(), 1u);
}

TEST_F(FeedbackFolderTest, SaysWhatAFolderShouldHold) {
  const auto empty = read_feedback_folder(folder_);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::NotFound);
  EXPECT_THAT(empty.error().message, HasSubstr("ratings.jsonl"));
  EXPECT_FALSE(read_feedback_folder(folder_ / "absent"));
}

TEST_F(FeedbackFolderTest, CountsMoreBadLinesThanItKeeps) {
  std::string text;
  for (int i = 0; i < 250; ++i) text += "{}\n";
  write("ratings.jsonl", text);
  const auto folder = read_feedback_folder(folder_);
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->num_bad_lines, 250);
  EXPECT_EQ(folder->bad_lines.size(), kMaxBadLines);
}

}  // namespace
}  // namespace falconet
