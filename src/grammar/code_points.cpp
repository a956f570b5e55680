#include "grammar/code_points.h"

#include <algorithm>

namespace falconet {

CodePoints::CodePoints(std::vector<CodePointRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  for (const CodePointRange& range : ranges) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

CodePoints CodePoints::all() { return CodePoints({{0, 0xD7FF}, {0xE000, kMaxCodePoint}}); }

bool CodePoints::contains(char32_t c) const {
  const auto after = std::upper_bound(
      ranges_.begin(), ranges_.end(), c,
      [](char32_t value, const CodePointRange& range) { return value < range.first; });
  return after != ranges_.begin() && c <= std::prev(after)->last;
}

CodePoints CodePoints::united(const CodePoints& other) const {
  std::vector<CodePointRange> ranges = ranges_;
  ranges.insert(ranges.end(), other.ranges_.begin(), other.ranges_.end());
  return CodePoints(std::move(ranges));
}

CodePoints CodePoints::intersected(const CodePoints& other) const {
  std::vector<CodePointRange> shared;
  auto a = ranges_.begin();
  auto b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    const char32_t first = std::max(a->first, b->first);
    const char32_t last = std::min(a->last, b->last);
    if (first <= last) shared.push_back({first, last});
    (a->last < b->last) ? ++a : ++b;
  }
  return CodePoints(std::move(shared));
}

CodePoints CodePoints::negated() const {
  std::vector<CodePointRange> gaps;
  char32_t next = 0;
  for (const CodePointRange& range : ranges_) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kMaxCodePoint) gaps.push_back({next, kMaxCodePoint});
  return CodePoints(std::move(gaps)).intersected(all());
}

}  // namespace falconet
