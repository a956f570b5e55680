// What chat and text completions have in common: the fields of the request that steer the
// generation and the form of the response.
#pragma once

#include "completion/completer.h"
#include "server/request_fields.h"

namespace falconet {

/// How the answer is written down; the completer knows nothing of it.
struct ResponseForm {
  bool is_streamed = false;
  bool include_usage = false;     // stream_options.include_usage: a last chunk with the usage
  bool continuous_usage = false;  // stream_options.continuous_usage_stats: in every chunk
  bool include_progress = false;  // stream_options.include_progress: prefill progress (ours)
  bool include_reasoning = true;
  bool return_token_ids = false;
};

/// Sampling, stopping, and the rest of CompletionRequest except prompt, logprobs and echo.
/// Errors: InvalidArgument and Unsupported, naming the field.
Status read_generation_fields(RequestFields& fields, CompletionRequest& request);

/// vLLM's cache_salt: prompts are reused only where it is the same. Empty if there is none.
Result<std::string> read_cache_salt(RequestFields& fields);

Result<ResponseForm> read_response_form(RequestFields& fields);

/// Fields that we know and cannot honour. Answering as if they were not there would be a lie.
Status refuse_unsupported_fields(RequestFields& fields);

/// A count of alternatives for logprobs: 0 … kMaxTopLogprobs.
Result<std::optional<int>> read_num_logprobs(RequestFields& fields, const char* name);

/// As vLLM: unknown fields are ignored, but not in silence.
void log_unread(const RequestFields& fields, const std::string& request_id);

}  // namespace falconet
