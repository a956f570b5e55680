#include "feedback/model_work.h"

#include <chrono>

namespace falconet {
namespace {

// A queue that others fill empties by itself; one that stays full for a minute has a reason.
constexpr std::chrono::seconds kQueuePause{1};
constexpr int kMaxQueuePauses = 60;

Error stopped_work() { return error(ErrorCode::Cancelled, "it was stopped"); }

void append_delta(const TextDelta& delta, VisibleAnswer& answer) {
  answer.content += delta.content;
  for (const ToolCallDelta& part : delta.tool_calls) {
    if (answer.calls.size() <= part.index) answer.calls.resize(part.index + 1);
    answer.calls[part.index].name += part.name;
    answer.calls[part.index].arguments += part.arguments;
  }
}

void pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kQueuePause, [] { return false; });
}

}  // namespace

AwaitedAnswer::AwaitedAnswer(std::unique_ptr<CompletionStream> stream)
    : stream_(std::move(stream)) {
  stream_->on_ready([this] {
    const std::lock_guard lock(mutex_);
    has_news_ = true;
    wakes_.notify_all();
  });
}

Result<std::unique_ptr<AwaitedAnswer>> AwaitedAnswer::ask(const ModelWork& work,
                                                          CompletionRequest request) {
  request.priority = work.priority;
  request.client = work.client;
  request.cache_salt = work.client;
  for (int num_pauses = 0; !work.stop.stop_requested(); ++num_pauses) {
    auto stream = work.model.start(request);
    if (stream) return std::unique_ptr<AwaitedAnswer>(new AwaitedAnswer(*std::move(stream)));
    const bool is_full = stream.error().code == ErrorCode::Exhausted;
    if (!is_full || num_pauses == kMaxQueuePauses) return std::move(stream).error();
    pause(work.stop);
  }
  return stopped_work();
}

Result<VisibleAnswer> AwaitedAnswer::whole(const std::stop_token& stop) {
  VisibleAnswer answer;
  while (!stream_->is_finished()) {
    if (stop.stop_requested()) return stopped_work();
    std::optional<Result<CompletionEvent>> event = stream_->try_next();
    if (!event) {
      wait(stop);
      continue;
    }
    if (!*event) return std::move(*event).error();
    if (const auto* delta = std::get_if<TextDelta>(&**event)) append_delta(*delta, answer);
  }
  return answer;
}

void AwaitedAnswer::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wakes_.wait(lock, stop, [this] { return has_news_; });
  has_news_ = false;
}

}  // namespace falconet
