#include "hub/remote_endpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>

#include "base/json.h"
#include "base/strings.h"
#include "hub/http.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxModelListBytes = 16u << 20;
// The largest lists there are have a few hundred names of some dozens of bytes.
constexpr std::size_t kMaxModels = 2000;
constexpr std::size_t kMaxModelNameBytes = 256;
// A list takes a second; who is not there after ten is not there.
constexpr std::chrono::seconds kListTime{10};
constexpr std::size_t kMaxQuotedBytes = 500;  // of a server's own words in an error

/// The first of the variables that is set and not empty.
std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::int64_t context_of(const Json& model) {
  // vLLM and Falconet, OpenRouter, LM Studio.
  for (const char* name : {"max_model_len", "context_length", "max_context_length"}) {
    if (const auto length = int_member(model, name); length && *length > 0) return *length;
  }
  return 0;
}

/// {"error": {"message": …}}, {"error": "…"}, {"message": "…"}, or the beginning of the text.
std::string words_of(const std::string& body) {
  const Result<Json> parsed = parse_json(body);
  if (!parsed) return std::string(trim(body.substr(0, kMaxQuotedBytes)));
  const Json* inner = find_member(*parsed, "error");
  if (inner != nullptr && inner->is_string()) return inner->get<std::string>();
  const Json& holder = inner != nullptr && inner->is_object() ? *inner : *parsed;
  return string_member(holder, "message").value_or("").substr(0, kMaxQuotedBytes);
}

/// The part of an address between "://" and the path, and with a user if there is one.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

bool has_space_or_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7F;
  });
}

EndpointReport failure_report(const Error& error) {
  switch (error.code) {
    case ErrorCode::PermissionDenied:
    case ErrorCode::Unsupported: return {EndpointAnswer::Tls, error.message};
    case ErrorCode::TooLarge: return {EndpointAnswer::NotOpenAi, error.message};
    default: return {EndpointAnswer::Unreachable, error.message};
  }
}

EndpointAnswer answer_of_status(int status) {
  if (status >= 300 && status < 400) return EndpointAnswer::Redirected;
  if (status == 401 || status == 403) return EndpointAnswer::KeyRefused;
  return status == 404 ? EndpointAnswer::NoList : EndpointAnswer::Failed;
}

EndpointReport status_report(const RemoteEndpoint& endpoint, const HttpText& answer) {
  const EndpointAnswer meaning = answer_of_status(answer.head.status);
  if (meaning != EndpointAnswer::Redirected) {
    return {meaning, remote_error(endpoint, answer.head.status, answer.body).message};
  }
  const std::string* where = answer.head.find("location");
  return {meaning, cat(endpoint.host(), " answers ", answer.head.status, " and points to ",
                       where == nullptr ? "nothing" : where->substr(0, kMaxQuotedBytes))};
}

EndpointReport list_report(const std::string& url, const std::string& body) {
  const Result<Json> listing = parse_json(body);
  const Json* data = listing ? find_member(*listing, "data") : nullptr;
  if (data == nullptr || !data->is_array()) {
    return {EndpointAnswer::NotOpenAi, cat(url, " does not answer with a list of models")};
  }
  EndpointReport report{.answer = EndpointAnswer::Models};
  for (const Json& model : *data) {
    auto id = string_member(model, "id");
    if (!id || id->empty() || id->size() > kMaxModelNameBytes) continue;
    report.models.push_back({*std::move(id), context_of(model)});
    if (report.models.size() == kMaxModels) break;
  }
  return report;
}

}  // namespace

std::string RemoteEndpoint::host() const {
  const std::string_view authority = authority_of(url);
  const std::size_t user = authority.rfind('@');
  return std::string(user == std::string_view::npos ? authority : authority.substr(user + 1));
}

std::string RemoteEndpoint::origin() const {
  const std::size_t scheme = url.find("://");
  return to_lower(cat(url.substr(0, scheme == std::string::npos ? 0 : scheme), "://", host()));
}

std::string RemoteEndpoint::without_key(std::string_view text) const {
  return key.empty() ? std::string(text) : replace_all(text, key, "…");
}

std::vector<RemoteEndpoint> remote_endpoints_from_environment() {
  const std::string urls =
      first_set({"OPENAI_API_BASE_URLS", "OPENAI_API_BASE_URL", "OPENAI_API_BASE"});
  const std::string keys = first_set({"OPENAI_API_KEYS", "OPENAI_API_KEY"});
  const auto key_list = split(keys, ';');
  std::vector<RemoteEndpoint> endpoints;
  std::size_t at = 0;
  for (const std::string_view text : split(urls, ';')) {
    std::string url(trim(text));
    const std::string key(at < key_list.size() ? trim(key_list[at]) : std::string_view());
    ++at;
    while (url.ends_with('/')) url.pop_back();
    if (!url.empty()) endpoints.push_back({std::move(url), key});
  }
  return endpoints;
}

Result<std::string> endpoint_url(std::string_view text) {
  std::string url(trim(text));
  while (url.ends_with('/')) url.pop_back();
  const std::string lower = to_lower(url);
  if (!lower.starts_with("http://") && !lower.starts_with("https://")) {
    return error(ErrorCode::InvalidArgument,
                 "url: expected an address that begins with http:// or https://");
  }
  const std::string_view authority = authority_of(url);
  if (authority.empty() || authority.starts_with(':')) {
    return error(ErrorCode::InvalidArgument, "url: expected a host, as in https://host/v1");
  }
  if (authority.find('@') != std::string_view::npos) {
    return error(ErrorCode::InvalidArgument,
                 "url: expected no user or password in it; a key has a field of its own");
  }
  if (url.find_first_of("?#\\") != std::string::npos || has_space_or_control(url)) {
    return error(ErrorCode::InvalidArgument,
                 "url: expected no '?', '#', backslash or white space, as in https://host/v1");
  }
  return url;
}

EndpointReport ask_endpoint(const RemoteEndpoint& endpoint, HttpInterrupt* interrupt) {
  FetchRequest request{.url = endpoint.url + "/models",
                       .connect_timeout = kListTime,
                       .stall_timeout = kListTime,
                       .whole_timeout = kListTime,
                       .follows_redirects = false,
                       .interrupt = interrupt};
  if (!endpoint.key.empty()) request.headers.push_back("Authorization: Bearer " + endpoint.key);
  const Result<HttpText> answer = http_fetch_text(request, kMaxModelListBytes);
  EndpointReport report = !answer                      ? failure_report(answer.error())
                          : answer->head.status == 200 ? list_report(request.url, answer->body)
                                                       : status_report(endpoint, *answer);
  report.message = endpoint.without_key(report.message);
  return report;
}

Error remote_error(const RemoteEndpoint& endpoint, int status, const std::string& body) {
  const std::string words = endpoint.without_key(words_of(body));
  const char* key_place = endpoint.name.empty() ? " (OPENAI_API_KEY holds the key)"
                                                : " (the key is among the page's settings)";
  const std::string message =
      cat(endpoint.host(), " answers ", status, words.empty() ? "" : ": ", words);
  switch (status) {
    case 400:
    case 413:
    case 422: return error(ErrorCode::InvalidArgument, message);
    case 401:
    case 403: return error(ErrorCode::PermissionDenied, message, key_place);
    case 404: return error(ErrorCode::NotFound, message);
    case 429: return error(ErrorCode::Exhausted, message);
    default: return error(ErrorCode::Unavailable, message);
  }
}

}  // namespace falconet
