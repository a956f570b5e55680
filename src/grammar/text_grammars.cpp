// Grammar's factories for regular expressions, choices, EBNF and triggers.
#include <algorithm>

#include "base/unicode.h"
#include "grammar/ebnf_compiler.h"
#include "grammar/grammar_parts.h"
#include "grammar/pattern_language.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxChoices = 100'000;
constexpr std::size_t kMaxTriggers = 256;

Result<Grammar::Pointer> from_language(std::unique_ptr<Grammar::Parts> parts, RegexId characters,
                                       Grammar::Vocabulary vocabulary) {
  parts->program.start = add_reading(parts->program, parts->pool.utf8(characters), {});
  return finish_grammar(std::move(parts), std::move(vocabulary));
}

Target go_to(StateId state) { return {.kind = Target::Kind::Go, .state = state}; }

/// What a trigger is bound to and its end, and the state after them.
Result<StateId> bound_part(const Trigger& trigger, const TriggerOptions& options, StateId after,
                           Grammar::Parts& parts) {
  StateId body{};
  if (trigger.is_schema) {
    TRY_ASSIGN(const Json schema, parse_json(trigger.grammar));
    TRY_ASSIGN(body, compile_schema(schema, options.schema, parts));
  } else {
    TRY_ASSIGN(const EbnfGrammar rules, parse_ebnf(trigger.grammar));
    EbnfCompiler compiler(rules, parts.pool, parts.program);
    TRY_ASSIGN(body, compiler.compile("root"));
  }
  StateId next = after;
  if (!trigger.end.empty()) {
    next = add_reading(parts.program, parts.pool.bytes(trigger.end), go_to(after));
  }
  State call;
  call.silent.push_back({.kind = Target::Kind::Call, .state = body, .return_to = next});
  return parts.program.add(std::move(call));
}

/// The bound parts of all triggers: each state comes after a trigger's marker. `after`: what
/// follows one, or the list of them.
Result<std::vector<StateId>> bound_parts(const std::vector<Trigger>& triggers,
                                         const TriggerOptions& options, StateId after,
                                         Grammar::Parts& parts) {
  Program& program = parts.program;
  const bool is_list = !options.separator.empty();
  const StateId item_end = is_list ? program.add() : after;
  State next_item;
  std::vector<StateId> begins;
  for (const Trigger& trigger : triggers) {
    TRY_ASSIGN(const StateId bound, bound_part(trigger, options, item_end, parts));
    next_item.alternatives.push_back({.text = trigger.again, .target = go_to(bound)});
    begins.push_back(trigger.begin.empty()
                         ? bound
                         : add_reading(program, parts.pool.bytes(trigger.begin), go_to(bound)));
  }
  if (!is_list) return begins;
  const StateId next = program.add(std::move(next_item));
  program.at(item_end).alternatives = {{.text = options.separator, .target = go_to(next)},
                                       {.text = options.close, .target = go_to(after)}};
  return begins;
}

/// Texts that end with `marker` and hold none of `markers` before its end.
RegexId up_to(RegexPool& pool, RegexId marker, RegexId markers) {
  const RegexId some_text = pool.repeated(pool.set(CodePoints::all()), 1);
  const RegexId marker_inside = pool.concat(kAnyText, pool.concat(markers, some_text));
  return pool.both({pool.concat(kAnyText, marker), pool.negated(marker_inside)});
}

}  // namespace

Result<Grammar::Pointer> Grammar::from_regex(std::string_view pattern, Vocabulary vocabulary) {
  auto parts = new_grammar_parts();
  TRY_ASSIGN(const RegexId language, pattern_language(parts->pool, pattern, PatternMatch::Whole));
  return from_language(std::move(parts), language, std::move(vocabulary));
}

Result<Grammar::Pointer> Grammar::from_choice(const std::vector<std::string>& texts,
                                              Vocabulary vocabulary) {
  if (texts.empty() || texts.size() > kMaxChoices) {
    return error(ErrorCode::InvalidArgument, "expected 1 to ", kMaxChoices, " choices, found ",
                 texts.size());
  }
  auto parts = new_grammar_parts();
  std::vector<RegexId> languages;
  for (const std::string& text : texts) {
    if (!is_valid_utf8(text)) return error(ErrorCode::InvalidArgument, "a choice is not UTF-8");
    languages.push_back(parts->pool.literal(text));
  }
  const RegexId language = parts->pool.either(std::move(languages));
  return from_language(std::move(parts), language, std::move(vocabulary));
}

Result<Grammar::Pointer> Grammar::from_ebnf(std::string_view text, Vocabulary vocabulary) {
  auto parts = new_grammar_parts();
  TRY_ASSIGN(const EbnfGrammar rules, parse_ebnf(text));
  EbnfCompiler compiler(rules, parts->pool, parts->program);
  TRY_ASSIGN(parts->program.start, compiler.compile("root"));
  return finish_grammar(std::move(parts), std::move(vocabulary));
}

Result<Grammar::Pointer> Grammar::from_triggers(const std::vector<Trigger>& triggers,
                                                const TriggerOptions& options,
                                                Vocabulary vocabulary) {
  if (triggers.empty() || triggers.size() > kMaxTriggers) {
    return error(ErrorCode::InvalidArgument, "expected 1 to ", kMaxTriggers, " triggers");
  }
  auto parts = new_grammar_parts();
  RegexPool& pool = parts->pool;
  std::vector<RegexId> markers;
  for (const Trigger& trigger : triggers) {
    if (trigger.marker.empty() || !is_valid_utf8(trigger.marker)) {
      return error(ErrorCode::InvalidArgument, "a trigger's marker must be a text in UTF-8");
    }
    markers.push_back(pool.literal(trigger.marker));
  }
  const RegexId any_marker = pool.either(markers);
  // Two states: free text that need not be followed by anything, and what starts.
  const StateId free = parts->program.add();
  const StateId start = options.is_required ? parts->program.add() : free;
  State ended;
  ended.silent.push_back({});
  const StateId end = parts->program.add(std::move(ended));
  std::vector<Alternative> ways;
  std::vector<Alternative> first_ways;
  TRY_ASSIGN(const auto bound,
             bound_parts(triggers, options, options.ends_after ? end : free, *parts));
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    ways.push_back(
        {.regex = pool.utf8(up_to(pool, markers[i], any_marker)), .target = go_to(bound[i])});
    first_ways.push_back({.regex = pool.utf8(markers[i]), .target = go_to(bound[i])});
  }
  if (options.is_required) {
    parts->program.at(start).alternatives = options.is_first ? std::move(first_ways) : ways;
  }
  const RegexId without = pool.negated(pool.concat(kAnyText, pool.concat(any_marker, kAnyText)));
  ways.push_back({.regex = pool.utf8(without)});
  parts->program.at(free).alternatives = std::move(ways);
  parts->program.start = start;
  return finish_grammar(std::move(parts), std::move(vocabulary));
}

}  // namespace falconet
