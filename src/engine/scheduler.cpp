#include "engine/scheduler.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "engine/speculation_options.h"
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

bool is_decoding(const Sequence& sequence) { return sequence.num_uncomputed() == 1; }

// All of the prompt but its last token, whose logits are always computed.
std::size_t num_shareable(const Sequence& sequence) { return sequence.num_prompt_tokens - 1; }

bool is_waiting_for_leader(const Sequence& sequence) {
  const Sequence* leader = sequence.leader;
  return leader != nullptr && leader->state == SequenceState::Running && leader->num_dropped == 0 &&
         leader->num_computed < num_shareable(sequence);
}

// It found the beginning of a block, and has to write the rest.
bool begins_inside_block(const Sequence& sequence) {
  return sequence.num_computed % kBlockTokens != 0;
}

}  // namespace

Scheduler::Scheduler(const SchedulerOptions& options, BlockPool& pool)
    : options_(options), pool_(pool) {
  CHECK(options.max_num_seqs > 0 && options.max_num_seqs <= options.max_batch_tokens,
        "a step must have room for a token of each running sequence");
  running_.reserve(options.max_num_seqs);
  reading_.reserve(options.max_num_seqs);
  plan_.slices.reserve(options.max_num_seqs);
  plan_.copies.reserve(options.max_num_seqs);
  plan_.moves.reserve(options.max_num_seqs);
  const std::size_t window = options.sliding_window;
  // What is dropped at a time is a block at least.
  CHECK(window == 0 ||
        (window >= kBlockTokens && kNumSinkTokens + window + kBlockTokens <= options.max_context));
}

void Scheduler::add(Sequence& sequence) {
  sequence.num_dropped = num_droppable(sequence);
  CHECK(blocks_for(sequence.context_size()) <= pool_.num_blocks());
  sequence.state = SequenceState::Waiting;
  sequence.share = &shares_.join(sequence.client);
  insert_in_order(waiting_, sequence);
}

void Scheduler::remove(Sequence& sequence) {
  std::erase(sequence.state == SequenceState::Running ? running_ : waiting_, &sequence);
  sequence.state = SequenceState::Finished;
  sequence.blocks.clear();
  sequence.share = nullptr;
  shares_.leave(sequence.client);
}

const StepPlan& Scheduler::plan_step() {
  plan_.slices.clear();
  plan_.copies.clear();
  plan_.moves.clear();
  budget_ = options_.max_batch_tokens;
  slide_full();
  const std::uint64_t num_preemptions_before = counts_.num_preemptions;
  plan_decodes();
  const std::size_t num_decodes = plan_.slices.size();
  // Whoever just lost its blocks would take them back at once.
  plan_prompts(counts_.num_preemptions == num_preemptions_before ? MayBegin::Yes : MayBegin::No);
  plan_drafts(num_decodes);
  return plan_;
}

void Scheduler::slide_full() {
  // From the last one, who may lose its place in the queue.
  for (std::size_t i = running_.size(); i > 0; --i) {
    if (num_droppable(*running_[i - 1]) > 0) slide(*running_[i - 1]);
  }
}

std::size_t Scheduler::num_droppable(const Sequence& sequence) const {
  const std::size_t size = sequence.context_size();
  if (options_.sliding_window == 0 || size <= options_.max_context) return 0;
  return (size - kNumSinkTokens - options_.sliding_window) / kBlockTokens * kBlockTokens;
}

void Scheduler::slide(Sequence& sequence) {
  const std::size_t count = num_droppable(sequence);
  sequence.num_dropped += count;
  // Forced text may have made it so much longer that what goes was never computed.
  if (sequence.num_computed < kNumSinkTokens + count ||
      !sequence.blocks.drop_behind_first(count / kBlockTokens, plan_.copies)) {
    std::erase(running_, &sequence);
    begin_again(sequence);
    return;
  }
  sequence.num_computed -= count;
  plan_.moves.push_back({&sequence, sequence.blocks.ids().front(), count});
}

