// Checks of answers, and what a trial concludes.
#include "feedback/trial.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "feedback/answer_check.h"

namespace falconet {
namespace {

bool is_right(const char* check, const VisibleAnswer& answer) {
  const auto made = AnswerCheck::of(parse_json(check).value());
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made && made->is_right(answer);
}

TEST(AnswerCheck, JudgesByKind) {
  const char* boxed = R"({"kind": "boxed", "value": "7"})";
  EXPECT_TRUE(is_right(boxed, {.content = "\\boxed{3}, no: \\boxed{7}."}));
  EXPECT_FALSE(is_right(boxed, {.content = "\\boxed{7}, no: \\boxed{3}."}));
  EXPECT_FALSE(is_right(boxed, {.content = "7"}));
  EXPECT_FALSE(is_right(boxed, {.content = "\\boxed{7"}));
  EXPECT_TRUE(is_right(R"({"kind": "exact", "value": "a b"})", {.content = "\na b \n"}));
  EXPECT_FALSE(is_right(R"({"kind": "exact", "value": "a b"})", {.content = "A b"}));
  EXPECT_TRUE(
      is_right(R"({"kind": "contains", "value": ["ada", "巴黎"]})", {.content = "Ada, 巴黎"}));
  EXPECT_FALSE(is_right(R"({"kind": "contains", "value": ["ada", "x"]})", {.content = "Ada"}));
  EXPECT_TRUE(is_right(R"({"kind": "contains", "value": "ada"})", {.content = "ADA"}));
  const char* json = R"({"kind": "json", "value": {"a": 1, "b": [2]}})";
  EXPECT_TRUE(is_right(json, {.content = " {\"b\": [2],\n\"a\":1} "}));
  EXPECT_FALSE(is_right(json, {.content = "{\"a\": 1, \"b\": [2]} and so on"}));
  EXPECT_FALSE(is_right(json, {.content = "{\"a\": 1"}));
  const char* tool = R"({"kind": "tool", "value": {"name": "f", "arguments": {"x": 1}}})";
  EXPECT_TRUE(is_right(tool, {.calls = {{"f", "{\"x\": 1}"}}}));
  EXPECT_FALSE(is_right(tool, {.calls = {{"f", "{\"x\": 1}"}, {"f", "{\"x\": 1}"}}}));
  EXPECT_FALSE(is_right(tool, {.calls = {{"f", "{\"x\": "}}}));
  EXPECT_FALSE(is_right(tool, {.content = "f"}));
  const char* schema = R"({"kind": "schema", "value": {"type": "object", "required": ["a"]}})";
  EXPECT_TRUE(is_right(schema, {.content = " {\"a\": 1} "}));
  EXPECT_FALSE(is_right(schema, {.content = "{\"b\": 1}"}));
  EXPECT_FALSE(is_right(schema, {.content = "{\"a\": "}));
}

TEST(AnswerCheck, FollowsFromARightAnswer) {
  const auto same = [](const char* right, const char* other) {
    const auto check = AnswerCheck::by_example(right);
    return check && check->is_right({.content = other});
  };
  EXPECT_TRUE(same("2+2 is \\boxed{4}", "\\boxed{ 4 }"));
  EXPECT_FALSE(same("2+2 is \\boxed{4}", "4"));
  EXPECT_TRUE(same("{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}"));
  EXPECT_FALSE(same("{\"a\": 1}", "{\"a\": 2}"));
  for (const char* text : {"", "Dear all,", "4", "\"4\"", "{\"a\": 1} is it", "\\boxed{}"}) {
    EXPECT_FALSE(AnswerCheck::by_example(text)) << text;
  }
}

TEST(AnswerCheck, RefusesWhatIsNone) {
  for (const char* check :
       {"{}", "5", R"({"kind": "taste", "value": 1})", R"({"kind": "boxed", "value": 7})",
        R"({"kind": "exact"})", R"({"kind": "tool", "value": "f"})",
        R"({"kind": "schema", "value": {"type": "thing"}})"}) {
    EXPECT_EQ(AnswerCheck::of(parse_json(check).value()).error().code, ErrorCode::InvalidArgument)
        << check;
  }
}

TEST(Trial, SaysWhatTheItemsCanCarry) {
  const TrialResult better = judge_trial({50, 2, 15, 33}).value();
  EXPECT_EQ(better.verdict, TrialVerdict::Improved);
  EXPECT_NEAR(better.difference.difference, 0.13, 1e-12);
  EXPECT_FALSE(better.items_needed);
  EXPECT_EQ(judge_trial({50, 15, 2, 33}).value().verdict, TrialVerdict::Worse);
  const TrialResult unknown = judge_trial({50, 3, 6, 41}).value();
  EXPECT_EQ(unknown.verdict, TrialVerdict::NotEnoughData);
  EXPECT_GT(unknown.items_needed.value(), 100);
  EXPECT_FALSE(judge_trial({50, 4, 4, 42}).value().items_needed) << "no difference to be found";
  EXPECT_FALSE(judge_trial({0, 0, 0, 0}));
}

/// The number of items that it names is enough four times in five: by simulation.
TEST(Trial, NamesEnoughItems) {
  const TrialResult unknown = judge_trial({60, 5, 10, 25}).value();
  const std::int64_t num_items = unknown.items_needed.value();
  Random random(20'261'130);
  int num_found = 0;
  constexpr int kStudies = 400;
  for (int study = 0; study < kStudies; ++study) {
    PairedCounts counts;
    for (std::int64_t i = 0; i < num_items; ++i) {
      const double at = random.uniform();
      ++(at < 0.6    ? counts.both
         : at < 0.65 ? counts.only_first
         : at < 0.75 ? counts.only_second
                     : counts.neither);
    }
    num_found += judge_trial(counts).value().verdict == TrialVerdict::Improved;
  }
  EXPECT_GT(num_found, 0.72 * kStudies) << "seed 20261130";
  EXPECT_LT(num_found, 0.9 * kStudies);
}

}  // namespace
}  // namespace falconet
