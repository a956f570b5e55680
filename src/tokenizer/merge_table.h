// Byte-pair encoding: symbols are merged by rank until no pair has one (Sennrich et al. 2016).
#pragma once

#include <cstdint>
#include <vector>

namespace falconet {

/// (left, right) -> merged symbol and rank; lower ranks merge first.
class MergeTable {
 public:
  struct Merge {
    std::int32_t rank = 0;
    std::int32_t merged = 0;
  };

  /// Which of two merges of one pair counts: llama.cpp keeps the first, Hugging Face the last.
  enum class OnRepeat { KeepFirst, KeepLast };

  void reserve(std::size_t count);
  void add(std::int32_t left, std::int32_t right, Merge merge, OnRepeat on_repeat);

  /// Null where the pair does not merge.
  const Merge* find(std::int32_t left, std::int32_t right) const;

 private:
  struct Entry {
    std::uint64_t pair = ~std::uint64_t{0};
    Merge merge;
  };

  std::size_t place_of(std::uint64_t pair) const;

  std::vector<Entry> entries_;  // open addressing, at most half full
  std::size_t num_entries_ = 0;
};

/// Merges `symbols` in place, leftmost first among equal ranks. Symbols below 0 never merge.
void merge_symbols(const MergeTable& table, std::vector<std::int32_t>& symbols);

}  // namespace falconet
