// OpenAI's chat API from the client's side: a request as JSON, the answer's chunks as events.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "chat/reasoning_parser.h"
#include "completion/completer.h"

namespace falconet {

/// Streaming, with usage. What OpenAI's API has no word for goes under the names that vLLM,
/// llama.cpp, SGLang and Falconet share, and only if it was asked for.
/// Errors: Unsupported, naming what the other side cannot be asked for (prompts of text or ids,
/// constraints other than JSON).
Result<Json> remote_chat_request(const CompletionRequest& request, const std::string& model);

/// Tokens that a text will have, about: a word piece of Latin script has some four letters, a
/// character of Chinese is three quarters of one. For meters and for fitting, not for accounts.
std::int64_t estimated_tokens(std::string_view text);

/// Turns the chunks of one answer into events. Reasoning comes in a field of its own, or in
/// <think> at the beginning of the content.
class RemoteChatReader {
 public:
  explicit RemoteChatReader(std::int64_t num_prompt_tokens);

  /// Bytes of the event stream, cut anywhere.
  void push(std::string_view bytes);

  /// At the end of the connection. An answer without its last chunk was broken off.
  void finish();

  void fail(Error error);

  /// Ended by us: choices that are not finished are cancelled.
  void stop();

  /// The next event, if there is one.
  std::optional<Result<CompletionEvent>> pop();

  bool has_ended() const { return has_ended_; }
  bool is_empty() const { return events_.empty(); }

 private:
  void read_line(std::string_view line);
  void read_chunk(const Json& chunk);
  void read_choice(const Json& choice);
  void read_delta(int choice, const Json& delta);
  void read_usage(const Json& usage);
  void end();

  Usage usage_;
  ReasoningParser parser_{ReasoningStart::InAnswer};
  bool has_reasoning_field_ = false;
  std::string line_;  // what came of a line that is not complete
  std::deque<Result<CompletionEvent>> events_;
  std::set<int> finished_;   // choices
  bool is_counted_ = false;  // by the server
  bool has_ended_ = false;
};

}  // namespace falconet
