#include "completion/local_model.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "base/log.h"
#include "completion/memory_budget.h"
#include "formats/checkpoint.h"
#include "kernels/attention.h"
#include "model/registry.h"

namespace falconet {
namespace {

Result<Tokenizer> load_tokenizer(const Checkpoint& checkpoint) {
  if (checkpoint.kind() == CheckpointKind::Gguf) {
    return Tokenizer::from_gguf(checkpoint.metadata());
  }
  return Tokenizer::from_huggingface(checkpoint.tokenizer_json(), checkpoint.tokenizer_config());
}

Result<std::optional<ChatTemplate>> load_template(const Checkpoint& checkpoint,
                                                  const LocalModelOptions& options) {
  const auto source = options.chat_template ? options.chat_template : checkpoint.chat_template();
  if (!source) return std::optional<ChatTemplate>();
  auto parsed = ChatTemplate::parse(*source);
  if (parsed) return std::optional<ChatTemplate>(*std::move(parsed));
  if (options.chat_template) return std::move(parsed).error().within("--chat-template");
  // The model can still complete text, so it is served.
  log_warning("the model's chat template cannot be used: ", parsed.error().message);
  return std::optional<ChatTemplate>();
}

GenerationDefaults load_defaults(const Checkpoint& checkpoint, DefaultsSource source) {
  if (source == DefaultsSource::Falconet) return {};
  const bool is_gguf = checkpoint.kind() == CheckpointKind::Gguf;
  const GenerationDefaults stated = is_gguf
                                        ? defaults_from_gguf(checkpoint.metadata())
                                        : defaults_from_huggingface(checkpoint.generation_config());
  if (stated != GenerationDefaults{}) return stated;
  std::string names = model_name_of(checkpoint.path());
  if (const std::string* name = checkpoint.metadata().find_string("general.name")) {
    names += " " + *name;
  }
  names += " " + string_member(checkpoint.config(), "_name_or_path").value_or("");
  return defaults_by_name(names).value_or(GenerationDefaults{});
}

// The tokenizer's, and generation_config's eos_token_id, which may be one or several.
std::vector<TokenId> load_end_tokens(const Checkpoint& checkpoint, const Tokenizer& tokenizer) {
  const auto known = tokenizer.end_tokens();
  std::vector<TokenId> end_tokens(known.begin(), known.end());
  const auto add = [&end_tokens, &tokenizer](const Json& id) {
    if (!id.is_number_integer()) return;
    const auto value = id.get<std::int64_t>();
    if (value < 0 || value >= tokenizer.vocab_size()) return;
    end_tokens.push_back({static_cast<std::int32_t>(value)});
  };
  if (const Json* eos = find_member(checkpoint.generation_config(), "eos_token_id")) {
    if (eos->is_array()) {
      for (const Json& id : *eos) add(id);
    } else {
      add(*eos);
    }
  }
  std::ranges::sort(end_tokens);
  end_tokens.erase(std::unique(end_tokens.begin(), end_tokens.end()), end_tokens.end());
  return end_tokens;
}

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

// How many blocks and how long a context, from the options, the model and the memory there is.
Result<EngineOptions> size_engine(const Model& model, std::uint64_t budget,
                                  const LocalModelOptions& options) {
  const ModelLimits limits = model.limits();
  const std::size_t wanted_len = options.max_model_len.value_or(limits.max_context);
  if (wanted_len < 1 || wanted_len > limits.max_context) {
    return error(ErrorCode::InvalidArgument, "--max-model-len must be at least 1 and at most ",
                 limits.max_context, ", which the model was made for; found ", wanted_len);
  }
  const std::uint64_t block_bytes = model.kv_cache_shape().block_bytes();
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
  return EngineOptions{.num_blocks = num_blocks,
                       .max_model_len = max_len,
                       .max_num_seqs = options.max_num_seqs,
                       .max_num_waiting = options.max_num_waiting,
                       .prefix_caching = options.prefix_caching,
                       .policy = options.scheduling,
                       .speculation = options.speculation};
}

Status check(const LocalModelOptions& options) {
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
  TRY_ASSIGN(std::optional<ChatTemplate> chat_template, load_template(checkpoint, options));
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
  TRY_ASSIGN(const std::uint64_t budget, kv_cache_budget(options, available, model_bytes));
  TRY_ASSIGN(const EngineOptions engine, size_engine(*model, budget, options));
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
      .engine = engine,
      .first_seed = options.seed ? *options.seed : std::uint64_t{std::random_device()()},
      .assumes_reasoning = options.reasoning == ReasoningMode::On});
}

}  // namespace falconet
