#include "engine/engine_meter.h"

#include <algorithm>

namespace falconet {
namespace {

double seconds_of(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

double count_of(std::size_t count) { return static_cast<double>(count); }

std::uint64_t& counter_of(EngineStats& stats, StopCause cause) {
  switch (cause) {
    case StopCause::EndToken:
    case StopCause::StopToken:
    case StopCause::ReadEnough:
    case StopCause::GrammarEnd: return stats.num_stopped;
    case StopCause::MaxTokens: return stats.num_cut;
    case StopCause::Repetition: return stats.num_repeating;
    case StopCause::Cancelled:
    case StopCause::EngineStopped: return stats.num_aborted;
    case StopCause::GrammarStuck:
    case StopCause::NoLogits: return stats.num_failed;
  }
  return stats.num_failed;
}

}  // namespace

void EngineMeter::note_submission(const EngineRequest& request) {
  stats_.num_prompt_tokens += request.prompt.size();
}

void EngineMeter::note_step(std::size_t num_tokens) {
  ++stats_.num_steps;
  stats_.num_computed_tokens += num_tokens;
  stats_.histograms.step_tokens.observe(count_of(num_tokens));
}

void EngineMeter::note_draft(std::size_t num_tokens) {
  ++stats_.num_drafts;
  stats_.num_draft_tokens += num_tokens;
}

void EngineMeter::note_token(ActiveSequence& sequence, Time now) {
  ++stats_.num_generation_tokens;
  if (sequence.first_token) {
    stats_.histograms.inter_token_latency.observe(seconds_of(now - sequence.last_token));
  } else {
    sequence.first_token = now;
    stats_.histograms.time_to_first_token.observe(seconds_of(now - sequence.request->submitted()));
  }
  sequence.last_token = now;
}

void EngineMeter::note_end(const ActiveSequence& sequence, StopCause cause) {
  ++counter_of(stats_, cause);
  const std::size_t num_tokens = sequence.num_output_tokens();
  stats_.histograms.generation_tokens.observe(count_of(num_tokens));
  if (num_tokens < 2) return;
  stats_.histograms.time_per_output_token.observe(
      seconds_of(sequence.last_token - *sequence.first_token) / count_of(num_tokens - 1));
}

void EngineMeter::note_request_end(ActiveRequest& request, Time now) {
  ++stats_.num_finished_requests;
  EngineHistograms& histograms = stats_.histograms;
  const RequestEnd times = request.times(now);
  histograms.e2e_latency.observe(seconds_of(now - request.submitted()));
  histograms.queue_time.observe(seconds_of(times.queue_time));
  histograms.prefill_time.observe(seconds_of(times.prefill_time));
  histograms.decode_time.observe(seconds_of(times.decode_time));
  histograms.inference_time.observe(seconds_of(times.prefill_time + times.decode_time));
  const EngineRequest& asked = request.request();
  histograms.prompt_tokens.observe(count_of(asked.prompt.size()));
  histograms.max_tokens.observe(count_of(asked.max_tokens));
  histograms.num_choices.observe(asked.num_choices);
  std::size_t longest = 0;
  for (const ActiveSequence& sequence : request.sequences()) {
    longest = std::max(longest, sequence.num_output_tokens());
  }
  histograms.max_generation_tokens.observe(count_of(longest));
}

}  // namespace falconet
