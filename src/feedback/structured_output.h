// Was an answer that had to be JSON or a tool call what it had to be? Whether or not a grammar
// bound it: a bound answer can still be cut off.
#pragma once

#include <optional>

#include "base/json.h"
#include "feedback/record_kinds.h"

namespace falconet {

/// `request` and `message` as in OpenAI's chat API. Nothing: neither JSON nor a tool call was asked
/// for, or tools were offered and the model did without. Otherwise:
///   parse_error   the content or a call's arguments are not JSON, or a call that was demanded is
///                 not there
///   schema_error  they are, and break the schema (grammar/schema_validator.h), or name a tool that
///                 was not offered
/// Of several calls the worst.
std::optional<StructuredOutcome> structured_outcome(const Json& request, const Json& message);

/// Whether the request asks the server to bind the output: `strict` of a schema or of every tool.
/// What a server makes of it, it alone knows.
bool asks_for_binding(const Json& request);

}  // namespace falconet
