// Comments that simulated people write: by category, judgement and language, from many templates.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "feedback/issue_category.h"

namespace falconet {

struct SimulatedComment {
  IssueCategory category = IssueCategory::Other;
  bool is_praise = false;
  bool is_chinese = false;
};

/// A category without templates of that kind is spoken of as Other.
std::string simulate_comment(const SimulatedComment& about, Random& random);

}  // namespace falconet
