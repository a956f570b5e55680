// Telephone numbers, China's ID cards and bank cards: runs of digits with single separators.
#include <algorithm>
#include <array>
#include <optional>

#include "feedback/pii_text.h"

namespace falconet {
namespace {

constexpr std::size_t kMostDigits = 24;
constexpr std::size_t kMostGroups = 8;

/// Digits in groups, one separator between each two.
struct DigitGroups {
  std::u32string digits = {};
  std::vector<std::size_t> sizes = {};  // of the groups
  std::vector<std::size_t> ends = {};   // the character after each group
  std::u32string separators = {};

  std::size_t num_digits() const { return digits.size(); }
  /// The first `num_groups` alone.
  DigitGroups first(std::size_t num_groups) const {
    DigitGroups out;
    std::size_t size = 0;
    for (std::size_t i = 0; i < num_groups; ++i) size += sizes[i];
    out.digits = digits.substr(0, size);
    out.sizes.assign(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(num_groups));
    out.ends.assign(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(num_groups));
    out.separators = separators.substr(0, num_groups - 1);
    return out;
  }
  bool has_sizes(std::initializer_list<std::size_t> wanted) const {
    return std::equal(sizes.begin(), sizes.end(), wanted.begin(), wanted.end());
  }
  bool starts_with(std::u32string_view prefix) const { return digits.starts_with(prefix); }
};

DigitGroups read_groups(const PiiText& text, std::size_t begin, std::u32string_view separators) {
  DigitGroups out;
  std::size_t at = begin;
  while (out.sizes.size() < kMostGroups) {
    const std::size_t end = text.end_of(at, kMostDigits + 1, is_ascii_digit);
    if (end == at || out.digits.size() + (end - at) > kMostDigits) break;
    for (std::size_t i = at; i < end; ++i) out.digits += text.at(i);
    out.sizes.push_back(end - at);
    out.ends.push_back(end);
    if (separators.find(text.at(end)) == separators.npos) break;
    if (!is_ascii_digit(text.at(end + 1))) break;
    out.separators += text.at(end);
    at = end + 1;
  }
  if (!out.sizes.empty()) out.separators.resize(out.sizes.size() - 1);
  return out;
}

int digit_at(std::u32string_view digits, std::size_t i) {
  return static_cast<int>(digits[i] - U'0');
}

int number_at(std::u32string_view digits, std::size_t begin, std::size_t count) {
  int value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) value = value * 10 + digit_at(digits, i);
  return value;
}

/// ISO 7064 MOD 11-2 over region, date of birth and serial number (GB 11643-1999).
bool is_id_card(std::u32string_view digits, char32_t check) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::u32string_view kChecks = U"10X98765432";
  constexpr std::u32string_view kRegions =  // first digits of provinces
      U"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 "
      U"65 71 81 82 ";
  if (kRegions.find(std::u32string(digits.substr(0, 2)) + U' ') == kRegions.npos) return false;
  const int year = number_at(digits, 6, 4);
  const int month = number_at(digits, 10, 2);
  const int day = number_at(digits, 12, 2);
  if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * digit_at(digits, i);
  return kChecks[static_cast<std::size_t>(sum % 11)] == (check == U'x' ? U'X' : check);
}

