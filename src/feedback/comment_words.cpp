#include "feedback/comment_words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/unicode.h"

namespace falconet {
namespace {

const std::unordered_set<std::string_view>& english_stop_words() {
  static const std::unordered_set<std::string_view> kWords = {
      "a",          "about",     "above",     "actually", "after",   "again",  "all",
      "almost",     "also",      "always",    "am",       "an",      "and",    "another",
      "any",        "anything",  "are",       "as",       "ask",     "asked",  "at",
      "back",       "be",        "because",   "been",     "before",  "being",  "bit",
      "both",       "but",       "by",        "came",     "can",     "come",   "comes",
      "could",      "did",       "do",        "does",     "doing",   "done",   "down",
      "each",       "either",    "else",      "enough",   "even",    "ever",   "every",
      "everything", "far",       "few",       "first",    "for",     "from",   "gave",
      "get",        "gets",      "getting",   "give",     "gives",   "go",     "goes",
      "going",      "got",       "had",       "has",      "have",    "having", "he",
      "her",        "here",      "hm",        "how",      "however", "i",      "if",
      "in",         "instead",   "into",      "is",       "it",      "its",    "just",
      "keep",       "keeps",     "kind",      "know",     "last",    "least",  "let",
      "like",       "little",    "look",      "lot",      "made",    "make",   "makes",
      "many",       "may",       "maybe",     "me",       "more",    "most",   "much",
      "must",       "my",        "need",      "needs",    "never",   "no",     "not",
      "nothing",    "now",       "of",        "off",      "often",   "ok",     "on",
      "once",       "one",       "only",      "or",       "other",   "our",    "out",
      "over",       "own",       "part",      "please",   "pretty",  "put",    "quite",
      "rather",     "re",        "really",    "said",     "same",    "say",    "says",
      "second",     "see",       "seems",     "several",  "she",     "should", "so",
      "some",       "something", "sometimes", "still",    "such",    "take",   "takes",
      "than",       "that",      "the",       "their",    "them",    "then",   "there",
      "these",      "they",      "thing",     "things",   "this",    "those",  "though",
      "through",    "to",        "today",     "too",      "took",    "two",    "up",
      "upon",       "us",        "use",       "used",     "using",   "very",   "was",
      "way",        "we",        "well",      "went",     "were",    "what",   "when",
      "where",      "which",     "while",     "who",      "why",     "will",   "with",
      "without",    "would",     "yet",       "you",      "your",    "s",      "t",
      "m",          "ve",        "ll",        "d",        "y"};
  return kWords;
}

constexpr std::u32string_view kChineseStopCharacters =
    U"的了着过吗呢吧啊呀哦嗯是在我你他她它这那就也都还又很太和与及或而但把被给让对从到个们有不没"
    U"一二三四五六七八九十两几次样么什怎为之其以可能会要用得地说上下里中来去出";

constexpr std::array<std::u32string_view, 40> kChineseStopWords = {
    U"这个", U"那个", U"一个", U"就是", U"但是", U"因为", U"所以", U"我们", U"他们", U"什么",
    U"怎么", U"还是", U"时候", U"自己", U"觉得", U"有点", U"真的", U"非常", U"比较", U"可以",
    U"没有", U"不是", U"已经", U"然后", U"如果", U"或者", U"而且", U"不过", U"虽然", U"只是",
    U"今天", U"现在", U"之后", U"之前", U"这样", U"那样", U"一下", U"一些", U"很多", U"希望"};

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

bool has_vowel(std::string_view text) { return std::ranges::any_of(text, is_vowel); }

/// "stopp" to "stop", "telling" keeps its "tell".
void undouble(std::string& stem) {
  if (stem.size() < 4) return;
  const char last = stem.back();
  if (last != stem[stem.size() - 2] || is_vowel(last)) return;
  if (last != 'l' && last != 's' && last != 'z') stem.pop_back();
}

bool take_ending(std::string& word, std::string_view ending, std::size_t least) {
  if (!word.ends_with(ending) || word.size() < ending.size() + least) return false;
  if (!has_vowel(std::string_view(word).substr(0, word.size() - ending.size()))) return false;
  word.resize(word.size() - ending.size());
  return true;
}

class WordReader {
 public:
  WordReader(std::string_view text, const ChineseWords& chinese) : text_(text), chinese_(chinese) {}

  std::vector<CommentWord> read() {
    for (std::size_t at = 0; at < text_.size();) {
      const Utf8Character next = decode_utf8(text_, at);
      if (is_chinese_character(next.code_point)) {
        at = read_chinese(at);
      } else if (next.code_point < 0x80 && is_letter(next.code_point)) {
        at = read_english(at);
      } else {
        at += static_cast<std::size_t>(next.num_bytes);
      }
    }
    return std::move(words_);
  }

