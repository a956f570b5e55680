#include "cli/speculation_flag.h"

#include <gmock/gmock.h>

namespace falconet {
namespace {

using testing::HasSubstr;

TEST(SpeculationFlag, SaysHowFarToGuessAheadAsVllmWritesIt) {
  EXPECT_FALSE(parse_speculation(R"({"method":"none"})")->is_on());
  EXPECT_EQ(parse_speculation(R"({"method":"ngram"})")->num_speculative_tokens, 8u);
  EXPECT_EQ(parse_speculation(R"({"num_speculative_tokens":3})")->num_speculative_tokens, 3u);
  const auto all = parse_speculation(
      R"({"method":"ngram","num_speculative_tokens":5,"prompt_lookup_max":4,"prompt_lookup_min":3})");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->num_speculative_tokens, 5u);
  EXPECT_EQ(all->prompt_lookup_max, 4u);
  EXPECT_EQ(all->prompt_lookup_min, 3u);
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
