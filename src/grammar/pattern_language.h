// Regular expressions as languages of a RegexPool.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/regex_pool.h"

namespace falconet {

/// Whether a pattern must match the text as a whole, or any part of it (as in JSON Schema).
enum class PatternMatch { Whole, Anywhere };

/// Errors: as parse_pattern(), and Unsupported for anchors and look-aheads in places where their
/// language is not known.
Result<RegexId> pattern_language(RegexPool& pool, std::string_view pattern, PatternMatch match);

/// For patterns of our own, which are right: an error is a bug.
RegexId known_language(RegexPool& pool, std::string_view pattern);

}  // namespace falconet