void Scheduler::plan_decodes() {
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = *running_[i];
    // Text that a grammar forces makes a sequence longer by several tokens at once: it then has
    // room for them from here on, and reads them like a prompt.
    const bool has_room = make_room(sequence, sequence.num_uncomputed());
    if (has_room && is_decoding(sequence)) plan(sequence, 1);
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
  begin_again(victim);
}

// It is in no queue.
void Scheduler::begin_again(Sequence& victim) {
  victim.blocks.clear();
  // The block whose keys were to move may be another's by then.
  std::erase_if(plan_.moves, [&](const SinkMove& move) { return move.sequence == &victim; });
  victim.num_computed = 0;
  victim.state = SequenceState::Waiting;
  insert_in_order(waiting_, victim);
  ++counts_.num_preemptions;
}

// With blocks for all its tokens at hand, a prompt needs no more room: they are read in any order.
void Scheduler::plan_prompts(MayBegin may_begin) {
  reading_.clear();
  std::ranges::copy_if(running_, std::back_inserter(reading_),
                       [](const Sequence* sequence) { return !is_decoding(*sequence); });
  while (budget_ > 0) {
    const auto next = std::ranges::min_element(
        reading_, [&](const Sequence* a, const Sequence* b) { return is_served_before(*a, *b); });
    Sequence* newcomer = may_begin == MayBegin::Yes ? next_waiting() : nullptr;
    if (newcomer != nullptr && (next == reading_.end() || is_served_before(*newcomer, **next))) {
      if (!begin(*newcomer)) may_begin = MayBegin::No;  // nobody overtakes it
    } else if (next != reading_.end()) {
      plan(**next, num_readable(**next));
      reading_.erase(next);
    } else {
      return;
    }
  }
}

bool Scheduler::is_served_before(const Sequence& sequence, const Sequence& other) const {
  if (sequence.priority != other.priority) return sequence.priority < other.priority;
  const bool is_fair = options_.policy == SchedulingPolicy::Fair;
  if (is_fair && sequence.share->served != other.share->served) {
    return sequence.share->served < other.share->served;
  }
  return sequence.arrival < other.arrival;
}

// Null if nobody may begin.
Sequence* Scheduler::next_waiting() const {
  if (running_.size() == options_.max_num_seqs) return nullptr;
  Sequence* next = nullptr;
  for (Sequence* sequence : waiting_) {
    if (next != nullptr && sequence->priority > next->priority) break;
    if (is_waiting_for_leader(*sequence)) continue;
    if (next == nullptr || is_served_before(*sequence, *next)) next = sequence;
    if (options_.policy == SchedulingPolicy::FirstCome) break;
  }
  return next;
}

bool Scheduler::begin(Sequence& sequence) {
  if (!admit(sequence)) return false;
  std::erase(waiting_, &sequence);
  insert_in_order(running_, sequence);
  sequence.state = SequenceState::Running;
  if (!sequence.num_cached) {
    sequence.num_cached = sequence.num_computed;
    if (pool_.is_caching() && sequence.takes_cached) {
      counts_.num_cache_queries += sequence.context_size();
      counts_.num_cache_hits += sequence.num_computed;
    }
  }
  plan(sequence, num_readable(sequence));
  plan_.slices.back().is_beginning = true;
  return true;
}

