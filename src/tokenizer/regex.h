// A bounded backtracking matcher for the regular expressions that tokenizer files carry: Unicode
// properties, classes, alternatives, repeats of every greed, lookahead, atomic groups.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/character_set.h"
#include "tokenizer/regex_parser.h"
#include "tokenizer/word_scanner.h"

namespace falconet {

class Regex {
 public:
  /// Errors: Unsupported, naming the construct and its place.
  static Result<Regex> compile(std::string_view pattern);

  /// Searches one text from left to right.
  class Search {
   public:
    /// Both must outlive the search.
    Search(const Regex& regex, std::string_view text);

    /// The first match that begins at or after `from`, which must be the start of a character; it
    /// may be empty. After some thousand steps a byte of text the search gives up and finds no
    /// more.
    std::optional<TextSpan> find(std::size_t from);

    /// The end of the match that begins at `start`, or nothing.
    std::optional<std::size_t> match_at(std::size_t start);

   private:
    enum class Retry : std::uint8_t { Elsewhere, OneLess, OneMore };
    struct Frame {
      Retry retry;
      std::size_t instruction;
      std::size_t position;
      std::size_t limit;  // OneLess: the lowest position; OneMore: how many more
    };

    std::size_t run(std::size_t instruction, std::size_t position);
    bool run_set(std::size_t set, std::size_t& position);
    bool run_repeat(std::size_t instruction, std::size_t& position);
    bool retry(std::size_t num_frames, std::size_t& instruction, std::size_t& position);

    const Regex& regex_;
    std::string_view text_;
    std::vector<Frame> frames_;
    std::uint64_t steps_left_;
  };

 private:
  enum class Op : std::uint8_t {
    Accept,
    Set,
    Repeat,     // of one set
    Split,      // here, and if that fails at `target`
    SplitLazy,  // at `target`, and if that fails here
    Jump,
    Lookahead,  // the body follows and ends in Accept; then on at `target`
    NegativeLookahead,
    Atomic,
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
  };
  struct Instruction {
    Op op = Op::Accept;
    Greed greed = Greed::Greedy;
    std::size_t target = 0;
    std::size_t set = 0;
    std::size_t min = 1;
    std::size_t max = 1;
  };
  class Compiler;

  std::vector<CharacterSet> sets_;
  std::vector<Instruction> program_;
};

}  // namespace falconet
