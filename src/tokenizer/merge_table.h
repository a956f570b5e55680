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
  const Merge* find(std::int32_t left, std::int32_t right) const {
    if (left < 0 || right < 0 || entries_.empty()) return nullptr;
    const std::uint64_t pair = pair_of(left, right);
    const std::uint64_t hash = hash_of(pair);
    if (!may_hold(hash)) return nullptr;
    const Entry& entry = entries_[place_of(pair, hash)];
    return entry.pair == kEmpty ? nullptr : &entry.merge;
  }

  /// Calls `visit` with left, right and merge of every pair, in no order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.pair == kEmpty) continue;
      visit(static_cast<std::int32_t>(entry.pair >> 32), static_cast<std::int32_t>(entry.pair),
            entry.merge);
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

  struct Entry {
    std::uint64_t pair = kEmpty;
    Merge merge;
  };

  static std::uint64_t pair_of(std::int32_t left, std::int32_t right) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
           static_cast<std::uint32_t>(right);
  }

  // Fibonacci hashing (Knuth, volume 3, section 6.4): the high bits are the good ones.
  static std::uint64_t hash_of(std::uint64_t pair) { return pair * 0x9E3779B97F4A7C15u; }

  bool may_hold(std::uint64_t hash) const {
    const std::size_t bit = static_cast<std::size_t>(hash >> 20) & (filter_.size() * 64 - 1);
    return (filter_[bit / 64] >> (bit % 64) & 1) != 0;
  }

  std::size_t place_of(std::uint64_t pair, std::uint64_t hash) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t place = static_cast<std::size_t>(hash >> 32) & mask;
    while (entries_[place].pair != kEmpty && entries_[place].pair != pair) {
      place = (place + 1) & mask;
    }
    return place;
  }

  void put(const Entry& entry);

  std::vector<Entry> entries_;  // open addressing, at most two thirds full
  // One bit a pair, eight times as many bits as entries. Most pairs of a text do not merge: this
  // says so from a hundred kilobytes, where the entries take megabytes.
  std::vector<std::uint64_t> filter_;
  std::size_t num_entries_ = 0;
};

/// Merges `symbols` in place, leftmost first among equal ranks. Symbols below 0 never merge.
void merge_symbols(const MergeTable& table, std::vector<std::int32_t>& symbols);

}  // namespace falconet
