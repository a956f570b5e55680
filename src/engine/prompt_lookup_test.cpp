#include "engine/prompt_lookup.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/random.h"
#include "engine/draft_length.h"
#include "engine/random_tokens.h"

namespace falconet {
namespace {

std::vector<TokenId> letters(std::string_view text) {
  std::vector<TokenId> tokens;
  for (const char letter : text) tokens.push_back({letter});
  return tokens;
}

std::string continuation(std::string_view text, std::size_t count, std::size_t min_match = 2) {
  const std::vector<TokenId> tokens = letters(text);
  PromptLookup lookup(min_match, 8);
  const PromptLookup::Match match = lookup.find(tokens);
  if (match.num_tokens == 0) return "";
  std::vector<TokenId> draft;
  copy_continuation(tokens, match, count, draft);
  std::string proposed;
  for (const TokenId token : draft) proposed.push_back(static_cast<char>(token.value));
  return proposed;
}

TEST(PromptLookup, ProposesWhatFollowedTheLongestAgreement) {
  EXPECT_EQ(continuation("xabcd1 abce2 bc", 2), "e2") << "two places agree in as much: the later";
  EXPECT_EQ(continuation("xabcd1 ybce2 xabc", 2), "d1") << "a longer agreement before a later one";
}

TEST(PromptLookup, ProposesNothingWhereTheTextIsNew) {
  EXPECT_EQ(continuation("", 4), "");
  EXPECT_EQ(continuation("a", 4), "");
  EXPECT_EQ(continuation("ab", 4), "");
  EXPECT_EQ(continuation("abcdefgh", 4), "");
  EXPECT_EQ(continuation("abcd bc", 4, /*min_match=*/3), "") << "two tokens are too few";
}

TEST(PromptLookup, ALoopIsContinuedBeyondTheTextsEnd) {
  EXPECT_EQ(continuation("xabcabc", 8), "abcabcab");
  EXPECT_EQ(continuation("zzz", 5), "zzzzz");
}

// The oracle looks at every place.
TEST(PromptLookup, FindsWhatAFullScanFindsWhileTheTextGrows) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    const std::size_t vocab = 2 + random.below(60);
    std::vector<TokenId> tokens = random_tokens(random.below(80), vocab, random);
    PromptLookup lookup(2 + seed % 2, 6);
    const std::size_t min_match = 2 + seed % 2;
    while (tokens.size() < 250) {
      const std::vector<TokenId> more = random_tokens(random.below(4), vocab, random);
      tokens.insert(tokens.end(), more.begin(), more.end());
      std::size_t best_next = 0;
      std::size_t best_count = 0;
      for (std::size_t next = tokens.size(); next-- > 1;) {
        std::size_t count = 0;
        while (count < 6 && count < next &&
               tokens[next - 1 - count] == tokens[tokens.size() - 1 - count]) {
          ++count;
        }
        if (count >= min_match && count > best_count) {
          best_next = next;
          best_count = count;
        }
      }
      const PromptLookup::Match match = lookup.find(tokens);
      ASSERT_EQ(match.num_tokens, best_count);
      ASSERT_EQ(match.next, best_next);
    }
  }
}

TEST(DraftLength, GrowsWhileDraftsAreRightAndStaysWithinItsLimit) {
  DraftLength length(/*max=*/7);
  EXPECT_EQ(length.next(false), 2u);
  length.observe(2, 2);
  EXPECT_EQ(length.next(false), 4u);
  length.observe(4, 4);
  EXPECT_EQ(length.next(false), 7u);
  length.observe(7, 7);
  EXPECT_EQ(length.next(false), 7u);
  length.observe(7, 5);
  EXPECT_EQ(length.next(false), 5u) << "what was right of the last one";
  EXPECT_EQ(DraftLength(1).next(false), 1u);
}

TEST(DraftLength, ATextWithoutRepetitionPaysARowInSixtyFour) {
  DraftLength length(8);
  std::size_t num_rows = 0;
  constexpr std::size_t kTokens = 64 * 100;
  for (std::size_t i = 0; i < kTokens; ++i) {
    const std::size_t drafted = length.next(false);
    num_rows += drafted;
    if (drafted > 0) length.observe(drafted, 0);
  }
  EXPECT_GE(num_rows, 90u) << "it goes on trying";
  EXPECT_LE(num_rows, 120u);
}

TEST(DraftLength, ALongAgreementEndsARestSooner) {
  const auto rest_of = [](bool is_long_match) {
    DraftLength length(8);
    for (int failures = 0; failures < 20;) {
      const std::size_t drafted = length.next(false);
      if (drafted == 0) continue;
      length.observe(drafted, 0);
      ++failures;
    }
    std::size_t num_tokens = 1;
    while (length.next(is_long_match) == 0) ++num_tokens;
    return num_tokens;
  };
  EXPECT_EQ(rest_of(false), DraftLength::kMaxRest);
  EXPECT_EQ(rest_of(true), DraftLength::kMaxRest / DraftLength::kHaste);
}

}  // namespace
}  // namespace falconet
