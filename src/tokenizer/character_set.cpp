#include "tokenizer/character_set.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {

void CharacterSet::intersect(const CharacterSet& set) { intersection_.push_back(set); }

void CharacterSet::ignore_case() {
  const auto add_both = [this](char32_t c) {
    add(to_lower(c));
    add(to_upper(c));
    // Simple case folding has two more letters of ASCII: long s and the kelvin sign.
    if (to_lower(c) == U's') add(U'\u017F');
    if (to_lower(c) == U'k') add(U'\u212A');
  };
  const auto ranges = ranges_;
  for (const auto& [first, last] : ranges) {
    if (first == last) add_both(first);
    for (char32_t c = first; first != last && c <= std::min<char32_t>(last, 0x7F); ++c) add_both(c);
  }
  for (CharacterSet& part : parts_) part.ignore_case();
}

void CharacterSet::finish() {
  for (CharacterSet& part : parts_) part.finish();
  for (CharacterSet& part : intersection_) part.finish();
  for (char32_t c = 0; c < 128; ++c) ascii_[c] = contains_slowly(c);
}

bool CharacterSet::contains_slowly(char32_t c) const {
  const auto holds = [c](const CharacterSet& set) { return set.contains(c); };
  bool is_member =
      (categories_ != 0 && (category_bit(c) & categories_) != 0) ||
      (has_white_space_ && is_white_space(c)) ||
      std::any_of(ranges_.begin(), ranges_.end(),
                  [c](const auto& range) { return c >= range.first && c <= range.second; }) ||
      std::any_of(parts_.begin(), parts_.end(), holds);
  is_member = is_member && std::all_of(intersection_.begin(), intersection_.end(), holds);
  return is_member != is_negated_;
}

}  // namespace falconet
