// The completer over our own engine: template, tokenizer, engine and text, wired together.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/thread_pool.h"
#include "chat/chat_template.h"
#include "completion/completer.h"
#include "completion/grammar_cache.h"
#include "completion/prompt_renderer.h"
#include "completion/sampling_resolution.h"
#include "engine/engine.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

struct LocalCompleterParts {
  ModelDescription description;
  Tokenizer tokenizer;
  std::optional<ChatTemplate> chat_template;
  GenerationDefaults defaults;
  std::vector<TokenId> end_tokens;
  std::unique_ptr<ThreadPool> pool;  // the model computes on it
  std::unique_ptr<Model> model;
  std::unique_ptr<Model> draft_model = nullptr;  // as Engine takes it
  EngineOptions engine;
  std::uint64_t first_seed = 0;  // of requests that bring none
  // A chat's answer begins in reasoning even if neither prompt nor output opens it: models whose
  // template leaves the opening tag to them, and that leave it out.
  bool assumes_reasoning = false;
};

/// Must outlive its streams.
class LocalCompleter final : public Completer {
 public:
  explicit LocalCompleter(LocalCompleterParts parts);

  ModelDescription describe() const override { return description_; }
  Result<std::unique_ptr<CompletionStream>> start(CompletionRequest request) override;
  Result<RenderedPrompt> render(const Prompt& prompt) const override;

  const Tokenizer& tokenizer() const { return tokenizer_; }
  std::optional<EngineStats> engine_stats() const override { return engine_.stats(); }

  /// No more requests; those accepted are finished. False if they are not after `patience`.
  bool drain(std::chrono::nanoseconds patience) { return engine_.drain(patience); }

  /// No more requests; those accepted end now, with an error.
  void stop() { engine_.stop(); }

 private:
  PromptRenderer::Options rendering(bool is_thinking_off) const;
  std::uint64_t fresh_seed();
  std::size_t max_tokens(const StopOptions& stopping) const;
  std::optional<ToolCallForm> tool_form_for(const CompletionRequest& request) const;
  Result<GrammarCache::Rules> rules_for(const CompletionRequest& request,
                                        std::optional<ToolCallForm> tool_form);
  std::optional<ReasoningParams> reasoning_for(const CompletionRequest& request,
                                               std::string_view prompt_text) const;

  SystemClock clock_;
  ModelDescription description_;
  Tokenizer tokenizer_;
  PromptRenderer renderer_;
  GrammarCache grammars_;
  GenerationDefaults defaults_;
  std::vector<TokenId> end_tokens_;
  bool assumes_reasoning_;
  std::atomic<std::uint64_t> next_seed_;
  std::unique_ptr<ThreadPool> pool_;
  Engine engine_;
};

}  // namespace falconet
