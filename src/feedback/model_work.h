// Many questions to a model, one after the other, while others chat with it: how to stop, whom to
// tell how far it is, and who goes first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "completion/completer.h"
#include "feedback/answer_check.h"

namespace falconet {

// The priority of what nobody waits for: behind every chat, and behind what API clients send
// without saying otherwise (0).
constexpr int kBackgroundPriority = 100;

struct ModelWork {
  Completer& model;
  std::stop_token stop = {};
  std::function<void(std::int64_t done, std::int64_t total)> on_progress = {};
  std::size_t num_at_once = 1;  // answers that are written together
  int priority = 0;             // of every question; lower is sooner
  Digest128 client = {};        // whose they are, to the model

  void tell(std::int64_t done, std::int64_t total) const {
    if (on_progress) on_progress(done, total);
  }
};

/// An answer that is being written. Dropping it cancels it.
class AwaitedAnswer {
 public:
  /// Where the model's queue is full it waits for room, a minute at most.
  /// Errors: those of Completer::start(), Cancelled (the work is to stop).
  static Result<std::unique_ptr<AwaitedAnswer>> ask(const ModelWork& work,
                                                    CompletionRequest request);

  /// All of it. Errors: those of the stream, Cancelled (the work is to stop).
  Result<VisibleAnswer> whole(const std::stop_token& stop);

 private:
  explicit AwaitedAnswer(std::unique_ptr<CompletionStream> stream);

  void wait(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wakes_;
  bool has_news_ = false;
  std::unique_ptr<CompletionStream> stream_;  // the last member: it wakes the others
};

}  // namespace falconet
