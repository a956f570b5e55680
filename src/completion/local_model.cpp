#include "completion/local_model.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "base/log.h"
#include "completion/checkpoint_text.h"
#include "completion/memory_budget.h"
#include "formats/checkpoint.h"
#include "kernels/attention.h"
#include "model/registry.h"

namespace falconet {
namespace {

void describe_reasoning(const Tokenizer& tokenizer,
                        const std::optional<ChatTemplate>& chat_template, ReasoningMode mode,
                        ModelDescription& description) {
  const auto tags = find_reasoning_tags(
      chat_template ? std::string_view(chat_template->source()) : std::string_view(),
      [&](std::string_view tag) { return tokenizer.find(tag).has_value(); });
  if (tags) description.reasoning_tags = *tags;
  description.has_reasoning =
      mode == ReasoningMode::Auto ? tags.has_value() : mode == ReasoningMode::On;
}

void describe_tensors(const Checkpoint& checkpoint, ModelDescription& description) {
  std::map<DType, std::uint64_t> num_elements;
  for (const StoredTensor& tensor : checkpoint.tensors()) {
    std::uint64_t count = 1;
    for (const std::size_t size : tensor.shape) count *= size;
    num_elements[tensor.dtype] += count;
    description.num_parameters += static_cast<std::int64_t>(count);
  }
  const auto most =
      std::ranges::max_element(num_elements, {}, [](const auto& entry) { return entry.second; });
  if (most != num_elements.end()) description.dtype = std::string(traits(most->first).name);
}

Result<ModelDescription> describe(const Checkpoint& checkpoint, const LocalModelOptions& options) {
  TRY_ASSIGN(const Architecture* architecture, find_architecture(checkpoint));
  ModelDescription description;
  description.id =
      options.served_name.empty() ? model_name_of(checkpoint.path()) : options.served_name;
  description.root = options.origin.empty() ? checkpoint.path().string() : options.origin;
  description.architecture = std::string(architecture->name);
  description.created =
      std::chrono::duration_cast<std::chrono::seconds>(SystemClock().wall_time().time_since_epoch())
          .count();
  describe_tensors(checkpoint, description);
  return description;
}

// Bytes for keys and values, once `model_bytes` of what was available are taken.
Result<std::uint64_t> kv_cache_budget(const LocalModelOptions& options, std::uint64_t available,
                                      std::uint64_t model_bytes) {
  if (options.kv_cache_bytes) return *options.kv_cache_bytes;
  if (!options.memory_share) return available_memory_bytes() / 2;
  const auto share =
      static_cast<std::uint64_t>(*options.memory_share * static_cast<double>(available));
  if (share > model_bytes) return share - model_bytes;
  return error(ErrorCode::InvalidArgument, "the model's ", human_bytes(model_bytes),
               " are more than the share of ", *options.memory_share, " of the free memory (",
               human_bytes(share), "): raise --gpu-memory-utilization, or free memory");
}

Status check_sliding_window(std::size_t window, std::size_t context) {
  constexpr std::size_t kOthers = kNumSinkTokens + kBlockTokens;
  if (window == 0 || (window >= kBlockTokens && window + kOthers <= context)) return {};
  return error(ErrorCode::InvalidArgument, "--sliding-window ", window, ": the context of ",
               context, " tokens can keep ", kBlockTokens, " to ",
               context - std::min(context, kOthers), " of the last ones, besides the first ",
               kNumSinkTokens);
}

// How many blocks and how long a context, from the options, the model and the memory there is.
Result<EngineOptions> size_engine(const Model& model, const Model* draft_model,
                                  std::uint64_t budget, const LocalModelOptions& options) {
  const ModelLimits limits = model.limits();
  const std::size_t wanted_len = options.max_model_len.value_or(limits.max_context);
  if (wanted_len < 1 || wanted_len > limits.max_context) {
    return error(ErrorCode::InvalidArgument, "--max-model-len must be at least 1 and at most ",
                 limits.max_context, ", which the model was made for; found ", wanted_len);
  }
  std::uint64_t block_bytes = model.kv_cache_shape().block_bytes();
  if (draft_model != nullptr) block_bytes += draft_model->kv_cache_shape().block_bytes();
  const std::size_t blocks_a_sequence = (wanted_len + kBlockTokens - 1) / kBlockTokens;
  const std::size_t num_blocks = std::min<std::uint64_t>(
      budget / block_bytes, std::uint64_t{blocks_a_sequence} * options.max_num_seqs);
  const std::size_t max_len = std::min(wanted_len, num_blocks * kBlockTokens);
  if (max_len < (options.max_model_len ? wanted_len : 1)) {
    return error(ErrorCode::InvalidArgument, "the KV cache's ", human_bytes(budget), " hold ",
                 max_len, " tokens, less than the context of ", wanted_len, " tokens, which needs ",
                 human_bytes(blocks_a_sequence * block_bytes),
                 ": lower --max-model-len or raise --kv-cache-memory");
  }
  if (max_len < wanted_len) {
    log_warning("the context is cut from the model's ", wanted_len, " tokens to ", max_len,
                ", for which there is memory; --max-model-len and --kv-cache-memory choose "
                "otherwise");
  }
  if (draft_model != nullptr && draft_model->limits().max_context < max_len) {
    return error(ErrorCode::InvalidArgument, "--speculative-model: it was made for ",
                 draft_model->limits().max_context, " tokens, less than the context of ", max_len,
                 " tokens; lower --max-model-len");
  }
  TRY(check_sliding_window(options.sliding_window, max_len));
  return EngineOptions{.num_blocks = num_blocks,
                       .max_model_len = max_len,
                       .max_num_seqs = options.max_num_seqs,
                       .max_num_waiting = options.max_num_waiting,
                       .prefix_caching = options.prefix_caching,
                       .policy = options.scheduling,
                       .speculation = options.speculation,
                       .sliding_window = options.sliding_window};
}

/// Guesses can be compared only if an id is the same text in both models. Either may have ids that
/// the other has no text for.
Status check_same_tokens(const Tokenizer& draft, const Tokenizer& judge) {
  int num_same = 0;
  for (int id = 0; id < std::min(draft.vocab_size(), judge.vocab_size()); ++id) {
    const std::string_view guessed = draft.piece({id});
    const std::string_view own = judge.piece({id});
    if (guessed.empty() || own.empty()) continue;
    if (guessed != own) {
      return error(ErrorCode::InvalidArgument, "its token ", id, " is \"", guessed,
                   "\", and the model's is \"", own,
                   "\": a draft model must have the model's own vocabulary");
    }
    ++num_same;
  }
  if (num_same > 0) return {};
  return error(ErrorCode::InvalidArgument, "it has no token in common with the model");
}

struct LoadedDraftModel {
  std::unique_ptr<Model> model;  // null if none is asked for
  std::uint64_t file_bytes = 0;
};

Result<LoadedDraftModel> load_draft_model(const LocalModelOptions& options,
                                          const Tokenizer& tokenizer, ThreadPool& pool) {
  if (options.draft_model.empty()) return LoadedDraftModel{};
  const auto load = [&]() -> Result<LoadedDraftModel> {
    TRY_ASSIGN(Checkpoint checkpoint, Checkpoint::open(options.draft_model));
    TRY_ASSIGN(const Tokenizer own, load_tokenizer(checkpoint));
    TRY(check_same_tokens(own, tokenizer));
    const std::uint64_t file_bytes = checkpoint.file_bytes();
    TRY_ASSIGN(auto model, load_model(std::move(checkpoint),
                                      {.max_batch_tokens = options.max_num_batched_tokens,
                                       .kv_type = options.kv_type,
                                       .quantization = options.quantization},
                                      pool));
    return LoadedDraftModel{std::move(model), file_bytes};
  };
  auto loaded = load();
  if (!loaded) return std::move(loaded).error().within("--speculative-model");
  return loaded;
}

Status check(const LocalModelOptions& options) {
  if (!options.draft_model.empty() && !options.speculation.is_on()) {
    return error(ErrorCode::InvalidArgument, "--speculative-model ", options.draft_model.string(),
                 " has nothing to do where --speculative-config turns guessing off");
  }
  if (options.max_num_seqs < 1 || options.max_num_seqs > options.max_num_batched_tokens) {
    return error(ErrorCode::InvalidArgument, "--max-num-seqs (", options.max_num_seqs,
                 ") must be at least 1 and at most --max-num-batched-tokens (",
                 options.max_num_batched_tokens, "): each step has a token of each sequence");
  }
  if (options.num_threads < 0) {
    return error(ErrorCode::InvalidArgument, "--threads must not be negative, found ",
                 options.num_threads);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LocalCompleter>> open_local_model(const std::filesystem::path& path,
                                                         LocalModelOptions options) {
  TRY(check(options));
  const std::uint64_t available = available_memory_bytes();
  TRY_ASSIGN(Checkpoint checkpoint, Checkpoint::open(path));
  const std::uint64_t model_bytes = checkpoint.file_bytes();
  TRY_ASSIGN(ModelDescription description, describe(checkpoint, options));
  TRY_ASSIGN(Tokenizer tokenizer, load_tokenizer(checkpoint));
  TRY_ASSIGN(std::optional<ChatTemplate> chat_template,
             load_template(checkpoint, options.chat_template));
  const GenerationDefaults defaults = load_defaults(checkpoint, options.defaults);
  std::vector<TokenId> end_tokens = load_end_tokens(checkpoint, tokenizer);
  auto pool = std::make_unique<ThreadPool>(options.num_threads > 0 ? options.num_threads
                                                                   : available_cpus());
  TRY_ASSIGN(auto model, load_model(std::move(checkpoint),
                                    {.max_batch_tokens = options.max_num_batched_tokens,
                                     .kv_type = options.kv_type,
                                     .quantization = options.quantization,
                                     .on_progress = std::move(options.on_progress)},
                                    *pool));
  TRY_ASSIGN(LoadedDraftModel draft, load_draft_model(options, tokenizer, *pool));
  TRY_ASSIGN(const std::uint64_t budget,
             kv_cache_budget(options, available, model_bytes + draft.file_bytes));
  TRY_ASSIGN(const EngineOptions engine, size_engine(*model, draft.model.get(), budget, options));
  // Some fine-tunings name tokens that their embedding has no rows for; they cannot come out.
  std::erase_if(end_tokens, [vocab_size = model->limits().vocab_size](TokenId id) {
    return static_cast<std::size_t>(id.value) >= vocab_size;
  });
  description.has_chat_template = chat_template.has_value();
  describe_reasoning(tokenizer, chat_template, options.reasoning, description);
  description.max_model_len = static_cast<std::int64_t>(engine.max_model_len);
  return std::make_unique<LocalCompleter>(LocalCompleterParts{
      .description = std::move(description),
      .tokenizer = std::move(tokenizer),
      .chat_template = std::move(chat_template),
      .defaults = defaults,
      .end_tokens = std::move(end_tokens),
      .pool = std::move(pool),
      .model = std::move(model),
      .draft_model = std::move(draft.model),
      .engine = engine,
      .first_seed = options.seed ? *options.seed : std::uint64_t{std::random_device()()},
      .assumes_reasoning = options.reasoning == ReasoningMode::On});
}

}  // namespace falconet
