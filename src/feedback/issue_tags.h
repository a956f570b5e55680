// Reason tags that mean a category: ours, and those of Open WebUI's exports.
#pragma once

#include <optional>
#include <string_view>

#include "feedback/issue_category.h"

namespace falconet {

struct IssueTag {
  IssueCategory category = IssueCategory::Other;
  std::optional<bool> is_praise = {};  // empty: the rating says which
};

/// Nothing for a tag that is about no category. Any case; spaces and hyphens read as "_".
std::optional<IssueTag> issue_tag_of(std::string_view tag);

}  // namespace falconet
