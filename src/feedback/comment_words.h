// The words of a comment as themes are made of them: English ones stemmed, Chinese ones cut.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/chinese_words.h"

namespace falconet {

/// A word that says what a comment is about; stop words are left out.
struct CommentWord {
  std::string stem = {};     // what counts as the same word
  std::string surface = {};  // as it was written, in lower case
  std::size_t begin = 0;     // bytes of the normalized comment
  std::size_t end = 0;
};

/// Plural, -ing, -ed and -ly taken off, as far as a vowel remains: "summaries" and "summary" meet,
/// "thing" stays. Lighter than Porter's (1980), so that stems stay readable.
std::string english_stem(std::string_view word);

/// Words that every comment has: "the", "is", "really".
bool is_english_stop_word(std::string_view word);
/// 这个, 就是, 现在: cut as words and left out.
std::span<const std::u32string_view> chinese_stop_words();

/// Runs of Chinese characters of a normalized comment, for ChineseWords.
std::vector<std::u32string> chinese_runs(std::string_view normalized);

/// In their order. Characters that are in no known word count in pairs, and alone where there is no
/// pair.
std::vector<CommentWord> comment_words(std::string_view normalized, const ChineseWords& chinese);

/// Chinese where a Chinese character stands for at least every fifth letter, or else English.
bool is_chinese_comment(std::string_view text);

}  // namespace falconet
