// Words of Chinese comments, found in the comments themselves: no dictionary.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace falconet {

constexpr bool is_chinese_character(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

/// What is cut: a word of two to six characters, or a character that is in no word.
struct ChinesePiece {
  std::size_t begin = 0;  // characters of the run
  std::size_t end = 0;
  bool is_word = false;
};

/// The words of a corpus: those of the issue lexicon, and runs of two to six characters that stand
/// in three comments or more, cling together, and have many different neighbours on both sides
/// (frequency, cohesion and branching entropy; Jin and Tanaka-Ishii 2006, "Unsupervised
/// segmentation of Chinese text by use of branching entropy").
class ChineseWords {
 public:
  /// `runs`: unbroken runs of Chinese characters; one comment's stand together under one number.
  struct Run {
    std::u32string text = {};
    std::int32_t comment = 0;
  };
  explicit ChineseWords(std::span<const Run> runs);

  /// Fewest pieces; of equally few those whose words are more common.
  std::vector<ChinesePiece> cut(std::u32string_view run) const;

  bool is_word(std::u32string_view text) const;
  std::size_t num_discovered() const { return num_discovered_; }

 private:
  void add_lexicon();
  void discover(std::span<const Run> runs);

  std::unordered_map<std::uint64_t, double> weights_;  // by a hash of the characters
  std::size_t num_discovered_ = 0;
};

}  // namespace falconet
