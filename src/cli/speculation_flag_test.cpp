#include "cli/speculation_flag.h"

#include <gmock/gmock.h>

namespace falconet {
namespace {

using testing::HasSubstr;

TEST(SpeculationFlag, SaysHowFarToGuessAheadAsVllmWritesIt) {
  EXPECT_FALSE(parse_speculation(R"({"method":"none"})")->options.is_on());
  EXPECT_EQ(parse_speculation(R"({"method":"ngram"})")->options.num_speculative_tokens, 8u);
  EXPECT_EQ(parse_speculation(R"({"num_speculative_tokens":3})")->options.num_speculative_tokens,
            3u);
  const auto all = parse_speculation(
      R"({"method":"ngram","num_speculative_tokens":5,"prompt_lookup_max":4,"prompt_lookup_min":3})");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->options.num_speculative_tokens, 5u);
  EXPECT_EQ(all->options.prompt_lookup_max, 4u);
  EXPECT_EQ(all->options.prompt_lookup_min, 3u);
}

TEST(SpeculationFlag, NamesADraftModel) {
  EXPECT_EQ(parse_speculation(R"({"method":"ngram"})")->model, "");
  for (const char* text : {R"({"model":"small.gguf","num_speculative_tokens":4})",
                           R"({"method":"draft_model","model":"small.gguf",
                               "num_speculative_tokens":4})"}) {
    const auto flag = parse_speculation(text);
    ASSERT_TRUE(flag) << flag.error().message;
    EXPECT_EQ(flag->model, "small.gguf");
    EXPECT_EQ(flag->options.num_speculative_tokens, 4u);
  }
}

TEST(SpeculationFlag, RefusesWhatCannotBeDoneWithTheReason) {
  const auto refusal = [](const char* text) {
    const auto options = parse_speculation(text);
    EXPECT_FALSE(options) << text;
    return options ? std::string() : options.error().message;
  };
  EXPECT_THAT(refusal("ngram"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(refusal("[]"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(refusal(R"({"method":"eagle"})"), HasSubstr("\"eagle\" is not one of ngram"));
  EXPECT_THAT(refusal(R"({"method":1})"), HasSubstr("the method 1 is not one of ngram"));
  EXPECT_THAT(refusal(R"({"method":"draft_model"})"), HasSubstr("needs a \"model\""));
  EXPECT_THAT(refusal(R"({"method":"ngram","model":"x"})"), HasSubstr("found \"ngram\""));
  EXPECT_THAT(refusal(R"({"model":3})"), HasSubstr("must be a file or a name; found 3"));
  EXPECT_THAT(refusal(R"({"draft":1})"), HasSubstr("\"draft\" is unknown"));
  EXPECT_THAT(refusal(R"({"num_speculative_tokens":0})"), HasSubstr("from 1 to 15; found 0"));
  EXPECT_THAT(refusal(R"({"num_speculative_tokens":16})"), HasSubstr("from 1 to 15; found 16"));
  EXPECT_THAT(refusal(R"({"num_speculative_tokens":"4"})"), HasSubstr("found \"4\""));
  EXPECT_THAT(refusal(R"({"prompt_lookup_min":1})"), HasSubstr("from 2 to 8; found 1"));
  EXPECT_THAT(refusal(R"({"prompt_lookup_max":3,"prompt_lookup_min":4})"),
              HasSubstr("from 2 to 3; found 4"));
}

}  // namespace
}  // namespace falconet
