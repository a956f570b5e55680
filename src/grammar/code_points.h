// A set of code points (or bytes) as sorted, disjoint, non-adjacent ranges.
#pragma once

#include <cstdint>
#include <vector>

namespace falconet {

constexpr char32_t kMaxCodePoint = 0x10FFFF;

struct CodePointRange {
  char32_t first = 0;
  char32_t last = 0;
  friend auto operator<=>(const CodePointRange&, const CodePointRange&) = default;
};

class CodePoints {
 public:
  CodePoints() = default;
  /// Ranges in any order, overlapping or not.
  explicit CodePoints(std::vector<CodePointRange> ranges);

  static CodePoints single(char32_t c) { return CodePoints({{c, c}}); }
  /// Every Unicode scalar value: all but the surrogates, which UTF-8 cannot spell.
  static CodePoints all();

  bool contains(char32_t c) const;
  bool is_empty() const { return ranges_.empty(); }
  const std::vector<CodePointRange>& ranges() const { return ranges_; }

  CodePoints united(const CodePoints& other) const;
  CodePoints intersected(const CodePoints& other) const;
  /// All scalar values that are not in this set.
  CodePoints negated() const;

  friend bool operator==(const CodePoints&, const CodePoints&) = default;

 private:
  std::vector<CodePointRange> ranges_;
};

}  // namespace falconet
