#include "server/generation_fields.h"

#include <limits>

#include "base/log.h"
#include "server/output_grammar_fields.h"

namespace falconet {
namespace {

// OpenAI's bound on top_logprobs; each alternative costs some 60 bytes a token on the wire.
constexpr int kMaxTopLogprobs = 20;
constexpr int kMaxChoices = 128;  // OpenAI's bound on n

struct NumberField {
  const char* name;
  std::optional<double> SamplingOptions::*member;
};
constexpr NumberField kNumberFields[] = {
    {"temperature", &SamplingOptions::temperature},
    {"top_p", &SamplingOptions::top_p},
    {"min_p", &SamplingOptions::min_p},
    {"typical_p", &SamplingOptions::typical_p},
    {"xtc_probability", &SamplingOptions::xtc_probability},
    {"xtc_threshold", &SamplingOptions::xtc_threshold},
    {"dry_multiplier", &SamplingOptions::dry_multiplier},
    {"dry_base", &SamplingOptions::dry_base},
    {"repetition_penalty", &SamplingOptions::repetition_penalty},
    {"presence_penalty", &SamplingOptions::presence_penalty},
    {"frequency_penalty", &SamplingOptions::frequency_penalty},
};

struct IntegerField {
  const char* name;
  std::optional<std::int64_t> SamplingOptions::*member;
};
constexpr IntegerField kIntegerFields[] = {
    {"top_k", &SamplingOptions::top_k},
    {"dry_allowed_length", &SamplingOptions::dry_allowed_length},
    {"dry_penalty_last_n", &SamplingOptions::dry_penalty_last_n},
};

struct UnsupportedField {
  const char* name;
  const char* advice;
};
constexpr UnsupportedField kUnsupportedFields[] = {
    {"allowed_token_ids", "use logit_bias instead"},
    {"truncate_prompt_tokens", "prompts are never cut; send a shorter one"},
    {"functions", "use tools instead"},
    {"function_call", "use tools instead"},
    {"audio", "this server speaks text only"},
};

Status read_sampling(RequestFields& fields, SamplingOptions& sampling) {
  for (const auto& [name, member] : kNumberFields) TRY(fields.read(name, sampling.*member));
  for (const auto& [name, member] : kIntegerFields) TRY(fields.read(name, sampling.*member));
  TRY(fields.read("dry_sequence_breakers", sampling.dry_sequence_breakers));
  TRY(fields.read("bad_words", sampling.bad_words));
  TRY(fields.read("seed", sampling.seed));
  const Json* bias = fields.find("logit_bias");
  if (bias == nullptr) return {};
  if (!bias->is_object()) return fields.wrong_type("logit_bias", "an object", *bias);
  for (const auto& [key, value] : bias->items()) {
    const auto id = parse_number<std::int32_t>(key);
    if (!id || *id < 0) {
      return error(ErrorCode::InvalidArgument, "logit_bias: '", key, "' is no token id");
    }
    if (!value.is_number()) return fields.wrong_type("logit_bias", "numbers as values", value);
    sampling.logit_bias[{*id}] = value.get<double>();
  }
  return {};
}

Status read_thinking(RequestFields& fields, StopOptions& stopping) {
  TRY(fields.read("thinking_token_budget", stopping.thinking_budget));
  TRY(fields.read("thinking_budget", stopping.thinking_budget));
  std::string effort;
  TRY(fields.read("reasoning_effort", effort));
  if (effort.empty()) return {};
  if (effort == "none") {
    stopping.thinking_budget = 0;
    return {};
  }
  for (const char* known : {"minimal", "low", "medium", "high", "xhigh"}) {
    if (effort == known) return {};
  }
  return error(ErrorCode::InvalidArgument, "reasoning_effort: '", effort,
               "' is none of none, minimal, low, medium, high, xhigh");
}

Status read_stopping(RequestFields& fields, StopOptions& stopping) {
  TRY(fields.read("max_tokens", stopping.max_tokens));
  TRY(fields.read("max_completion_tokens", stopping.max_tokens));
  TRY(fields.read("min_tokens", stopping.min_tokens));
  const Json* stop = fields.find("stop");
  if (stop != nullptr && stop->is_string()) {
    stopping.stop = {stop->get<std::string>()};
  } else if (stop != nullptr && !stop->is_array()) {
    return fields.wrong_type("stop", "a string or an array of strings", *stop);
  } else {
    TRY(fields.read("stop", stopping.stop));
  }
  TRY(fields.read("include_stop_str_in_output", stopping.include_stop_string));
  TRY(fields.read("stop_token_ids", stopping.stop_token_ids));
  TRY(fields.read("ignore_eos", stopping.ignore_eos));
  TRY(fields.read("detect_loops", stopping.detect_loops));
  return read_thinking(fields, stopping);
}

}  // namespace

Status read_generation_fields(RequestFields& fields, CompletionRequest& request) {
  TRY(read_sampling(fields, request.sampling));
  TRY(read_stopping(fields, request.stopping));
  TRY_ASSIGN(request.grammar, read_output_grammar(fields));
  TRY(fields.read("n", request.num_choices));
  if (request.num_choices < 1 || request.num_choices > kMaxChoices) {
    return error(ErrorCode::InvalidArgument, "n: must be between 1 and ", kMaxChoices, ", not ",
                 request.num_choices);
  }
  TRY(fields.read("skip_special_tokens", request.skip_special_tokens));
  TRY(fields.read("separate_reasoning", request.separate_reasoning));
  TRY(fields.read("priority", request.priority));
  TRY_ASSIGN(request.prompt_logprobs, read_num_logprobs(fields, "prompt_logprobs"));
  return {};
}

Result<std::string> read_cache_salt(RequestFields& fields) {
  std::optional<std::string> salt;
  TRY(fields.read("cache_salt", salt));
  if (salt && salt->empty()) {
    return error(ErrorCode::InvalidArgument,
                 "cache_salt: expected a string of at least one character; leave it out to reuse "
                 "prompts of all your requests");
  }
  return salt.value_or("");
}

Result<ResponseForm> read_response_form(RequestFields& fields) {
  ResponseForm form;
  TRY(fields.read("stream", form.is_streamed));
  TRY(fields.read("include_reasoning", form.include_reasoning));
  TRY(fields.read("return_token_ids", form.return_token_ids));
  const Json* options = fields.find("stream_options");
  if (options == nullptr) return form;
  if (!form.is_streamed) {
    return error(ErrorCode::InvalidArgument,
                 "stream_options: only allowed together with stream: true");
  }
  TRY_ASSIGN(RequestFields nested, RequestFields::of(*options, "stream_options"));
  TRY(nested.read("include_usage", form.include_usage));
  TRY(nested.read("continuous_usage_stats", form.continuous_usage));
  TRY(nested.read("include_progress", form.include_progress));
  return form;
}

Status refuse_unsupported_fields(RequestFields& fields) {
  for (const auto& [name, advice] : kUnsupportedFields) {
    if (fields.find(name) != nullptr) {
      return error(ErrorCode::Unsupported, name, ": ", advice);
    }
  }
  for (const char* name : {"best_of", "use_beam_search"}) {
    const Json* member = fields.find(name);
    if (member != nullptr && *member != Json(1) && *member != Json(false)) {
      return error(ErrorCode::Unsupported, name, ": not supported; use n and choose yourself");
    }
  }
  return {};
}

Result<std::optional<int>> read_num_logprobs(RequestFields& fields, const char* name) {
  std::optional<int> count;
  TRY(fields.read(name, count));
  if (count && (*count < 0 || *count > kMaxTopLogprobs)) {
    return error(ErrorCode::InvalidArgument, fields.full_name(name), ": must be between 0 and ",
                 kMaxTopLogprobs, ", not ", *count);
  }
  return count;
}

void log_unread(const RequestFields& fields, const std::string& request_id) {
  const std::vector<std::string> names = fields.unread();
  if (!names.empty()) log_info(request_id, " ignored unknown fields: ", join(names, ", "));
}

}  // namespace falconet
