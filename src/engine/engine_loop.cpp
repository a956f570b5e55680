#include "engine/engine_loop.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace falconet {

Engine::Loop::Loop(std::unique_ptr<Model> model, std::unique_ptr<DraftModel> draft_model,
                   ThreadPool& pool, Engine& engine)
    : engine_(engine),
      model_(std::move(model)),
      draft_model_(std::move(draft_model)),
      pool_(pool),
      cache_(model_->kv_cache_shape(), engine.options_.num_blocks),
      blocks_(engine.options_.num_blocks, engine.options_.prefix_caching),
      scheduler_({.max_batch_tokens = model_->limits().max_batch_tokens,
                  .max_num_seqs = engine.options_.max_num_seqs,
                  .policy = engine.options_.policy,
                  .max_context = engine.options_.max_model_len,
                  .sliding_window = engine.options_.sliding_window},
                 blocks_) {
  for (int i = 0; i < pool.num_threads(); ++i) samplers_.emplace_back(engine.vocab_size_);
  const std::size_t max_rows = model_->limits().max_batch_tokens;
  tokens_.reserve(max_rows);
  sampled_rows_.reserve(max_rows);
  rows_.reserve(max_rows);
  runs_.reserve(max_rows);
  slices_.reserve(engine.options_.max_num_seqs);
  publish_stats();
}

void Engine::Loop::run() {
  while (receive()) {
    end_cancelled();
    if (scheduler_.has_work()) step();
    wake_readers();
  }
  end_all();
  wake_readers();
}

// Sleeps while there is nothing to do. False once there will never be.
bool Engine::Loop::receive() {
  while (!engine_.is_stopping_.load()) {
    auto submission =
        scheduler_.has_work() ? engine_.inbox_.try_receive() : engine_.inbox_.receive();
    if (!submission) return scheduler_.has_work();
    add(*std::move(submission));
  }
  return false;
}

void Engine::Loop::add(Submission submission) {
  meter_.note_submission(submission.request);
  requests_.push_back(
      std::make_unique<ActiveRequest>(std::move(submission.request), std::move(submission.stream),
                                      submission.submitted, num_arrivals_, blocks_));
  const SpeculationOptions& speculation = engine_.options_.speculation;
  const auto source = draft_model_ == nullptr ? DraftSource::Text : DraftSource::TextAndModel;
  for (ActiveSequence& sequence : requests_.back()->sequences()) {
    ++num_arrivals_;
    if (speculation.is_on()) sequence.drafter.emplace(speculation, source);
    scheduler_.add(sequence);
  }
}

void Engine::Loop::end_cancelled() {
  for (const auto& request : requests_) {
    for (ActiveSequence& sequence : request->sequences()) {
      if (sequence.state == SequenceState::Finished) continue;
      if (const auto stop = request->reader_stop(sequence)) end(sequence, *stop);
    }
  }
}

void Engine::Loop::step() {
  const StepPlan& plan = scheduler_.plan_step();
  CHECK(!plan.slices.empty(), "the scheduler has work but plans none");
  for (const BlockCopy& copy : plan.copies) cache_.copy_block(copy.from, copy.to);
  for (const SinkMove& move : plan.moves) model_->move_on(move.block, move.count, cache_);
  if (draft_model_ != nullptr) draft_model_->guess(plan);
  const MatrixView<const float> logits = model_->forward(build_batch(plan), cache_);
  advance(plan);
  choose_tokens(logits);
  publish_tokens();
  meter_.note_step(tokens_.size());
}

Batch Engine::Loop::build_batch(const StepPlan& plan) {
  tokens_.clear();
  slices_.clear();
  sampled_rows_.clear();
  rows_.clear();
  runs_.clear();
  for (const PlannedSlice& planned : plan.slices) {
    Sequence& sequence = *planned.sequence;
    const std::size_t first_row = tokens_.size();
    // A draft model may have had less to say.
    const std::size_t num_drafts = std::min(planned.num_drafts, sequence.draft.size());
    slices_.push_back({.first_row = first_row,
                       .num_tokens = planned.num_tokens + num_drafts,
                       .first_position = sequence.num_computed,
                       .block_table = sequence.blocks.ids(),
                       .rope_offset = sequence.num_dropped});
    for (std::size_t i = 0; i < planned.num_tokens; ++i) {
      tokens_.push_back(sequence.context_token(sequence.num_computed + i));
    }
    collect_rows(planned, first_row);
    if (num_drafts > 0) collect_drafts(sequence, num_drafts, first_row + planned.num_tokens);
  }
  return {tokens_, slices_, sampled_rows_};
}

void Engine::Loop::collect_rows(const PlannedSlice& planned, std::size_t first_row) {
  // Every sequence of ours came in through add().
  auto& sequence = static_cast<ActiveSequence&>(*planned.sequence);
  ActiveRequest& request = *sequence.request;
  if (!request.has_begun()) {
    request.begin(engine_.clock_.now());
    engine_.waiting_room_.leave(request.request().client);
  }
  for (std::size_t i = 0; i < planned.num_tokens; ++i) {
    const std::size_t position = sequence.num_computed + i;
    const bool is_sampled = position + 1 == sequence.context_size();
    if (!is_sampled && !request.wants_prompt_logprob(sequence, position)) continue;
    sampled_rows_.push_back(first_row + i);
    runs_.push_back(rows_.size());
    rows_.push_back({.sequence = &sequence, .position = position, .is_sampled = is_sampled});
    // Read here: the worker that chooses the last row's token appends to them.
    if (!is_sampled) rows_.back().token = sequence.tokens[position + 1];
  }
}

