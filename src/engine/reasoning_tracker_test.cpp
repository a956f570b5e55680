#include "engine/reasoning_tracker.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

constexpr TokenId kOpen{1};
constexpr TokenId kClose{2};
constexpr TokenId kNewline{3};
constexpr TokenId kWord{9};

ReasoningParams params(std::optional<std::size_t> budget, bool starts_inside) {
  return {.open = {kOpen},
          .close = {kClose},
          .forced_close = {kNewline, kClose, kNewline},
          .starts_inside = starts_inside,
          .budget = budget};
}

// Plays a model that says `wishes`, overruled where the tracker forces a token.
struct Played {
  std::vector<TokenId> output;
  std::size_t num_reasoning = 0;
};
Played play(const ReasoningParams& reasoning, const std::vector<TokenId>& wishes) {
  ReasoningTracker tracker(reasoning);
  Played played;
  for (const TokenId wish : wishes) {
    played.output.push_back(tracker.forced_token().value_or(wish));
    if (tracker.observe(played.output)) ++played.num_reasoning;
  }
  return played;
}

TEST(ReasoningTracker, ClosesReasoningProperlyWhenTheBudgetIsSpent) {
  const Played played = play(params(2, true), std::vector<TokenId>(7, kWord));
  EXPECT_EQ(played.output,
            (std::vector<TokenId>{kWord, kWord, kNewline, kClose, kNewline, kWord, kWord}));
  EXPECT_EQ(played.num_reasoning, 2u);
}

TEST(ReasoningTracker, ABudgetOfZeroMeansNoReasoningAtAll) {
  const Played inside = play(params(0, true), std::vector<TokenId>(4, kWord));
  EXPECT_EQ(inside.output, (std::vector<TokenId>{kNewline, kClose, kNewline, kWord}));
  const Played opened = play(params(0, false), {kOpen, kWord, kWord, kWord, kWord});
  EXPECT_EQ(opened.output, (std::vector<TokenId>{kOpen, kNewline, kClose, kNewline, kWord}));
  EXPECT_EQ(opened.num_reasoning, 0u);
}

TEST(ReasoningTracker, LeavesReasoningThatEndsInTimeAlone) {
  const std::vector<TokenId> wishes = {kWord, kWord, kClose, kWord, kWord, kWord, kWord};
  const Played played = play(params(3, true), wishes);
  EXPECT_EQ(played.output, wishes);
  EXPECT_EQ(played.num_reasoning, 2u);
}

TEST(ReasoningTracker, SetsABoundAnswerApartAfterTheModelsOwnClosing) {
  ReasoningParams reasoning = params(std::nullopt, true);
  reasoning.separator = {kNewline, kNewline};
  const Played played = play(reasoning, {kWord, kClose, kWord, kWord, kWord});
  EXPECT_EQ(played.output, (std::vector<TokenId>{kWord, kClose, kNewline, kNewline, kWord}));
  EXPECT_EQ(played.num_reasoning, 1u);
}

TEST(ReasoningTracker, AnOpeningTagLaterInTheAnswerIsText) {
  std::vector<TokenId> wishes(ReasoningTracker::kOpeningWindow, kWord);
  wishes.insert(wishes.end(), {kOpen, kWord, kWord, kWord});
  const Played played = play(params(1, false), wishes);
  EXPECT_EQ(played.output, wishes);
  EXPECT_EQ(played.num_reasoning, 0u);
}

}  // namespace
}  // namespace falconet
