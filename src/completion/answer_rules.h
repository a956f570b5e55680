// What a finished answer is judged by: the grammar that bound it, and the schemas that it could not
// enforce whole.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "completion/completer.h"
#include "grammar/grammar.h"
#include "grammar/schema_validator.h"

namespace falconet {

/// Immutable and safe to share between threads.
struct AnswerRules {
  Grammar::Pointer grammar = {};  // shared with the sequences that it binds
  bool binds_tool_calls = false;
  bool requires_call = false;
  std::optional<SchemaValidator> schema = {};                      // if the grammar is less than it
  std::map<std::string, SchemaValidator, std::less<>> tools = {};  // of such tools, by name
  std::vector<std::string> not_enforced = {};
};

struct FinishedAnswer {
  std::string_view content;
  std::span<const ToolCallDelta> calls;  // whole
  bool is_complete = false;              // the grammar let it end
};

/// Nothing about free text where tools were only offered.
std::optional<AnswerVerdict> judge_answer(const AnswerRules& rules, const FinishedAnswer& answer);

}  // namespace falconet