void Engine::Loop::collect_drafts(Sequence& drafting, std::size_t num_drafts,
                                  std::size_t first_row) {
  auto& sequence = static_cast<ActiveSequence&>(drafting);
  for (std::size_t i = 0; i < num_drafts; ++i) {
    const TokenId draft = sequence.draft[i];
    tokens_.push_back(draft);
    sampled_rows_.push_back(first_row + i);
    rows_.push_back({.sequence = &sequence,
                     .position = sequence.context_size() + i,
                     .is_sampled = true,
                     .draft = draft});
  }
  meter_.note_draft(num_drafts);
}

void Engine::Loop::advance(const StepPlan& plan) {
  for (const PlannedSlice& planned : plan.slices) {
    auto& sequence = static_cast<ActiveSequence&>(*planned.sequence);
    const bool was_reading =
        sequence.num_computed + sequence.num_dropped < sequence.num_prompt_tokens;
    sequence.advance(planned.num_tokens);
    if (!was_reading || sequence.choice > 0 || sequence.num_output_tokens() > 0) continue;
    sequence.request->publish(
        PrefillEvent{.num_done = sequence.num_computed,
                     .num_tokens = sequence.num_prompt_tokens - sequence.num_dropped,
                     .num_cached = sequence.num_cached.value_or(0)});
  }
}

void Engine::Loop::publish_tokens() {
  for (Row& row : rows_) {
    if (row.is_chosen) {
      publish_token(row);
    } else if (!row.is_sampled) {
      row.sequence->request->add_prompt_logprob(
          {.token = {*row.token, row.logprobs.logprob}, .top = std::move(row.logprobs.top)});
    }
  }
}

void Engine::Loop::publish_token(Row& row) {
  ActiveSequence& sequence = *row.sequence;
  ActiveRequest& request = *sequence.request;
  if (row.draft) {
    sequence.advance(1);  // it was guessed right, so what was computed for it counts
    meter_.note_accepted_draft_token();
  }
  if (!row.token) {
    const bool is_bound = sequence.active_constraint() != nullptr;
    end(sequence, is_bound ? StopCause::GrammarStuck : StopCause::NoLogits);
    return;
  }
  publish(sequence, *row.token, row.outcome, std::move(row.logprobs));
  if (!row.is_last || !sequence.has_forced()) return;
  // The next step computes them together, like a piece of the prompt.
  while (sequence.state != SequenceState::Finished) {
    const auto forced = sequence.next_forced();
    if (!forced) {
      request.draft(sequence);
      return;
    }
    publish(sequence, *forced, request.append(sequence, *forced), {});
    ++stats_.num_forced_tokens;
  }
}

void Engine::Loop::publish(ActiveSequence& sequence, TokenId token, const TokenOutcome& outcome,
                           Logprobs logprobs) {
  ActiveRequest& request = *sequence.request;
  const auto now = engine_.clock_.now();
  request.note_token(sequence, now);
  meter_.note_token(sequence, now);
  request.publish(TokenEvent{
      .choice = sequence.choice,
      .id = token,
      .is_reasoning = outcome.is_reasoning,
      .is_end = outcome.stop == StopCause::EndToken || outcome.stop == StopCause::StopToken,
      .logprob = logprobs.logprob,
      .top = std::move(logprobs.top)});
  if (outcome.stop) end(sequence, *outcome.stop);
}

void Engine::Loop::end(ActiveSequence& sequence, StopCause cause) {
  scheduler_.remove(sequence);
  ActiveRequest& request = *sequence.request;
  const auto now = engine_.clock_.now();
  request.end(sequence, cause, now);
  meter_.note_end(sequence, cause);
  if (!request.is_finished()) return;
  if (!request.has_begun()) engine_.waiting_room_.leave(request.request().client);
  meter_.note_request_end(request, now);
}

void Engine::Loop::end_all() {
  while (auto submission = engine_.inbox_.try_receive()) add(*std::move(submission));
  for (const auto& request : requests_) {
    for (ActiveSequence& sequence : request->sequences()) {
      if (sequence.state != SequenceState::Finished) end(sequence, StopCause::EngineStopped);
    }
  }
}

void Engine::Loop::wake_readers() {
  publish_stats();
  for (const auto& request : requests_) request->wake();
  std::erase_if(requests_, [](const auto& request) { return request->is_finished(); });
}

void Engine::Loop::publish_stats() {
  stats_.num_running = scheduler_.num_running();
  stats_.num_waiting = scheduler_.num_waiting();
  stats_.num_blocks = blocks_.num_blocks();
  stats_.num_used_blocks = blocks_.num_used();
  stats_.is_prefix_caching = blocks_.is_caching() ? 1 : 0;
  stats_.num_cached_blocks = blocks_.num_published();
  stats_.num_evictions = blocks_.num_evictions();
  stats_.num_preemptions = scheduler_.counts().num_preemptions;
  stats_.num_cache_queries = scheduler_.counts().num_cache_queries;
  stats_.num_cache_hits = scheduler_.counts().num_cache_hits;
  engine_.board_.publish(stats_);
}

}  // namespace falconet
