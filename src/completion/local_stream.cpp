#include "completion/local_stream.h"

#include <chrono>
#include <limits>
#include <utility>

namespace falconet {
namespace {

double in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

LocalStream::LocalStream(Generation generation, const Tokenizer& tokenizer,
                         LocalStreamOptions options)
    : tokenizer_(tokenizer), options_(std::move(options)), generation_(std::move(generation)) {
  for (int choice = 0; choice < options_.num_choices; ++choice) {
    choices_.push_back({.writer = ChoiceWriter(choice, tokenizer, options_.writer)});
  }
  ready_.emplace_back(
      PromptAccepted{.num_prompt_tokens = static_cast<std::int64_t>(options_.prompt.size()),
                     .seed = options_.seed});
  // Otherwise it waits for the prompt's scores.
  if (!options_.writer.wants_logprobs) give_echo();
}

std::optional<Result<CompletionEvent>> LocalStream::next() {
  while (ready_.empty() && !is_finished_) {
    generation_.stream().wait();
    translate_arrived();
  }
  return pop();
}

std::optional<Result<CompletionEvent>> LocalStream::try_next() {
  if (ready_.empty() && !is_finished_) translate_arrived();
  return pop();
}

void LocalStream::on_ready(std::function<void()> wake) {
  if (!ready_.empty() && wake) wake();
  generation_.stream().on_ready(std::move(wake));
}

std::optional<Result<CompletionEvent>> LocalStream::pop() {
  if (ready_.empty()) return std::nullopt;
  std::optional<Result<CompletionEvent>> event(std::move(ready_.front()));
  ready_.pop_front();
  return event;
}

void LocalStream::translate_arrived() {
  generation_.stream().take(arrived_);
  for (EngineEvent& event : arrived_) {
    if (is_finished_) break;
    std::visit([this](auto& concrete) { translate(concrete); }, event);
  }
  arrived_.clear();
}

void LocalStream::translate(PrefillEvent& event) {
  ready_.emplace_back(
      PrefillProgress{.num_tokens_done = static_cast<std::int64_t>(event.num_done),
                      .num_tokens = static_cast<std::int64_t>(event.num_tokens),
                      .num_cached_tokens = static_cast<std::int64_t>(event.num_cached)});
}

void LocalStream::translate(PromptScores& event) {
  const ScoredToken first{options_.prompt.front(), std::numeric_limits<float>::quiet_NaN()};
  prompt_logprobs_.push_back(logprob_of(first, tokenizer_));
  for (const PromptLogprob& scored : event.logprobs) {
    prompt_logprobs_.push_back(logprob_of(scored.token, scored.top, tokenizer_));
  }
  if (options_.writer.wants_logprobs) give_echo();
}

void LocalStream::give_echo() {
  if (!options_.echo) return;
  for (int choice = 0; choice < options_.num_choices; ++choice) {
    ready_.emplace_back(TextDelta{.choice = choice,
                                  .content = *options_.echo,
                                  .ids = options_.prompt,
                                  .logprobs = prompt_logprobs_});
  }
}

void LocalStream::translate(TokenEvent& event) {
  Choice& choice = choices_[static_cast<std::size_t>(event.choice)];
  if (choice.is_finished || !options_.has_output) return;
  num_reasoning_tokens_ += event.is_reasoning ? 1 : 0;
  if (auto delta = choice.writer.push(event)) give(choice, *std::move(delta));
  if (const auto& stop = choice.writer.matched_stop()) {
    finish(event.choice, FinishReason::Stop, *stop);
    generation_.stream().end(event.choice);
  }
}

void LocalStream::give(Choice& choice, TextDelta delta) {
  if (options_.rules != nullptr) {
    choice.content += delta.content;
    for (const ToolCallDelta& call : delta.tool_calls) {
      if (call.index == choice.calls.size()) {
        choice.calls.push_back({.index = call.index, .name = call.name});
      }
      choice.calls[call.index].arguments += call.arguments;
    }
  }
  ready_.emplace_back(std::move(delta));
}

std::optional<AnswerVerdict> LocalStream::judge(const Choice& choice, bool is_complete) const {
  if (options_.rules == nullptr) return std::nullopt;
  std::string_view content = choice.content;
  const std::string& mark = options_.answer_follows;
  const std::size_t at = mark.empty() ? std::string::npos : content.find(mark);
  if (at != std::string::npos) content.remove_prefix(at + mark.size());
  return judge_answer(*options_.rules,
                      {.content = content, .calls = choice.calls, .is_complete = is_complete});
}

void LocalStream::translate(SequenceEnd& event) {
  if (choices_[static_cast<std::size_t>(event.choice)].is_finished) return;
  switch (event.cause) {
    case StopCause::GrammarEnd:
    case StopCause::ReadEnough:
    case StopCause::EndToken: return finish(event.choice, FinishReason::Stop, {});
    case StopCause::StopToken: return finish(event.choice, FinishReason::Stop, event.stop_token);
    case StopCause::MaxTokens: return finish(event.choice, FinishReason::Length, {});
    case StopCause::Repetition: return finish(event.choice, FinishReason::Repetition, {});
    case StopCause::Cancelled: return finish(event.choice, FinishReason::Cancelled, {});
    case StopCause::EngineStopped:
      return fail(error(ErrorCode::Unavailable, "the engine was stopped before the answer ended"));
    case StopCause::GrammarStuck:
      return fail(error(ErrorCode::TooLarge,
                        "the grammar met its limits on the way and left no token to go on with; "
                        "use a simpler one"));
    case StopCause::NoLogits:
      return fail(error(ErrorCode::Corrupt,
                        "the model computed no finite number; its file may be damaged"));
  }
}

void LocalStream::translate(RequestEnd& event) {
  Usage usage{.num_prompt_tokens = static_cast<std::int64_t>(options_.prompt.size()),
              .num_cached_tokens = static_cast<std::int64_t>(event.num_cached),
              .num_reasoning_tokens = num_reasoning_tokens_,
              .seed = options_.seed,
              .queue_seconds = in_seconds(event.queue_time),
              .prefill_seconds = in_seconds(event.prefill_time),
              .decode_seconds = in_seconds(event.decode_time)};
  for (const Choice& choice : choices_) usage.num_completion_tokens += choice.writer.num_tokens();
  CompletionFinished finished{.usage = usage};
  if (options_.wants_prompt_logprobs) finished.prompt_logprobs = std::move(prompt_logprobs_);
  ready_.emplace_back(std::move(finished));
  is_finished_ = true;
}

void LocalStream::finish(int index, FinishReason reason, decltype(ChoiceFinished::stop) stop) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (auto delta = choice.writer.finish()) give(choice, *std::move(delta));
  const bool is_complete =
      reason == FinishReason::Stop && std::holds_alternative<std::monostate>(stop);
  auto verdict = judge(choice, is_complete);
  if (reason == FinishReason::Stop && choice.writer.has_tool_calls()) {
    reason = FinishReason::ToolCalls;
  }
  ready_.emplace_back(ChoiceFinished{
      .choice = index, .reason = reason, .stop = std::move(stop), .verdict = std::move(verdict)});
  choice.is_finished = true;
}

void LocalStream::fail(Error error) {
  ready_.emplace_back(std::move(error));
  generation_.stream().cancel();
  is_finished_ = true;
}

}  // namespace falconet
