#include "assistant/running_generation.h"

#include <algorithm>
#include <utility>

namespace falconet {
namespace {

constexpr std::chrono::seconds kSpeedInterval{1};

GenerationState state_of(MessageStatus status) {
  switch (status) {
    case MessageStatus::Done: return GenerationState::Done;
    case MessageStatus::Failed: return GenerationState::Failed;
    default: return GenerationState::Stopped;
  }
}

}  // namespace

RunningGeneration::RunningGeneration(GenerationParts parts)
    : user_(std::move(parts.user)),
      title_(std::move(parts.title)),
      message_(std::move(parts.started.message)),
      log_(std::make_shared<GenerationLog>()),
      completer_(std::move(parts.completer)),
      stream_(std::move(parts.stream)),
      record_(std::move(parts.started.record)),
      ledger_(std::move(parts.ledger)) {
  unsaved_.id = record_.id;
  ledger_.id = record_.id;
}

GenerationRecord RunningGeneration::record() const {
  const std::lock_guard lock(mutex_);
  GenerationRecord record = record_;
  record.last_event = log_->last_number();
  return record;
}

void RunningGeneration::ask_to_stop(StopReason reason) {
  const std::lock_guard lock(mutex_);
  if (!stop_reason_) stop_reason_ = reason;
}

bool RunningGeneration::read(std::chrono::steady_clock::time_point now) {
  if (stream_ == nullptr) return false;
  bool wants_stop = false;
  {
    const std::lock_guard lock(mutex_);
    wants_stop = stop_reason_.has_value();
  }
  if (wants_stop && !std::exchange(is_cancelled_, true)) stream_->cancel();
  bool has_failed = false;
  while (auto event = stream_->try_next()) {
    if (*event) {
      take(**event, now);
    } else {
      fail(std::move(*event).error());
      has_failed = true;
      break;
    }
  }
  if (!has_failed && !stream_->is_finished()) return true;
  stream_.reset();
  completer_.reset();
  return false;
}

void RunningGeneration::fail(Error error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

void RunningGeneration::take(CompletionEvent& event, std::chrono::steady_clock::time_point now) {
  if (auto* delta = std::get_if<TextDelta>(&event)) return take(*delta, now);
  const std::lock_guard lock(mutex_);
  if (const auto* accepted = std::get_if<PromptAccepted>(&event)) {
    ledger_.prompt_tokens = accepted->num_prompt_tokens;
    ledger_.cached_tokens = accepted->num_cached_tokens;
    ledger_.seed = accepted->seed;
    record_.state = GenerationState::Reading;
    log_->append(ReadingEvent{accepted->num_cached_tokens, accepted->num_prompt_tokens});
  } else if (const auto* progress = std::get_if<PrefillProgress>(&event)) {
    log_->append(ReadingEvent{progress->num_tokens_done, progress->num_tokens});
  } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
    finish_reason_ = finished->reason;
  } else if (const auto* end = std::get_if<CompletionFinished>(&event)) {
    const Usage& usage = end->usage;
    ledger_.prompt_tokens = std::max(ledger_.prompt_tokens, usage.num_prompt_tokens);
    ledger_.cached_tokens = std::max(ledger_.cached_tokens, usage.num_cached_tokens);
    ledger_.reasoning_tokens = usage.num_reasoning_tokens;
    ledger_.answer_tokens = usage.num_completion_tokens - usage.num_reasoning_tokens;
    ledger_.queue_ms = usage.queue_seconds * 1000;
    ledger_.prefill_ms = usage.prefill_seconds * 1000;
    ledger_.decode_ms = usage.decode_seconds * 1000;
  }
}

void RunningGeneration::take(TextDelta& delta, std::chrono::steady_clock::time_point now) {
  num_tokens_ += static_cast<std::int64_t>(delta.ids.size());
  {
    const std::lock_guard lock(mutex_);
    record_.state = GenerationState::Writing;
    reasoning_ += delta.reasoning;
    content_ += delta.content;
    unsaved_.reasoning += delta.reasoning;
    unsaved_.content += delta.content;
  }
  if (!delta.reasoning.empty()) log_->append(ReasoningEvent{std::move(delta.reasoning)});
  if (!delta.content.empty()) log_->append(ContentEvent{std::move(delta.content)});
  note_speed(now);
}

void RunningGeneration::note_speed(std::chrono::steady_clock::time_point now) {
  if (!writing_since_) {
    writing_since_ = speed_noted_ = now;
    return;
  }
  if (now - speed_noted_ < kSpeedInterval) return;
  speed_noted_ = now;
  const std::chrono::duration<double> seconds = now - *writing_since_;
  log_->append(SpeedEvent{num_tokens_, static_cast<double>(num_tokens_) / seconds.count()});
}

std::optional<GenerationText> RunningGeneration::take_unsaved() {
  const std::lock_guard lock(mutex_);
  if (unsaved_.reasoning.empty() && unsaved_.content.empty()) return std::nullopt;
  GenerationText text = unsaved_;
  ++text.part;
  unsaved_ = {.id = text.id, .part = text.part};
  return text;
}

void RunningGeneration::give_back(GenerationText text) {
  const std::lock_guard lock(mutex_);
  unsaved_.part = text.part - 1;
  unsaved_.reasoning.insert(0, text.reasoning);
  unsaved_.content.insert(0, text.content);
}

GenerationEnd RunningGeneration::end() const {
  const std::lock_guard lock(mutex_);
  GenerationEnd end{
      .id = record_.id, .reasoning = reasoning_, .content = content_, .ledger = ledger_};
  const bool is_cut_off = error_ || !finish_reason_ || *finish_reason_ == FinishReason::Cancelled;
  if (is_cut_off && stop_reason_) {
    const bool is_by_user = *stop_reason_ == StopReason::ByUser;
    end.status = is_by_user ? MessageStatus::Stopped : MessageStatus::Interrupted;
  } else if (is_cut_off || *finish_reason_ == FinishReason::Failed) {
    end.status = MessageStatus::Failed;
    end.error = error_ ? error_->message : "the model ended its answer without a reason";
  }
  end.state = state_of(end.status);
  if (finish_reason_) end.ledger.finish_reason = finish_reason_name(*finish_reason_);
  return end;
}

void RunningGeneration::set_ended(GenerationState state) {
  const std::lock_guard lock(mutex_);
  record_.state = state;
}

}  // namespace falconet
