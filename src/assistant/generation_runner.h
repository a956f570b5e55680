// Answers that belong to the server: they go on whoever listens, and survive in the store.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "assistant/generation_plan.h"
#include "assistant/running_generation.h"
#include "base/clock.h"
#include "base/random.h"

namespace falconet {

// Each costs a sequence of the engine and the memory of its text; a person reads one.
constexpr int kMaxRunningGenerations = 8;

/// Two threads: one moves what models say into the logs, one saves it every second and at the end.
/// Safe to use from any thread.
class GenerationRunner {
 public:
  /// Both must outlive the runner.
  GenerationRunner(Store& store, const Clock& clock);

  /// As drain(0).
  ~GenerationRunner();

  /// Errors: Exhausted (kMaxRunningGenerations of this user run already), Unavailable (draining),
  /// those of plan_generation(), Completer::start() and start_generation().
  Result<StartedGeneration> start(const UserId& user, std::shared_ptr<Completer> completer,
                                  const GenerationRequest& request);

  /// Those of the user that run or wait, oldest first.
  std::vector<GenerationRecord> active(const UserId& user) const;

  /// From event `after` + 1 on, also of a generation that has ended. Errors: NotFound, also for
  /// another user's.
  Result<std::unique_ptr<GenerationReader>> attach(const UserId& user, const GenerationId& id,
                                                   std::int64_t after);

  /// No error if it has ended. Errors: NotFound.
  Status stop(const UserId& user, const GenerationId& id);

  /// Ends what writes messages of this conversation that are no longer there.
  void stop_deleted(const UserId& user, const ConversationId& conversation);

  /// Takes no more; what runs may finish for at most `patience`. What is left then is Interrupted.
  void drain(std::chrono::milliseconds patience);

 private:
  using Shared = std::shared_ptr<RunningGeneration>;  // shared by the two threads and callers

  Status reserve(const UserId& user);
  void release(const UserId& user);
  Result<StartedGeneration> start_reserved(const UserId& user, std::shared_ptr<Completer> completer,
                                           const GenerationRequest& request);
  void add(Shared generation);
  Shared find(const GenerationId& id) const;
  void read_streams();
  void wake_reader();
  void save_texts();
  void save(const std::vector<Shared>& generations);
  void finish(const Shared& generation);
  void drop_oldest_ended();

  Store& store_;
  const Clock& clock_;
  Random probes_;  // draws the answers that are asked about; the saving thread's alone

  mutable std::mutex mutex_;  // for all that follows
  std::condition_variable reader_wakes_;
  std::condition_variable saver_wakes_;
  std::condition_variable idle_;
  bool has_news_ = false;
  bool is_draining_ = false;
  bool is_cancelling_ = false;              // draining without patience
  bool is_stopping_ = false;                // nothing runs and nothing will
  std::map<std::string, int> num_running_;  // by user, those that are being started included
  std::vector<Shared> reading_;
  std::vector<Shared> ended_;  // their streams have; to be saved
  std::deque<Shared> kept_;    // all that run and those that ended last, oldest first
  std::size_t num_active_ = 0;

  std::mutex drain_mutex_;
  std::thread reader_;
  std::thread saver_;
};

}  // namespace falconet
