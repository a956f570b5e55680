#include "completion/grammar_cache.h"

#include <algorithm>
#include <utility>

#include "completion/tool_grammar.h"
#include "grammar/schema_relaxation.h"

namespace falconet {
namespace {

// Applications send a handful of schemas again and again; with what it has learnt about tokens a
// large one takes some megabytes.
constexpr std::size_t kMaxEntries = 64;

// As models write JSON, with spaces: bound to compact JSON, the bundled model says {"age":-34}
// where, free or with spaces, it says {"age": 34}.
constexpr SchemaOptions kSpelling = {.whitespace = WhitespaceStyle::Flexible};

std::string key_of(const OutputGrammar& grammar) {
  std::string key = cat(static_cast<int>(grammar.kind), grammar.is_strict, '\n', grammar.text);
  // With its length, so that no two lists give one key.
  for (const std::string& choice : grammar.choices) key += cat(choice.size(), ':', choice);
  if (!grammar.schema.is_null()) key += to_text(grammar.schema);
  return key;
}

std::string key_of(const Json& tools, const ToolChoice& choice, ToolCallForm form) {
  return cat("tools", static_cast<int>(choice.kind), choice.is_parallel, static_cast<int>(form),
             '\n', choice.name, '\n', to_text(tools));
}

Result<Grammar::Pointer> compile_strictly(const OutputGrammar& grammar,
                                          Grammar::Vocabulary vocabulary) {
  switch (grammar.kind) {
    case OutputGrammar::Kind::JsonObject:
      return Grammar::from_json_object(kSpelling, std::move(vocabulary));
    case OutputGrammar::Kind::JsonSchema:
      return Grammar::from_json_schema(grammar.schema, kSpelling, std::move(vocabulary));
    case OutputGrammar::Kind::Regex:
      return Grammar::from_regex(grammar.text, std::move(vocabulary));
    case OutputGrammar::Kind::Choice:
      return Grammar::from_choice(grammar.choices, std::move(vocabulary));
    case OutputGrammar::Kind::Ebnf: return Grammar::from_ebnf(grammar.text, std::move(vocabulary));
  }
  return error(ErrorCode::InvalidArgument, "unknown kind of grammar");
}

}  // namespace

Grammar::Vocabulary GrammarCache::vocabulary() {
  const std::scoped_lock lock(mutex_);
  if (vocabulary_ == nullptr) vocabulary_ = std::make_shared<const TokenVocabulary>(tokenizer_);
  return vocabulary_;
}

GrammarCache::Rules GrammarCache::find(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().rules;
}

void GrammarCache::keep(std::string key, Rules rules) {
  const std::scoped_lock lock(mutex_);
  entries_.push_front({std::move(key), std::move(rules)});
  if (entries_.size() > kMaxEntries) entries_.pop_back();
}

Result<AnswerRules> GrammarCache::compile_anew(const OutputGrammar& grammar) {
  AnswerRules rules;
  if (grammar.is_strict || grammar.kind != OutputGrammar::Kind::JsonSchema) {
    TRY_ASSIGN(rules.grammar, compile_strictly(grammar, vocabulary()));
    return rules;
  }
  TRY_ASSIGN(RelaxedGrammar relaxed, relaxed_grammar(grammar.schema, kSpelling, vocabulary()));
  rules.grammar = std::move(relaxed.grammar);
  rules.not_enforced = std::move(relaxed.left_out);
  if (rules.not_enforced.empty()) return rules;
  TRY_ASSIGN(rules.schema, SchemaValidator::from_schema(grammar.schema));
  return rules;
}

// Two requests that bring the same new grammar at once compile it twice; neither waits for others'.
Result<GrammarCache::Rules> GrammarCache::compile(const OutputGrammar& grammar) {
  std::string key = key_of(grammar);
  if (Rules known = find(key)) return known;
  TRY_ASSIGN(AnswerRules compiled, compile_anew(grammar));
  const Rules rules = std::make_shared<const AnswerRules>(std::move(compiled));
  keep(std::move(key), rules);
  return rules;
}

Result<GrammarCache::Rules> GrammarCache::compile(const Json& tools, const ToolChoice& choice,
                                                  ToolCallForm form) {
  std::string key = key_of(tools, choice, form);
  if (Rules known = find(key)) return known;
  TRY_ASSIGN(ToolGrammar grammar, tool_grammar(tools, choice, form));
  AnswerRules compiled;
  compiled.binds_tool_calls = true;
  compiled.requires_call = choice.kind == ToolChoice::Kind::Required;
  compiled.not_enforced = std::move(grammar.not_enforced);
  TRY_ASSIGN(compiled.grammar,
             Grammar::from_triggers(grammar.triggers, grammar.options, vocabulary()));
  for (auto& [name, schema] : grammar.judged_later) {
    TRY_ASSIGN(SchemaValidator validator, SchemaValidator::from_schema(std::move(schema)));
    compiled.tools.emplace(name, std::move(validator));
  }
  const Rules rules = std::make_shared<const AnswerRules>(std::move(compiled));
  keep(std::move(key), rules);
  return rules;
}

}  // namespace falconet
