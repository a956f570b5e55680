// What binds tool calls to the tools' schemas.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "completion/completer.h"
#include "grammar/grammar.h"

namespace falconet {

struct ToolGrammar {
  std::vector<Trigger> triggers;
  TriggerOptions options;
};

/// The calls that `tools` (an array in OpenAI's shape) allow, in a model's form.
///
/// A tool without "strict": true whose schema cannot be enforced takes any JSON object; properties
/// that a schema does not name are not written unless it says additionalProperties.
/// Errors: InvalidArgument (names the tool and what is wrong with it, or the chosen tool that is
/// not there); for strict tools those of Grammar::from_json_schema, with the schema's place.
Result<ToolGrammar> tool_grammar(const Json& tools, const ToolChoice& choice, ToolCallForm form);

}  // namespace falconet
