#include "completion/sampling_resolution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/strings.h"

namespace falconet {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// More would make every answer a copy of the vocabulary; OpenAI and vLLM draw the line here too.
constexpr int kMaxTopLogprobs = 20;
// As many as vLLM and OpenAI allow; each runs as a sequence of its own.
constexpr int kMaxChoices = 128;
constexpr std::size_t kMaxStopStrings = 64;

struct Range {
  std::string_view field;
  double min = -kInfinity;
  double max = kInfinity;
  bool excludes_min = false;

  bool contains(double value) const {
    return std::isfinite(value) && value <= max && (excludes_min ? value > min : value >= min);
  }
};

constexpr Range kTemperature = {"temperature", 0};
constexpr Range kTopP = {"top_p", 0, 1, true};
constexpr Range kTopK = {"top_k", -1};
constexpr Range kMinP = {"min_p", 0, 1};
constexpr Range kTypicalP = {"typical_p", 0, 1, true};
constexpr Range kXtcProbability = {"xtc_probability", 0, 1};
constexpr Range kXtcThreshold = {"xtc_threshold", 0, 1};
constexpr Range kDryMultiplier = {"dry_multiplier", 0};
constexpr Range kDryBase = {"dry_base", 1};
constexpr Range kDryAllowedLength = {"dry_allowed_length", 0};
constexpr Range kDryPenaltyLastN = {"dry_penalty_last_n", -1};
constexpr Range kRepetitionPenalty = {"repetition_penalty", 0, kInfinity, true};
constexpr Range kPresencePenalty = {"presence_penalty", -2, 2};
constexpr Range kFrequencyPenalty = {"frequency_penalty", -2, 2};
constexpr Range kLogitBias = {"logit_bias", -100, 100};

Status check(const Range& range, double value) {
  if (range.contains(value)) return {};
  std::string bounds = cat(range.excludes_min ? "greater than " : "at least ", range.min);
  if (range.max < kInfinity) bounds += cat(" and at most ", range.max);
  const std::string found = std::isfinite(value) ? cat(value) : "no finite number";
  return error(ErrorCode::InvalidArgument, range.field, " must be ", bounds, ", found ", found);
}

// The caller's value if there is one, else the model's, else ours; only the caller's can be wrong.
template <class T>
Result<double> resolve(const Range& range, std::optional<T> asked, std::optional<T> model,
                       double fallback) {
  if (asked) TRY(check(range, static_cast<double>(*asked)));
  if (asked) return static_cast<double>(*asked);
  return model ? static_cast<double>(*model) : fallback;
}

template <class T>
Result<double> resolve(const Range& range, std::optional<T> asked, double fallback) {
  return resolve(range, asked, std::optional<T>(), fallback);
}

template <class T>
std::optional<T> usable(const Range& range, std::optional<T> value) {
  if (!value || range.contains(static_cast<double>(*value))) return value;
  log_warning("the model's generation config has ", range.field, " = ", *value,
              ", which is out of range; it is ignored");
  return std::nullopt;
}

// Tokens whose text contains one of the strings.
std::vector<TokenId> tokens_containing(const std::vector<std::string>& strings,
                                       const Tokenizer& tokenizer) {
  std::vector<TokenId> found;
  for (std::int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string_view bytes = tokenizer.token_bytes({id});
    const auto is_in = [bytes](const std::string& s) {
      return bytes.find(s) != std::string_view::npos;
    };
    if (std::ranges::any_of(strings, is_in)) found.push_back({id});
  }
  return found;
}

Result<DryParams> resolve_dry(const SamplingOptions& options, const Tokenizer& tokenizer) {
  TRY_ASSIGN(const double multiplier, resolve(kDryMultiplier, options.dry_multiplier, 0));
  TRY_ASSIGN(const double base, resolve(kDryBase, options.dry_base, 1.75));
  TRY_ASSIGN(const double length, resolve(kDryAllowedLength, options.dry_allowed_length, 2));
  TRY_ASSIGN(const double last_n, resolve(kDryPenaltyLastN, options.dry_penalty_last_n, -1));
  DryParams dry{.multiplier = static_cast<float>(multiplier),
                .base = static_cast<float>(base),
                .allowed_length = static_cast<std::size_t>(length),
                .penalty_last_n = static_cast<std::int64_t>(last_n)};
  if (multiplier > 0) {
    const std::vector<std::string> usual = {"\n", ":", "\"", "*"};
    dry.breakers = tokens_containing(options.dry_sequence_breakers.value_or(usual), tokenizer);
  }
  return dry;
}

// As it stands at the beginning of a text and inside one.
Result<std::vector<std::vector<TokenId>>> resolve_bad_words(const std::vector<std::string>& words,
                                                            const Tokenizer& tokenizer) {
  constexpr EncodeOptions kPlain = {.add_special = AddSpecial::No};
  std::vector<std::vector<TokenId>> sequences;
  for (const std::string& word : words) {
    if (word.empty()) {
      return error(ErrorCode::InvalidArgument, "bad_words must not contain an empty string");
    }
    sequences.push_back(tokenizer.encode(word, kPlain));
    std::vector<TokenId> inside = tokenizer.encode(" " + word, kPlain);
    if (inside != sequences.back()) sequences.push_back(std::move(inside));
  }
  std::erase_if(sequences, [](const auto& sequence) { return sequence.empty(); });
  return sequences;
}

Status check_count(std::string_view field, std::int64_t value, std::int64_t min,
                   std::int64_t max = std::numeric_limits<std::int64_t>::max()) {
  if (value >= min && value <= max) return {};
  if (value < min) {
    return error(ErrorCode::InvalidArgument, field, " must be at least ", min, ", found ", value);
  }
  return error(ErrorCode::InvalidArgument, field, " must be at most ", max, ", found ", value);
}

// What the model cards of families advise whose GGUF files seldom carry it.
struct Advice {
  std::string_view family;
  GenerationDefaults defaults;
};
const Advice kAdvice[] = {
    {"deepseek-r1", {.temperature = 0.6, .top_p = 0.95}},
    {"qwen3", {.temperature = 0.6, .top_p = 0.95, .top_k = 20}},
    {"smollm2", {.temperature = 0.2, .top_p = 0.9}},
    {"llama-3-2", {.temperature = 0.6, .top_p = 0.9}},
};

}  // namespace

