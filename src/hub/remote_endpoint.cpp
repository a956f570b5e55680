#include "hub/remote_endpoint.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/json.h"
#include "base/strings.h"
#include "hub/http.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxModelListBytes = 16u << 20;
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

}  // namespace

std::string RemoteEndpoint::host() const {
  const std::size_t scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
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

Result<std::vector<RemoteModel>> list_remote_models(const RemoteEndpoint& endpoint) {
  FetchRequest request{.url = endpoint.url + "/models"};
  if (!endpoint.key.empty()) request.headers.push_back("Authorization: Bearer " + endpoint.key);
  TRY_ASSIGN(const HttpText answer, http_fetch_text(request, kMaxModelListBytes));
  if (answer.head.status != 200) return remote_error(endpoint, answer.head.status, answer.body);
  const Result<Json> listing = parse_json(answer.body);
  const Json* data = listing ? find_member(*listing, "data") : nullptr;
  if (data == nullptr || !data->is_array()) {
    return error(ErrorCode::Corrupt, request.url, " does not answer with a list of models");
  }
  std::vector<RemoteModel> models;
  for (const Json& model : *data) {
    auto id = string_member(model, "id");
    if (id && !id->empty()) models.push_back({*std::move(id), context_of(model)});
  }
  return models;
}

Error remote_error(const RemoteEndpoint& endpoint, int status, const std::string& body) {
  const std::string words = words_of(body);
  const std::string message =
      cat(endpoint.host(), " answers ", status, words.empty() ? "" : ": ", words);
  switch (status) {
    case 400:
    case 413:
    case 422: return error(ErrorCode::InvalidArgument, message);
    case 401:
    case 403: return error(ErrorCode::PermissionDenied, message, " (OPENAI_API_KEY holds the key)");
    case 404: return error(ErrorCode::NotFound, message);
    case 429: return error(ErrorCode::Exhausted, message);
    default: return error(ErrorCode::Unavailable, message);
  }
}

}  // namespace falconet
