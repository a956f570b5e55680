// What a grammar is compiled to: a recursive network of states. A state reads one of several
// alternatives, each a regular language over bytes, and then goes on, calls, or returns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/regex_pool.h"

namespace falconet {

using StateId = StrongId<struct StateTag>;

/// Where to go on once an alternative has been read.
struct Target {
  enum class Kind : std::uint8_t {
    Return,  // to the state that the caller named
    Go,
    Call,  // enter `state`; when it returns, go on at `return_to`
  };
  Kind kind = Kind::Return;
  bool counts = false;  // the called state is one more item of `return_to`
  StateId state = {};
  StateId return_to = {};
};

struct Alternative {
  std::string text = {};       // fixed, turned into an expression when it is first needed
  RegexId regex = kEmptyText;  // what follows the text: over bytes, untagged
  Target target = {};
  /// The text read must differ from those that this alternative has read before in the same call:
  /// keys of an object, items of an array. White space and a colon around it do not count.
  bool is_unique = false;
  /// Bytes more than its shortest text that one which differs from the others may take.
  std::uint32_t unique_slack = 0;
};

/// Which state stands in for a counter, by the items read so far.
struct ItemCounter {
  std::uint32_t min = 0;
  std::uint32_t max = kUnlimited;
  StateId below = {};            // fewer than min
  StateId full = {};             // max or more
  StateId item = {};             // what one more item calls, for the shortest completion
  std::uint32_t saturation = 0;  // counts beyond are all the same
  bool counts_unique = false;    // the texts seen by is_unique alternatives are the items
};

struct State {
  std::vector<Alternative> alternatives = {};
  std::vector<Target> silent = {};  // taken without reading
  bool is_counter = false;
  ItemCounter counter = {};
};

class Program {
 public:
  /// Enough for the largest schemas in use; a state is some 100 bytes.
  static constexpr std::size_t kMaxStates = 400'000;

  StateId add(State state = {});
  State& at(StateId id) { return states_[static_cast<std::size_t>(id.value)]; }
  const State& at(StateId id) const { return states_[static_cast<std::size_t>(id.value)]; }
  std::size_t num_states() const { return states_.size(); }

  StateId start = {};

  /// Drops the alternatives that no text can complete, and knows the shortest completions after.
  /// Errors: Unsupported where no text is left at all, or where a state would call itself without
  /// reading anything (left recursion).
  Status finish(RegexPool& pool);

  /// Bytes of the shortest text from the state to its return; kUnlimited if there is none.
  /// `num_items` is for counters.
  std::uint32_t shortest(StateId id, std::uint32_t num_items = 0) const;
  std::uint32_t shortest_after(const Target& target, std::uint32_t num_items = 0) const;

 private:
  void find_shortest(RegexPool& pool);
  std::uint32_t shortest_now(const State& state, const std::vector<std::uint32_t>& piece_bytes,
                             std::size_t first_piece) const;
  struct Unread {
    std::size_t state = 0;
    bool is_call = false;
  };
  std::vector<Unread> unread_steps(const State& state, RegexPool& pool) const;
  Status check_left_recursion(RegexPool& pool) const;

  std::vector<State> states_;
  std::vector<std::uint32_t> shortest_;
};

}  // namespace falconet
