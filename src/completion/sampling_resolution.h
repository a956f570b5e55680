// Turns what a caller asked for into params without gaps: the caller's word, then the model's
// generation_config, then our own default; and checks every range.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/metadata.h"
#include "completion/completer.h"
#include "engine/sampling_params.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

/// What a model's makers recommend.
struct GenerationDefaults {
  std::optional<double> temperature = {};
  std::optional<double> top_p = {};
  std::optional<std::int64_t> top_k = {};
  std::optional<double> min_p = {};
  std::optional<double> repetition_penalty = {};
  std::optional<std::int64_t> max_new_tokens = {};

  friend bool operator==(const GenerationDefaults&, const GenerationDefaults&) = default;
};

/// From generation_config.json; values out of range are left out, with a warning.
GenerationDefaults defaults_from_huggingface(const Json& generation_config);

/// From GGUF's keys general.sampling.*.
GenerationDefaults defaults_from_gguf(const Metadata& metadata);

/// For files that lost their generation_config: DeepSeek-R1 and its distillations want temperature
/// 0.6 and top-p 0.95 (their model card); greedily they repeat themselves without end.
std::optional<GenerationDefaults> defaults_by_name(std::string_view model_name);

/// `seed` is used where the caller gave none. Errors: InvalidArgument naming the field.
Result<SamplingParams> resolve_sampling(const SamplingOptions& options,
                                        const GenerationDefaults& defaults, std::uint64_t seed,
                                        const Tokenizer& tokenizer);

/// Ranges of everything else in the request. Errors: InvalidArgument naming the field.
Status check_request(const CompletionRequest& request);

}  // namespace falconet
