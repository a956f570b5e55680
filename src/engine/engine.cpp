#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "engine/engine_loop.h"

namespace falconet {
namespace {

// Token events that a stream holds without allocating; a reader is seldom this far behind.
constexpr std::size_t kStreamRoom = 256;

}  // namespace

Engine::Engine(std::unique_ptr<Model> model, ThreadPool& pool, const EngineOptions& options,
               const Clock& clock, std::unique_ptr<Model> draft_model)
    : options_(options),
      vocab_size_(model->limits().vocab_size),
      clock_(clock),
      waiting_room_(options.max_num_waiting),
      is_finished_(finished_.get_future().share()) {
  CHECK(options.max_model_len > 0 && options.max_model_len <= options.num_blocks * kBlockTokens &&
        options.max_model_len <= model->limits().max_context);
  CHECK(draft_model == nullptr || (options.speculation.is_on() &&
                                   options.max_model_len <= draft_model->limits().max_context));
  std::uint64_t block_bytes = model->kv_cache_shape().block_bytes();
  if (draft_model != nullptr) block_bytes += draft_model->kv_cache_shape().block_bytes();
  const std::uint64_t cache_bytes = options.num_blocks * block_bytes;
  log_info("KV cache: ", human_bytes(cache_bytes), ", ", options.num_blocks, " blocks of ",
           kBlockTokens, " tokens; context ", options.max_model_len, " tokens, at most ",
           options.max_num_seqs, " sequences at once");
  auto drafter =
      draft_model == nullptr
          ? std::unique_ptr<DraftModel>()
          : std::make_unique<DraftModel>(std::move(draft_model), options.num_blocks, vocab_size_);
  auto loop = std::make_unique<Loop>(std::move(model), std::move(drafter), pool, *this);
  thread_ = std::thread([this, loop = std::move(loop)] {
    loop->run();
    finished_.set_value();
  });
}

Engine::~Engine() {
  stop();
  thread_.join();
}

Status Engine::check(const EngineRequest& request) const {
  if (request.prompt.empty()) {
    return error(ErrorCode::InvalidArgument, "the prompt is empty: it needs at least one token");
  }
  if (request.num_choices < 1 || request.max_tokens < 1) {
    return error(ErrorCode::InvalidArgument, "a request needs at least one choice of one token");
  }
  TRY(check_length(request));
  const auto is_known = [this](TokenId id) {
    return id.value >= 0 && static_cast<std::size_t>(id.value) < vocab_size_;
  };
  const auto check_ids = [&](std::span<const TokenId> ids, const char* what) -> Status {
    const auto unknown = std::ranges::find_if_not(ids, is_known);
    if (unknown == ids.end()) return {};
    return error(ErrorCode::InvalidArgument, what, " contains token ", unknown->value,
                 "; the model's vocabulary is 0 … ", vocab_size_ - 1);
  };
  TRY(check_ids(request.prompt, "the prompt"));
  TRY(check_ids(request.stop_tokens, "stop_token_ids"));
  TRY(check_ids(request.end_tokens, "the model's list of end tokens"));
  for (const auto& [id, bias] : request.sampling.logit_bias) {
    TRY(check_ids({&id, 1}, "logit_bias"));
  }
  for (const auto& word : request.sampling.bad_words) TRY(check_ids(word, "bad_words"));
  if (request.reasoning) TRY(check_ids(request.reasoning->forced_close, "the reasoning's end"));
  return {};
}

Status Engine::check_length(const EngineRequest& request) const {
  if (request.prompt.size() < options_.max_model_len) return {};
  if (options_.sliding_window > 0 && request.num_prompt_logprobs) {
    return error(ErrorCode::TooLarge, "the prompt has ", request.prompt.size(),
                 " tokens; only the context's ", options_.max_model_len,
                 " can be scored (prompt_logprobs, echo)");
  }
  if (options_.sliding_window > 0) return {};
  return error(ErrorCode::TooLarge, "the prompt has ", request.prompt.size(),
               " tokens; the context of ", options_.max_model_len,
               " tokens must hold it and at least one more. Shorten the prompt, or start with a "
               "larger --max-model-len, or with --sliding-window to let go of its middle");
}

std::size_t Engine::max_tokens(const EngineRequest& request) const {
  const std::size_t kept = kNumSinkTokens + options_.sliding_window;
  if (options_.sliding_window == 0 || request.max_tokens == kAsManyTokensAsFit) {
    const std::size_t prompt =
        request.prompt.size() < options_.max_model_len ? request.prompt.size() : kept;
    return std::min(request.max_tokens, options_.max_model_len - prompt);
  }
  return request.max_tokens;
}

Status Engine::enter_waiting_room(const Digest128& client) {
  switch (waiting_room_.enter(client)) {
    case WaitingRoom::Entry::Admitted: return {};
    case WaitingRoom::Entry::Full:
      return error(ErrorCode::Exhausted, "the queue is full: ", waiting_room_.num_places(),
                   " requests are waiting. Try again later");
    case WaitingRoom::Entry::ClientFull:
      return error(ErrorCode::Exhausted, "the queue is full for this API key or user: ",
                   waiting_room_.num_places_of(client),
                   " of its requests are waiting, and the rest of the ", waiting_room_.num_places(),
                   " places is for others. Try again later");
  }
  return {};
}

Result<Generation> Engine::submit(EngineRequest request) {
  TRY(check(request));
  request.max_tokens = max_tokens(request);
  const Digest128 client = request.client;
  TRY(enter_waiting_room(client));
  const std::size_t room =
      static_cast<std::size_t>(request.num_choices) * std::min(request.max_tokens + 2, kStreamRoom);
  auto stream = std::make_shared<TokenStream>(request.num_choices, room);
  Generation generation(stream);
  if (!inbox_.send({std::move(request), std::move(stream), clock_.now()})) {
    waiting_room_.leave(client);
    return error(ErrorCode::Unavailable, "the engine is shutting down");
  }
  return generation;
}

bool Engine::drain(std::chrono::nanoseconds patience) {
  inbox_.close();
  return is_finished_.wait_for(patience) == std::future_status::ready;
}

void Engine::stop() {
  is_stopping_.store(true);
  inbox_.close();
}

}  // namespace falconet
