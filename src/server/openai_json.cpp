#include "server/openai_json.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "server/response_writer.h"

namespace falconet {

void append_event(std::string& out, const Json& value) {
  out += "data: ";
  out += to_text(value);
  out += "\n\n";
}

Json head_json(const ResponseHead& head) {
  return {
      {"id", head.id}, {"object", head.object}, {"created", head.created}, {"model", head.model}};
}

std::int64_t unix_seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Json usage_json(const Usage& usage) {
  return {{"prompt_tokens", usage.num_prompt_tokens},
          {"completion_tokens", usage.num_completion_tokens},
          {"total_tokens", usage.num_prompt_tokens + usage.num_completion_tokens},
          {"prompt_tokens_details", {{"cached_tokens", usage.num_cached_tokens}}},
          {"completion_tokens_details", {{"reasoning_tokens", usage.num_reasoning_tokens}}}};
}

void add_usage(Usage& sum, const Usage& more) {
  sum.num_prompt_tokens += more.num_prompt_tokens;
  sum.num_cached_tokens += more.num_cached_tokens;
  sum.num_completion_tokens += more.num_completion_tokens;
  sum.num_reasoning_tokens += more.num_reasoning_tokens;
  if (sum.seed == 0) sum.seed = more.seed;
  // Prompts of one request run side by side.
  sum.queue_seconds = std::max(sum.queue_seconds, more.queue_seconds);
  sum.prefill_seconds = std::max(sum.prefill_seconds, more.prefill_seconds);
  sum.decode_seconds = std::max(sum.decode_seconds, more.decode_seconds);
}

void add_measurements(Json& response, const Usage& usage) {
  response["seed"] = usage.seed;
  response["timings"] = {{"queue_seconds", usage.queue_seconds},
                         {"prefill_seconds", usage.prefill_seconds},
                         {"decode_seconds", usage.decode_seconds}};
}

Json stop_reason_json(const ChoiceFinished& finished) {
  if (const auto* text = std::get_if<std::string>(&finished.stop)) return *text;
  if (const auto* id = std::get_if<TokenId>(&finished.stop)) return id->value;
  return nullptr;
}

Json verdict_json(const AnswerVerdict& verdict) {
  Json json = {{"valid", verdict.is_valid ? Json(*verdict.is_valid) : Json()}};
  if (!verdict.error.empty()) json["error"] = verdict.error;
  if (!verdict.not_enforced.empty()) json["not_enforced"] = verdict.not_enforced;
  return json;
}

Json token_ids_json(std::span<const TokenId> ids) {
  Json array = Json::array();
  for (const TokenId id : ids) array.push_back(id.value);
  return array;
}

Json prompt_logprobs_json(std::span<const TokenLogprob> logprobs) {
  Json array = Json::array();
  for (const TokenLogprob& token : logprobs) {
    if (std::isnan(token.logprob)) {
      array.push_back(nullptr);
      continue;
    }
    Json entries = Json::object();
    const auto add = [&](const TokenLogprob& entry, Json rank) {
      entries[std::to_string(entry.id.value)] = {{"logprob", logprob_json(entry.logprob)},
                                                 {"rank", std::move(rank)},
                                                 {"decoded_token", entry.text}};
    };
    add(token, nullptr);  // the rank is known only among the most likely
    for (std::size_t i = 0; i < token.top.size(); ++i) add(token.top[i], i + 1);
    array.push_back(std::move(entries));
  }
  return array;
}

Json logprob_json(double logprob) {
  if (std::isnan(logprob)) return nullptr;
  return std::isinf(logprob) ? -9999.0 : logprob;
}

Json bytes_json(std::string_view bytes) {
  Json array = Json::array();
  for (const char byte : bytes) array.push_back(static_cast<unsigned char>(byte));
  return array;
}

void RunningUsage::count(std::size_t prompt, const CompletionEvent& event) {
  Usage& usage = prompts_[prompt];
  if (const auto* accepted = std::get_if<PromptAccepted>(&event)) {
    usage.num_prompt_tokens = accepted->num_prompt_tokens;
    usage.num_cached_tokens = accepted->num_cached_tokens;
    usage.seed = accepted->seed;
  } else if (const auto* progress = std::get_if<PrefillProgress>(&event)) {
    usage.num_cached_tokens = progress->num_cached_tokens;
  } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
    usage.num_completion_tokens += static_cast<std::int64_t>(delta->ids.size());
  } else if (const auto* finished = std::get_if<CompletionFinished>(&event)) {
    usage = finished->usage;
  }
}

Usage RunningUsage::sum() const {
  Usage sum;
  for (const Usage& usage : prompts_) add_usage(sum, usage);
  return sum;
}

}  // namespace falconet
