// From a finding to the setting or action that addresses it: a table of rules.
#pragma once

#include <string_view>

#include "feedback/issue_category.h"

namespace falconet {

/// What else is known about the answers behind a finding; it chooses between rules.
enum class FindingCircumstance {
  None,
  Evicted,      // most of the poor answers had lost messages for want of room
  Present,      // what was missed had been in the prompt
  Malformed,    // parse or schema errors, not bound by a grammar
  Constrained,  // malformed although bound by a grammar: cut off, most likely
  Semantic,     // well formed, wrong content
};

struct Suggestion {
  std::string_view id;
  std::string_view setting;  // JSON of request or server settings to try; empty: no setting
  std::string_view english;
  std::string_view chinese;
};

/// Every category has a rule; the circumstance refines it where a rule knows it.
const Suggestion& suggestion_for(IssueCategory category, FindingCircumstance circumstance);

/// As it stands in the JSON output: "evicted".
std::string_view finding_circumstance_name(FindingCircumstance circumstance);

}  // namespace falconet
