// HTTP requests to the outside: the one door through which falconet fetches anything (libcurl).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace falconet {

struct GetRequest {
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"; Authorization stays with its host
  /// Bytes before this are not asked for; 0 asks for everything.
  std::uint64_t first_byte = 0;
  std::chrono::seconds connect_timeout{15};
  /// Ends the request when nothing arrives for so long.
  std::chrono::seconds stall_timeout{30};
};

/// The final answer's head, after redirects. Header names are in lower case.
struct HttpHead {
  int status = 0;
  std::map<std::string, std::string> headers;
  /// The redirecting answers' headers too, where the final one lacks them: the hub's own server
  /// names a file's size and hash before it sends us to its storage.
  std::map<std::string, std::string> earlier_headers;

  /// In the final answer.
  const std::string* find(const std::string& name) const;

  /// In the final answer, or else in one that redirected to it.
  const std::string* find_on_the_way(const std::string& name) const;
};

/// Follows redirects, from https only to https; proxies come from the environment (https_proxy,
/// no_proxy, …). `on_head` sees the final answer's head before its body, `on_body` the body's
/// pieces; both may end the request with an error, which is returned.
/// Errors: Unavailable (no connection, broken off, stalled), InvalidArgument (address),
/// PermissionDenied (certificate), and those of the callbacks. An HTTP error status is no error
/// here.
Status http_get(const GetRequest& request, FunctionRef<Status(const HttpHead&)> on_head,
                FunctionRef<Status(std::string_view)> on_body);

struct HttpText {
  HttpHead head;
  std::string body;
};

/// The whole answer. Errors: those of http_get, TooLarge.
Result<HttpText> http_get_text(const GetRequest& request, std::size_t max_bytes);

/// What an error status means to the person who asked for `what`: NotFound, PermissionDenied (what
/// to do about a token), Unavailable (try again later), or Io.
Error http_status_error(int status, const std::string& what);

/// Whether trying again may help: too many requests, timeouts, a server in trouble.
bool is_passing_http_status(int status);

}  // namespace falconet
