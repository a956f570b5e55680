// The string formats of JSON Schema (draft 2020-12, Validation, section 7.3) as languages.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "grammar/regex_pool.h"

namespace falconet {

/// The language of a format, or nothing for a name that JSON Schema does not define: those are
/// annotations. Where a standard is wider than a regular expression can be, the language is a part
/// of it: a text that matches is always valid. Errors: Unsupported.
Result<std::optional<RegexId>> format_language(RegexPool& pool, std::string_view format);

}  // namespace falconet
