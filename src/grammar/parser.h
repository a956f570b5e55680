// Runs a program over bytes: a set of threads, each in a state with a call stack of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammar/byte_automaton.h"
#include "grammar/call_stacks.h"
#include "grammar/program.h"

namespace falconet {

struct Thread {
  RegexId rest = kNothing;  // of the alternatives of `state`
  StateId state = {};
  std::int32_t frame = kNoFrame;
  std::int32_t memory = 0;  // items counted, or the latest SeenText, of the current call
  std::uint32_t begin = 0;  // where the alternative's text begins, if texts must differ
  friend auto operator<=>(const Thread&, const Thread&) = default;
};

struct Threads {
  std::vector<Thread> list = {};
  bool can_end = false;

  bool is_dead() const { return list.empty() && !can_end; }
  void clear() {
    list.clear();
    can_end = false;
  }
};

/// What a matcher has read, and its stacks.
struct ParseMemory {
  std::string text = {};
  CallStacks stacks = {};
  /// Set when a text had to be compared with one whose bytes are not known.
  bool is_in_doubt = false;
};

/// A text in SeenText whose bytes are not known.
constexpr std::size_t kUnknownText = static_cast<std::size_t>(-1);

class Parser {
 public:
  /// Beyond, further threads are dropped: the text may be refused but never wrongly accepted.
  static constexpr std::size_t kMaxThreads = 512;

  Parser(const Program& program, RegexPool& pool, ByteAutomaton& automaton)
      : program_(program), pool_(pool), automaton_(automaton) {}

  void start(ParseMemory& memory, Threads& threads);

  /// Reads the byte that stands last in memory.text.
  void step(const Threads& from, std::uint8_t byte, ParseMemory& memory, Threads& to);

  /// What follows when `thread` completes the alternative `tag` with a text that is not known.
  void leave(const Thread& thread, std::int32_t tag, ParseMemory& memory, Threads& to);

  /// Bytes of the shortest text to the very end; kUnlimited for dead threads.
  std::uint32_t shortest(const Threads& threads, const ParseMemory& memory);

  bool reads_unique(const Thread& thread) { return entry(thread.state).has_unique; }
  /// What is left of each seen text that begins with the text of this thread.
  std::vector<std::string> seen_rests(const Thread& thread, const ParseMemory& memory);

 private:
  /// A state with its silent steps resolved.
  struct Entry {
    RegexId lexeme = kNothing;
    std::vector<Target> by_tag = {};
    std::vector<bool> unique_tags = {};
    std::vector<Target> silent = {};
    bool has_unique = false;
    std::uint32_t unique_slack = 0;
  };
  struct Visit {
    StateId state;
    std::int32_t frame;
    std::int32_t memory;
    friend bool operator==(const Visit&, const Visit&) = default;
  };

  enum class Text { Read, Unknown };

  const Entry& entry(StateId state);
  void complete(const Thread& thread, std::int32_t tag, Text text, ParseMemory& memory,
                Threads& to);
  void gather(StateId state, Entry& entry, std::vector<RegexId>& regexes,
              std::vector<StateId>& gathered);
  static std::int32_t tag_of(const Alternative& alternative, Entry& entry);
  StateId resolve(StateId state, std::int32_t memory, const ParseMemory& parse) const;
  std::uint32_t num_items(StateId state, std::int32_t memory, const ParseMemory& parse) const;
  void enter(StateId state, std::int32_t frame, std::int32_t memory, ParseMemory& parse,
             Threads& to);
  void follow(const Target& target, const Visit& from, ParseMemory& parse, Threads& to);
  static void add(const Thread& thread, Threads& to);

  bool can_stay_unique(const Thread& thread, ParseMemory& parse);
  bool has_unseen_text(RegexId rest, const std::vector<std::string_view>& seen);
  std::uint32_t shortest_above(const Frame& frame, const ParseMemory& parse) const;

  const Program& program_;
  RegexPool& pool_;
  ByteAutomaton& automaton_;
  std::unordered_map<std::int32_t, Entry> entries_;
  std::vector<Visit> visited_;
};

}  // namespace falconet
