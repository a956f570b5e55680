// GCC 12 warns about std::regex's own insides when sanitizers are on.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "tokenizer/regex.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/random.h"
#include "base/strings.h"

namespace falconet {
namespace {

/// The end of the match at the start of the text; 99 where there is none.
std::size_t match_end(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  EXPECT_TRUE(regex) << pattern << ": " << regex.error().message;
  if (!regex) return 0;
  return Regex::Search(*regex, text).match_at(0).value_or(99);
}

TEST(Regex, RefusesWhatItCannotDo) {
  for (const char* pattern :
       {"(a", "a)", "[a", "*a", "(a*)*", "\\p{Greek}", "\\pL", "(?<a>b)", "(?<=a)b", "a{3,1}",
        "a{9999}", "\\q", "\\", "[\\", "[b-a]", "[[:alpha:]]", "\\x{110000}", "(?x)a", "(\\1)"}) {
    const auto regex = Regex::compile(pattern);
    ASSERT_FALSE(regex) << pattern;
    EXPECT_EQ(regex.error().code, ErrorCode::Unsupported);
    EXPECT_NE(regex.error().message.find("regular expression"), std::string::npos);
  }
}

TEST(Regex, RefusesNestingAndSizeThatWouldExhaustTheMachine) {
  EXPECT_FALSE(Regex::compile(std::string(100'000, '(')));
  EXPECT_FALSE(Regex::compile(std::string(100'000, '[')));
  EXPECT_FALSE(Regex::compile("a" + std::string(100'000, '+')));
  EXPECT_FALSE(Regex::compile("(((((ab){999}){999}){999}){999})"));
}

TEST(Regex, TriesAlternativesInOrderAndBacktracks) {
  EXPECT_EQ(match_end("a|ab", "ab"), 1u);
  EXPECT_EQ(match_end("a+ab", "aaab"), 4u);
  EXPECT_EQ(match_end("\\s+(?!\\S)", "   x"), 2u);
  EXPECT_EQ(match_end("(?=ab)a", "ab"), 1u);
  EXPECT_EQ(match_end("(?=ab)a", "ac"), 99u);
  EXPECT_EQ(match_end("[^\\r\\n\\p{L}]?\\p{L}+", " ab1"), 3u);
  EXPECT_EQ(match_end("\\p{N}{1,3}", "12345"), 3u);
  EXPECT_EQ(match_end("(?:ab)?c", "abc"), 3u);
  EXPECT_EQ(match_end("(ab|c){2,}d", "abcabd"), 6u);
  EXPECT_EQ(match_end("(a|ab)(c|bcd)$", "abcd"), 4u);
}

TEST(Regex, HonoursGreed) {
  EXPECT_EQ(match_end("a+?", "aaa"), 1u);
  EXPECT_EQ(match_end("a+?$", "aaa"), 3u);
  EXPECT_EQ(match_end("a++a", "aaa"), 99u);
  EXPECT_EQ(match_end("(?>a+)a", "aaa"), 99u);
  EXPECT_EQ(match_end("(?:ab)++ab", "ababab"), 99u);
  EXPECT_EQ(match_end("(?:ab)+?b?", "abab"), 2u);
  EXPECT_EQ(match_end("a?+a", "a"), 99u);
  // Ruby's syntax: an interval with a plus repeats the interval.
  EXPECT_EQ(match_end("a{1,2}+a", "aaaaa"), 5u);
}

TEST(Regex, ClassesUniteIntersectAndNegate) {
  EXPECT_EQ(match_end("[a-c&&[^b]]+", "acab"), 3u);
  EXPECT_EQ(match_end("[x[a-c]]+", "axbq"), 3u);
  EXPECT_EQ(match_end("[^\\S\\n]+", " \t\n"), 2u);
  EXPECT_EQ(match_end("[]a]+", "a]b"), 2u);
  EXPECT_EQ(match_end("[a\\-]+", "a-b"), 2u);
  EXPECT_EQ(match_end("\\P{L}+", "1 a"), 2u);
  EXPECT_EQ(match_end("\\p{^L}+", "1 a"), 2u);
  EXPECT_EQ(match_end("[\\u4e00-\\x{9FA5}]+", "\u4E00\u9FA5a"), 6u);
}

TEST(Regex, FoldsCaseOnlyWhereAsked) {
  EXPECT_EQ(match_end("(?i:'ll)", "'LL"), 3u);
  EXPECT_EQ(match_end("(?i:'s)s", "'Ss"), 3u);
  EXPECT_EQ(match_end("(?i:'s)s", "'SS"), 99u);
  EXPECT_EQ(match_end("(?i)ab", "AB"), 2u);
  EXPECT_EQ(match_end("(?i:[a-c])", "B"), 1u);
  EXPECT_EQ(match_end("(?i:s)", "\u017F"), 2u);  // long s folds to s
}

TEST(Regex, ReadsInvalidUtf8AsReplacementCharacters) {
  EXPECT_EQ(match_end("\\p{S}+a",
                      "\xFF\xE4\xBD"
                      "a"),
            4u);
  EXPECT_EQ(match_end(".+a",
                      "\xE4\xBD\xA0\xBD"
                      "a"),
            5u);
}

TEST(Regex, GivesUpOnPatternsThatExplode) {
  const auto regex = Regex::compile("(?:a|aa)+$").value();
  const std::string text = std::string(60, 'a') + "b";
  EXPECT_FALSE(Regex::Search(regex, text).find(0));
}

// Oracle: the standard library's ECMAScript matcher, on the syntax that both share.
TEST(Regex, AgreesWithTheStandardLibraryOnRandomAsciiPatterns) {
  const std::uint64_t seed = 77;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  const char* atoms[] = {"a", "b", "[ab]", "[^a]", "(?:ab|a)", "(?=b)", "(?!a)", "(?:b|ba)", "c"};
  const char* repeats[] = {"", "", "", "?", "*", "+", "{1,2}", "*?", "+?", "{2}"};
  int num_matches = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string pattern;
    for (std::uint64_t i = random.below(4) + 1; i-- > 0;) {
      const std::string atom = atoms[random.below(std::size(atoms))];
      pattern += atom;
      if (!atom.starts_with("(?=") && !atom.starts_with("(?!")) {
        pattern += repeats[random.below(std::size(repeats))];
      }
      if (i > 0 && random.below(5) == 0) pattern += '|';
    }
    std::string text;
    for (std::uint64_t i = random.below(9); i-- > 0;) {
      text += static_cast<char>('a' + random.below(3));
    }
    const std::regex oracle(pattern);
    std::smatch expected;
    const bool has_match = std::regex_search(text, expected, oracle);
    const auto regex = Regex::compile(pattern);
    ASSERT_TRUE(regex) << pattern << ' ' << regex.error().message;
    const auto match = Regex::Search(*regex, text).find(0);
    ASSERT_EQ(match.has_value(), has_match) << pattern << " on " << text;
    if (!has_match) continue;
    ++num_matches;
    const auto begin = static_cast<std::size_t>(expected.position());
    EXPECT_EQ(*match, (TextSpan{begin, begin + static_cast<std::size_t>(expected.length())}))
        << pattern << " on " << text;
  }
  EXPECT_GT(num_matches, 500);
}

}  // namespace
}  // namespace falconet
