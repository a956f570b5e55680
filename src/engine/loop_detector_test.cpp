#include "engine/loop_detector.h"

#include <gtest/gtest.h>

#include <optional>

#include "engine/random_tokens.h"

namespace falconet {
namespace {

// The output length at which the detector says "loop", if it does.
std::optional<std::size_t> detected_at(const std::vector<TokenId>& tokens) {
  LoopDetector detector;
  for (std::size_t n = 1; n <= tokens.size(); ++n) {
    if (detector.observe(std::span(tokens).first(n))) return n;
  }
  return std::nullopt;
}

TEST(LoopDetector, FindsLoopsOfEveryPeriodSoonAfterTheyAreCertain) {
  Random random(7);
  for (const std::size_t period : {1u, 2u, 3u, 17u, 40u, 160u, 511u, 512u}) {
    std::vector<TokenId> tokens = random_tokens(300, 50000, random);
    const std::vector<TokenId> pattern = random_tokens(period, 50000, random);
    for (std::size_t i = 0; i < 4000; ++i) tokens.push_back(pattern[i % period]);
    const std::size_t run =
        std::max(LoopDetector::kMinRunTokens, LoopDetector::kMinRepeats * period);
    EXPECT_EQ(detected_at(tokens), 300 + period + run) << "period " << period;
  }
}

TEST(LoopDetector, LeavesLongTextAloneEvenWithFewDifferentTokens) {
  Random random(8);
  EXPECT_FALSE(detected_at(random_tokens(20000, 3, random)));
}

TEST(LoopDetector, LeavesARefrainAlone) {
  Random random(9);
  const std::vector<TokenId> refrain = random_tokens(60, 50000, random);
  std::vector<TokenId> song;
  for (int verse = 0; verse < 40; ++verse) {
    for (const TokenId token : random_tokens(80, 50000, random)) song.push_back(token);
    song.insert(song.end(), refrain.begin(), refrain.end());
    song.insert(song.end(), refrain.begin(), refrain.end());
  }
  EXPECT_FALSE(detected_at(song));
}

}  // namespace
}  // namespace falconet
