#include "engine/scheduler.h"

#include <algorithm>

#include "base/check.h"
#include "kernels/attention.h"

namespace falconet {
namespace {

std::size_t blocks_for(std::size_t num_tokens) {
  return (num_tokens + kBlockTokens - 1) / kBlockTokens;
}

void insert_in_order(std::vector<Sequence*>& queue, Sequence& sequence) {
  const auto behind = std::ranges::find_if(
      queue, [&](const Sequence* other) { return sequence.is_before(*other); });
  queue.insert(behind, &sequence);
}

bool is_decoding(const Sequence* sequence) { return sequence->num_uncomputed() == 1; }

// Full blocks of the prompt, less the one of its last token, whose logits are always computed.
std::size_t num_shareable_blocks(const Sequence& sequence) {
  return (sequence.num_prompt_tokens - 1) / kBlockTokens;
}

bool is_waiting_for_leader(const Sequence& sequence) {
  const Sequence* leader = sequence.leader;
  return leader != nullptr && leader->state == SequenceState::Running &&
         leader->num_computed < num_shareable_blocks(sequence) * kBlockTokens;
}

}  // namespace

Scheduler::Scheduler(const SchedulerOptions& options, BlockPool& pool)
    : options_(options), pool_(pool) {
  CHECK(options.max_num_seqs > 0 && options.max_num_seqs <= options.max_batch_tokens,
        "a step must have room for a token of each running sequence");
  running_.reserve(options.max_num_seqs);
  plan_.slices.reserve(options.max_num_seqs);
}

void Scheduler::add(Sequence& sequence) {
  CHECK(blocks_for(sequence.tokens.size()) <= pool_.num_blocks());
  sequence.state = SequenceState::Waiting;
  insert_in_order(waiting_, sequence);
}

void Scheduler::remove(Sequence& sequence) {
  std::erase(sequence.state == SequenceState::Running ? running_ : waiting_, &sequence);
  sequence.state = SequenceState::Finished;
  sequence.blocks.clear();
}

const StepPlan& Scheduler::plan_step() {
  plan_.slices.clear();
  budget_ = options_.max_batch_tokens;
  const std::uint64_t num_preemptions_before = num_preemptions_;
  continue_running();
  // Whoever just lost its blocks would take them back at once.
  if (num_preemptions_ == num_preemptions_before) admit_waiting();
  return plan_;
}

void Scheduler::continue_running() {
  // Sequences further back that decode; one token each is kept for them.
  auto num_decoding_behind = static_cast<std::size_t>(std::ranges::count_if(running_, is_decoding));
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = *running_[i];
    if (is_decoding(&sequence)) --num_decoding_behind;
    const std::size_t num_tokens =
        std::min({sequence.num_uncomputed(), budget_ - num_decoding_behind, sequence.max_chunk});
    if (num_tokens > 0 && make_room(sequence, num_tokens)) plan(sequence, num_tokens);
  }
}

bool Scheduler::make_room(Sequence& sequence, std::size_t num_tokens) {
  const std::size_t num_blocks = blocks_for(sequence.num_computed + num_tokens);
  while (!sequence.blocks.grow_to(num_blocks)) {
    // The last one has not been planned yet: planning goes from the front.
    const bool is_last = running_.back() == &sequence;
    preempt_last();
    if (is_last) return false;
  }
  return true;
}

void Scheduler::preempt_last() {
  Sequence& victim = *running_.back();
  running_.pop_back();
  victim.blocks.clear();
  victim.num_computed = 0;
  victim.state = SequenceState::Waiting;
  insert_in_order(waiting_, victim);
  ++num_preemptions_;
}

void Scheduler::admit_waiting() {
  for (std::size_t i = 0; i < waiting_.size();) {
    if (budget_ == 0 || running_.size() == options_.max_num_seqs) return;
    Sequence& sequence = *waiting_[i];
    if (is_waiting_for_leader(sequence)) {
      ++i;
      continue;
    }
    if (!admit(sequence)) return;  // nobody overtakes it
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    insert_in_order(running_, sequence);
    plan(sequence, std::min({sequence.num_uncomputed(), budget_, sequence.max_chunk}));
  }
}

// Blocks for all tokens it has are taken at once: a prompt that was half read is never preempted
// for want of the other half.
bool Scheduler::admit(Sequence& sequence) {
  const Sequence* leader = sequence.leader;
  if (leader != nullptr && leader->state == SequenceState::Running) {
    sequence.blocks.share_prefix(leader->blocks, num_shareable_blocks(sequence));
    sequence.num_computed = sequence.blocks.size() * kBlockTokens;
  }
  const std::size_t num_blocks = blocks_for(sequence.tokens.size());
  // Each running sequence may want another block soon.
  const bool has_room = num_blocks - sequence.blocks.size() + running_.size() <= pool_.num_free();
  if (has_room && sequence.blocks.grow_to(num_blocks)) {
    sequence.state = SequenceState::Running;
    return true;
  }
  sequence.blocks.clear();
  sequence.num_computed = 0;
  return false;
}

void Scheduler::plan(Sequence& sequence, std::size_t num_tokens) {
  plan_.slices.push_back({&sequence, num_tokens});
  budget_ -= num_tokens;
}

}  // namespace falconet
