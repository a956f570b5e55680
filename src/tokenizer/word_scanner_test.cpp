#include "tokenizer/word_scanner.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/strings.h"
#include "tokenizer/regex.h"

namespace falconet {
namespace {

/// Characters at which the patterns decide, often; any character, sometimes; broken UTF-8, rarely.
std::string random_text(Random& random) {
  static const std::vector<std::string> kTelling = {
      " ",       " ",          "  ",     "\n",     "\r",      "\r\n",   "\t",     "\u00A0",
      "\u3000",  "\u2028",     "'",      "'s",     "'S",      "'ll",    "'Re",    "'v",
      "'\u017F", "a",          "Zq",     "\u00E9", "e\u0301", "\u0301", "\u4E2D", "\u9FA5",
      "\u9FA6",  "\u3042",     "\u30FB", "\u3040", "1",       "23",     "4567",   "\u00B2",
      "\u2167",  "\u0663",     "!",      "...",    "$",       "+",      "_",      "\u00BF",
      "\u20AC",  "\U0001F680", "\u200D", "\uFE0F", "\x01",    "\u0378", "\uFFFD", "\uE000",
      "\x7F",    "\u0E33",     "\u1F88"};
  std::string text;
  for (std::uint64_t i = random.below(14); i-- > 0;) {
    const std::uint64_t kind = random.below(40);
    if (kind < 34) {
      text += kTelling[random.below(kTelling.size())];
    } else if (kind < 39) {
      append_utf8(text, static_cast<char32_t>(random.below(kind < 38 ? 0x3400 : 0x110000)));
    } else {
      text += static_cast<char>(random.below(256));
    }
  }
  return text;
}

// Oracle: the general matcher, on the pattern that the scanner stands for.
void check_against_regex(std::string_view pattern) {
  const std::uint64_t seed = 20240607;
  SCOPED_TRACE(cat("seed ", seed, ", pattern ", pattern));
  Random random(seed);
  const CharacterClasses classes;
  const WordScanner scanner = scanner_of(pattern);
  ASSERT_NE(scanner, nullptr);
  const auto regex = Regex::compile(pattern).value();
  for (int round = 0; round < 6000; ++round) {
    const std::string text = random_text(random);
    Regex::Search search(regex, text);
    std::size_t from = 0;
    while (true) {
      const auto expected = search.find(from);
      const auto found = scanner(classes, text, from);
      ASSERT_EQ(found, expected) << testing::PrintToString(text) << " from " << from;
      if (!found) break;
      from = found->end;
    }
  }
}

TEST(WordScanner, CutsAsGpt2sPattern) { check_against_regex(known_pattern::kGpt2); }
TEST(WordScanner, CutsAsQwens) { check_against_regex(known_pattern::kQwen2); }
TEST(WordScanner, CutsAsLlama3s) { check_against_regex(known_pattern::kLlama3); }
TEST(WordScanner, CutsAsTheDigitPatterns) {
  check_against_regex(known_pattern::kDigit);
  check_against_regex(known_pattern::kThreeDigits);
}
TEST(WordScanner, CutsAsDeepSeeks) {
  check_against_regex(known_pattern::kHanAndKana);
  check_against_regex(known_pattern::kDeepSeekWords);
}

TEST(WordScanner, KnowsAPatternWhoseLineEndsAreWrittenAsThemselves) {
  const std::string pattern =
      replace_all(replace_all(known_pattern::kDeepSeekWords, "\\r", "\r"), "\\n", "\n");
  EXPECT_EQ(scanner_of(pattern), scanner_of(known_pattern::kDeepSeekWords));
  EXPECT_EQ(scanner_of("\\p{L}"), nullptr);
}

TEST(CharacterClasses, AgreeWithThePropertiesOfEveryCharacter) {
  using namespace character_class;
  const CharacterClasses classes;
  for (char32_t c = 0; c < 0x110000; ++c) {
    const int bits = (is_letter(c) ? kLetter : 0) | (is_number(c) ? kNumber : 0) |
                     (is_mark(c) ? kMark : 0) | (is_punctuation(c) ? kPunctuation : 0) |
                     (is_symbol(c) ? kSymbol : 0) | (is_white_space(c) ? kSpace : 0) |
                     (c == '\n' || c == '\r' ? kNewline : 0);
    ASSERT_EQ(classes.of(c), bits) << static_cast<std::uint32_t>(c);
  }
}

}  // namespace
}  // namespace falconet
