// Parts that chat and text completions write in the same way.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "completion/completer.h"
#include "server/generation_fields.h"

namespace falconet {

/// What every response and every chunk of one request carries.
struct ResponseHead {
  std::string id;  // "chatcmpl-…"
  std::string object;
  std::int64_t created = 0;  // unix seconds
  std::string model;
};

Json head_json(const ResponseHead& head);

std::int64_t unix_seconds_now();

/// prompt_tokens, completion_tokens, total_tokens and their details.
Json usage_json(const Usage& usage);

/// The usage of several prompts together; the seed is the first one's.
void add_usage(Usage& sum, const Usage& more);

/// Adds what OpenAI has no place for: the seed that repeats this answer, and where time went.
void add_measurements(Json& response, const Usage& usage);

/// vLLM's stop_reason: the stop string or token id, or null.
Json stop_reason_json(const ChoiceFinished& finished);

/// {"valid": true, false or null, "error": …, "not_enforced": […]}: whether a bound answer is what
/// it was bound to be.
Json verdict_json(const AnswerVerdict& verdict);

/// An array of numbers.
Json token_ids_json(std::span<const TokenId> ids);

/// vLLM's prompt_logprobs: one object a token from id to {logprob, rank, decoded_token}; null where
/// nothing predicts the token.
Json prompt_logprobs_json(std::span<const TokenLogprob> logprobs);

/// OpenAI's number for a logprob: −∞ is written as −9999, which its clients know; NaN is null.
Json logprob_json(double logprob);

/// An array of the token's bytes.
Json bytes_json(std::string_view bytes);

/// What a stream has counted so far, for continuous_usage_stats.
class RunningUsage {
 public:
  explicit RunningUsage(std::size_t num_prompts) : prompts_(num_prompts) {}
  void count(std::size_t prompt, const CompletionEvent& event);
  Usage sum() const;

 private:
  std::vector<Usage> prompts_;
};

}  // namespace falconet
