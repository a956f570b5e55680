#include "grammar/grammar.h"

#include "grammar/grammar_parts.h"

namespace falconet {

Grammar::Grammar(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Grammar::~Grammar() = default;

const TokenVocabulary& Grammar::vocabulary() const {
  CHECK(parts_->vocabulary != nullptr);
  return *parts_->vocabulary;
}

std::size_t Grammar::num_states() const { return parts_->program.num_states(); }

std::size_t Grammar::num_expressions() const {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->pool.num_nodes();
}

std::unique_ptr<Grammar::Parts> new_grammar_parts() {
  auto parts = std::make_unique<Grammar::Parts>();
  parts->pool.set_work_limit(kMaxCompileWork);
  return parts;
}

Result<Grammar::Pointer> finish_grammar(std::unique_ptr<Grammar::Parts> parts,
                                        Grammar::Vocabulary vocabulary) {
  TRY(parts->program.finish(parts->pool));
  parts->vocabulary = std::move(vocabulary);
  if (parts->vocabulary) {
    parts->classes.emplace(parts->pool, parts->automaton, *parts->vocabulary);
  }
  parts->pool.set_work_limit(std::numeric_limits<std::uint64_t>::max());
  return std::make_shared<const Grammar>(std::move(parts));
}

StateId add_reading(Program& program, RegexId regex, Target target) {
  State state;
  state.alternatives.push_back({.regex = regex, .target = target});
  return program.add(std::move(state));
}

}  // namespace falconet
