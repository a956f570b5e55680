#include "tokenizer/merge_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <queue>

namespace falconet {
namespace {

// Up to this many symbols, rescanning the word for its best pair is faster than keeping a heap;
// nearly all words of text are shorter. Measured with bench/tokenizer_bench on Chinese clauses.
constexpr std::size_t kScanLimit = 256;

constexpr std::int32_t kNeverMerges = std::numeric_limits<std::int32_t>::max();

/// A word of at most kScanLimit symbols with, beside each, what it would merge into with the next.
class ShortWord {
 public:
  ShortWord(const MergeTable& table, std::vector<std::int32_t>& symbols)
      : table_(table), symbols_(symbols), count_(symbols.size()) {
    for (std::size_t i = 0; i < count_; ++i) look_up(i);
  }

  void merge_all() {
    while (true) {
      const std::size_t best = best_place();
      if (ranks_[best] == kNeverMerges) break;
      symbols_[best] = merged_[best];
      close_gap(best + 1);
      look_up(best);
      if (best > 0) look_up(best - 1);
    }
    symbols_.resize(count_);
  }

 private:
  void look_up(std::size_t i) {
    const MergeTable::Merge* merge =
        i + 1 < count_ ? table_.find(symbols_[i], symbols_[i + 1]) : nullptr;
    ranks_[i] = merge == nullptr ? kNeverMerges : merge->rank;
    merged_[i] = merge == nullptr ? -1 : merge->merged;
  }

  std::size_t best_place() const {
    // Two passes: the first has no branches and becomes vector code.
    std::int32_t lowest = kNeverMerges;
    for (std::size_t i = 0; i < count_; ++i) lowest = std::min(lowest, ranks_[i]);
    std::size_t place = 0;
    while (ranks_[place] != lowest) ++place;
    return place;
  }

  void close_gap(std::size_t gap) {
    const std::size_t num_bytes = (count_ - gap - 1) * sizeof(std::int32_t);
    std::memmove(&symbols_[gap], &symbols_[gap] + 1, num_bytes);
    std::memmove(&ranks_[gap], &ranks_[gap] + 1, num_bytes);
    std::memmove(&merged_[gap], &merged_[gap] + 1, num_bytes);
    --count_;
  }

  const MergeTable& table_;
  std::vector<std::int32_t>& symbols_;
  std::size_t count_;
  std::int32_t ranks_[kScanLimit];
  std::int32_t merged_[kScanLimit];
};

/// A word of any length as a linked list, with a heap of the pairs that merge. n log n.
class LongWord {
 public:
  LongWord(const MergeTable& table, std::vector<std::int32_t>& symbols)
      : table_(table), symbols_(symbols), next_(symbols.size()), previous_(symbols.size()) {
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      next_[i] = i + 1;
      previous_[i] = i == 0 ? kNone : i - 1;
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) offer(i);
  }

  void merge_all() {
    while (!heap_.empty()) {
      const Candidate best = heap_.top();
      heap_.pop();
      if (!is_stale(best)) merge(best);
    }
    std::erase(symbols_, kGone);
  }

 private:
  struct Candidate {
    std::int32_t rank;
    std::int32_t merged;
    std::size_t place;
    std::int32_t left;
    std::int32_t right;
    bool operator>(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : place > other.place;
    }
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::int32_t kGone = std::numeric_limits<std::int32_t>::min();

  void offer(std::size_t place) {
    const std::size_t right = next_[place];
    if (right >= symbols_.size()) return;
    if (const auto* merge = table_.find(symbols_[place], symbols_[right])) {
      heap_.push({merge->rank, merge->merged, place, symbols_[place], symbols_[right]});
    }
  }

  /// Whether the pair has changed since it was offered.
  bool is_stale(const Candidate& candidate) const {
    const std::size_t right = next_[candidate.place];
    return symbols_[candidate.place] != candidate.left || right >= symbols_.size() ||
           symbols_[right] != candidate.right;
  }

  void merge(const Candidate& candidate) {
    const std::size_t left = candidate.place;
    const std::size_t right = next_[left];
    symbols_[left] = candidate.merged;
    symbols_[right] = kGone;
    next_[left] = next_[right];
    if (next_[left] < symbols_.size()) previous_[next_[left]] = left;
    offer(left);
    if (previous_[left] != kNone) offer(previous_[left]);
  }

  const MergeTable& table_;
  std::vector<std::int32_t>& symbols_;
  std::vector<std::size_t> next_;
  std::vector<std::size_t> previous_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> heap_;
};

}  // namespace

void MergeTable::reserve(std::size_t count) {
  const std::size_t wanted = std::bit_ceil(count + count / 2 + 64);
  std::vector<Entry> old(std::max(wanted, entries_.size()));
  old.swap(entries_);
  filter_.assign(entries_.size() / 8, 0);
  for (const Entry& entry : old) {
    if (entry.pair != kEmpty) put(entry);
  }
}

void MergeTable::put(const Entry& entry) {
  const std::uint64_t hash = hash_of(entry.pair);
  const std::size_t bit = static_cast<std::size_t>(hash >> 20) & (filter_.size() * 64 - 1);
  filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  entries_[place_of(entry.pair, hash)] = entry;
}

void MergeTable::add(std::int32_t left, std::int32_t right, Merge merge, OnRepeat on_repeat) {
  if (find(left, right) == nullptr) {
    if (num_entries_ * 3 >= entries_.size() * 2) reserve(num_entries_ * 2);
    ++num_entries_;
  } else if (on_repeat == OnRepeat::KeepFirst) {
    return;
  }
  put({pair_of(left, right), merge});
}

void merge_symbols(const MergeTable& table, std::vector<std::int32_t>& symbols) {
  if (symbols.size() < 2) return;
  if (symbols.size() <= kScanLimit) {
    ShortWord(table, symbols).merge_all();
  } else {
    LongWord(table, symbols).merge_all();
  }
}

}  // namespace falconet
