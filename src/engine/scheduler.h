// Decides what each step computes: pure policy over the sequences and the block pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/block_pool.h"
#include "engine/fair_share.h"
#include "engine/sequence.h"

namespace falconet {

/// Who is next among sequences of one priority.
enum class SchedulingPolicy {
  Fair,       // the client that had least, and of its sequences the earliest
  FirstCome,  // the earliest
};

struct SchedulerOptions {
  std::size_t max_batch_tokens = 512;
  std::size_t max_num_seqs = 64;  // running at once; at most max_batch_tokens
  SchedulingPolicy policy = SchedulingPolicy::Fair;
  std::size_t max_context = std::numeric_limits<std::size_t>::max();
  // Of a context that is full so many tokens stay at least, besides its sinks; 0: it never slides.
  std::size_t sliding_window = 0;
};

/// The next `num_tokens` uncomputed tokens of a sequence, and behind its last token the first
/// `num_drafts` of its draft; its blocks have room for all of them.
struct PlannedSlice {
  Sequence* sequence = nullptr;
  std::size_t num_tokens = 0;
  std::size_t num_drafts = 0;
  bool is_beginning = false;  // its blocks are new to it, up to num_computed already filled
};

/// The keys of a sequence's sinks, in `block`, are to move on by `count` positions.
struct SinkMove {
  Sequence* sequence = nullptr;
  BlockId block = {};
  std::size_t count = 0;
};

struct StepPlan {
  // Before anything is computed: the copies, in this order, and then the moves.
  std::vector<BlockCopy> copies;
  std::vector<SinkMove> moves;
  std::vector<PlannedSlice> slices;
};

struct SchedulerCounts {
  std::uint64_t num_preemptions = 0;
  // Of sequences that began while blocks are published:
  std::uint64_t num_cache_queries = 0;  // tokens that they had
  std::uint64_t num_cache_hits = 0;     // those whose keys and values were there already
};

/// Sequences are served by priority, and among equals as the policy says. Those that decode get
/// their token in every step; prompts are read in chunks with what is left of the token budget.
/// When blocks run out, the last of the running sequences, by priority and arrival, loses its
/// blocks and waits to be computed again, so the first one always gets on: each sequence alone must
/// fit the pool. Whoever begins takes what is published of its tokens, or what the first choice of
/// its request has read; its last token is always computed, for its logits. Drafts get what all of
/// this leaves, up to kMaxRowsWithDrafts, and nobody is preempted for them. A context that is full
/// loses what is behind its sinks, if it may slide.
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
  const SchedulerCounts& counts() const { return counts_; }

 private:
  enum class MayBegin { No, Yes };

  void plan_decodes();
  void plan_prompts(MayBegin may_begin);
  Sequence* next_waiting() const;
  bool is_served_before(const Sequence& sequence, const Sequence& other) const;
  bool begin(Sequence& sequence);
  bool admit(Sequence& sequence);
  void take_computed(Sequence& sequence);
  bool make_room(Sequence& sequence, std::size_t num_tokens);
  void slide_full();
  void slide(Sequence& sequence);
  std::size_t num_droppable(const Sequence& sequence) const;
  void preempt_last();
  void begin_again(Sequence& sequence);
  std::size_t num_readable(const Sequence& sequence) const;
  void plan(Sequence& sequence, std::size_t num_tokens);
  void plan_drafts(std::size_t num_decodes);
  std::size_t make_room_for_drafts(Sequence& sequence, std::size_t wanted);

  SchedulerOptions options_;
  BlockPool& pool_;
  FairShare shares_;
  std::vector<Sequence*> waiting_;  // both by priority and arrival
  std::vector<Sequence*> running_;
  std::vector<Sequence*> reading_;  // running sequences whose prompts the step may go on with
  StepPlan plan_;
  std::size_t budget_ = 0;  // tokens that the step has room for
  SchedulerCounts counts_;
};

}  // namespace falconet