/// Luhn's sum (ISO/IEC 7812-1, annex B).
bool has_luhn_sum(std::u32string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digit_at(digits, digits.size() - 1 - i);
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

/// In one, in fours, or as American Express and UnionPay print them.
bool is_written_as_card(const DigitGroups& groups) {
  if (groups.has_sizes({4, 6, 5}) || groups.has_sizes({4, 6, 4}) || groups.has_sizes({6, 13})) {
    return true;
  }
  return std::all_of(groups.sizes.begin(), groups.sizes.end() - 1,
                     [](std::size_t size) { return size == 4; });
}

/// Lengths that the issuers of a first digit or two use.
bool is_bank_card(const DigitGroups& groups) {
  const std::u32string_view digits = groups.digits;
  const std::size_t size = digits.size();
  if (size < 14 || size > 19 || !is_written_as_card(groups) || !has_luhn_sum(digits)) return false;
  const int two = number_at(digits, 0, 2);
  if (two == 34 || two == 37) return size == 15;
  if (two == 30 || two == 36 || two == 38) return size == 14;
  if (two == 35 || (two >= 22 && two <= 27) || (two >= 51 && two <= 55)) return size == 16;
  if (two / 10 == 4) return size == 16 || size == 19;
  return two / 10 == 6 && size >= 16;
}

bool is_parenthesis(char32_t c) { return c == U'(' || c == U')'; }

bool is_mobile(std::u32string_view digits) {
  return digits.size() == 11 && digits[0] == U'1' && digits[1] >= U'3';
}

bool is_chinese_mobile(const DigitGroups& groups) {
  std::u32string_view digits = groups.digits;
  std::vector<std::size_t> sizes = groups.sizes;
  for (const std::u32string_view prefix : {U"0086", U"86"}) {
    if (!digits.starts_with(prefix) || digits.size() != prefix.size() + 11) continue;
    digits.remove_prefix(prefix.size());
    sizes.front() -= prefix.size();
    if (sizes.front() == 0) sizes.erase(sizes.begin());
    break;
  }
  if (!is_mobile(digits)) return false;
  using Sizes = std::vector<std::size_t>;
  return sizes == Sizes{11} || sizes == Sizes{3, 4, 4} || sizes == Sizes{3, 8};
}

/// 010, 02x, 0xxx.
bool is_area_code(std::u32string_view digits) {
  if (digits.size() == 3) return digits[0] == U'0' && (digits == U"010" || digits[1] == U'2');
  return digits.size() == 4 && digits[0] == U'0' && digits[1] >= U'3';
}

bool is_chinese_landline(const DigitGroups& groups) {
  if (groups.sizes.size() < 2) return false;
  const bool has_extension =
      groups.sizes.size() > 2 && groups.sizes.back() <= 5 && groups.separators.back() == U'-';
  if (has_extension && is_chinese_landline(groups.first(groups.sizes.size() - 1))) return true;
  const std::u32string_view area = std::u32string_view(groups.digits).substr(0, groups.sizes[0]);
  if (!is_area_code(area) || groups.digits[area.size()] < U'2') return false;
  const std::size_t rest = groups.num_digits() - area.size();
  if (rest != 7 && rest != 8) return false;
  return groups.sizes.size() == 2 || (groups.sizes.size() == 3 && groups.sizes[2] == 4);
}

/// 3-3-4 with one and the same separator; area code and exchange begin with 2–9.
bool is_american(const DigitGroups& groups) {
  return groups.has_sizes({3, 3, 4}) && groups.separators[0] == groups.separators[1] &&
         groups.separators[0] != U' ' && groups.digits[0] >= U'2' && groups.digits[3] >= U'2';
}

class NumberFinder {
 public:
  NumberFinder(const PiiText& text, std::vector<PiiRange>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t i = 0; i < text_.size();) {
      const char32_t c = text_.at(i);
      std::size_t end = i;
      if (c == U'+') end = international(i);
      if (c == U'(') end = in_parentheses(i);
      if (is_ascii_digit(c) && !is_ascii_digit(text_.before(i))) end = number(i);
      i = std::max(end, i + 1);
    }
  }

 private:
  std::size_t add(PersonalData kind, std::size_t begin, std::size_t end) {
    out_.push_back({kind, begin, end});
    return end;
  }

  /// Whether a number that begins at i is one by itself: no part of a word, an amount, a decimal.
  bool may_begin(std::size_t i) const {
    const char32_t before = text_.before(i);
    if (is_ascii_word(before) || before == U'$' || before == U'\u00A5' || before == U'\u20AC') {
      return false;
    }
    const bool joins = before == U'.' || before == U',' || before == U'-' || before == U'/';
    return !joins || i < 2 || !is_ascii_word(text_.at(i - 2));
  }

  bool may_end(std::size_t end) const {
    const char32_t next = text_.at(end);
    if (is_ascii_word(next) || next == U'%') return false;
    const bool joins = next == U'.' || next == U',' || next == U'-' || next == U'/';
    return !joins || !is_ascii_word(text_.at(end + 1));
  }

  std::size_t number(std::size_t begin) {
    if (!may_begin(begin)) return begin;
    const DigitGroups all = read_groups(text_, begin, U" -");
    for (std::size_t n = all.sizes.size(); n > 0; --n) {
      const DigitGroups groups = all.first(n);
      const std::size_t end = groups.ends.back();
      const char32_t next = text_.at(end);
      if (groups.num_digits() == 17 && (next == U'X' || next == U'x') && may_end(end + 1) &&
          is_id_card(groups.digits, next)) {
        return add(PersonalData::IdCard, begin, end + 1);
      }
      if (!may_end(end)) continue;
      if (const auto kind = kind_of(groups)) return add(*kind, begin, end);
    }
    const DigitGroups dotted = read_groups(text_, begin, U".");
    if (is_american(dotted) && may_end(dotted.ends.back())) {
      return add(PersonalData::Phone, begin, dotted.ends.back());
    }
    return announced(begin);
  }

  static std::optional<PersonalData> kind_of(const DigitGroups& groups) {
    const std::u32string_view digits = groups.digits;
    if (digits.size() == 18 && is_id_card(digits, digits[17])) return PersonalData::IdCard;
    if (is_chinese_mobile(groups) || is_chinese_landline(groups) || is_american(groups)) {
      return PersonalData::Phone;
    }
    if (is_bank_card(groups)) return PersonalData::BankCard;
    return std::nullopt;
  }

  /// A number after a word that says that it is one to call.
  std::size_t announced(std::size_t begin) {
    const DigitGroups groups = read_groups(text_, begin, U" -.");
    if (groups.num_digits() < 7 || groups.num_digits() > 13) return begin;
    if (!may_end(groups.ends.back()) || !has_cue_before(begin)) return begin;
    return add(PersonalData::Phone, begin, groups.ends.back());
  }

  bool has_cue_before(std::size_t begin) const {
    constexpr std::u32string_view kBetween = U" :.#\u53F7\u7801\u662F\u4E3A";  // 号码是为
    const std::size_t cue_end =
        text_.begin_of(begin, 5, [&](char32_t c) { return kBetween.find(c) != kBetween.npos; });
    for (const std::u32string_view cue :
         {U"phone", U"tel", U"call me at", U"call me on", U"mobile", U"whatsapp", U"phone number",
          U"my number is", U"phone is", U"phone number is"}) {
      if (text_.has_before(cue_end, cue) && !is_ascii_letter(text_.before(cue_end - cue.size()))) {
        return true;
      }
    }
    for (const std::u32string_view cue : {U"电话", U"手机", U"座机", U"致电", U"拨打"}) {
      if (text_.has_before(cue_end, cue)) return true;
    }
    return false;
  }

  /// +country and 8 to 15 digits (ITU-T E.164); fewer than 10 need groups that are no thousands.
  std::size_t international(std::size_t plus) {
    if (is_ascii_word(text_.before(plus)) || text_.at(plus + 1) == U'0') return plus;
    std::u32string digits;
    std::size_t end = plus + 1;
    std::size_t num_separators = 0;
    bool is_thousands = true;
    std::size_t group = 0;
    for (std::size_t i = end; i < text_.size() && digits.size() < 16; ++i) {
      const char32_t c = text_.at(i);
      if (is_ascii_digit(c)) {
        digits += c;
        ++group;
        end = i + 1;
        continue;
      }
      const bool is_separator = c == U' ' || c == U'-' || c == U'.' || c == U'(' || c == U')';
      const bool is_joined =
          i == end || (i == end + 1 && (is_parenthesis(c) || is_parenthesis(text_.at(i - 1))));
      if (!is_separator || !is_joined || digits.empty()) break;
      if (i == end) {
        is_thousands &= num_separators == 0 || group == 3;
        ++num_separators;
        group = 0;
      }
    }
    is_thousands &= group == 3;
    if (digits.size() < 8 || digits.size() > 15 || !may_end(end)) return plus;
    if (digits.size() < 10 && (num_separators == 0 || is_thousands)) return plus;
    return add(PersonalData::Phone, plus, end);
  }

  /// (010) 1234 5678, (415) 555-2671.
  std::size_t in_parentheses(std::size_t open) {
    const std::size_t close = text_.end_of(open + 1, 4, is_ascii_digit);
    if (text_.at(close) != U')' || close < open + 4) return open;
    std::u32string area;
    for (std::size_t i = open + 1; i < close; ++i) area += text_.at(i);
    const std::size_t begin =
        text_.at(close + 1) == U' ' || text_.at(close + 1) == U'-' ? close + 2 : close + 1;
    const DigitGroups rest = read_groups(text_, begin, U" -.");
    if (rest.sizes.empty() || !may_end(rest.ends.back())) return open;
    const bool is_chinese = is_area_code(area) && rest.digits[0] >= U'2' &&
                            (rest.num_digits() == 7 || rest.num_digits() == 8);
    const bool is_us =
        area.size() == 3 && area[0] >= U'2' && rest.has_sizes({3, 4}) && rest.digits[0] >= U'2';
    return is_chinese || is_us ? add(PersonalData::Phone, open, rest.ends.back()) : open;
  }

  const PiiText& text_;
  std::vector<PiiRange>& out_;
};

}  // namespace

void find_numbers(const PiiText& text, std::vector<PiiRange>& out) {
  NumberFinder(text, out).find();
}

}  // namespace falconet
