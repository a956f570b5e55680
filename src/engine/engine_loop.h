// The engine's thread: it alone touches sequences, blocks, the cache and the scratch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/active_request.h"
#include "engine/block_pool.h"
#include "engine/draft_model.h"
#include "engine/engine.h"
#include "engine/engine_meter.h"
#include "engine/logprobs.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"
#include "model/kv_cache.h"
#include "model/model.h"

namespace falconet {

struct Engine::Submission {
  EngineRequest request;
  std::shared_ptr<TokenStream> stream;  // shared with the caller's Generation
  std::chrono::steady_clock::time_point submitted;
};

class Engine::Loop {
 public:
  Loop(std::unique_ptr<Model> model, std::unique_ptr<DraftModel> draft_model, ThreadPool& pool,
       Engine& engine);

  /// Until the inbox is closed and all is done, or the engine is stopping.
  void run();

 private:
  // A row of the step's logits and what it is for.
  struct Row {
    ActiveSequence* sequence = nullptr;
    std::size_t position = 0;
    bool is_sampled = false;            // otherwise it scores the prompt's next token
    std::optional<TokenId> draft = {};  // its own token, if that is only a guess
    bool is_chosen = false;             // not so behind a guess that was wrong
    bool is_last = false;               // of those chosen for its sequence
    std::optional<TokenId> token = {};  // the one chosen, or the prompt's next
    TokenOutcome outcome = {};
    Logprobs logprobs = {};
  };

  bool receive();
  void add(Submission submission);
  void end_cancelled();
  void step();
  Batch build_batch(const StepPlan& plan);
  void collect_rows(const PlannedSlice& planned, std::size_t first_row);
  void collect_drafts(Sequence& drafting, std::size_t num_drafts, std::size_t first_row);
  void choose_tokens(MatrixView<const float> logits);
  void choose_run(MatrixView<const float> logits, std::size_t first, Sampler& sampler);
  std::size_t end_of_run(std::size_t first) const;
  void choose_token(std::span<const float> logits, Row& row, Sampler& sampler);
  std::optional<TokenId> draw_token(std::span<const float> logits, ActiveSequence& sequence,
                                    Sampler& sampler);
  void advance(const StepPlan& plan);
  void publish_tokens();
  void publish_token(Row& row);
  void publish(ActiveSequence& sequence, TokenId token, const TokenOutcome& outcome,
               Logprobs logprobs);
  void end(ActiveSequence& sequence, StopCause cause);
  void end_all();
  void wake_readers();
  void publish_stats();

  Engine& engine_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<DraftModel> draft_model_;  // may be null
  ThreadPool& pool_;
  KvCache cache_;
  BlockPool blocks_;
  Scheduler scheduler_;
  std::vector<Sampler> samplers_;  // one a worker
  std::vector<std::unique_ptr<ActiveRequest>> requests_;
  std::uint64_t num_arrivals_ = 0;
  EngineStats stats_;
  EngineMeter meter_{stats_};

  // Of one step; sized once.
  std::vector<TokenId> tokens_;
  std::vector<SequenceSlice> slices_;
  std::vector<std::size_t> sampled_rows_;
  std::vector<Row> rows_;          // what sampled_rows_ are for
  std::vector<std::size_t> runs_;  // the rows without a guess; the guesses that follow come after
};

}  // namespace falconet
