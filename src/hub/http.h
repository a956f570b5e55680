// HTTP requests to the outside: the one door through which falconet fetches anything (libcurl).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

namespace falconet {

/// Ends a running request from another thread, at once and for good.
class HttpInterrupt {
 public:
  void raise();
  bool is_raised() const { return is_raised_; }

 private:
  friend class InterruptedTransfer;

  std::atomic<bool> is_raised_{false};
  std::mutex mutex_;
  void* multi_ = nullptr;  // the transfer to be woken, while there is one
};

struct FetchRequest {
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"; Authorization stays with its host
  std::optional<std::string> body = {};   // to be posted; absent: GET
  std::string content_type = "application/json";  // of the body
  /// Bytes before this are not asked for; 0 asks for everything.
  std::uint64_t first_byte = 0;
  std::chrono::seconds connect_timeout{15};
  /// Ends the request when nothing arrives for so long.
  std::chrono::seconds stall_timeout{30};
  /// Ends the request, whatever still arrives; 0: never.
  std::chrono::seconds whole_timeout{0};
  bool follows_redirects = true;
  HttpInterrupt* interrupt = nullptr;  // must outlive the request
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

/// Follows redirects, from https only to https and never with a body; proxies come from the
/// environment (https_proxy, no_proxy, …). `on_head` sees the final answer's head before its body,
/// `on_body` the body's pieces; both may end the request with an error, which is returned. Errors:
/// Unavailable (no connection, broken off, stalled), InvalidArgument (address), PermissionDenied
/// (certificate), Unsupported (whoever is there speaks no TLS, or another one), Cancelled
/// (interrupted), and those of the callbacks. An HTTP error status is no error here.
Status http_fetch(const FetchRequest& request, FunctionRef<Status(const HttpHead&)> on_head,
                  FunctionRef<Status(std::string_view)> on_body);

struct HttpText {
  HttpHead head;
  std::string body;
};

/// The whole answer. Errors: those of http_fetch, TooLarge.
Result<HttpText> http_fetch_text(const FetchRequest& request, std::size_t max_bytes);

/// What an error status means to the person who asked for `what`: NotFound, PermissionDenied (what
/// to do about a token), Unavailable (try again later), or Io.
Error http_status_error(int status, const std::string& what);

/// Whether trying again may help: too many requests, timeouts, a server in trouble.
bool is_passing_http_status(int status);

}  // namespace falconet
