// Follows one sequence's reasoning in token ids, and ends it when its budget is spent.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/strong_id.h"
#include "engine/request.h"

namespace falconet {

class ReasoningTracker {
 public:
  // Where the output opens its reasoning itself, the tag is among its first tokens.
  static constexpr std::size_t kOpeningWindow = 8;

  /// The params must outlive the tracker.
  explicit ReasoningTracker(const ReasoningParams& params);

  /// The token that must come next, while reasoning is being closed or set apart from the answer.
  std::optional<TokenId> forced_token() const;

  /// Inside the reasoning, its closing included.
  bool is_reasoning() const { return state_ == State::Inside || state_ == State::Closing; }

  /// The token that would begin reasoning now, if it is a single one.
  std::optional<TokenId> opening_token() const;

  /// Before observe(), of a token that a grammar read as its own text: unless it may be part of the
  /// tag, the answer has begun, and a tag in it is text.
  void note_bound(TokenId token);

  /// Call once for each new token; `output` ends with it. True if it is part of the reasoning
  /// (tags are not).
  bool observe(std::span<const TokenId> output);

 private:
  enum class State { BeforeReasoning, Inside, Closing, Answer };

  void enter();
  void force(const std::vector<TokenId>& tokens);

  const ReasoningParams* params_;
  State state_;
  std::size_t num_reasoning_tokens_ = 0;
  std::span<const TokenId> forced_ = {};  // of the params: what is still to be written
};

}  // namespace falconet
