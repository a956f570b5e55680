#include "tokenizer/bpe.h"

#include <bit>
#include <limits>
#include <queue>

namespace falconet {
namespace {

constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

// Above this many symbols a heap beats rescanning the word for its best pair; words of text are
// nearly always shorter.
constexpr std::size_t kScanLimit = 48;

std::uint64_t key_of(std::int32_t left, std::int32_t right) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
         static_cast<std::uint32_t>(right);
}

void merge_by_scanning(const MergeTable& table, std::vector<std::int32_t>& symbols) {
  constexpr std::int32_t kNone = std::numeric_limits<std::int32_t>::max();
  std::int32_t ranks[kScanLimit];
  std::int32_t merged[kScanLimit];
  const auto look_up = [&](std::size_t i) {
    const MergeTable::Merge* merge =
        i + 1 < symbols.size() ? table.find(symbols[i], symbols[i + 1]) : nullptr;
    ranks[i] = merge == nullptr ? kNone : merge->rank;
    merged[i] = merge == nullptr ? 0 : merge->merged;
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) look_up(i);
  while (true) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < symbols.size(); ++i) {
      if (ranks[i] < ranks[best]) best = i;
    }
    if (ranks[best] == kNone) return;
    symbols[best] = merged[best];
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    for (std::size_t i = best + 1; i < symbols.size(); ++i) {
      ranks[i] = ranks[i + 1];
      merged[i] = merged[i + 1];
    }
    look_up(best);
    if (best > 0) look_up(best - 1);
  }
}

void merge_by_heap(const MergeTable& table, std::vector<std::int32_t>& symbols) {
  struct Candidate {
    std::int32_t rank;
    std::size_t place;
    std::int32_t left;
    std::int32_t right;
    std::int32_t merged;
    bool operator>(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : place > other.place;
    }
  };
  constexpr std::int32_t kGone = -2;
  const std::size_t count = symbols.size();
  std::vector<std::size_t> next(count);
  std::vector<std::size_t> previous(count);
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> heap;
  const auto offer = [&](std::size_t place) {
    const std::size_t right = next[place];
    if (right >= count) return;
    if (const auto* merge = table.find(symbols[place], symbols[right])) {
      heap.push({merge->rank, place, symbols[place], symbols[right], merge->merged});
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    next[i] = i + 1;
    previous[i] = i == 0 ? count : i - 1;
  }
  for (std::size_t i = 0; i < count; ++i) offer(i);
  while (!heap.empty()) {
    const Candidate candidate = heap.top();
    heap.pop();
    const std::size_t left = candidate.place;
    const std::size_t right = next[left];
    const bool is_stale =
        symbols[left] != candidate.left || right >= count || symbols[right] != candidate.right;
    if (is_stale) continue;
    symbols[left] = candidate.merged;
    symbols[right] = kGone;
    next[left] = next[right];
    if (next[left] < count) previous[next[left]] = left;
    offer(left);
    if (previous[left] < count) offer(previous[left]);
  }
  std::erase(symbols, kGone);
}

}  // namespace

void MergeTable::reserve(std::size_t count) {
  entries_.assign(std::bit_ceil(count * 2 + 16), Entry{});
  num_entries_ = 0;
}

std::size_t MergeTable::place_of(std::uint64_t key) const {
  const std::size_t mask = entries_.size() - 1;
  std::size_t place = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 20) & mask;
  while (entries_[place].key != kEmpty && entries_[place].key != key) place = (place + 1) & mask;
  return place;
}

void MergeTable::grow() {
  std::vector<Entry> old;
  old.swap(entries_);
  reserve(std::max<std::size_t>(old.size(), 16));
  for (const Entry& entry : old) {
    if (entry.key == kEmpty) continue;
    entries_[place_of(entry.key)] = entry;
    ++num_entries_;
  }
}

void MergeTable::add(std::int32_t left, std::int32_t right, Merge merge) {
  if (num_entries_ * 2 >= entries_.size()) grow();
  Entry& entry = entries_[place_of(key_of(left, right))];
  if (entry.key != kEmpty) return;
  entry = {key_of(left, right), merge};
  ++num_entries_;
}

const MergeTable::Merge* MergeTable::find(std::int32_t left, std::int32_t right) const {
  if (left < 0 || right < 0 || entries_.empty()) return nullptr;
  const Entry& entry = entries_[place_of(key_of(left, right))];
  return entry.key == kEmpty ? nullptr : &entry.merge;
}

void merge_symbols(const MergeTable& table, std::vector<std::int32_t>& symbols) {
  if (symbols.size() < 2) return;
  if (symbols.size() <= kScanLimit) return merge_by_scanning(table, symbols);
  merge_by_heap(table, symbols);
}

}  // namespace falconet