// Blocks for all tokens it has are taken at once: a prompt that was half read is never preempted
// for want of the other half.
bool Scheduler::admit(Sequence& sequence) {
  take_computed(sequence);
  const std::size_t num_blocks = blocks_for(sequence.context_size());
  const auto has_room = [&] {
    const std::size_t num_own = begins_inside_block(sequence) ? 1 : 0;
    // Each running sequence may want another block soon.
    return num_blocks - sequence.blocks.size() + num_own + running_.size() <= pool_.num_free();
  };
  if (!has_room() && begins_inside_block(sequence)) {
    sequence.blocks.drop_last();  // a copy needs a block more than computing it again
    sequence.num_computed = sequence.blocks.size() * kBlockTokens;
  }
  if (!has_room()) {
    sequence.blocks.clear();
    sequence.num_computed = 0;
    return false;
  }
  if (begins_inside_block(sequence)) plan_.copies.push_back(sequence.blocks.own_last());
  CHECK(sequence.blocks.grow_to(num_blocks));
  return true;
}

void Scheduler::take_computed(Sequence& sequence) {
  sequence.num_computed = 0;
  if (sequence.num_dropped > 0) return;
  if (sequence.takes_cached) sequence.blocks.take_published(sequence.tokens, sequence.cache_salt);
  sequence.num_computed =
      std::min(sequence.blocks.size() * kBlockTokens, sequence.tokens.size() - 1);
  const Sequence* leader = sequence.leader;
  if (leader == nullptr || leader->state != SequenceState::Running) return;
  if (leader->num_dropped > 0) return;
  if (num_shareable(sequence) <= sequence.num_computed) return;
  sequence.blocks.clear();
  sequence.blocks.share_prefix(leader->blocks, blocks_for(num_shareable(sequence)));
  sequence.num_computed = num_shareable(sequence);
}

std::size_t Scheduler::num_readable(const Sequence& sequence) const {
  return std::min({sequence.num_uncomputed(), budget_, sequence.max_chunk});
}

void Scheduler::plan(Sequence& sequence, std::size_t num_tokens) {
  plan_.slices.push_back({&sequence, num_tokens});
  budget_ -= num_tokens;
  sequence.share->served += is_decoding(sequence) ? FairShare::kOutputTokenCost
                                                  : num_tokens * FairShare::kPromptTokenCost;
}

// The first `num_decodes` slices share what room is left for drafts; what one does not want is for
// those behind it.
void Scheduler::plan_drafts(std::size_t num_decodes) {
  const std::size_t num_rows = options_.max_batch_tokens - budget_;
  if (num_rows >= kMaxRowsWithDrafts) return;
  std::size_t spare = std::min(budget_, kMaxRowsWithDrafts - num_rows);
  const auto decodes = std::span(plan_.slices).first(num_decodes);
  std::size_t num_drafting = static_cast<std::size_t>(std::ranges::count_if(
      decodes, [](const PlannedSlice& slice) { return !slice.sequence->draft.empty(); }));
  for (std::size_t i = 0; num_drafting > 0; ++i) {
    PlannedSlice& slice = decodes[i];
    Sequence& sequence = *slice.sequence;
    if (sequence.draft.empty()) continue;
    const std::size_t share = spare / num_drafting--;
    slice.num_drafts = make_room_for_drafts(sequence, std::min(share, sequence.draft.size()));
    spare -= slice.num_drafts;
    budget_ -= slice.num_drafts;
    // Right or wrong, it is computed as a prompt is: many rows at once.
    sequence.share->served += slice.num_drafts * FairShare::kPromptTokenCost;
  }
}

// How many of `wanted` tokens behind its last one its blocks can take.
std::size_t Scheduler::make_room_for_drafts(Sequence& sequence, std::size_t wanted) {
  // With drafts or without, a context slides at the same token.
  wanted = std::min(wanted, options_.max_context - sequence.context_size());
  const std::size_t num_blocks = blocks_for(sequence.context_size() + wanted);
  const std::size_t num_held = sequence.blocks.size();
  // Each running sequence may want another block soon.
  if (num_blocks > num_held && num_blocks - num_held + running_.size() > pool_.num_free()) {
    return std::min(wanted, num_held * kBlockTokens - sequence.context_size());
  }
  CHECK(sequence.blocks.grow_to(num_blocks));
  return wanted;
}

}  // namespace falconet