GenerationDefaults defaults_from_huggingface(const Json& config) {
  GenerationDefaults defaults{
      .temperature = usable(kTemperature, number_member(config, "temperature")),
      .top_p = usable(kTopP, number_member(config, "top_p")),
      .top_k = usable(kTopK, int_member(config, "top_k")),
      .min_p = usable(kMinP, number_member(config, "min_p")),
      .repetition_penalty = usable(kRepetitionPenalty, number_member(config, "repetition_penalty")),
      .max_new_tokens = usable({"max_new_tokens", 1}, int_member(config, "max_new_tokens"))};
  return defaults;
}

GenerationDefaults defaults_from_gguf(const Metadata& metadata) {
  return {.temperature = usable(kTemperature, metadata.find_number("general.sampling.temp")),
          .top_p = usable(kTopP, metadata.find_number("general.sampling.top_p")),
          .top_k = usable(kTopK, metadata.find_int("general.sampling.top_k")),
          .min_p = usable(kMinP, metadata.find_number("general.sampling.min_p")),
          .repetition_penalty =
              usable(kRepetitionPenalty, metadata.find_number("general.sampling.penalty_repeat"))};
}

std::optional<GenerationDefaults> defaults_by_name(std::string_view model_name) {
  std::string name = to_lower(model_name);
  std::ranges::replace_if(
      name, [](char c) { return c == ' ' || c == '_' || c == '.'; }, '-');
  const auto advice = std::ranges::find_if(
      kAdvice, [&](const Advice& entry) { return name.find(entry.family) != std::string::npos; });
  if (advice == std::end(kAdvice)) return std::nullopt;
  return advice->defaults;
}

