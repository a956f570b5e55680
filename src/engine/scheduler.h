// Decides what each step computes: pure policy over the sequences and the block pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/block_pool.h"
#include "engine/sequence.h"

namespace falconet {

struct SchedulerOptions {
  std::size_t max_batch_tokens = 512;
  std::size_t max_num_seqs = 64;  // running at once; at most max_batch_tokens
};

/// The next `num_tokens` uncomputed tokens of a sequence, whose blocks have room for them.
struct PlannedSlice {
  Sequence* sequence = nullptr;
  std::size_t num_tokens = 0;
};

struct StepPlan {
  std::vector<PlannedSlice> slices;
};

/// Sequences are served by priority, then by arrival. Those that decode get their token in every
/// step; prompts are read in chunks with what is left of the token budget. When blocks run out,
/// the last of the running sequences loses its blocks and waits to be computed again, so the first
/// one always gets on: each sequence alone must fit the pool.
class Scheduler {
 public:
  /// The pool must outlive the scheduler.
  Scheduler(const SchedulerOptions& options, BlockPool& pool);

  /// The sequence waits. It must stay where it is until remove().
  void add(Sequence& sequence);

  /// It is finished, and its blocks are free.
  void remove(Sequence& sequence);

  /// Valid until the next call. Not empty while there is work.
  const StepPlan& plan_step();

  bool has_work() const { return !waiting_.empty() || !running_.empty(); }
  std::size_t num_waiting() const { return waiting_.size(); }
  std::size_t num_running() const { return running_.size(); }
  std::uint64_t num_preemptions() const { return num_preemptions_; }

 private:
  void continue_running();
  void admit_waiting();
  bool admit(Sequence& sequence);
  bool make_room(Sequence& sequence, std::size_t num_tokens);
  void preempt_last();
  void plan(Sequence& sequence, std::size_t num_tokens);

  SchedulerOptions options_;
  BlockPool& pool_;
  std::vector<Sequence*> waiting_;  // both in order of service
  std::vector<Sequence*> running_;
  StepPlan plan_;
  std::size_t budget_ = 0;  // tokens that the step has room for
  std::uint64_t num_preemptions_ = 0;
};

}  // namespace falconet