 private:
  std::size_t read_english(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() && ((text_[end] >= 'a' && text_[end] <= 'z') || text_[end] == '\'')) {
      ++end;
    }
    if (end == begin) return begin + 1;
    std::string_view word = text_.substr(begin, end - begin);
    word = word.substr(0, word.find('\''));  // "the board's"
    if (word.size() >= 2 && !is_english_stop_word(word)) {
      words_.push_back({english_stem(word), std::string(word), begin, begin + word.size()});
    }
    return end;
  }

  std::size_t read_chinese(std::size_t begin) {
    std::u32string run;
    std::vector<std::size_t> offsets;
    std::size_t at = begin;
    while (at < text_.size()) {
      const Utf8Character next = decode_utf8(text_, at);
      if (!is_chinese_character(next.code_point)) break;
      run += next.code_point;
      offsets.push_back(at);
      at += static_cast<std::size_t>(next.num_bytes);
    }
    offsets.push_back(at);
    const std::vector<ChinesePiece> pieces = chinese_.cut(run);
    for (std::size_t i = 0; i < pieces.size();) {
      if (pieces[i].is_word) {
        add_chinese(run, offsets, pieces[i].begin, pieces[i].end);
        ++i;
        continue;
      }
      std::size_t last = i;
      while (last < pieces.size() && !pieces[last].is_word) ++last;
      add_characters(run, offsets, pieces[i].begin, pieces[last - 1].end);
      i = last;
    }
    return at;
  }

  /// Characters in no word: pairs between the ones that stop.
  void add_characters(std::u32string_view run, const std::vector<std::size_t>& offsets,
                      std::size_t begin, std::size_t end) {
    const auto stops = [&](std::size_t i) {
      return kChineseStopCharacters.find(run[i]) != kChineseStopCharacters.npos;
    };
    for (std::size_t i = begin; i < end; ++i) {
      if (stops(i)) continue;
      const bool has_next = i + 1 < end && !stops(i + 1);
      const bool has_previous = i > begin && !stops(i - 1);
      if (has_next) add_chinese(run, offsets, i, i + 2);
      if (!has_next && !has_previous) add_chinese(run, offsets, i, i + 1);
    }
  }

  void add_chinese(std::u32string_view run, const std::vector<std::size_t>& offsets,
                   std::size_t begin, std::size_t end) {
    const std::u32string_view characters = run.substr(begin, end - begin);
    if (std::ranges::find(kChineseStopWords, characters) != kChineseStopWords.end()) return;
    const std::string word(text_.substr(offsets[begin], offsets[end] - offsets[begin]));
    words_.push_back({word, word, offsets[begin], offsets[end]});
  }

  std::string_view text_;
  const ChineseWords& chinese_;
  std::vector<CommentWord> words_;
};

}  // namespace

std::string english_stem(std::string_view word) {
  std::string stem(word);
  if (stem.size() > 4 && stem.ends_with("ies")) {
    stem.resize(stem.size() - 3);
    stem += 'y';
  } else if (stem.size() > 4 && (stem.ends_with("sses") || stem.ends_with("ches") ||
                                 stem.ends_with("shes") || stem.ends_with("xes"))) {
    stem.resize(stem.size() - 2);
  } else if (stem.size() > 3 && stem.ends_with('s') && !stem.ends_with("ss") &&
             !stem.ends_with("us") && !stem.ends_with("is")) {
    stem.pop_back();
  }
  if (take_ending(stem, "ing", 3) || take_ending(stem, "ed", 3)) undouble(stem);
  if (stem.size() > 5) take_ending(stem, "ly", 4);
  if (stem.size() > 4 && stem.ends_with('e')) stem.pop_back();
  return stem;
}

bool is_english_stop_word(std::string_view word) { return english_stop_words().contains(word); }

std::span<const std::u32string_view> chinese_stop_words() { return kChineseStopWords; }

std::vector<std::u32string> chinese_runs(std::string_view normalized) {
  std::vector<std::u32string> runs;
  bool is_inside = false;
  for (std::size_t at = 0; at < normalized.size();) {
    const Utf8Character next = decode_utf8(normalized, at);
    at += static_cast<std::size_t>(next.num_bytes);
    if (!is_chinese_character(next.code_point)) {
      is_inside = false;
      continue;
    }
    if (!is_inside) runs.emplace_back();
    runs.back() += next.code_point;
    is_inside = true;
  }
  return runs;
}

std::vector<CommentWord> comment_words(std::string_view normalized, const ChineseWords& chinese) {
  return WordReader(normalized, chinese).read();
}

bool is_chinese_comment(std::string_view text) {
  std::size_t num_chinese = 0;
  std::size_t num_letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character next = decode_utf8(text, at);
    at += static_cast<std::size_t>(next.num_bytes);
    num_chinese += is_chinese_character(next.code_point) ? 1 : 0;
    num_letters += next.code_point < 0x80 && is_letter(next.code_point) ? 1 : 0;
  }
  return num_chinese > 0 && num_chinese * 5 >= num_letters;
}

}  // namespace falconet
