// What binds tool calls to the tools' schemas.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "completion/completer.h"
#include "grammar/grammar.h"

namespace falconet {

struct ToolGrammar {
  std::vector<Trigger> triggers = {};
  TriggerOptions options = {};
  /// The schemas of tools that the grammar does not enforce whole, by the tools' names, and what it
  /// does not.
  std::map<std::string, Json> judged_later = {};
  std::vector<std::string> not_enforced = {};
};

/// The calls that `tools` (an array in OpenAI's shape) allow, in a model's form.
///
/// Of the schema of a tool without "strict": true, as much is enforced as can be; properties that a
/// schema does not name are not written unless it says additionalProperties.
/// Errors: InvalidArgument (names the tool and what is wrong with it, or the chosen tool that is
/// not there); for strict tools those of Grammar::from_json_schema, with the schema's place.
Result<ToolGrammar> tool_grammar(const Json& tools, const ToolChoice& choice, ToolCallForm form);

}  // namespace falconet
