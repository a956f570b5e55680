// What the engine says about a request: a queue from the engine's thread to one reader.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

enum class StopCause {
  EndToken,       // the model ended its turn
  StopToken,      // one of the caller's
  GrammarEnd,     // nothing can follow what the grammar has read
  MaxTokens,      // or the end of the context
  Repetition,     // it looped
  ReadEnough,     // the reader has all it wanted
  Cancelled,      // by the reader, who wants nothing more
  EngineStopped,  // the engine went down before the sequence was done
  GrammarStuck,   // the grammar met its limits and leaves no token to go on with
  NoLogits,       // the model computed no number that a token could be chosen by
};

struct ScoredToken {
  TokenId id = {};
  float logprob = 0;
};

/// The prompt was read up to here.
struct PrefillEvent {
  std::size_t num_done = 0;
  std::size_t num_tokens = 0;
  std::size_t num_cached = 0;  // of num_done: they were there before
};

struct TokenEvent {
  int choice = 0;
  TokenId id = {};
  bool is_reasoning = false;
  bool is_end = false;                // an end or stop token: counts, but is no text
  float logprob = 0;                  // if asked for
  std::vector<ScoredToken> top = {};  // most likely first
};

/// Comes once for each choice.
struct SequenceEnd {
  int choice = 0;
  StopCause cause = StopCause::EndToken;
  TokenId stop_token = {};  // for EndToken and StopToken
};

/// Log-probabilities of every prompt token but the first; comes before the first token.
struct PromptLogprob {
  ScoredToken token = {};
  std::vector<ScoredToken> top = {};
};
struct PromptScores {
  std::vector<PromptLogprob> logprobs = {};
};

/// Comes once, last.
struct RequestEnd {
  std::size_t num_cached = 0;  // prompt tokens that needed not be computed
  std::chrono::nanoseconds queue_time{0};
  std::chrono::nanoseconds prefill_time{0};
  std::chrono::nanoseconds decode_time{0};
};

using EngineEvent = std::variant<PrefillEvent, PromptScores, TokenEvent, SequenceEnd, RequestEnd>;

/// The engine never waits for the reader: a stream holds whatever was not read yet, which
/// max_tokens bounds. All members are thread-safe.
class TokenStream {
 public:
  /// `room` events are stored without allocating.
  TokenStream(int num_choices, std::size_t room);

  // The engine's side.
  void publish(EngineEvent event);
  void wake();  // after publishing
  std::optional<StopCause> reader_stop(int choice) const;

  // The reader's side.

  /// Waits until there are events; do not call it after RequestEnd.
  void wait();

  /// Swaps what was published with `events`, which must be empty.
  void take(std::vector<EngineEvent>& events);

  void cancel();
  void cancel(int choice);

  /// As cancel(), because the choice is complete: it has a stop string.
  void end(int choice);

  /// `ready` is called from the engine's thread whenever events may be at hand, and at once if
  /// there are some. Not called any more once on_ready(nullptr) has returned.
  void on_ready(std::function<void()> ready);

 private:
  enum class ReaderStop { None, ReadEnough, Cancelled };
  std::vector<std::atomic<ReaderStop>> reader_stops_;  // [num_choices]

  std::mutex events_mutex_;
  std::condition_variable arrived_;
  std::vector<EngineEvent> events_;

  // Held while `ready_` runs, so that it is never called after it was taken away.
  std::mutex ready_mutex_;
  std::function<void()> ready_;
};

}  // namespace falconet
