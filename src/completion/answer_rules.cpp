#include "completion/answer_rules.h"

#include <utility>

#include "base/strings.h"
#include "grammar/matcher.h"

namespace falconet {
namespace {

AnswerVerdict invalid(std::string why) { return {.is_valid = false, .error = std::move(why)}; }

AnswerVerdict judged_by(const SchemaValidator& schema, const Json& value) {
  auto verdict = schema.judge(value);
  if (!verdict) return {.error = std::move(verdict).error().message};
  return {.is_valid = verdict->is_valid, .error = std::move(verdict->error)};
}

bool describes(const Grammar::Pointer& grammar, std::string_view text) {
  GrammarMatcher matcher(grammar);
  return (text.empty() || matcher.accept(text)) && matcher.can_end();
}

AnswerVerdict judge_content(const AnswerRules& rules, const FinishedAnswer& answer) {
  const std::string_view text = trim(answer.content);
  if (!answer.is_complete && !describes(rules.grammar, text)) {
    return invalid("the answer was cut off before it was complete");
  }
  if (!rules.schema) return {.is_valid = true};
  const auto value = parse_json(text);
  if (!value) return invalid(value.error().message);
  return judged_by(*rules.schema, *value);
}

AnswerVerdict judge_calls(const AnswerRules& rules, const FinishedAnswer& answer) {
  if (answer.calls.empty()) return invalid("the answer was cut off before its call");
  for (const ToolCallDelta& call : answer.calls) {
    const std::string place = cat("tool_calls[", call.index, "]");
    const auto arguments = parse_json(call.arguments);
    if (!arguments) return invalid(place + ": the call was cut off before it was complete");
    const auto tool = rules.tools.find(call.name);
    if (tool == rules.tools.end()) continue;
    AnswerVerdict verdict = judged_by(tool->second, *arguments);
    if (verdict.is_valid == true) continue;
    verdict.error = cat(place, ": ", verdict.error);
    return verdict;
  }
  return {.is_valid = true};
}

}  // namespace

std::optional<AnswerVerdict> judge_answer(const AnswerRules& rules, const FinishedAnswer& answer) {
  const bool is_free = rules.binds_tool_calls && answer.calls.empty() && !rules.requires_call;
  if (is_free) return std::nullopt;
  AnswerVerdict verdict =
      rules.binds_tool_calls ? judge_calls(rules, answer) : judge_content(rules, answer);
  verdict.not_enforced = rules.not_enforced;
  return verdict;
}

}  // namespace falconet
