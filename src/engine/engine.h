// Token ids in, token events out: one thread batches all requests through one model.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <thread>

#include "base/channel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/block_pool.h"
#include "engine/request.h"
#include "engine/scheduler.h"
#include "engine/speculation_options.h"
#include "engine/stats.h"
#include "engine/token_stream.h"
#include "engine/waiting_room.h"
#include "model/model.h"

namespace falconet {

struct EngineOptions {
  std::size_t num_blocks = 0;          // of the KV cache
  std::size_t max_model_len = 0;       // prompt and output of a sequence; must fit the blocks
  std::size_t max_num_seqs = 32;       // running at once
  std::size_t max_num_waiting = 1024;  // requests; more are refused
  PrefixCaching prefix_caching = PrefixCaching::On;
  SchedulingPolicy policy = SchedulingPolicy::Fair;
  SpeculationOptions speculation = {};
  // A text that fills max_model_len loses its middle and goes on: the first 16 tokens stay and at
  // least so many of the last. 0: it ends.
  std::size_t sliding_window = 0;
};

/// A running request as its caller holds it. Dropping it cancels the request.
class Generation {
 public:
  explicit Generation(std::shared_ptr<TokenStream> stream) : stream_(std::move(stream)) {}
  ~Generation() { drop(); }
  Generation(Generation&&) noexcept = default;
  Generation& operator=(Generation&& other) noexcept {
    drop();
    stream_ = std::move(other.stream_);
    return *this;
  }

  TokenStream& stream() { return *stream_; }

 private:
  void drop() {
    if (stream_ == nullptr) return;
    stream_->on_ready(nullptr);
    stream_->cancel();
  }

  // Shared with the engine, which may still publish after the caller has gone.
  std::shared_ptr<TokenStream> stream_;
};

/// Every accepted request gets exactly one SequenceEnd a choice and then one RequestEnd, whatever
/// happens. Tokens do not depend on what else runs, nor on how the work was cut into steps, found
/// in the cache or guessed; of a text whose context has slid they may depend on preemption, since
/// it is read again without what was dropped.
class Engine {
 public:
  /// The pool and the clock must outlive the engine; nobody else may use the pool meanwhile.
  /// `draft_model`, if any, guesses for `model`: it knows the same tokens, its context is at least
  /// max_model_len, and options.speculation is on.
  Engine(std::unique_ptr<Model> model, ThreadPool& pool, const EngineOptions& options,
         const Clock& clock, std::unique_ptr<Model> draft_model = nullptr);

  /// Stops; see stop().
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const EngineOptions& options() const { return options_; }
  std::size_t vocab_size() const { return vocab_size_; }

  /// From any thread. max_tokens beyond the context are cut to what fits, if it does not slide or
  /// if they are as many as can be. Errors: InvalidArgument (empty prompt, unknown token ids, no
  /// choices), TooLarge (prompt over max_model_len, with both numbers), Exhausted (too many wait,
  /// or too many of this client), Unavailable (stopped).
  Result<Generation> submit(EngineRequest request);

  /// No more requests; those accepted are finished. False if they are not after `patience`.
  bool drain(std::chrono::nanoseconds patience);

  /// No more requests; those accepted end after the current step, with EngineStopped.
  void stop();

  EngineStats stats() const { return board_.read(); }

 private:
  struct Submission;
  class Loop;  // all state of the engine's thread

  Status check(const EngineRequest& request) const;
  Status check_length(const EngineRequest& request) const;
  std::size_t max_tokens(const EngineRequest& request) const;
  Status enter_waiting_room(const Digest128& client);

  EngineOptions options_;
  std::size_t vocab_size_;
  const Clock& clock_;
  Channel<Submission> inbox_;
  std::atomic<bool> is_stopping_{false};
  WaitingRoom waiting_room_;  // for requests submitted and not yet begun
  StatsBoard board_;
  std::promise<void> finished_;  // kept when the thread has nothing left to do
  std::shared_future<void> is_finished_;
  std::thread thread_;
};

}  // namespace falconet
