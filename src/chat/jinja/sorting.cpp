#include "chat/jinja/sorting.h"

#include <numeric>
#include <span>

#include "chat/jinja/operators.h"

namespace falconet::jinja {
namespace {

// Merges, since std::sort needs an order that cannot fail.
class Sorter {
 public:
  Sorter(Runtime& runtime, const std::vector<Value>& keys, SortOrder order)
      : runtime_(runtime), keys_(keys), order_(order) {}

  Status sort(std::span<std::size_t> positions) {
    if (positions.size() < 2) return {};
    const std::size_t middle = positions.size() / 2;
    TRY(sort(positions.first(middle)));
    TRY(sort(positions.subspan(middle)));
    return merge(positions, middle);
  }

 private:
  // Must the right one go before the left one?
  Result<bool> is_out_of_order(std::size_t left, std::size_t right) {
    if (order_ == SortOrder::Ascending) return is_less(runtime_, keys_[right], keys_[left]);
    return is_less(runtime_, keys_[left], keys_[right]);
  }

  Status merge(std::span<std::size_t> positions, std::size_t middle) {
    const std::vector<std::size_t> left(positions.begin(),
                                        positions.begin() + static_cast<std::ptrdiff_t>(middle));
    std::size_t i = 0, j = middle, out = 0;
    while (i < left.size() && j < positions.size()) {
      TRY_ASSIGN(const bool is_swapped, is_out_of_order(left[i], positions[j]));
      positions[out++] = is_swapped ? positions[j++] : left[i++];
    }
    while (i < left.size()) positions[out++] = left[i++];
    return {};
  }

  Runtime& runtime_;
  const std::vector<Value>& keys_;
  const SortOrder order_;
};

}  // namespace

Result<std::vector<std::size_t>> sorted_positions(Runtime& runtime, const std::vector<Value>& keys,
                                                  SortOrder order) {
  std::vector<std::size_t> positions(keys.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  TRY(Sorter(runtime, keys, order).sort(positions));
  return positions;
}

Status sort_entries(Runtime& runtime, std::vector<std::pair<Value, Value>>& entries) {
  std::vector<Value> keys;
  for (const auto& [key, value] : entries) keys.push_back(key);
  TRY_ASSIGN(const auto positions, sorted_positions(runtime, keys, SortOrder::Ascending));
  std::vector<std::pair<Value, Value>> sorted;
  for (const std::size_t i : positions) sorted.push_back(entries[i]);
  entries = std::move(sorted);
  return {};
}

}  // namespace falconet::jinja
