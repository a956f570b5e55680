// Postal addresses: China's (省市区路号, buildings) and Western ones. Conservative: a road needs a
// number, and something around it that only addresses have.
#include <algorithm>
#include <array>

#include "feedback/pii_text.h"

namespace falconet {
namespace {

constexpr std::u32string_view kRoadEnds = U"路街道巷弄";
constexpr std::u32string_view kUnits = U"省市区县镇乡州旗村";
// What stands before an address and is no part of it.
constexpr std::u32string_view kNoName = U"我你他她它在住到去从往于是的了址寄送给这那条和与按照";
constexpr std::size_t kMostAddress = 28;  // characters before the number

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }
bool is_address_name(char32_t c) { return is_han(c) && !is_in(kNoName, c); }

/// "3号楼2单元1201室" after a number: [begin, end) of pieces "number + what".
struct Pieces {
  std::size_t end = 0;
  int num_pieces = 0;
  bool has_building = false;
};

Pieces pieces_from(const PiiText& text, std::size_t begin) {
  constexpr std::array<std::u32string_view, 11> kPieces = {
      U"号楼", U"号院", U"单元", U"号", U"栋", U"幢", U"座", U"楼", U"层", U"室", U"弄"};
  Pieces out{.end = begin};
  while (out.num_pieces < 8) {
    std::size_t at = text.end_of(out.end, 1, [](char32_t c) { return c == U' ' || c == U','; });
    const std::size_t number = at;
    at = text.end_of(at, 6, [](char32_t c) {
      return is_ascii_digit(c) || is_ascii_letter(c) || c == U'-' ||
             is_in(U"一二三四五六七八九十", c);
    });
    if (at == number) break;
    std::size_t end = at;
    for (const std::u32string_view piece : kPieces) {
      if (end > at || !text.has_at(at, piece)) continue;
      end = at + piece.size();
      out.has_building |= piece != U"号" && piece != U"弄" && piece != U"楼" && piece != U"层";
    }
    if (end == at) break;
    out.end = end;
    ++out.num_pieces;
  }
  return out;
}

/// A number with 号 or 弄 behind a road's name, with a district before it or a building behind it.
std::size_t chinese_road(const PiiText& text, std::size_t number, std::vector<PiiRange>& out) {
  const std::size_t road_end = text.before(number) == U' ' ? number - 1 : number;
  if (road_end < 2 || !is_in(kRoadEnds, text.before(road_end))) return number;
  const std::size_t digits_end = text.end_of(number, 6, is_ascii_digit);
  if (text.at(digits_end) != U'号' && text.at(digits_end) != U'弄') return number;
  const std::size_t begin = text.begin_of(road_end, kMostAddress, is_address_name);
  bool has_unit = false;
  for (std::size_t i = begin + 1; i + 2 < road_end; ++i) has_unit |= is_in(kUnits, text.at(i));
  const Pieces pieces = pieces_from(text, number);
  const bool has_name = road_end - begin >= 3;
  if (!has_name || (!has_unit && !pieces.has_building)) return number;
  out.push_back({PersonalData::Address, begin, pieces.end});
  return pieces.end;
}

/// "阳光小区3栋2单元501室": two pieces at least, one of them a building.
std::size_t chinese_building(const PiiText& text, std::size_t number, std::vector<PiiRange>& out) {
  const Pieces pieces = pieces_from(text, number);
  if (pieces.num_pieces < 2 || !pieces.has_building) return number;
  const std::size_t begin = text.begin_of(number, kMostAddress, is_address_name);
  bool has_place = false;
  for (const std::u32string_view place :
       {U"小区", U"花园", U"家园", U"公寓", U"大厦", U"新村", U"苑", U"里", U"城", U"府"}) {
    has_place |= text.has_before(number, place);
  }
  if (!has_place && pieces.num_pieces < 3) return number;
  out.push_back({PersonalData::Address, begin, pieces.end});
  return pieces.end;
}

bool is_upper(char32_t c) { return (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE); }
bool is_latin(char32_t c) { return is_ascii_letter(c) || (c >= 0xC0 && c <= 0x24F); }

std::size_t word_end(const PiiText& text, std::size_t begin) {
  return text.end_of(begin, 30, [](char32_t c) { return is_latin(c) || c == U'\''; });
}

bool is_word(const PiiText& text, std::size_t begin, std::size_t end, std::u32string_view word) {
  return end - begin == word.size() && text.has_at(begin, word);
}

constexpr std::array<std::u32string_view, 13> kStreets = {
    U"street", U"road", U"rd",      U"avenue",  U"ave",  U"boulevard", U"blvd",
    U"lane",   U"ln",   U"terrace", U"parkway", U"pkwy", U"crescent"};
// Words that mean other things too: asked for are a comma, a flat or the end behind them.
constexpr std::array<std::u32string_view, 7> kPerhapsStreets = {
    U"st", U"drive", U"dr", U"court", U"square", U"place", U"way"};

/// ", Apt 4B, Springfield, IL 62704", as far as it goes.
std::size_t with_town(const PiiText& text, std::size_t street_end) {
  std::size_t end = street_end;
  if (text.at(end) == U'.') ++end;
  std::size_t known = street_end;
  for (int part = 0; part < 4 && text.at(end) == U','; ++part) {
    std::size_t at = text.end_of(end + 1, 1, [](char32_t c) { return c == U' '; });
    std::size_t num_words = 0;
    while (num_words < 3) {
      const std::size_t last = text.end_of(
          at, 20, [](char32_t c) { return is_latin(c) || is_ascii_digit(c) || c == U'#'; });
      const char32_t first = text.at(at);
      if (last == at || !(is_upper(first) || is_ascii_digit(first) || first == U'#')) break;
      known = last;
      ++num_words;
      if (text.at(last) != U' ') break;
      at = last + 1;
    }
    if (num_words == 0) break;
    end = known;
  }
  return known;
}

/// "221B Baker Street": a number, one to three capitalised words, a kind of street.
std::size_t western_street(const PiiText& text, std::size_t number, std::vector<PiiRange>& out) {
  std::size_t at = text.end_of(number, 5, is_ascii_digit);
  if (is_ascii_letter(text.at(at)) && text.at(at + 1) == U' ') ++at;
  for (int num_names = 0; num_names <= 3; ++num_names) {
    if (text.at(at) != U' ') return number;
    const std::size_t begin = at + 1;
    const std::size_t end = word_end(text, begin);
    if (end == begin || !is_upper(text.at(begin))) return number;
    const auto is_this = [&](std::u32string_view word) { return is_word(text, begin, end, word); };
    const char32_t next = text.at(end) == U'.' ? text.at(end + 1) : text.at(end);
    const bool is_closed = text.at(end) == U',' || next == 0 || next == U',' || next == U'\n';
    const bool is_street = std::ranges::any_of(kStreets, is_this) ||
                           (is_closed && std::ranges::any_of(kPerhapsStreets, is_this));
    if (is_street && num_names > 0) {
      const std::size_t last = with_town(text, end);
      out.push_back({PersonalData::Address, number, last});
      return last;
    }
    at = end;
    if (text.at(at) == U'.') ++at;  // "N."
  }
  return number;
}

/// "Hauptstraße 12, 10115 Berlin": a word that ends in a kind of street, then a number.
std::size_t german_street(const PiiText& text, std::size_t number, std::vector<PiiRange>& out) {
  if (text.before(number) != U' ') return number;
  std::size_t name_end = number - 1;
  bool has_kind = false;
  for (const std::u32string_view kind : {U"straße", U"strasse", U"str.", U"gasse", U"allee"}) {
    has_kind |= text.has_before(name_end, kind);
  }
  if (!has_kind) return number;
  const std::size_t begin =
      text.begin_of(name_end, 40, [](char32_t c) { return is_latin(c) || c == U'.' || c == U'-'; });
  const std::size_t digits_end = text.end_of(number, 5, is_ascii_digit);
  if (!is_upper(text.at(begin)) || digits_end - number > 4) return number;
  std::size_t end = digits_end;
  if (is_ascii_letter(text.at(end)) && !is_ascii_letter(text.at(end + 1))) ++end;
  const std::size_t last = with_town(text, end);
  out.push_back({PersonalData::Address, begin, last});
  return last;
}

/// "12 rue de la Paix": a number, a kind of street, perhaps articles, a name.
std::size_t french_street(const PiiText& text, std::size_t number, std::vector<PiiRange>& out) {
  std::size_t at = text.end_of(number, 5, is_ascii_digit);
  if (text.at(at) == U',') ++at;
  std::size_t end = word_end(text, at + 1);
  const auto is_one_of = [&](std::initializer_list<std::u32string_view> words) {
    return std::ranges::any_of(
        words, [&](std::u32string_view word) { return is_word(text, at + 1, end, word); });
  };
  if (text.at(at) != U' ' || !is_one_of({U"rue", U"boulevard", U"impasse", U"chemin", U"quai"})) {
    return number;
  }
  for (int num_words = 0; num_words < 4 && text.at(end) == U' '; ++num_words) {
    at = end;
    end = word_end(text, at + 1);
    if (is_upper(text.at(at + 1))) {
      const std::size_t last = with_town(text, end);
      out.push_back({PersonalData::Address, number, last});
      return last;
    }
    if (!is_one_of({U"de", U"du", U"des", U"la", U"le", U"les"})) return number;
  }
  return number;
}

}  // namespace

void find_postal_addresses(const PiiText& text, std::vector<PiiRange>& out) {
  using Rule = std::size_t (*)(const PiiText&, std::size_t, std::vector<PiiRange>&);
  constexpr std::array<Rule, 5> kRules = {chinese_road, chinese_building, western_street,
                                          german_street, french_street};
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    if (is_ascii_digit(text.at(i)) && !is_ascii_word(text.before(i)) && text.before(i) != U'.') {
      for (const Rule rule : kRules) {
        if (end == i) end = rule(text, i, out);
      }
    }
    i = std::max(end, i + 1);
  }
}

}  // namespace falconet
