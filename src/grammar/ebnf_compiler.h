// EBNF rules as states of a program. Parts without recursion become regular expressions.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "grammar/ebnf_syntax.h"
#include "grammar/program.h"

namespace falconet {

class EbnfCompiler {
 public:
  EbnfCompiler(const EbnfGrammar& grammar, RegexPool& pool, Program& program)
      : grammar_(grammar), pool_(pool), program_(program) {}

  /// The state that reads one text of the rule. Errors: InvalidArgument (a rule is missing),
  /// TooLarge.
  Result<StateId> compile(const std::string& rule);

 private:
  /// Characters of a node that uses no recursive rule; nothing for others.
  std::optional<RegexId> regular(const EbnfNode& node);
  void find_regular_rules();
  /// A state that reads the node and goes on at `next`.
  Result<StateId> before(const EbnfNode& node, StateId next);
  Result<StateId> before_sequence(const EbnfNode& node, StateId next);
  Result<StateId> before_repeat(const EbnfNode& node, StateId next);
  Result<StateId> rule_state(const std::string& name);

  const EbnfGrammar& grammar_;
  RegexPool& pool_;
  Program& program_;
  std::unordered_map<std::string, RegexId> regular_rules_;
  std::unordered_map<std::string, StateId> states_;
};

}  // namespace falconet
