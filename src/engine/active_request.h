// A request that the engine's thread works on: its sequences, what watches them, and its times.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/block_pool.h"
#include "engine/drafter.h"
#include "engine/loop_detector.h"
#include "engine/output_constraint.h"
#include "engine/reasoning_tracker.h"
#include "engine/request.h"
#include "engine/sequence.h"
#include "engine/token_stream.h"

namespace falconet {

class ActiveRequest;

/// A sequence with what decides over its next token and its end.
struct ActiveSequence : Sequence {
  ActiveSequence(ActiveRequest& owner, BlockPool& pool) : Sequence(pool), request(&owner) {}

  ActiveRequest* request;
  std::optional<std::chrono::steady_clock::time_point> first_token = {};
  std::chrono::steady_clock::time_point last_token = {};  // if there is a first one
  std::optional<ReasoningTracker> reasoning = {};
  std::optional<LoopDetector> loops = {};
  std::optional<OutputConstraint> constraint = {};
  std::optional<Drafter> drafter = {};
  std::size_t num_read_by_drafter = 0;  // positions that the draft model's cache has right

  /// A token that the grammar leaves no choice about, to be appended without being drawn.
  std::optional<TokenId> next_forced() {
    return constraint ? constraint->next_forced() : std::nullopt;
  }

  bool has_forced() const { return constraint && constraint->has_forced(); }

  /// The constraint on the next token; null while it is free.
  OutputConstraint* active_constraint() {
    const bool is_free = !constraint || (reasoning && reasoning->is_reasoning());
    return is_free ? nullptr : &*constraint;
  }
};

/// What one sampled token leads to.
struct TokenOutcome {
  bool is_reasoning = false;
  std::optional<StopCause> stop = {};
};

class ActiveRequest {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Does not move: its sequences point to it. Sequences arrive as `first_arrival`, `first_arrival`
  /// + 1, ….
  ActiveRequest(EngineRequest request, std::shared_ptr<TokenStream> stream, Time submitted,
                std::uint64_t first_arrival, BlockPool& pool);

  ActiveRequest(const ActiveRequest&) = delete;
  ActiveRequest& operator=(const ActiveRequest&) = delete;

  const EngineRequest& request() const { return request_; }
  std::span<ActiveSequence> sequences() { return sequences_; }
  /// Why the reader wants no more of it.
  std::optional<StopCause> reader_stop(const ActiveSequence& sequence) const {
    return stream_->reader_stop(sequence.choice);
  }

  void publish(EngineEvent event);

  /// Calls the reader if something was published since the last time.
  void wake();

  /// The token that must come next, if reasoning is being closed.
  std::optional<TokenId> forced_token(const ActiveSequence& sequence) const;

  /// End and stop tokens, until min_tokens are there.
  std::span<const TokenId> forbidden_tokens(const ActiveSequence& sequence) const;

  /// Appends a token to one of its sequences and says what follows from it. Touches that sequence
  /// alone.
  TokenOutcome append(ActiveSequence& sequence, TokenId token) const;

  Time submitted() const { return submitted_; }
  RequestEnd times(Time now) const;
  bool has_begun() const { return begun_.has_value(); }
  void begin(Time now) { begun_ = now; }

  /// Before each token is published, and the prompt's scores before the first.
  void note_token(const ActiveSequence& sequence, Time now);

  /// Whether the prompt token after `position` is still to be scored.
  bool wants_prompt_logprob(const Sequence& sequence, std::size_t position) const;
  void add_prompt_logprob(PromptLogprob logprob) { prompt_logprobs_.push_back(std::move(logprob)); }

  /// Guesses what follows the sequence's tokens, as far as it may go on.
  void draft(ActiveSequence& sequence) const;

  /// Publishes a sequence's end, and the request's after the last one's.
  void end(ActiveSequence& sequence, StopCause cause, Time now);
  bool is_finished() const { return num_ended_ == sequences_.size(); }

 private:
  void leave_room_for_answer();

  EngineRequest request_;
  // Shared with the caller, who may leave first.
  std::shared_ptr<TokenStream> stream_;
  std::vector<ActiveSequence> sequences_;  // one a choice; they do not move
  std::vector<TokenId> end_and_stop_tokens_;
  std::vector<PromptLogprob> prompt_logprobs_;
  std::size_t num_ended_ = 0;
  bool has_news_ = false;
  Time submitted_;
  std::optional<Time> begun_;
  std::optional<Time> first_token_;
};

}  // namespace falconet
