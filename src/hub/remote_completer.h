// A model on another server, behind the same door as our own (OpenAI's chat API).
#pragma once

#include <memory>

#include "completion/completer.h"
#include "hub/remote_endpoint.h"

namespace falconet {

/// Streams have a thread each, which waits for the other server; they may outlive the completer.
class RemoteCompleter final : public Completer {
 public:
  RemoteCompleter(RemoteEndpoint endpoint, const RemoteModel& model);

  ModelDescription describe() const override { return description_; }

  /// What the other server refuses comes as the stream's error, since asking takes its time.
  /// Errors: those of remote_chat_request().
  Result<std::unique_ptr<CompletionStream>> start(CompletionRequest request) override;

  /// The messages as text, and as many ids (all 0) as it has tokens by estimate: the tokenizer is
  /// on the other side.
  Result<RenderedPrompt> render(const Prompt& prompt) const override;

 private:
  RemoteEndpoint endpoint_;
  ModelDescription description_;
};

}  // namespace falconet
