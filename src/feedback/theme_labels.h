// A theme's name: the words and phrases that are more common in its comments than elsewhere.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feedback/comment_words.h"

namespace falconet {

/// Counts of comments by word, once for all themes of a language.
class WordFrequencies {
 public:
  explicit WordFrequencies(std::span<const std::vector<CommentWord>> comments);

  /// Of the comments at those places; best first. No word stands in two of them.
  std::vector<std::string> keyphrases(std::span<const std::size_t> inside, std::size_t most) const;

 private:
  std::span<const std::vector<CommentWord>> comments_;  // the caller's
  std::unordered_map<std::string_view, int> counts_;    // views into the comments
};

}  // namespace falconet
