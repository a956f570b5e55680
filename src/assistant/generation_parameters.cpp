#include "assistant/generation_parameters.h"

namespace falconet {
namespace {

Error wrong_type(const char* name, const char* expected, const Json& found) {
  return error(ErrorCode::InvalidArgument, "parameters.", name, ": expected ", expected,
               ", found a JSON ", found.type_name());
}

Status read(const Json& parameters, const char* name, std::optional<double>& out) {
  const Json* member = find_member(parameters, name);
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_number()) return wrong_type(name, "a number", *member);
  out = member->get<double>();
  return {};
}

Status read(const Json& parameters, const char* name, std::optional<std::int64_t>& out) {
  const Json* member = find_member(parameters, name);
  if (member == nullptr || member->is_null()) return {};
  out = int_member(parameters, name);
  return out ? Status() : wrong_type(name, "an integer", *member);
}

}  // namespace

Result<GenerationParameters> read_generation_parameters(const Json& parameters) {
  if (!parameters.is_object()) {
    return error(ErrorCode::InvalidArgument, "parameters: expected an object, found a JSON ",
                 parameters.type_name());
  }
  GenerationParameters read_ones;
  SamplingOptions& sampling = read_ones.sampling;
  TRY(read(parameters, "temperature", sampling.temperature));
  TRY(read(parameters, "top_p", sampling.top_p));
  TRY(read(parameters, "top_k", sampling.top_k));
  TRY(read(parameters, "min_p", sampling.min_p));
  TRY(read(parameters, "repetition_penalty", sampling.repetition_penalty));
  TRY(read(parameters, "max_tokens", read_ones.stopping.max_tokens));
  TRY(read(parameters, "thinking_budget", read_ones.stopping.thinking_budget));
  std::optional<std::int64_t> seed;
  TRY(read(parameters, "seed", seed));
  if (seed) sampling.seed = static_cast<std::uint64_t>(*seed);
  const Json* system = find_member(parameters, "system");
  if (system != nullptr && !system->is_null()) {
    if (!system->is_string()) return wrong_type("system", "a string", *system);
    read_ones.system = system->get<std::string>();
  }
  return read_ones;
}

Json merged_parameters(const Json& base, const Json& changes) {
  Json merged = base.is_object() ? base : Json::object();
  if (!changes.is_object()) return merged;
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null()) {
      merged.erase(name);
    } else {
      merged[name] = value;
    }
  }
  return merged;
}

}  // namespace falconet
