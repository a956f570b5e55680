// One answer on its way: the model's stream on one side, log and unsaved text on the other.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "assistant/generation_log.h"
#include "completion/completer.h"
#include "store/generations.h"

namespace falconet {

/// What a generation is made of when it begins.
struct GenerationParts {
  UserId user = {};
  StartedGeneration started = {};
  Ledger ledger = {};
  std::string title = {};                // that the conversation gets at the end, if any
  std::shared_ptr<Completer> completer;  // shared with the directory; must outlive the stream
  std::unique_ptr<CompletionStream> stream;
};

/// read() and the stream belong to one thread; the other members may be called from any.
class RunningGeneration {
 public:
  explicit RunningGeneration(GenerationParts parts);

  const UserId& user() const { return user_; }
  const std::string& title() const { return title_; }
  const std::shared_ptr<GenerationLog>& log() const { return log_; }
  GenerationRecord record() const;
  Message message() const { return message_; }  // as it was at the begin

  void on_ready(std::function<void()> wake) { stream_->on_ready(std::move(wake)); }

  /// Moves what is at hand from the stream into the log. False once the stream has ended; it is
  /// given up then.
  bool read(std::chrono::steady_clock::time_point now);

  enum class StopReason { ByUser, ServerEnds };

  /// The next read() cancels the stream.
  void ask_to_stop(StopReason reason);

  /// What streamed since the last call, for saving; nothing if there is none. If saving fails, it
  /// is given back.
  std::optional<GenerationText> take_unsaved();
  void give_back(GenerationText text);

  /// The end, once read() has said so: all but last_event and is_unread is set.
  GenerationEnd end() const;

  /// After the end was saved.
  void set_ended(GenerationState state);

 private:
  void take(CompletionEvent& event, std::chrono::steady_clock::time_point now);
  void take(TextDelta& delta, std::chrono::steady_clock::time_point now);
  void note_speed(std::chrono::steady_clock::time_point now);
  void fail(Error error);

  const UserId user_;
  const std::string title_;
  const Message message_;
  const std::shared_ptr<GenerationLog> log_;  // shared with its readers

  // The reading thread's own.
  std::shared_ptr<Completer> completer_;
  std::unique_ptr<CompletionStream> stream_;
  std::optional<std::chrono::steady_clock::time_point> writing_since_;
  std::chrono::steady_clock::time_point speed_noted_{};
  std::int64_t num_tokens_ = 0;
  bool is_cancelled_ = false;

  mutable std::mutex mutex_;  // for all that follows
  GenerationRecord record_;
  Ledger ledger_;
  GenerationText unsaved_;
  std::string reasoning_;
  std::string content_;
  std::optional<StopReason> stop_reason_;
  std::optional<FinishReason> finish_reason_;
  std::optional<Error> error_;
};

}  // namespace falconet
