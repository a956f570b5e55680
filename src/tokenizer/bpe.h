// Byte-pair encoding: symbols are merged by rank until no pair has one (Sennrich et al. 2016).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace falconet {

/// (left, right) -> merged symbol and rank; lower ranks merge first. Open addressing: a lookup is
/// one or two cache lines.
class MergeTable {
 public:
  struct Merge {
    std::int32_t rank = 0;
    std::int32_t merged = 0;
  };

  void reserve(std::size_t count);

  /// Keeps the first of two merges of the same pair.
  void add(std::int32_t left, std::int32_t right, Merge merge);

  const Merge* find(std::int32_t left, std::int32_t right) const;

 private:
  struct Entry {
    std::uint64_t key = ~std::uint64_t{0};
    Merge merge;
  };

  std::size_t place_of(std::uint64_t key) const;
  void grow();

  std::vector<Entry> entries_;
  std::size_t num_entries_ = 0;
};

/// Merges `symbols` in place; symbols below 0 never merge. Leftmost first among equal ranks.
void merge_symbols(const MergeTable& table, std::vector<std::int32_t>& symbols);

}  // namespace falconet
