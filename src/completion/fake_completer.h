// A completer that follows a script: the test double for everything above completion.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "completion/completer.h"

namespace falconet {

class FakeCompleter final : public Completer {
 public:
  /// Events of one completion in order; an error among them ends the stream.
  using Events = std::vector<Result<CompletionEvent>>;

  /// What start() answers: an error, or the stream's events. Called on the caller's thread.
  using Script = std::function<Result<Events>(const CompletionRequest& request)>;

  explicit FakeCompleter(Script script);
  ~FakeCompleter() override;

  /// A whole well-formed answer: PromptAccepted, one TextDelta a piece for each choice asked for,
  /// ChoiceFinished (Stop) and CompletionFinished. Pieces are cut after each space; a piece is one
  /// token of usage.
  static Script saying(std::string content, std::string reasoning = "");

  /// The answer of saying() for one request, to be altered by a script of your own.
  static Events events_saying(const CompletionRequest& request, std::string_view content,
                              std::string_view reasoning = "");

  /// start() refuses with this error.
  static Script refusing(Error error);

  /// What describe() returns; change it before other threads use the completer.
  ModelDescription description;

  /// What engine_stats() returns; change it as the description.
  std::optional<EngineStats> stats = {};

  /// Streams give out `num_events` events and then wait for release() or their cancellation.
  void hold_after(std::size_t num_events);

  /// Lets held streams run to their end; they call their wake functions.
  void release();

  /// The requests that start() was given, in order.
  std::vector<CompletionRequest> requests() const;

  int num_live_streams() const;       // started and not yet destroyed
  int num_cancelled_streams() const;  // by cancel(), or destroyed before their last event

  ModelDescription describe() const override { return description; }
  Result<std::unique_ptr<CompletionStream>> start(CompletionRequest request) override;

  /// Text: the text, or the messages' contents, one a line; ids: one for each byte.
  Result<RenderedPrompt> render(const Prompt& prompt) const override;

  std::optional<EngineStats> engine_stats() const override { return stats; }

  struct State;

 private:
  Script script_;
  // Shared with the streams, which may outlive the completer.
  std::shared_ptr<State> state_;
};

}  // namespace falconet
