// Models that another server offers through OpenAI's API: where they are and what they are called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet {

class HttpInterrupt;

struct RemoteEndpoint {
  std::string url;        // such as https://api.openai.com/v1, without a slash at its end
  std::string key;        // empty: none is sent
  std::string name = {};  // that it was given on the page; empty: it is the environment's

  /// The server's name, as people know it: "api.openai.com".
  std::string host() const;

  /// Scheme, host and port, in lower case: who gets the key.
  std::string origin() const;

  /// A text in which the key, should it be quoted, is not to be read.
  std::string without_key(std::string_view text) const;
};

/// OPENAI_API_BASE_URLS and OPENAI_API_KEYS (several, with semicolons between them), or else
/// OPENAI_API_BASE_URL or OPENAI_API_BASE, and OPENAI_API_KEY. A key alone names nothing: that
/// would send people's words to a server that nobody asked for.
std::vector<RemoteEndpoint> remote_endpoints_from_environment();

/// An address that somebody typed, without slashes at its end. Errors: InvalidArgument (not http or
/// https, no host, or with a user, a query, a fragment or white space, none of which belong there).
Result<std::string> endpoint_url(std::string_view text);

struct RemoteModel {
  std::string id;
  std::int64_t max_model_len = 0;  // 0: the server does not say
};

/// What came of asking an endpoint for its models.
enum class EndpointAnswer {
  Models,
  Unreachable,  // no connection, no such name, or no answer in time
  Tls,          // a certificate that is not trusted, or no TLS at all
  KeyRefused,   // 401 or 403
  Redirected,   // elsewhere, where nobody said that the key may go
  NoList,       // 404: there is nothing at URL/models
  NotOpenAi,    // an answer that is no list of models
  Failed,       // any other status
};

struct EndpointReport {
  EndpointAnswer answer = EndpointAnswer::Unreachable;
  std::string message = {};  // what exactly was found; empty with Models
  std::vector<RemoteModel> models = {};
};

/// Asks for the list of models, for ten seconds at most. Does not follow redirects.
EndpointReport ask_endpoint(const RemoteEndpoint& endpoint, HttpInterrupt* interrupt = nullptr);

/// What an answer that is no success means, with the server's own words.
Error remote_error(const RemoteEndpoint& endpoint, int status, const std::string& body);

}  // namespace falconet
