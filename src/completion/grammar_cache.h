// Grammars compiled for one tokenizer, the last ones kept.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "completion/answer_rules.h"
#include "completion/completer.h"
#include "grammar/grammar.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

/// Safe to use from any thread.
class GrammarCache {
 public:
  /// The tokenizer must outlive the cache. Nothing is built before the first grammar is asked for.
  explicit GrammarCache(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  using Rules = std::shared_ptr<const AnswerRules>;  // with the streams of the answers it judges

  /// Errors: those of Grammar's factories.
  Result<Rules> compile(const OutputGrammar& grammar);

  /// Errors: those of tool_grammar.
  Result<Rules> compile(const Json& tools, const ToolChoice& choice, ToolCallForm form);

 private:
  struct Entry {
    std::string key;
    Rules rules;
  };

  Grammar::Vocabulary vocabulary();
  Rules find(const std::string& key);
  void keep(std::string key, Rules rules);
  Result<AnswerRules> compile_anew(const OutputGrammar& grammar);

  const Tokenizer& tokenizer_;
  std::mutex mutex_;
  Grammar::Vocabulary vocabulary_;  // shared by all grammars
  std::list<Entry> entries_;        // the one used last first
};

}  // namespace falconet
