// Which answers are drawn into a sample, and with what chance.
#include "feedback/sample_design.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace falconet {
namespace {

/// `counts` items of each stratum, mixed.
std::vector<std::string> items_of(const std::map<std::string, int>& counts) {
  std::vector<std::string> items;
  for (int i = 0; i < 1000; ++i) {
    for (const auto& [name, count] : counts) {
      if (i < count) items.push_back(name);
    }
  }
  return items;
}

std::map<std::string, int> drawn_by_stratum(const std::vector<std::string>& items,
                                            const std::vector<DrawnItem>& drawn) {
  std::map<std::string, int> counts;
  for (const DrawnItem& item : drawn) ++counts[items[item.index]];
  return counts;
}

TEST(SampleDesign, TheSameSeedDrawsTheSameAndAnotherOneSomethingElse) {
  const auto items = items_of({{"", 200}});
  const auto indexes = [&](std::int64_t seed) {
    std::vector<std::size_t> all;
    const auto drawn = draw_sample(items, {.size = 20, .seed = seed}).value();
    for (const DrawnItem& item : drawn) {
      all.push_back(item.index);
    }
    return all;
  };
  EXPECT_EQ(indexes(3), indexes(3));
  EXPECT_NE(indexes(3), indexes(4));
  EXPECT_EQ(indexes(3).size(), 20u);
}

// The oracle: over many seeds an item is drawn as often as the probability that is written beside
// it says, within 5 binomial standard deviations, and the weights add up to the number of items.
TEST(SampleDesign, EveryItemIsDrawnAsOftenAsItsProbabilitySays) {
  constexpr std::int64_t kFirstSeed = 77'001;
  constexpr int kDraws = 4000;
  SCOPED_TRACE(testing::Message() << "seeds " << kFirstSeed << " + 0…" << kDraws - 1);
  const auto items = items_of({{"errors", 7}, {"others", 33}});
  for (const SampleMethod method :
       {SampleMethod::Random, SampleMethod::Stratified, SampleMethod::ErrorsFirst}) {
    std::vector<std::string> strata = items;
    if (method == SampleMethod::Random) std::ranges::fill(strata, "");
    std::vector<int> times(items.size());
    std::vector<double> promised(items.size());
    for (int i = 0; i < kDraws; ++i) {
      const auto drawn =
          draw_sample(strata, {.method = method, .size = 10, .seed = kFirstSeed + i}).value();
      double weights = 0;
      for (const DrawnItem& item : drawn) {
        ++times[item.index];
        promised[item.index] = item.probability;
        weights += 1 / item.probability;
      }
      ASSERT_NEAR(weights, static_cast<double>(items.size()), 1e-9);
      ASSERT_EQ(drawn.size(), 10u);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      const double p = promised[i];
      ASSERT_GT(p, 0) << "item " << i << " was never drawn";
      const double deviation = std::sqrt(kDraws * p * (1 - p));
      EXPECT_NEAR(times[i], kDraws * p, 5 * deviation + 1e-9)
          << sample_method_name(method) << ", item " << i << " of " << items[i];
    }
  }
}

TEST(SampleDesign, StrataHaveTheSameNumberAsFarAsTheyReach) {
  const auto items = items_of({{"en", 100}, {"zh", 100}, {"rare", 4}});
  const auto drawn = draw_sample(items, {.method = SampleMethod::Stratified, .size = 30}).value();
  const auto counts = drawn_by_stratum(items, drawn);
  EXPECT_EQ(counts.at("rare"), 4) << "all there are";
  EXPECT_EQ(counts.at("en"), 13);
  EXPECT_EQ(counts.at("zh"), 13);
  for (const DrawnItem& item : drawn) {
    EXPECT_EQ(item.probability, items[item.index] == "rare" ? 1.0 : 0.13);
  }
}

TEST(SampleDesign, ErrorsComeAtAHigherRateAndNothingIsImpossible) {
  const auto items = items_of({{"errors", 50}, {"others", 950}});
  const SampleDesign design{.method = SampleMethod::ErrorsFirst, .size = 40, .error_share = 0.75};
  const auto counts = drawn_by_stratum(items, draw_sample(items, design).value());
  EXPECT_EQ(counts.at("errors"), 30);
  EXPECT_EQ(counts.at("others"), 10);
  const auto few = items_of({{"errors", 500}, {"others", 2}});
  EXPECT_GE(drawn_by_stratum(few, draw_sample(few, design).value()).at("others"), 1);
  const auto all = draw_sample(items_of({{"", 5}}), {.size = 50}).value();
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].probability, 1.0);
}

TEST(SampleDesign, SaysWhatCannotBeDrawn) {
  EXPECT_EQ(draw_sample({}, {}).error().code, ErrorCode::NotFound);
  const auto items = items_of({{"a", 5}, {"b", 5}, {"c", 5}});
  const auto refused = draw_sample(items, {.method = SampleMethod::Stratified, .size = 2});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("at least 3"), std::string::npos);
  for (const char* text :
       {R"({"method":"snowball"})", R"({"size":0})", R"({"size":100000})", R"({"error_share":1})",
        R"({"stratify_by":"mood"})", R"({"languages":"zh"})", R"({"from":5,"until":5})"}) {
    EXPECT_FALSE(sample_design_of_json(parse_json(text).value())) << text;
  }
}

TEST(SampleDesign, IsReadBackAsItWasWritten) {
  const SampleDesign design{.method = SampleMethod::Stratified,
                            .size = 7,
                            .seed = 9,
                            .stratify_by = SampleStratum::Turn,
                            .from = 3,
                            .until = 8,
                            .languages = {"zh"}};
  const auto read = sample_design_of_json(sample_design_json(design));
  ASSERT_TRUE(read);
  EXPECT_EQ(sample_design_json(*read), sample_design_json(design));
}

TEST(SampleDesign, KnowsAFaultAndAStratum) {
  EXPECT_FALSE(is_error({.finish_reason = "stop", .rating = 1}));
  EXPECT_TRUE(is_error({.finish_reason = "length"}));
  EXPECT_TRUE(is_error({.finish_reason = "repetition"}));
  EXPECT_TRUE(is_error({.is_stopped = true}));
  EXPECT_TRUE(is_error({.finish_reason = "stop", .rating = -1}));
  const SampleDesign by_turn{.method = SampleMethod::Stratified,
                             .stratify_by = SampleStratum::Turn};
  EXPECT_EQ(stratum_of({.turn = 1}, by_turn), "1");
  EXPECT_EQ(stratum_of({.turn = 7}, by_turn), "4–7");
  EXPECT_EQ(stratum_of({.turn = 8}, by_turn), "8+");
  EXPECT_FALSE(is_eligible({.question_begin = "hello"}, {.languages = {"zh"}}));
  EXPECT_TRUE(is_eligible({.question_begin = "你好"}, {.languages = {"zh"}}));
}

}  // namespace
}  // namespace falconet
