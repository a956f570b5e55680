#include "cli/chat_session.h"

#include <condition_variable>
#include <mutex>
#include <ostream>

#include "cli/terminal.h"

namespace falconet {
namespace {

using namespace std::chrono_literals;

// How long Ctrl-C may go unnoticed while a model reads a long prompt.
constexpr auto kInterruptCheck = 50ms;

/// Wakes the thread that waits for events.
class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      has_rung_ = true;
    }
    ready_.notify_one();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, kInterruptCheck, [this] { return has_rung_; });
    has_rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  bool has_rung_ = false;
};

}  // namespace

/// Writes deltas as they come, the reasoning dimmed and set off by an empty line.
class ChatSession::Printer {
 public:
  Printer(const ChatSettings& settings, const Streams& io)
      : out_(io.out), style_(Style::of(io.out)) {
    shows_reasoning_ = settings.shows_reasoning && is_terminal(io.out);
  }

  void write(const TextDelta& delta) {
    if (shows_reasoning_ && !delta.reasoning.empty()) {
      if (!is_reasoning_) out_ << style_.dim;
      is_reasoning_ = true;
      out_ << delta.reasoning;
    }
    if (!delta.content.empty()) {
      end_reasoning();
      write_content(delta.content);
    }
    out_.flush();
  }

  void finish() {
    if (is_reasoning_) out_ << style_.reset;
    out_ << '\n' << std::flush;
  }

 private:
  void end_reasoning() {
    if (!is_reasoning_) return;
    is_reasoning_ = false;
    out_ << style_.reset << "\n\n";
  }

  // Models begin their answer with the line ends that follow the closing tag.
  void write_content(std::string_view text) {
    if (!has_content_) text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
    has_content_ |= !text.empty();
    out_ << text;
  }

  std::ostream& out_;
  Style style_;
  bool shows_reasoning_ = false;
  bool is_reasoning_ = false;
  bool has_content_ = false;
};

CompletionRequest ChatSession::request() const {
  ChatPrompt prompt;
  prompt.messages = Json::array();
  if (!settings_.system.empty()) {
    prompt.messages.push_back({{"role", "system"}, {"content", settings_.system}});
  }
  for (const Json& message : messages_) prompt.messages.push_back(message);
  CompletionRequest request{
      .prompt = std::move(prompt), .sampling = settings_.sampling, .stopping = settings_.stopping};
  request.stopping.detect_loops = true;
  return request;
}

Result<ChatAnswer> ChatSession::take(CompletionStream& stream, Printer* printer) {
  // Where nobody types, Ctrl-C ends the program as everywhere.
  std::optional<Interrupt> interrupt;
  if (printer != nullptr && is_terminal(io_.in)) interrupt.emplace();
  Bell bell;
  stream.on_ready([&bell] { bell.ring(); });
  ChatAnswer answer;
  bool is_cancelled = false;
  while (!stream.is_finished()) {
    if (interrupt && interrupt->is_raised() && !is_cancelled) {
      is_cancelled = true;
      stream.cancel();
    }
    std::optional<Result<CompletionEvent>> event = stream.try_next();
    if (!event) {
      bell.wait();
      continue;
    }
    if (!event->has_value()) return std::move(*event).error();
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      if (printer != nullptr) printer->write(*delta);
      answer.reasoning += delta->reasoning;
      answer.content += delta->content;
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&**event)) {
      answer.reason = finished->reason;
    } else if (const auto* end = std::get_if<CompletionFinished>(&**event)) {
      answer.usage = end->usage;
    }
  }
  return answer;
}

Result<ChatAnswer> ChatSession::exchange(const std::string& text, Printer* printer) {
  messages_.push_back({{"role", "user"}, {"content", text}});
  auto stream = model_.start(request());
  Result<ChatAnswer> answer =
      stream ? take(**stream, printer) : Result<ChatAnswer>(std::move(stream).error());
  if (!answer) {
    messages_.erase(messages_.size() - 1);
    return answer;
  }
  // The model's own template drops or keeps reasoning of earlier turns; we send none.
  messages_.push_back({{"role", "assistant"}, {"content", answer->content}});
  return answer;
}

Result<ChatAnswer> ChatSession::answer(const std::string& text) {
  Printer printer(settings_, io_);
  Result<ChatAnswer> answer = exchange(text, &printer);
  if (answer) printer.finish();
  return answer;
}

Result<ChatAnswer> ChatSession::answer_silently(const std::string& text) {
  return exchange(text, nullptr);
}

std::string speed_text(const Usage& usage) {
  const auto per_second = [](std::int64_t count, double seconds) {
    return seconds > 0 ? fixed(static_cast<double>(count) / seconds, 1) : std::string("–");
  };
  // The first token comes out of reading the prompt.
  return cat("prompt ", usage.num_prompt_tokens, " tokens at ",
             per_second(usage.num_prompt_tokens - usage.num_cached_tokens, usage.prefill_seconds),
             "/s, answer ", usage.num_completion_tokens, " tokens at ",
             per_second(usage.num_completion_tokens - 1, usage.decode_seconds),
             "/s, first token after ", fixed(usage.queue_seconds + usage.prefill_seconds, 2), " s");
}

Json chat_answer_json(const ChatAnswer& answer) {
  const Usage& usage = answer.usage;
  return Json{{"reasoning", answer.reasoning},
              {"content", answer.content},
              {"finish_reason", finish_reason_name(answer.reason)},
              {"prompt_tokens", usage.num_prompt_tokens},
              {"completion_tokens", usage.num_completion_tokens},
              {"reasoning_tokens", usage.num_reasoning_tokens},
              {"seed", usage.seed},
              {"prefill_seconds", usage.prefill_seconds},
              {"decode_seconds", usage.decode_seconds}};
}

}  // namespace falconet