Result<SamplingParams> resolve_sampling(const SamplingOptions& options,
                                        const GenerationDefaults& defaults, std::uint64_t seed,
                                        const Tokenizer& tokenizer) {
  SamplingParams params;
  const auto assign = [](float& to, const Result<double>& value) -> Status {
    if (!value) return value.error();
    to = static_cast<float>(*value);
    return {};
  };
  TRY(assign(params.temperature,
             resolve(kTemperature, options.temperature, defaults.temperature, 1)));
  TRY(assign(params.top_p, resolve(kTopP, options.top_p, defaults.top_p, 1)));
  TRY(assign(params.min_p, resolve(kMinP, options.min_p, defaults.min_p, 0)));
  TRY(assign(params.typical_p, resolve(kTypicalP, options.typical_p, 1)));
  TRY(assign(params.xtc_probability, resolve(kXtcProbability, options.xtc_probability, 0)));
  TRY(assign(params.xtc_threshold, resolve(kXtcThreshold, options.xtc_threshold, 0.1)));
  TRY(assign(params.repetition_penalty, resolve(kRepetitionPenalty, options.repetition_penalty,
                                                defaults.repetition_penalty, 1)));
  TRY(assign(params.presence_penalty, resolve(kPresencePenalty, options.presence_penalty, 0)));
  TRY(assign(params.frequency_penalty, resolve(kFrequencyPenalty, options.frequency_penalty, 0)));
  TRY_ASSIGN(const double top_k, resolve(kTopK, options.top_k, defaults.top_k, 0));
  params.top_k = static_cast<std::size_t>(std::max(0.0, top_k));
  TRY_ASSIGN(params.dry, resolve_dry(options, tokenizer));
  for (const auto& [id, bias] : options.logit_bias) {
    TRY(check(kLogitBias, bias));
    params.logit_bias.emplace_back(id, static_cast<float>(bias));
  }
  TRY_ASSIGN(params.bad_words, resolve_bad_words(options.bad_words, tokenizer));
  params.seed = options.seed.value_or(seed);
  return params;
}

Status check_request(const CompletionRequest& request) {
  const StopOptions& stopping = request.stopping;
  TRY(check_count("n", request.num_choices, 1, kMaxChoices));
  // Zero is for reading the prompt's own log-probabilities, with echo.
  if (stopping.max_tokens) TRY(check_count("max_tokens", *stopping.max_tokens, 0));
  TRY(check_count("min_tokens", stopping.min_tokens, 0));
  if (stopping.max_tokens && stopping.min_tokens > *stopping.max_tokens) {
    return error(ErrorCode::InvalidArgument, "min_tokens (", stopping.min_tokens,
                 ") must not be greater than max_tokens (", *stopping.max_tokens, ")");
  }
  if (stopping.thinking_budget) TRY(check_count("thinking_budget", *stopping.thinking_budget, 0));
  if (request.num_top_logprobs) {
    TRY(check_count("top_logprobs", *request.num_top_logprobs, 0, kMaxTopLogprobs));
  }
  if (request.prompt_logprobs) {
    TRY(check_count("prompt_logprobs", *request.prompt_logprobs, 0, kMaxTopLogprobs));
  }
  if (stopping.stop.size() > kMaxStopStrings) {
    return error(ErrorCode::InvalidArgument, "stop may have at most ", kMaxStopStrings,
                 " strings, found ", stopping.stop.size());
  }
  if (std::ranges::any_of(stopping.stop, &std::string::empty)) {
    return error(ErrorCode::InvalidArgument, "stop must not contain an empty string");
  }
  if (request.echo && std::holds_alternative<ChatPrompt>(request.prompt)) {
    return error(ErrorCode::InvalidArgument, "echo is for text prompts, not for chats");
  }
  return {};
}

}  // namespace falconet
