// The body of POST /v1/chat/completions.
#pragma once

#include <string>

#include "server/generation_fields.h"

namespace falconet {

struct ChatRequest {
  std::string model;  // empty: the default model
  CompletionRequest completion;
  ResponseForm form;
  std::string cache_salt;  // the caller's own part of it
};

/// Errors: InvalidArgument and Unsupported, naming the field.
Result<ChatRequest> parse_chat_request(const Json& body, const std::string& request_id);

/// The fields that make a chat prompt: messages, tools, template settings.
Result<ChatPrompt> read_chat_prompt(RequestFields& fields);

}  // namespace falconet
