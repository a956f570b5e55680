// The words by which complaints and praise are recognised, in English and Chinese: data, not code.
#pragma once

#include <span>
#include <string_view>

#include "feedback/issue_category.h"

namespace falconet {

enum class CueKind {
  Problem,  // says by itself that something is wrong
  Praise,   // says by itself that something is good
  Topic,    // names what is spoken of; the words around it say whether it is good
};

/// A pattern is looked for in one segment of a comment, in lower case, "n't" spelt " not":
///   a|b      one of the terms
///   x & y    both; the last one is what a negation turns round
///   & !z     unless one of these is there
///   word*    any ending
/// Terms of ASCII letters match whole words; others match anywhere.
struct IssueCue {
  IssueCategory category = IssueCategory::Other;
  CueKind kind = CueKind::Topic;
  double weight = 0;  // how far one match is to be believed, 0–1
  std::string_view pattern;
};

std::span<const IssueCue> issue_cues();

/// Terms separated by "|", as in patterns.
std::string_view positive_terms();
std::string_view negative_terms();

/// Words that turn round what follows them: within the same clause, and directly before.
std::string_view distant_negators();
std::string_view adjacent_negators();

/// Where one comment begins to speak of another thing with another judgement.
std::span<const std::string_view> contrast_words();

}  // namespace falconet
