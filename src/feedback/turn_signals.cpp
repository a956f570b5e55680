#include "feedback/turn_signals.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

// Whoever corrects begins with it; what stands further down is about something else.
constexpr std::size_t kOpeningBytes = 60;
constexpr std::size_t kComparedBytes = 2'000;
// Shorter questions ("why?") are like too many others.
constexpr std::size_t kLeastComparedPairs = 4;

constexpr std::array<std::string_view, 31> kCorrections = {"不对",
                                                           "不是这样",
                                                           "错了",
                                                           "你搞错",
                                                           "你弄错",
                                                           "你理解错",
                                                           "有误",
                                                           "不正确",
                                                           "我说的是",
                                                           "我问的是",
                                                           "我刚才说",
                                                           "我已经说过",
                                                           "that's wrong",
                                                           "that is wrong",
                                                           "this is wrong",
                                                           "you're wrong",
                                                           "you are wrong",
                                                           "that's not right",
                                                           "that is not right",
                                                           "that's not correct",
                                                           "not correct",
                                                           "incorrect",
                                                           "that's not what i",
                                                           "that is not what i",
                                                           "no, i meant",
                                                           "no, i said",
                                                           "i asked for",
                                                           "i already told you",
                                                           "i just told you",
                                                           "you forgot",
                                                           "you made a mistake"};

// What holds one of the above and corrects nothing.
constexpr std::array<std::string_view, 9> kNoCorrections = {
    "对不对", "是不对",           "哪里错了",     "我错了",    "我弄错",
    "我搞错", "what's incorrect", "is incorrect", "incorrect?"};

bool holds_any(std::string_view text, const auto& phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
  });
}

/// Typographic apostrophes as typed ones.
std::string opening_of(std::string_view text) {
  return replace_all(to_lower(trim(text).substr(0, kOpeningBytes)), "’", "'");
}

/// Letters and digits, in lower case.
std::u32string letters_of(std::string_view text) {
  std::u32string letters;
  text = text.substr(0, kComparedBytes);
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    if (is_letter(c.code_point) || is_number(c.code_point)) letters += to_lower(c.code_point);
    i += static_cast<std::size_t>(c.num_bytes);
  }
  return letters;
}

using PairCounts = std::map<std::pair<char32_t, char32_t>, std::int64_t>;

PairCounts pairs_of(const std::u32string& letters) {
  PairCounts pairs;
  for (std::size_t i = 1; i < letters.size(); ++i) ++pairs[{letters[i - 1], letters[i]}];
  return pairs;
}

}  // namespace

double question_similarity(std::string_view a, std::string_view b) {
  const std::u32string first = letters_of(a);
  const std::u32string second = letters_of(b);
  if (first.size() <= kLeastComparedPairs || second.size() <= kLeastComparedPairs) {
    return !first.empty() && first == second ? 1.0 : 0.0;
  }
  const PairCounts theirs = pairs_of(second);
  std::int64_t num_common = 0;
  for (const auto& [pair, count] : pairs_of(first)) {
    const auto found = theirs.find(pair);
    if (found != theirs.end()) num_common += std::min(count, found->second);
  }
  const std::size_t num_pairs = first.size() - 1 + second.size() - 1;
  return 2.0 * static_cast<double>(num_common) / static_cast<double>(num_pairs);
}

std::vector<SignalKind> turn_signals(std::string_view question, std::string_view next) {
  std::vector<SignalKind> signals;
  const std::string opening = opening_of(next);
  if (holds_any(opening, kCorrections) && !holds_any(opening, kNoCorrections)) {
    signals.push_back(SignalKind::Corrected);
  }
  if (letters_of(question) == letters_of(next) && !letters_of(next).empty()) {
    signals.push_back(SignalKind::Reasked);
  } else if (question_similarity(question, next) >= kRephrasedSimilarity) {
    signals.push_back(SignalKind::Rephrased);
  }
  return signals;
}

}  // namespace falconet
