#include "grammar/schema_compiler.h"

#include "grammar/number_language.h"

namespace falconet {

SchemaCompiler::SchemaCompiler(SchemaSets& sets, Program& program, const SchemaOptions& options)
    : sets_(sets),
      pool_(sets.pool()),
      program_(program),
      is_compact_(options.whitespace == WhitespaceStyle::Compact),
      outermost_(options.outermost) {
  if (!is_compact_) {
    // Bound, so that no model can write white space for ever.
    const RegexId indent =
        pool_.repeated(pool_.set(CodePoints({{U' ', U' '}, {U'\t', U'\t'}})), 0, 40);
    space_ = pool_.either({kEmptyText, pool_.bytes(" "), pool_.concat(pool_.bytes("\n"), indent)});
  }
  comma_ = pool_.concat(space_, pool_.concat(pool_.bytes(","), space_));
  colon_ = pool_.concat(space_, pool_.concat(pool_.bytes(":"), space_));
}

StateId SchemaCompiler::state_of(ExpressionId value) {
  const auto [place, is_new] = states_.try_emplace(value.value);
  if (is_new) {
    place->second = program_.add();
    open_.emplace_back(value, place->second);
  }
  return place->second;
}

Result<StateId> SchemaCompiler::compile(ExpressionId value) {
  StateId start{};
  if (outermost_ == ObjectSpelling::Arguments) {
    TRY_ASSIGN(start, arguments(value));
  } else {
    start = state_of(value);
  }
  while (!open_.empty()) {
    const auto [next, state] = open_.back();
    open_.pop_back();
    Status filled = fill(next, state);
    if (!filled && !filled.error().message.starts_with('/')) {
      return std::move(filled).error().within(sets_.place_of(next));
    }
    TRY(std::move(filled));
    if (program_.num_states() > Program::kMaxStates || pool_.is_exhausted()) {
      return error(ErrorCode::TooLarge, "the schema needs more than ", Program::kMaxStates,
                   " states, or patterns too complex");
    }
  }
  return start;
}

Result<StateId> SchemaCompiler::arguments(ExpressionId value) {
  TRY_ASSIGN(const JsonSet* set, sets_.set_of(value));
  State start;
  for (const ObjectSet& each : set->objects) {
    auto inside = object(each, ObjectSpelling::Arguments);
    if (!inside) return std::move(inside).error().within(sets_.place_of(value));
    start.silent.push_back({.kind = Target::Kind::Go, .state = *inside});
  }
  return program_.add(std::move(start));
}

/// Values without values inside, as bytes.
RegexId SchemaCompiler::scalars(const JsonSet& set) {
  std::vector<RegexId> parts;
  if (set.has_null) parts.push_back(pool_.bytes("null"));
  if (set.has_true) parts.push_back(pool_.bytes("true"));
  if (set.has_false) parts.push_back(pool_.bytes("false"));
  const auto spelling = set.is_canonical ? NumberSpelling::Canonical : NumberSpelling::Free;
  parts.push_back(pool_.utf8(number_spelling(pool_, set.numbers, spelling)));
  parts.push_back(pool_.concat(pool_.bytes("\""), pool_.quoted(set.strings)));
  return pool_.either(std::move(parts));
}

Status SchemaCompiler::fill(ExpressionId value, StateId state) {
  TRY_ASSIGN(const JsonSet* set, sets_.set_of(value));
  std::vector<Alternative> alternatives;
  const RegexId plain = scalars(*set);
  if (plain != kNothing) alternatives.push_back({.regex = plain});
  for (const ObjectSet& each : set->objects) {
    TRY_ASSIGN(const StateId inside, object(each, ObjectSpelling::Braces));
    alternatives.push_back(
        {.text = "{", .regex = space_, .target = {.kind = Target::Kind::Go, .state = inside}});
  }
  for (const ArraySet& each : set->arrays) {
    TRY_ASSIGN(const StateId inside, array(each));
    alternatives.push_back(
        {.text = "[", .regex = space_, .target = {.kind = Target::Kind::Go, .state = inside}});
  }
  program_.at(state).alternatives = std::move(alternatives);
  return {};
}

}  // namespace falconet
