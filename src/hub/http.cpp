#include "hub/http.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr long kMaxRedirects = 8;

struct Transfer {
  FunctionRef<Status(const HttpHead&)> on_head;
  FunctionRef<Status(std::string_view)> on_body;
  HttpHead head = {};
  bool head_was_seen = false;
  std::optional<Error> error = {};  // a callback's

  /// Once, when the first byte of the final answer's body comes, or at the end without one.
  void announce_head() {
    if (head_was_seen) return;
    head_was_seen = true;
    if (auto status = on_head(head); !status) error = std::move(status).error();
  }
};

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(bytes, size * count);
  HttpHead& head = transfer.head;
  if (line.starts_with("HTTP/")) {  // a new answer: after a redirect or "100 Continue"
    for (auto& [name, value] : head.headers) head.earlier_headers[name] = value;
    head.headers.clear();
    const auto space = line.find(' ');
    head.status = space == std::string_view::npos
                      ? 0
                      : parse_number<int>(line.substr(space + 1, 3)).value_or(0);
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    head.headers[to_lower(trim(line.substr(0, colon)))] = std::string(trim(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  transfer.announce_head();
  if (!transfer.error) {
    if (auto status = transfer.on_body({bytes, size * count}); !status) {
      transfer.error = std::move(status).error();
    }
  }
  return transfer.error ? CURL_WRITEFUNC_ERROR : size * count;
}

Error curl_error(CURLcode code, const std::string& url, const char* detail) {
  const std::string message =
      cat(url.substr(0, url.find('?')), ": ", *detail == '\0' ? curl_easy_strerror(code) : detail);
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return error(ErrorCode::InvalidArgument, message);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return error(ErrorCode::PermissionDenied, message);
    case CURLE_SSL_CONNECT_ERROR: return error(ErrorCode::Unsupported, message);
    case CURLE_ABORTED_BY_CALLBACK: return error(ErrorCode::Cancelled, "the request was ended");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return error(ErrorCode::Unavailable, message,
                   ". Is there a network? A proxy is named by https_proxy, a mirror of Hugging "
                   "Face by HF_ENDPOINT");
    default: return error(ErrorCode::Unavailable, message);
  }
}

/// libcurl wants to be initialised once, before threads use it.
bool initialise_curl() {
  static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return is_ready;
}

using Headers = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void set_options(CURL* handle, const FetchRequest& request, const Headers& headers,
                 Transfer& transfer, char* detail) {
  const bool is_https = request.url.starts_with("https://");
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "falconet");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION,
                   request.body || !request.follows_redirects ? 0L : 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, long{request.connect_timeout.count()});
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, long{request.whole_timeout.count()});
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, long{request.stall_timeout.count()});
  if (request.body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body->data());
  }
  if (request.first_byte > 0) {
    curl_easy_setopt(handle, CURLOPT_RANGE, cat(request.first_byte, "-").c_str());
  }
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
}

}  // namespace

/// A transfer that another thread can wake: libcurl's multi interface with one handle in it.
class InterruptedTransfer {
 public:
  InterruptedTransfer(CURL* handle, HttpInterrupt& interrupt)
      : multi_(curl_multi_init()), handle_(handle), interrupt_(interrupt) {
    curl_multi_add_handle(multi_, handle_);
    const std::lock_guard lock(interrupt_.mutex_);
    interrupt_.multi_ = multi_;
  }
  ~InterruptedTransfer() {
    {
      const std::lock_guard lock(interrupt_.mutex_);
      interrupt_.multi_ = nullptr;
    }
    curl_multi_remove_handle(multi_, handle_);
    curl_multi_cleanup(multi_);
  }
  InterruptedTransfer(const InterruptedTransfer&) = delete;
  InterruptedTransfer& operator=(const InterruptedTransfer&) = delete;

  CURLcode run() {
    constexpr int kWaitMilliseconds = 1000;
    for (int num_running = 1; num_running > 0;) {
      if (interrupt_.is_raised()) return CURLE_ABORTED_BY_CALLBACK;
      if (curl_multi_perform(multi_, &num_running) != CURLM_OK) return CURLE_FAILED_INIT;
      if (num_running > 0) curl_multi_poll(multi_, nullptr, 0, kWaitMilliseconds, nullptr);
    }
    int num_left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_, &num_left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  }

 private:
  CURLM* multi_;
  CURL* handle_;
  HttpInterrupt& interrupt_;
};

void HttpInterrupt::raise() {
  is_raised_ = true;
  const std::lock_guard lock(mutex_);
  if (multi_ != nullptr) curl_multi_wakeup(static_cast<CURLM*>(multi_));
}

const std::string* HttpHead::find(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? nullptr : &found->second;
}

const std::string* HttpHead::find_on_the_way(const std::string& name) const {
  if (const std::string* value = find(name)) return value;
  const auto found = earlier_headers.find(name);
  return found == earlier_headers.end() ? nullptr : &found->second;
}

Status http_fetch(const FetchRequest& request, FunctionRef<Status(const HttpHead&)> on_head,
                  FunctionRef<Status(std::string_view)> on_body) {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(
      initialise_curl() ? curl_easy_init() : nullptr, &curl_easy_cleanup);
  if (!handle) return error(ErrorCode::Io, "libcurl cannot be started");
  Headers headers(nullptr, &curl_slist_free_all);
  for (const std::string& header : request.headers) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  }
  if (request.body) {
    headers.reset(
        curl_slist_append(headers.release(), cat("Content-Type: ", request.content_type).c_str()));
  }
  char detail[CURL_ERROR_SIZE] = "";
  Transfer transfer{.on_head = on_head, .on_body = on_body};
  set_options(handle.get(), request, headers, transfer, detail);
  const CURLcode code = request.interrupt == nullptr
                            ? curl_easy_perform(handle.get())
                            : InterruptedTransfer(handle.get(), *request.interrupt).run();
  if (transfer.error) return *std::move(transfer.error);
  if (code != CURLE_OK) return curl_error(code, request.url, detail);
  transfer.announce_head();
  if (transfer.error) return *std::move(transfer.error);
  return {};
}

Result<HttpText> http_fetch_text(const FetchRequest& request, std::size_t max_bytes) {
  HttpText text;
  TRY(http_fetch(
      request,
      [&](const HttpHead& head) -> Status {
        text.head = head;
        return {};
      },
      [&](std::string_view piece) -> Status {
        if (text.body.size() + piece.size() > max_bytes) {
          return error(ErrorCode::TooLarge, request.url, " answers with more than ",
                       human_bytes(max_bytes));
        }
        text.body += piece;
        return {};
      }));
  return text;
}

Error http_status_error(int status, const std::string& what) {
  const std::string answer = cat(what, ": the server answers ", status);
  switch (status) {
    case 401:
    case 403:
      return error(
          ErrorCode::PermissionDenied, answer,
          ". It is private, gated or misspelt; set HF_TOKEN to a token that may read it "
          "(MODELSCOPE_API_TOKEN for ModelScope) and accept the model's terms on its page");
    case 404:
    case 410: return error(ErrorCode::NotFound, answer, ": there is no such repository or file");
    default:
      if (is_passing_http_status(status)) return error(ErrorCode::Unavailable, answer);
      return error(ErrorCode::Io, answer);
  }
}

bool is_passing_http_status(int status) {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501);
}

}  // namespace falconet
