#include "feedback/text_register.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

constexpr std::size_t kJudgedBytes = 2'000;
// Characters to a hit: Chinese says in one what English says in about three.
constexpr double kCharactersPerHit = 120;
constexpr double kWideCharacter = 3;

constexpr std::array<std::string_view, 4> kRegisterNames = {"neutral", "colloquial", "formal",
                                                            "bookish"};

// English entries stand between spaces; "'s"-like endings are listed with their words.
constexpr std::string_view kColloquial[] = {
    "gonna",  "wanna",   "gotta",    "kinda",  "sorta",      "dunno",    "yeah",        "yep",
    "nope",   "hey",     "lol",      "btw",    "ok so",      "okay so",  "cool",        "awesome",
    "stuff",  "a bunch", "guys",     "super",  "no worries", "my bad",   "pretty much", "you know",
    "i mean", "don't",   "can't",    "won't",  "i'm",        "it's",     "that's",      "what's",
    "let's",  "you're",  "they're",  "i've",   "ain't",      "thx",      "pls",         "haha",
    "oops",   "wow",     "heck",     "crap",   "big deal",   "how come", "up to you",   "吧",
    "呢",     "啊",      "呀",       "嘛",     "哦",         "咋",       "啥",          "哈哈",
    "挺",     "超级",    "好啦",     "没事",   "搞定",       "咱",       "咱们",        "有点儿",
    "干嘛",   "怎么办",  "真的假的", "别担心", "得了",       "靠谱",     "弄",          "啦",
    "噢",     "嗯",      "特别好",   "蛮"};
constexpr std::string_view kFormal[] = {"dear sir",
                                        "dear madam",
                                        "dear dr",
                                        "dear ms",
                                        "dear mr",
                                        "yours sincerely",
                                        "yours faithfully",
                                        "kind regards",
                                        "best regards",
                                        "would you kindly",
                                        "kindly",
                                        "we regret",
                                        "please find",
                                        "i am writing to",
                                        "we would be grateful",
                                        "i would be grateful",
                                        "at your earliest convenience",
                                        "we hereby",
                                        "enclosed",
                                        "to whom it may",
                                        "should you require",
                                        "please be advised",
                                        "we appreciate your",
                                        "respectfully",
                                        "sincerely",
                                        "on behalf of",
                                        "we look forward",
                                        "i look forward",
                                        "your prompt",
                                        "thank you for your",
                                        "您",
                                        "请问",
                                        "敬请",
                                        "谨此",
                                        "贵公司",
                                        "贵方",
                                        "特此",
                                        "此致",
                                        "敬礼",
                                        "敬启",
                                        "烦请",
                                        "劳驾",
                                        "恳请",
                                        "承蒙",
                                        "尊敬的",
                                        "不胜感激",
                                        "望予",
                                        "予以批准",
                                        "顺祝",
                                        "商祺",
                                        "致以",
                                        "诚挚",
                                        "恭候",
                                        "惠顾"};
constexpr std::string_view kBookish[] = {"furthermore",
                                         "moreover",
                                         "thus",
                                         "hence",
                                         "notwithstanding",
                                         "thereby",
                                         "whereas",
                                         "wherein",
                                         "heretofore",
                                         "albeit",
                                         "nevertheless",
                                         "consequently",
                                         "in accordance with",
                                         "with respect to",
                                         "it is evident that",
                                         "one may",
                                         "may be regarded as",
                                         "constitutes",
                                         "pursuant to",
                                         "in light of",
                                         "inasmuch as",
                                         "shall be",
                                         "in essence",
                                         "the aforementioned",
                                         "it follows that",
                                         "as such",
                                         "insofar as",
                                         "is predicated",
                                         "necessitates",
                                         "facilitates",
                                         "综上所述",
                                         "由此可见",
                                         "然而",
                                         "因而",
                                         "从而",
                                         "鉴于",
                                         "倘若",
                                         "诸多",
                                         "亦",
                                         "乃",
                                         "之所以",
                                         "旨在",
                                         "即为",
                                         "故而",
                                         "尚未",
                                         "是以",
                                         "此外",
                                         "据此",
                                         "有鉴于此",
                                         "不可或缺",
                                         "至关重要",
                                         "与此同时",
                                         "加以",
                                         "予以",
                                         "所谓",
                                         "无疑"};

bool is_ascii(std::string_view word) {
  for (const char c : word) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

/// Letters and apostrophes of `text` in lower case, everything else a space, with one at each end.
std::string words_between_spaces(std::string_view text) {
  std::string words = " ";
  for (const char c : replace_all(to_lower(text), "’", "'")) {
    const bool is_part = (c >= 'a' && c <= 'z') || c == '\'';
    if (is_part) {
      words += c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

int num_of(std::string_view text, std::string_view word) {
  int count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + word.size())) {
    ++count;
  }
  return count;
}

/// A list as it is looked for: English words between spaces, Chinese ones anywhere.
struct RegisterWords {
  std::vector<std::string> english = {};
  std::vector<std::string_view> chinese = {};

  explicit RegisterWords(std::span<const std::string_view> list) {
    for (const std::string_view entry : list) {
      if (is_ascii(entry)) {
        english.push_back(cat(" ", entry, " "));
      } else {
        chinese.push_back(entry);
      }
    }
  }

  /// `words`: the text's as words_between_spaces() gives them.
  int num_hits(std::string_view text, std::string_view words) const {
    int hits = 0;
    if (words.size() > 1) {
      for (const std::string& entry : english) hits += num_of(words, entry);
    }
    if (!is_ascii(text)) {
      for (const std::string_view entry : chinese) hits += num_of(text, entry);
    }
    return hits;
  }
};

/// As many as an English text of the same content would have.
double weighted_length(std::string_view text) {
  double length = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    length += c.code_point >= 0x2E80 ? kWideCharacter : 1;
    i += static_cast<std::size_t>(c.num_bytes);
  }
  return length;
}

}  // namespace

TextRegister text_register(std::string_view text) {
  text = text.substr(0, kJudgedBytes);
  static const std::array<RegisterWords, 3> kLists = {
      RegisterWords(kColloquial), RegisterWords(kFormal), RegisterWords(kBookish)};
  const std::string words = words_between_spaces(text);
  const std::array<int, 4> hits = {0, kLists[0].num_hits(text, words),
                                   kLists[1].num_hits(text, words),
                                   kLists[2].num_hits(text, words)};
  const auto most = std::max_element(hits.begin(), hits.end());
  const bool is_tied = std::count(hits.begin(), hits.end(), *most) > 1;
  const bool is_clear = *most * kCharactersPerHit >= weighted_length(text);
  if (*most == 0 || is_tied || !is_clear) return TextRegister::Neutral;
  return static_cast<TextRegister>(most - hits.begin());
}

std::string_view text_register_name(TextRegister value) {
  return kRegisterNames[static_cast<std::size_t>(value)];
}

std::optional<TextRegister> text_register_of(std::string_view name) {
  for (std::size_t i = 0; i < kRegisterNames.size(); ++i) {
    if (kRegisterNames[i] == name) return static_cast<TextRegister>(i);
  }
  return std::nullopt;
}

}  // namespace falconet
