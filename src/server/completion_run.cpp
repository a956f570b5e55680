#include "server/completion_run.h"

#include <optional>

#include "server/errors.h"

namespace falconet {
namespace {

// Events at hand are sent together, but no more than this at a time: a client reads while we write.
constexpr std::size_t kFlushBytes = 64u << 10;

enum class RunEnd {
  Finished,    // every stream to its end
  Failed,      // a stream ended in an error; the client has not heard of it yet
  ClientLeft,  // nobody listens any more
};

/// Dropping it cancels what still runs. Lives on the IO thread.
class CompletionRun {
 public:
  CompletionRun(HttpExchange& exchange, StartedResponse started);

  asio::awaitable<void> send_at_end();
  asio::awaitable<void> send_as_it_comes();

 private:
  asio::awaitable<RunEnd> collect();
  asio::awaitable<RunEnd> stream();
  asio::awaitable<bool> send(std::string& events);
  asio::awaitable<void> refuse();
  bool take_events();
  bool is_finished() const;

  HttpExchange& exchange_;
  StartedResponse started_;
  std::shared_ptr<AsyncEvent> ready_;  // the streams' wake functions hold on to it
  std::string out_;                    // events written and not yet sent
  std::optional<Error> failure_;
};

CompletionRun::CompletionRun(HttpExchange& exchange, StartedResponse started)
    : exchange_(exchange),
      started_(std::move(started)),
      ready_(std::make_shared<AsyncEvent>(exchange.executor())) {
  for (const auto& stream : started_.streams) {
    stream->on_ready([ready = ready_] { ready->post(); });
  }
  exchange_.watch_client([ready = ready_] { ready->set(); });
}

bool CompletionRun::is_finished() const {
  for (const auto& stream : started_.streams) {
    if (!stream->is_finished()) return false;
  }
  return true;
}

/// False once a stream has failed.
bool CompletionRun::take_events() {
  for (std::size_t prompt = 0; prompt < started_.streams.size(); ++prompt) {
    while (auto event = started_.streams[prompt]->try_next()) {
      if (!*event) {
        failure_ = std::move(*event).error();
        return false;
      }
      if (!started_.is_streamed) {
        started_.writer->collect(prompt, **event);
        continue;
      }
      started_.writer->append(prompt, **event, out_);
      if (out_.size() >= kFlushBytes) return true;
    }
  }
  return true;
}

asio::awaitable<RunEnd> CompletionRun::collect() {
  while (true) {
    if (exchange_.client_has_left()) co_return RunEnd::ClientLeft;
    if (!take_events()) co_return RunEnd::Failed;
    if (is_finished()) co_return RunEnd::Finished;
    co_await ready_->wait();
  }
}

asio::awaitable<RunEnd> CompletionRun::stream() {
  while (true) {
    if (exchange_.client_has_left()) co_return RunEnd::ClientLeft;
    if (!take_events()) co_return RunEnd::Failed;
    if (!out_.empty()) {
      // More may have come while this was on its way, so look again before waiting.
      const bool was_sent = co_await send(out_);
      if (!was_sent) co_return RunEnd::ClientLeft;
      continue;
    }
    if (is_finished()) co_return RunEnd::Finished;
    const auto deadline = std::chrono::steady_clock::now() + exchange_.limits().sse_keep_alive;
    const bool has_news = co_await ready_->wait_until(deadline);
    if (!has_news) out_ = ": keep-alive\n\n";
  }
}

/// The header goes with the first events, so that an error before them still gets its own status.
asio::awaitable<bool> CompletionRun::send(std::string& events) {
  if (!exchange_.has_begun()) {
    HttpResponse head;
    head.content_type = "text/event-stream; charset=utf-8";
    // nginx buffers responses unless it is told not to.
    head.headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
    const bool has_begun = co_await exchange_.begin_stream(std::move(head));
    if (!has_begun) co_return false;
  }
  const bool was_sent = co_await exchange_.write(events);
  events.clear();
  co_return was_sent;
}

asio::awaitable<void> CompletionRun::refuse() {
  HttpResponse response = error_response(*failure_);
  co_await exchange_.respond(std::move(response));
}

asio::awaitable<void> CompletionRun::send_as_it_comes() {
  const RunEnd end = co_await stream();
  if (end == RunEnd::ClientLeft) co_return;
  if (end == RunEnd::Failed && !exchange_.has_begun() && out_.empty()) {
    co_await refuse();
    co_return;
  }
  if (end == RunEnd::Failed) {
    append_event(out_, error_body(*failure_));
  } else {
    started_.writer->append_end(out_);
  }
  out_ += "data: [DONE]\n\n";
  const bool was_sent = co_await send(out_);
  if (was_sent) co_await exchange_.end_stream();
}

asio::awaitable<void> CompletionRun::send_at_end() {
  const RunEnd end = co_await collect();
  if (end == RunEnd::Failed) co_await refuse();
  if (end != RunEnd::Finished) co_return;
  HttpResponse response;
  response.body = to_text(started_.writer->whole());
  co_await exchange_.respond(std::move(response));
}

}  // namespace

asio::awaitable<void> send_completions(HttpExchange& exchange, StartedResponse started) {
  const bool is_streamed = started.is_streamed;
  CompletionRun run(exchange, std::move(started));
  if (is_streamed) {
    co_await run.send_as_it_comes();
  } else {
    co_await run.send_at_end();
  }
}

}  // namespace falconet
