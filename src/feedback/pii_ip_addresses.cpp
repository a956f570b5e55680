// IPv4 and IPv6 addresses; version and chapter numbers look much like them.
#include <array>

#include "feedback/pii_text.h"

namespace falconet {
namespace {

constexpr std::size_t kCueReach = 14;  // characters before a number that say what it is

bool is_hex_digit(char32_t c) {
  return is_ascii_digit(c) || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F');
}

class IpFinder {
 public:
  IpFinder(const PiiText& text, std::vector<PiiRange>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t i = 0; i < text_.size();) {
      std::size_t end = i;
      const char32_t before = text_.before(i);
      if (is_ascii_digit(text_.at(i)) && !is_ascii_word(before) && before != U'.') end = v4(i);
      const bool begins_v6 = is_hex_digit(text_.at(i)) && !is_ascii_word(before) && before != U':';
      if (end == i && begins_v6) end = v6(i);
      if (end > i) out_.push_back({PersonalData::IpAddress, i, end});
      i = std::max(end, i + 1);
    }
  }

 private:
  /// The end of an address of four numbers, or `begin`.
  std::size_t v4(std::size_t begin) const {
    std::array<int, 4> parts = {};
    std::size_t at = begin;
    for (std::size_t part = 0; part < 4; ++part) {
      const std::size_t end = text_.end_of(at, 4, is_ascii_digit);
      if (end == at || end - at > 3) return begin;
      if (end - at > 1 && text_.at(at) == U'0') return begin;
      for (std::size_t i = at; i < end; ++i) {
        parts[part] = parts[part] * 10 + static_cast<int>(text_.at(i) - U'0');
      }
      if (parts[part] > 255) return begin;
      if (part < 3 && text_.at(end) != U'.') return begin;
      at = part < 3 ? end + 1 : end;
    }
    const char32_t next = text_.at(at);
    if (is_ascii_word(next) || (next == U'.' && is_ascii_digit(text_.at(at + 1)))) return begin;
    return is_anybodys(parts) || !is_address(parts, begin) ? begin : at;
  }

  /// Loopback, "any" and broadcast say nothing of anybody.
  static bool is_anybodys(const std::array<int, 4>& parts) {
    return parts[0] == 127 || parts[0] == 0 || parts[0] == 255;
  }

  bool is_address(const std::array<int, 4>& parts, std::size_t begin) const {
    if (text_.before(begin) == U'第') return false;
    for (const std::u32string_view cue : {U"version", U"ver.", U"release", U"chapter", U"section",
                                          U"版本", U"版", U"章节", U"driver", U"build"}) {
      if (has_cue(begin, cue)) return false;
    }
    for (const int part : parts) {
      if (part > 9) return true;
    }
    for (const std::u32string_view cue : {U"ip", U"server", U"host", U"dns", U"地址", U"服务器"}) {
      if (has_cue(begin, cue)) return true;
    }
    return false;
  }

  bool has_cue(std::size_t begin, std::u32string_view cue) const {
    for (std::size_t back = cue.size(); back <= kCueReach && back <= begin; ++back) {
      const std::size_t at = begin - back;
      const bool is_word =
          !is_ascii_letter(cue[0]) ||
          (!is_ascii_letter(text_.before(at)) && !is_ascii_letter(text_.at(at + cue.size())));
      if (is_word && text_.has_at(at, cue)) return true;
    }
    return false;
  }

  /// Eight groups, or fewer around one "::" (RFC 4291, 2.2). Names in programs, times and hardware
  /// addresses have colons too: a digit is asked for, and a first group of three or more.
  std::size_t v6(std::size_t begin) const {
    int num_groups = 0;
    bool has_gap = false;
    bool has_digit = false;
    std::size_t at = begin;
    std::size_t first_size = 0;
    while (true) {
      const std::size_t end = text_.end_of(at, 5, is_hex_digit);
      if (end - at > 4) return begin;
      if (end > at) ++num_groups;
      if (at == begin) first_size = end - at;
      for (std::size_t i = at; i < end; ++i) has_digit |= is_ascii_digit(text_.at(i));
      at = end;
      if (text_.at(at) != U':' || num_groups > 8) break;
      if (text_.at(at + 1) == U':') {
        if (has_gap) return begin;
        has_gap = true;
        at += 2;
        if (!is_hex_digit(text_.at(at))) break;
      } else if (is_hex_digit(text_.at(at + 1))) {
        ++at;
      } else {
        break;
      }
    }
    if (is_ascii_word(text_.at(at)) || !has_digit) return begin;
    const bool is_short = has_gap && num_groups >= 2 && num_groups < 8 && first_size >= 3;
    return is_short || (!has_gap && num_groups == 8) ? at : begin;
  }

  const PiiText& text_;
  std::vector<PiiRange>& out_;
};

}  // namespace

void find_ip_addresses(const PiiText& text, std::vector<PiiRange>& out) {
  IpFinder(text, out).find();
}

}  // namespace falconet
