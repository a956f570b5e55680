// How the events of a request's completions become a response.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "completion/completer.h"

namespace falconet {

/// One API's way of writing them down. A response is either plain, collect() … whole(), or
/// streamed, append() … append_end().
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  /// `prompt` is the number of the prompt that the event belongs to.
  virtual void collect(std::size_t prompt, const CompletionEvent& event) = 0;
  virtual Json whole() = 0;

  /// Adds the server-sent events that stand for `event`, if any, to `out`.
  virtual void append(std::size_t prompt, const CompletionEvent& event, std::string& out) = 0;
  virtual void append_end(std::string& out) = 0;
};

/// A request that the models have accepted: one completion for each of its prompts.
struct StartedResponse {
  std::shared_ptr<Completer> completer;  // shared with the directory, which may replace it
  std::vector<std::unique_ptr<CompletionStream>> streams;
  std::unique_ptr<ResponseWriter> writer;
  bool is_streamed = false;
};

/// Appends "data: {…}\n\n".
void append_event(std::string& out, const Json& value);

}  // namespace falconet
