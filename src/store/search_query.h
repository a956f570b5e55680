// What people type into the search field: words, and conditions like tag:work or before:2026-01-31.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/search_text.h"

namespace falconet {

struct SearchQuery {
  std::vector<SearchTerm> terms = {};      // all must occur
  bool has_words = false;                  // something stood there, even if no term came of it
  std::vector<std::string> tags = {};      // all must be there
  std::optional<std::string> folder = {};  // its name
  std::optional<bool> is_pinned = {};
  std::optional<bool> is_archived = {};
  std::optional<std::int64_t> before = {};  // milliseconds since 1970, UTC
  std::optional<std::int64_t> since = {};
};

// A sentence or two; each term costs a look into the index.
constexpr std::size_t kMaxQueryBytes = 1000;

/// Values with spaces are written in quotation marks: folder:"My work". "after:" includes its day,
/// "before:" does not. Unknown conditions are words. Errors: InvalidArgument (value, length).
Result<SearchQuery> parse_search_query(std::string_view text);

}  // namespace falconet
