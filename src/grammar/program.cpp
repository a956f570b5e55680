#include "grammar/program.h"

#include <algorithm>

namespace falconet {
namespace {

std::uint32_t sum_of(std::uint32_t a, std::uint32_t b) {
  return a > kUnlimited - b ? kUnlimited : a + b;
}

std::uint32_t times(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return product > kUnlimited ? kUnlimited : static_cast<std::uint32_t>(product);
}

std::size_t index(StateId id) { return static_cast<std::size_t>(id.value); }

}  // namespace

StateId Program::add(State state) {
  states_.push_back(std::move(state));
  return StateId{static_cast<std::int32_t>(states_.size()) - 1};
}

std::uint32_t Program::shortest(StateId id, std::uint32_t num_items) const {
  const State& state = at(id);
  const std::uint32_t closing = shortest_[index(id)];
  if (!state.is_counter || num_items >= state.counter.min) return closing;
  // Each further item has a comma before it.
  const std::uint32_t item = sum_of(1, shortest_[index(state.counter.item)]);
  return sum_of(closing, times(state.counter.min - num_items, item));
}

std::uint32_t Program::shortest_after(const Target& target, std::uint32_t num_items) const {
  switch (target.kind) {
    case Target::Kind::Return: return 0;
    case Target::Kind::Go: return shortest(target.state, num_items);
    case Target::Kind::Call:
      return sum_of(shortest(target.state),
                    shortest(target.return_to, num_items + (target.counts ? 1 : 0)));
  }
  return kUnlimited;
}

std::uint32_t Program::shortest_now(const State& state,
                                    const std::vector<std::uint32_t>& piece_bytes,
                                    std::size_t first_piece) const {
  std::uint32_t best = kUnlimited;
  for (std::size_t i = 0; i < state.alternatives.size(); ++i) {
    const std::uint32_t bytes = piece_bytes[first_piece + i];
    best = std::min(best, sum_of(bytes, shortest_after(state.alternatives[i].target)));
  }
  for (const Target& target : state.silent) best = std::min(best, shortest_after(target));
  return best;
}

/// The least fixpoint, by rounds over all states; states are made callers first, so that going
/// backwards few rounds are needed.
void Program::find_shortest(RegexPool& pool) {
  std::vector<std::uint32_t> piece_bytes;
  std::vector<std::size_t> first_piece;
  for (const State& state : states_) {
    first_piece.push_back(piece_bytes.size());
    for (const Alternative& alternative : state.alternatives) {
      const auto text_bytes = static_cast<std::uint32_t>(alternative.text.size());
      piece_bytes.push_back(sum_of(sum_of(text_bytes, alternative.unique_slack),
                                   pool.shortest_bytes(alternative.regex)));
    }
  }
  shortest_.assign(states_.size(), kUnlimited);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t i = states_.size(); i-- > 0;) {
      const std::uint32_t bytes = shortest_now(states_[i], piece_bytes, first_piece[i]);
      if (bytes >= shortest_[i]) continue;
      shortest_[i] = bytes;
      has_changed = true;
    }
  }
}

/// The steps from a state that read nothing: where to, and whether by a call.
std::vector<Program::Unread> Program::unread_steps(const State& state, RegexPool& pool) const {
  std::vector<Unread> steps;
  const auto add = [&](const Target& target) {
    const bool is_call = target.kind == Target::Kind::Call;
    if (target.kind != Target::Kind::Return) steps.push_back({index(target.state), is_call});
    // A callee that may read nothing comes straight back.
    if (is_call && shortest_[index(target.state)] == 0) {
      steps.push_back({index(target.return_to), false});
    }
  };
  for (const Target& target : state.silent) add(target);
  for (const Alternative& alternative : state.alternatives) {
    const bool is_empty = alternative.text.empty() && pool.is_nullable(alternative.regex);
    if (is_empty) add(alternative.target);
  }
  return steps;
}

/// Depth first over the steps that read nothing. A loop that goes round without a call ends by
/// itself; calls would pile up.
Status Program::check_left_recursion(RegexPool& pool) const {
  enum class Mark : char { New, OnPath, Done };
  struct Visit {
    std::size_t state = 0;
    bool is_by_call = false;
    std::vector<Unread> steps = {};
    std::size_t num_taken = 0;
  };
  std::vector<Mark> marks(states_.size(), Mark::New);
  std::vector<Visit> path;
  const auto enter = [&](std::size_t state, bool is_by_call) {
    marks[state] = Mark::OnPath;
    path.push_back({state, is_by_call, unread_steps(states_[state], pool)});
  };
  for (std::size_t root = 0; root < states_.size(); ++root) {
    if (marks[root] == Mark::New) enter(root, false);
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.num_taken == visit.steps.size()) {
        marks[visit.state] = Mark::Done;
        path.pop_back();
        continue;
      }
      const Unread step = visit.steps[visit.num_taken++];
      if (marks[step.state] == Mark::New) {
        enter(step.state, step.is_call);
        continue;
      }
      if (marks[step.state] == Mark::Done) continue;
      bool has_call = step.is_call;
      for (std::size_t i = path.size(); i-- > 0 && path[i].state != step.state;) {
        has_call |= path[i].is_by_call;
      }
      if (has_call) {
        return error(ErrorCode::Unsupported, "a rule begins with itself (left recursion)");
      }
    }
  }
  return {};
}

Status Program::finish(RegexPool& pool) {
  if (states_.size() > kMaxStates) {
    return error(ErrorCode::TooLarge, "the grammar has more than ", kMaxStates, " states");
  }
  find_shortest(pool);
  if (pool.is_exhausted()) {
    return error(ErrorCode::TooLarge, "the grammar is too complex: its patterns need more than ",
                 RegexPool::kMaxNodes, " states or too much time");
  }
  if (shortest_[index(start)] == kUnlimited) {
    return error(ErrorCode::Unsupported, "no text at all can satisfy this");
  }
  for (State& state : states_) {
    std::erase_if(state.alternatives, [&](const Alternative& alternative) {
      return !pool.is_live(alternative.regex) || shortest_after(alternative.target) == kUnlimited;
    });
    std::erase_if(state.silent,
                  [&](const Target& target) { return shortest_after(target) == kUnlimited; });
  }
  return check_left_recursion(pool);
}

}  // namespace falconet
