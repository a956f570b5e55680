// How text is cut into what can be searched for: words where there are spaces, characters and pairs
// of them where there are none (Chinese, Japanese, Korean, Thai, …).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

/// A word, or a single character of a script without spaces.
struct SearchUnit {
  std::string text = {};  // lower case, without accents and other variants of form
  std::size_t begin = 0;  // bytes [begin, end) of the text that was cut
  std::size_t end = 0;
  bool is_character = false;
  bool continues_run = false;  // a character that stands right behind another one
};

std::vector<SearchUnit> search_units(std::string_view text);

/// What the index of words is given, with spaces between: words; of each run of characters its
/// pairs, one behind the other, then its characters alone.
std::string search_tokens(std::string_view text);

/// One thing that must occur: a word that begins like this, or a run of characters.
struct SearchTerm {
  std::vector<std::string> units = {};  // one word, or one or more characters
  bool is_word = false;
};

std::vector<SearchTerm> search_terms(std::string_view words);

/// Part of a text, for showing where the terms were found.
struct SnippetPart {
  std::string text = {};
  bool is_hit = false;
};

/// The surroundings of the first hit, every hit within marked; the text's beginning if there is
/// none.
std::vector<SnippetPart> make_snippet(std::string_view text, const std::vector<SearchTerm>& terms);

}  // namespace falconet
