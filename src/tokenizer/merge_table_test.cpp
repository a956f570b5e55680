#include "tokenizer/merge_table.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/strings.h"

namespace falconet {
namespace {

using Symbols = std::vector<std::int32_t>;

/// Rescans the whole word for its lowest rank, leftmost first: the definition.
Symbols merged_naively(const MergeTable& table, Symbols word) {
  while (true) {
    std::size_t best = word.size();
    const MergeTable::Merge* merge = nullptr;
    for (std::size_t i = 0; i + 1 < word.size(); ++i) {
      const auto* candidate = table.find(word[i], word[i + 1]);
      if (candidate != nullptr && (merge == nullptr || candidate->rank < merge->rank)) {
        merge = candidate;
        best = i;
      }
    }
    if (merge == nullptr) return word;
    word[best] = merge->merged;
    word.erase(word.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(MergeTable, MergesShortAndLongWordsAsTheDefinitionSays) {
  const std::uint64_t seed = 5;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  const auto symbol = [&] { return static_cast<std::int32_t>(random.below(40)); };
  MergeTable table;
  for (std::int32_t i = 0; i < 400; ++i) {
    table.add(symbol(), symbol(), {i / 3, symbol()}, MergeTable::OnRepeat::KeepFirst);
  }
  for (int round = 0; round < 300; ++round) {
    Symbols word(random.below(round % 10 == 0 ? 600 : 60));
    for (auto& s : word) s = random.below(30) == 0 ? -1 : symbol();
    const Symbols expected = merged_naively(table, word);
    merge_symbols(table, word);
    ASSERT_EQ(word, expected);
  }
}

TEST(MergeTable, KeepsTheFirstOrTheLastOfRepeatedMergesAsAsked) {
  MergeTable table;
  table.add(1, 2, {0, 3}, MergeTable::OnRepeat::KeepFirst);
  table.add(1, 2, {1, 4}, MergeTable::OnRepeat::KeepFirst);
  EXPECT_EQ(table.find(1, 2)->merged, 3);
  table.add(1, 2, {2, 5}, MergeTable::OnRepeat::KeepLast);
  EXPECT_EQ(table.find(1, 2)->merged, 5);
  EXPECT_EQ(table.find(2, 1), nullptr);
  EXPECT_EQ(table.find(-1, -1), nullptr);
}

}  // namespace
}  // namespace falconet
