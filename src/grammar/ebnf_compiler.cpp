#include "grammar/ebnf_compiler.h"

#include <algorithm>

#include "grammar/grammar_parts.h"

namespace falconet {
namespace {

Target go(StateId state) { return {.kind = Target::Kind::Go, .state = state}; }

}  // namespace

/// Rules whose rules are all regular, in rounds: what is left over is recursive, or uses what is.
void EbnfCompiler::find_regular_rules() {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (const auto& [name, body] : grammar_.rules) {
      if (regular_rules_.contains(name)) continue;
      const auto characters = regular(body);
      if (!characters) continue;
      regular_rules_.emplace(name, *characters);
      has_changed = true;
    }
  }
}

std::optional<RegexId> EbnfCompiler::regular(const EbnfNode& node) {
  std::vector<RegexId> parts;
  for (const EbnfNode& child : node.children) {
    const auto part = regular(child);
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  switch (node.kind) {
    case EbnfNode::Kind::Text: return pool_.literal(node.text);
    case EbnfNode::Kind::Set: return pool_.set(node.characters);
    case EbnfNode::Kind::Rule: {
      const auto known = regular_rules_.find(node.rule);
      return known == regular_rules_.end() ? std::nullopt : std::optional(known->second);
    }
    case EbnfNode::Kind::Sequence: return pool_.concat(parts);
    case EbnfNode::Kind::Choice: return pool_.either(std::move(parts));
    case EbnfNode::Kind::Repeat: return pool_.repeated(parts.front(), node.min, node.max);
  }
  return std::nullopt;
}

Result<StateId> EbnfCompiler::rule_state(const std::string& name) {
  const auto known = states_.find(name);
  if (known != states_.end()) return known->second;
  const auto rule = grammar_.rules.find(name);
  if (rule == grammar_.rules.end()) {
    return error(ErrorCode::InvalidArgument, "grammar: the rule ", name, " is missing");
  }
  const StateId entry = program_.add();
  states_[name] = entry;
  State end;
  end.silent.push_back({});
  const StateId last = program_.add(std::move(end));
  TRY_ASSIGN(const StateId body, before(rule->second, last));
  program_.at(entry).silent.push_back(go(body));
  return entry;
}

Result<StateId> EbnfCompiler::before(const EbnfNode& node, StateId next) {
  if (program_.num_states() > Program::kMaxStates || pool_.is_exhausted()) {
    return error(ErrorCode::TooLarge, "the grammar needs more than ", Program::kMaxStates,
                 " states");
  }
  if (const auto characters = regular(node)) {
    return add_reading(program_, pool_.utf8(*characters), go(next));
  }
  switch (node.kind) {
    case EbnfNode::Kind::Rule: {
      TRY_ASSIGN(const StateId rule, rule_state(node.rule));
      State call;
      call.silent.push_back({.kind = Target::Kind::Call, .state = rule, .return_to = next});
      return program_.add(std::move(call));
    }
    case EbnfNode::Kind::Choice: {
      State choice;
      for (const EbnfNode& child : node.children) {
        TRY_ASSIGN(const StateId branch, before(child, next));
        choice.silent.push_back(go(branch));
      }
      return program_.add(std::move(choice));
    }
    case EbnfNode::Kind::Repeat: return before_repeat(node, next);
    default: return before_sequence(node, next);
  }
}

/// From the right to the left; neighbours without recursion are read as one.
Result<StateId> EbnfCompiler::before_sequence(const EbnfNode& node, StateId next) {
  RegexId run = kEmptyText;
  const auto flush = [&] {
    if (run != kEmptyText) next = add_reading(program_, pool_.utf8(run), go(next));
    run = kEmptyText;
  };
  for (std::size_t i = node.children.size(); i-- > 0;) {
    if (const auto characters = regular(node.children[i])) {
      run = pool_.concat(*characters, run);
      continue;
    }
    flush();
    TRY_ASSIGN(next, before(node.children[i], next));
  }
  flush();
  return next;
}

Result<StateId> EbnfCompiler::before_repeat(const EbnfNode& node, StateId next) {
  const EbnfNode& body = node.children.front();
  StateId at = next;
  if (node.max == EbnfNode::kNoLimit) {
    at = program_.add();
    TRY_ASSIGN(const StateId again, before(body, at));
    program_.at(at).silent = {go(again), go(next)};
  } else {
    for (std::uint32_t i = node.min; i < node.max; ++i) {
      TRY_ASSIGN(const StateId once, before(body, at));
      State optional;
      optional.silent = {go(once), go(next)};
      at = program_.add(std::move(optional));
    }
  }
  for (std::uint32_t i = 0; i < node.min; ++i) {
    TRY_ASSIGN(at, before(body, at));
  }
  return at;
}

Result<StateId> EbnfCompiler::compile(const std::string& rule) {
  find_regular_rules();
  return rule_state(rule);
}

}  // namespace falconet
