// A conversation in the terminal: its messages, its settings, and one answer after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "completion/completer.h"

namespace falconet {

/// What `/set` and the flags of `run` change.
struct ChatSettings {
  std::string system;
  SamplingOptions sampling = {};
  StopOptions stopping = {};
  bool shows_reasoning = true;
  bool shows_speed = false;
};

struct ChatAnswer {
  std::string reasoning;
  std::string content;
  FinishReason reason = FinishReason::Stop;
  Usage usage;
};

class ChatSession {
 public:
  ChatSession(Completer& model, ChatSettings settings, const Streams& io)
      : model_(model), settings_(std::move(settings)), io_(io) {}

  ChatSettings& settings() { return settings_; }
  const Json& messages() const { return messages_; }
  void clear() { messages_ = Json::array(); }

  /// Adds the user's message, writes the answer to io.out as it comes (reasoning dimmed, on a
  /// terminal only) and adds it. Ctrl-C ends the answer and keeps what there is. After an error the
  /// conversation is as it was.
  Result<ChatAnswer> answer(const std::string& text);

  /// The same, written nowhere.
  Result<ChatAnswer> answer_silently(const std::string& text);

 private:
  class Printer;

  CompletionRequest request() const;
  Result<ChatAnswer> take(CompletionStream& stream, Printer* printer);
  Result<ChatAnswer> exchange(const std::string& text, Printer* printer);

  Completer& model_;
  ChatSettings settings_;
  const Streams& io_;
  Json messages_ = Json::array();
};

/// "12.3 tokens/s, 45 tokens, first after 0.2 s", for people.
std::string speed_text(const Usage& usage);

/// As one object, for `run --json`.
Json chat_answer_json(const ChatAnswer& answer);

}  // namespace falconet
