// Binds what one sequence answers to a grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/strong_id.h"
#include "grammar/grammar.h"
#include "grammar/matcher.h"

namespace falconet {

class OutputConstraint {
 public:
  /// The grammar has a vocabulary.
  explicit OutputConstraint(Grammar::Pointer grammar);

  /// The tokens that may come next, as bits over the grammar's vocabulary. `also`, if given, is
  /// allowed too. Valid until the next call.
  std::span<const std::uint64_t> allowed(std::optional<TokenId> also = {});

  /// Reads the token that was drawn among the allowed ones, or, where its text could no longer be
  /// completed in `num_left` tokens (this one included), one of a shortest completion. Returns the
  /// token that was read; nothing if the grammar has no way to go on.
  std::optional<TokenId> settle(TokenId drawn, std::size_t num_left);

  /// After settle(): where the grammar leaves no choice about what follows, that is to be written
  /// as the tokens that a model would have used. Returns the first of them, which takes the place
  /// of the settled token; next_forced() gives the others. Nothing if the grammar has no way to go
  /// on.
  std::optional<TokenId> skip_ahead(TokenId settled);

  /// Reads and returns the next of those tokens, if any is left.
  std::optional<TokenId> next_forced();
  bool has_forced() const { return !forced_.empty(); }

  /// The token's text is white space, which may come before anything.
  bool is_blank(TokenId token) const;

  /// Nothing can follow what the grammar has read.
  bool is_complete() const { return matcher_.is_complete(); }

  /// Tokens that the shortest completion takes at most.
  std::size_t shortest_tokens() { return matcher_.shortest_completion_bytes(); }

 private:
  bool can_complete(std::size_t num_tokens);
  std::optional<TokenId> shortest_step();

  Grammar::Pointer grammar_;  // shared with the other choices
  GrammarMatcher matcher_;
  std::vector<std::uint64_t> bits_;
  std::vector<TokenId> forced_;  // still to be read, the last one first
};

}  // namespace falconet
