#include "grammar/regex_pool.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/random.h"
#include "grammar/number_language.h"
#include "grammar/pattern_language.h"
#include "grammar/string_formats.h"

namespace falconet {
namespace {

RegexId language(RegexPool& pool, std::string_view pattern,
                 PatternMatch match = PatternMatch::Anywhere) {
  const auto made = pattern_language(pool, pattern, match);
  EXPECT_TRUE(made.has_value()) << pattern << ": " << (made ? "" : made.error().message);
  return made ? *made : kNothing;
}

bool matches(RegexPool& pool, RegexId id, std::string_view ascii) {
  return pool.matches(id, std::u32string(ascii.begin(), ascii.end()));
}

TEST(RegexPool, KeepsEqualRestsAsOneNumber) {
  RegexPool pool;
  const RegexId names = pool.negated(pool.either({pool.literal(U"name"), pool.literal(U"id")}));
  EXPECT_EQ(pool.derive(names, U'x'), kAnyText);
  EXPECT_NE(pool.derive(names, U'n'), kAnyText);
  EXPECT_EQ(pool.either({pool.literal(U"a"), kAnyText}), kAnyText);
}

TEST(RegexPool, FindsThatAnIntersectionIsEmpty) {
  RegexPool pool;
  const RegexId a = language(pool, "^a+b$");
  EXPECT_FALSE(pool.is_live(pool.both({a, language(pool, "^.{3}c")})));
  EXPECT_TRUE(pool.is_live(pool.both({a, language(pool, "^.{3}$")})));
  EXPECT_FALSE(pool.is_live(pool.both({a, pool.negated(language(pool, "b$"))})));
}

/// Whether n is a sum of `min` to `max` numbers, each from `least` to `most`.
bool is_divisible(std::uint32_t n, std::uint32_t least, std::uint32_t most, std::uint32_t min,
                  std::uint32_t max) {
  for (std::uint32_t k = min; k <= max; ++k) {
    if (k * least <= n && n <= k * most) return true;
  }
  return false;
}

TEST(RegexPool, RepeatsRepetitionsAsTheyCount) {
  for (std::uint32_t code = 0; code < 4 * 4 * 4 * 4; ++code) {
    const std::uint32_t least = code % 4;
    const std::uint32_t most = least + code / 4 % 4;
    const std::uint32_t min = code / 16 % 4;
    const std::uint32_t max = min + code / 64;
    RegexPool pool;
    const RegexId inner = pool.repeated(pool.literal(U"a"), least, most);
    const RegexId outer = pool.repeated(inner, min, max);
    for (std::uint32_t n = 0; n <= most * max + 1; ++n) {
      EXPECT_EQ(pool.matches(outer, std::u32string(n, U'a')),
                is_divisible(n, least, most, min, max))
          << "(a{" << least << ',' << most << "}){" << min << ',' << max << "} on " << n;
    }
  }
  RegexPool pool;
  const RegexId at_least_two = pool.repeated(pool.literal(U"a"), 2);
  const RegexId none_or_some = pool.repeated(at_least_two, 0);
  EXPECT_TRUE(pool.matches(none_or_some, U""));
  EXPECT_FALSE(pool.matches(none_or_some, U"a"));
  EXPECT_TRUE(pool.matches(none_or_some, U"aaa"));
}

TEST(RegexPool, SpellsEachCharacterOfAStringInOneWay) {
  RegexPool pool;
  const auto reads = [&](std::string_view text) {
    RegexId state = pool.quoted(kAnyText);
    for (const char byte : text) state = pool.derive(state, static_cast<unsigned char>(byte));
    return state == kEmptyText;
  };
  for (const char* text :
       {"\"", "abc\"", "\\n\\\"\\\\\"", "\\u0001\\u001f\"", "é日😀\"", "\x7F\""}) {
    EXPECT_TRUE(reads(text)) << text;
  }
  for (const char* text : {"", "abc", "\\/\"", "\\u000a\"", "\\u0041\"", "\\u001F\"", "\n\"",
                           "\xC0\x80\"", "\xE0\x80\x80\"", "\xED\xA0\x80\"", "\xF0\x80\x80\x80\"",
                           "\xF4\x90\x80\x80\"", "\x80\"", "\xC3\""}) {
    EXPECT_FALSE(reads(text)) << text;
  }
}

/// Overlong spellings and surrogates must stay out even where a pattern tells characters apart.
TEST(RegexPool, TellsCharactersOfSeveralBytesApart) {
  RegexPool pool;
  const RegexId characters = language(pool, "^[\\u00e9\\u65e5\\ud83d\\ude00]+$");
  const auto reads = [&](std::string_view text) {
    RegexId state = pool.quoted(characters);
    for (const char byte : text) state = pool.derive(state, static_cast<unsigned char>(byte));
    return state == kEmptyText;
  };
  EXPECT_TRUE(reads("é日😀\""));
  EXPECT_FALSE(reads("è\""));
  EXPECT_FALSE(reads("本\""));
  EXPECT_FALSE(reads("😁\""));
}

TEST(Pattern, MatchesAsTheStandardLibraryDoes) {
  const char* patterns[] = {"^a",
                            "b$",
                            "^ab*$",
                            "a|^b$",
                            "(^a|b)c",
                            "[^a-c]",
                            "^(?:ab|c){2,3}$",
                            "^(?!ab)[a-c]+$",
                            "^(?=.*c)[a-c]{2,}$",
                            "a(b|c)?$",
                            "^$",
                            "",
                            "^[a-b]{2}(c|$)",
                            "^((?!bc).)*$",
                            "(a|^)b",
                            "c(a|$)"};
  Random random(7);
  for (const char* pattern : patterns) {
    RegexPool pool;
    const RegexId id = language(pool, pattern);
    const std::regex reference(pattern, std::regex::ECMAScript);
    for (int i = 0; i < 400; ++i) {
      std::string text;
      for (auto n = random.below(6); n > 0; --n) text += static_cast<char>('a' + random.below(4));
      EXPECT_EQ(matches(pool, id, text), std::regex_search(text, reference))
          << pattern << " on \"" << text << '"';
    }
  }
}

TEST(Pattern, RefusesWhatItCannotEnforce) {
  RegexPool pool;
  for (const char* pattern : {"(a)\\1", "\\bword", "(?<=a)b", "((?=a)a|b)*c", "a**", "(a", "[b-a]",
                              "a{3,1}", "\\p{Nonsense}", "\\"}) {
    EXPECT_FALSE(pattern_language(pool, pattern, PatternMatch::Anywhere).has_value()) << pattern;
  }
}

TEST(Pattern, StopsAtItsLimits) {
  RegexPool pool;
  EXPECT_FALSE(pattern_language(pool, std::string(100'000, 'a'), PatternMatch::Whole));
  EXPECT_FALSE(pattern_language(pool, std::string(1'000, '('), PatternMatch::Whole));
  EXPECT_FALSE(pattern_language(pool, "a{70000}", PatternMatch::Whole));
}

TEST(Numbers, CompareByValue) {
  RegexPool pool;
  const double bounds[] = {0, 1, -1, 10, 0.5, -0.25, 99.99, 100, 1e-3, -12.5};
  const double values[] = {0,    0.5,  -0.5, 1,     -1,     9.999, 10,   10.01, 100,
                           -100, 99.9, 0.25, -0.25, -0.251, 0.001, 12.5, -12.5, -13};
  for (const double bound : bounds) {
    const RegexId above =
        number_spelling(pool, at_least(pool, *decimal_of(Json(bound))), NumberSpelling::Free);
    const RegexId below = number_spelling(pool, *less_than(pool, bound), NumberSpelling::Free);
    for (const double value : values) {
      const std::string text = decimal_of(Json(value))->text();
      EXPECT_EQ(matches(pool, above, text), value >= bound) << text << " >= " << bound;
      EXPECT_EQ(matches(pool, below, text), value < bound) << text << " < " << bound;
      const std::string longer = text + (text.find('.') == std::string::npos ? ".000" : "00");
      EXPECT_EQ(matches(pool, above, longer), value >= bound) << longer << " >= " << bound;
    }
  }
}

TEST(Numbers, CountInMultiples) {
  RegexPool pool;
  const RegexId sevens =
      number_spelling(pool, pool.both({whole_numbers(pool), *multiples_of(pool, Json(7))}),
                      NumberSpelling::Canonical);
  for (int n = -500; n < 500; ++n) {
    EXPECT_EQ(matches(pool, sevens, std::to_string(n)), n % 7 == 0) << n;
  }
  const RegexId cents =
      number_spelling(pool, *multiples_of(pool, Json::parse("0.05")), NumberSpelling::Free);
  EXPECT_TRUE(matches(pool, cents, "1.05"));
  EXPECT_TRUE(matches(pool, cents, "-3"));
  EXPECT_TRUE(matches(pool, cents, "1.050"));
  EXPECT_FALSE(matches(pool, cents, "1.04"));
  EXPECT_FALSE(matches(pool, cents, "1.051"));
  EXPECT_FALSE(multiples_of(pool, Json(0)).has_value());
}

TEST(Formats, HoldTheTextsOfTheirStandards) {
  struct Case {
    const char* format;
    const char* text;
    bool is_valid;
  };
  const Case cases[] = {{"date", "2020-02-29", true},
                        {"date", "2021-02-29", false},
                        {"date", "1900-02-29", false},
                        {"date", "2000-02-29", true},
                        {"date", "2020-04-31", false},
                        {"time", "12:00:00Z", true},
                        {"time", "24:00:00Z", false},
                        {"time", "12:00:00", false},
                        {"date-time", "1990-12-31T23:59:60Z", true},
                        {"date-time", "2020-01-01 00:00:00Z", false},
                        {"duration", "P4DT12H30M5S", true},
                        {"duration", "PT", false},
                        {"ipv4", "192.168.0.1", true},
                        {"ipv4", "256.1.1.1", false},
                        {"ipv6", "::1", true},
                        {"ipv6", "1::2::3", false},
                        {"ipv6", "1:2:3:4:5:6:7:8", true},
                        {"ipv6", "1:2:3:4:5:6:7:8:9", false},
                        {"ipv6", "::ffff:1.2.3.4", true},
                        {"hostname", "a-b.example", true},
                        {"hostname", "-a.example", false},
                        {"email", "joe.bloggs@example.com", true},
                        {"email", "@example.com", false},
                        {"uuid", "2EB8AA08-AA98-11EA-B4AA-73B441D16380", true},
                        {"uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", false},
                        {"uri", "http://foo.bar/?baz=qux#quux", true},
                        {"uri", "/relative", false},
                        {"uri", "http:// space", false},
                        {"json-pointer", "/a~0b/c~1", true},
                        {"json-pointer", "/a~2", false}};
  RegexPool pool;
  for (const Case& each : cases) {
    const auto made = format_language(pool, each.format);
    ASSERT_TRUE(made && *made) << each.format;
    EXPECT_EQ(matches(pool, **made, each.text), each.is_valid) << each.format << ' ' << each.text;
  }
  EXPECT_FALSE(format_language(pool, "int32")->has_value());
}

}  // namespace
}  // namespace falconet
