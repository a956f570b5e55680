// Models that another server offers through OpenAI's API: where they are and what they are called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace falconet {

struct RemoteEndpoint {
  std::string url;  // such as https://api.openai.com/v1, without a slash at its end
  std::string key;  // empty: none is sent

  /// The server's name, as people know it: "api.openai.com".
  std::string host() const;
};

/// OPENAI_API_BASE_URLS and OPENAI_API_KEYS (several, with semicolons between them), or else
/// OPENAI_API_BASE_URL or OPENAI_API_BASE, and OPENAI_API_KEY. A key alone names nothing: that
/// would send people's words to a server that nobody asked for.
std::vector<RemoteEndpoint> remote_endpoints_from_environment();

struct RemoteModel {
  std::string id;
  std::int64_t max_model_len = 0;  // 0: the server does not say
};

/// Errors: those of http_fetch_text, PermissionDenied (the key is not taken), Corrupt (an answer
/// that is no list of models), Unavailable.
Result<std::vector<RemoteModel>> list_remote_models(const RemoteEndpoint& endpoint);

/// What an answer that is no success means, with the server's own words.
Error remote_error(const RemoteEndpoint& endpoint, int status, const std::string& body);

}  // namespace falconet
