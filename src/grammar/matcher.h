// One sequence under a grammar: which tokens may come next, and what has come.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/strong_id.h"
#include "grammar/grammar.h"
#include "grammar/parser.h"

namespace falconet {

/// Copying a matcher forks the sequence. Not safe to share between threads; several matchers of one
/// grammar are, and take turns at its lock.
class GrammarMatcher {
 public:
  /// Tokens that rollback() can take back; a draft for speculation is far shorter.
  static constexpr std::size_t kMaxRollback = 256;

  /// The grammar's vocabulary must not be null where tokens are used.
  explicit GrammarMatcher(Grammar::Pointer grammar);

  /// Reads a token; an end token ends a text that can end. Changes nothing and returns false if the
  /// grammar refuses it.
  bool accept(TokenId token);

  /// The same for text that belongs to no token. It counts as one step for rollback().
  bool accept(std::string_view bytes);

  /// Sets the bits of the tokens that accept() would take, end tokens included, and clears all
  /// others. Bits from the vocabulary's size on, up to the end of the span, are cleared. The span
  /// has at least (vocabulary size + 63) / 64 words.
  void fill_mask(std::span<std::uint64_t> bits);

  /// All that has been read.
  const std::string& text() const { return memory_.text; }

  /// The text so far is one that the grammar describes.
  bool can_end() const { return threads_.can_end; }
  /// … and nothing can follow it, or an end token has been read.
  bool is_complete() const { return has_ended_ || (threads_.can_end && threads_.list.empty()); }
  /// Nothing can follow and the text is not complete: the grammar's limits were met on the way.
  bool is_stuck() const { return threads_.is_dead(); }

  /// The bytes that must come next, if the grammar leaves no choice; at most `max_bytes`. `next`,
  /// if given and anything is forced, becomes the bytes that may follow them.
  std::string forced_bytes(std::size_t max_bytes = 1024, std::bitset<256>* next = nullptr);

  /// Bytes of the shortest text that completes this one; tokens that spell it are never more.
  std::uint32_t shortest_completion_bytes();
  /// That text, or one as short; at most `max_bytes` of it.
  std::string shortest_completion(std::size_t max_bytes = 1u << 16);

  /// Where among the alternatives of the present state `bytes` stands: keys of an object come in
  /// this order. Of several threads the one numbered `preferred` (modulo their number) decides, if
  /// there is one and it can. The largest number if nothing is completed by the last byte.
  std::size_t order_of(std::string_view bytes, std::optional<std::size_t> preferred);
  /// Alternatives that are followed at the same time.
  std::size_t num_threads() const { return threads_.list.size(); }

  /// Takes back the last steps that were accepted; at most kMaxRollback and at most all.
  void rollback(std::size_t num_steps);
  std::size_t num_steps() const { return steps_.size(); }

 private:
  struct Step {
    Threads threads;
    std::size_t num_bytes = 0;
    CallStacks::Mark stacks = {};
    bool has_ended = false;
  };

  bool read(std::string_view bytes);
  std::bitset<256> readable_bytes();
  Step now() const;
  void restore(Step step);
  void remember(Step step);

  void add_class(const Thread& thread, std::span<std::uint64_t> bits);
  void walk(const TokenTrie& trie, std::size_t root, const Threads& from,
            std::span<std::uint64_t> bits);
  void refine_unique(const Thread& thread, std::span<std::uint64_t> bits);
  void refine_along(std::string_view rest, std::span<std::uint64_t> bits);
  void check_doubtful(std::span<std::uint64_t> bits);

  Grammar::Pointer grammar_;
  ParseMemory memory_;
  Threads threads_;
  bool has_ended_ = false;
  std::deque<Step> steps_;

  // Scratch for masks.
  std::vector<Threads> levels_;
  std::vector<CallStacks::Mark> marks_;
  std::vector<std::int32_t> doubtful_;
};

}  // namespace falconet
