#include "completion/grammar_cache.h"

#include <algorithm>
#include <utility>

#include "completion/tool_grammar.h"

namespace falconet {
namespace {

// Applications send a handful of schemas again and again; with what it has learnt about tokens a
// large one takes some megabytes.
constexpr std::size_t kMaxEntries = 64;

// As models write JSON, with spaces: bound to compact JSON, the bundled model says {"age":-34}
// where, free or with spaces, it says {"age": 34}.
constexpr SchemaOptions kSpelling = {.whitespace = WhitespaceStyle::Flexible};

std::string key_of(const OutputGrammar& grammar) {
  std::string key = cat(static_cast<int>(grammar.kind), '\n', grammar.text);
  // With its length, so that no two lists give one key.
  for (const std::string& choice : grammar.choices) key += cat(choice.size(), ':', choice);
  if (!grammar.schema.is_null()) key += to_text(grammar.schema);
  return key;
}

std::string key_of(const Json& tools, const ToolChoice& choice, ToolCallForm form) {
  return cat("tools", static_cast<int>(choice.kind), choice.is_parallel, static_cast<int>(form),
             '\n', choice.name, '\n', to_text(tools));
}

Result<Grammar::Pointer> compile_anew(const OutputGrammar& grammar,
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

Grammar::Pointer GrammarCache::find(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().grammar;
}

void GrammarCache::keep(std::string key, Grammar::Pointer grammar) {
  const std::scoped_lock lock(mutex_);
  entries_.push_front({std::move(key), std::move(grammar)});
  if (entries_.size() > kMaxEntries) entries_.pop_back();
}

// Two requests that bring the same new grammar at once compile it twice; neither waits for others'.
Result<Grammar::Pointer> GrammarCache::compile(const OutputGrammar& grammar) {
  std::string key = key_of(grammar);
  if (Grammar::Pointer known = find(key)) return known;
  TRY_ASSIGN(Grammar::Pointer compiled, compile_anew(grammar, vocabulary()));
  keep(std::move(key), compiled);
  return compiled;
}

Result<Grammar::Pointer> GrammarCache::compile(const Json& tools, const ToolChoice& choice,
                                               ToolCallForm form) {
  std::string key = key_of(tools, choice, form);
  if (Grammar::Pointer known = find(key)) return known;
  TRY_ASSIGN(const ToolGrammar grammar, tool_grammar(tools, choice, form));
  TRY_ASSIGN(Grammar::Pointer compiled,
             Grammar::from_triggers(grammar.triggers, grammar.options, vocabulary()));
  keep(std::move(key), compiled);
  return compiled;
}

}  // namespace falconet
