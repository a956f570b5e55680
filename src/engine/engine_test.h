// An engine over the fake model, and what its requests say, for tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "engine/engine.h"
#include "engine/fake_model.h"
#include "engine/sampler.h"

namespace falconet {

struct Setting {
  FakeModelOptions model = {};
  EngineOptions engine = {.num_blocks = 200, .max_model_len = 512, .max_num_seqs = 8};
  int num_threads = 1;
  std::optional<FakeModelOptions> draft_model = {};
};

class TestEngine {
 public:
  explicit TestEngine(const Setting& setting = {})
      : TestEngine(
            std::make_unique<ThreadPool>(setting.num_threads),
            std::make_unique<FakeModel>(setting.model), setting.engine,
            setting.draft_model ? std::make_unique<FakeModel>(*setting.draft_model) : nullptr) {}

  TestEngine(std::unique_ptr<ThreadPool> pool, std::unique_ptr<Model> model,
             const EngineOptions& options, std::unique_ptr<Model> draft_model = nullptr)
      : pool_(std::move(pool)),
        engine_(std::move(model), *pool_, options, clock_, std::move(draft_model)) {}

  Engine* operator->() { return &engine_; }

 private:
  SystemClock clock_;
  std::unique_ptr<ThreadPool> pool_;
  Engine engine_;
};

// All that a request's stream said, having checked its grammar.
struct Outcome {
  std::map<int, std::vector<TokenId>> tokens;
  std::map<int, StopCause> causes;
  std::vector<TokenEvent> events;
  std::size_t num_reasoning = 0;
  std::vector<PromptLogprob> prompt_logprobs;
  RequestEnd end;
};

inline Outcome read_all(Generation& generation) {
  Outcome outcome;
  bool is_finished = false;
  while (!is_finished) {
    generation.stream().wait();
    std::vector<EngineEvent> events;
    generation.stream().take(events);
    for (EngineEvent& event : events) {
      EXPECT_FALSE(is_finished) << "an event after the request's end";
      if (auto* token = std::get_if<TokenEvent>(&event)) {
        EXPECT_FALSE(outcome.causes.contains(token->choice)) << "a token after its end";
        outcome.tokens[token->choice].push_back(token->id);
        outcome.num_reasoning += token->is_reasoning ? 1 : 0;
        outcome.events.push_back(std::move(*token));
      } else if (const auto* end = std::get_if<SequenceEnd>(&event)) {
        EXPECT_TRUE(outcome.causes.emplace(end->choice, end->cause).second) << "two ends";
      } else if (auto* scores = std::get_if<PromptScores>(&event)) {
        EXPECT_TRUE(outcome.events.empty()) << "scores after a token";
        outcome.prompt_logprobs = std::move(scores->logprobs);
      } else if (const auto* last = std::get_if<RequestEnd>(&event)) {
        outcome.end = *last;
        is_finished = true;
      }
    }
  }
  return outcome;
}

inline std::vector<TokenId> prompt_of(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<TokenId> prompt(size);
  for (TokenId& token : prompt) token = {static_cast<std::int32_t>(random.below(97))};
  return prompt;
}

inline EngineRequest request_of(std::size_t prompt_size, std::size_t max_tokens,
                                std::uint64_t seed) {
  EngineRequest request;
  request.prompt = prompt_of(prompt_size, seed);
  request.max_tokens = max_tokens;
  request.sampling.seed = seed;
  request.sampling.top_p = 0.9f;
  return request;
}

// What the engine should say: token after token, with no batch, cache or scheduler.
inline std::vector<TokenId> expected_tokens(const EngineRequest& request, int choice = 0) {
  Sampler sampler(97);
  std::vector<TokenId> tokens = request.prompt;
  for (std::size_t i = 0; i < request.max_tokens; ++i) {
    const std::vector<float> logits = FakeModel::logits_after(tokens, 97, 3);
    const History history{tokens, request.prompt.size()};
    tokens.push_back(*sampler.sample({logits, history, {}, {}, choice}, request.sampling));
  }
  return {tokens.begin() + static_cast<std::ptrdiff_t>(request.prompt.size()), tokens.end()};
}

inline Outcome run(TestEngine& engine, EngineRequest request) {
  auto generation = engine->submit(std::move(request));
  EXPECT_TRUE(generation);
  return read_all(*generation);
}

}  // namespace falconet
