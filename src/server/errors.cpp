#include "server/errors.h"

#include <algorithm>

namespace falconet {
namespace {

/// How OpenAI's clients see each kind of error.
struct ErrorShape {
  int status;
  const char* type;
  const char* code;  // null: none
};

ErrorShape shape(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return {400, "invalid_request_error", nullptr};
    case ErrorCode::NotFound: return {404, "invalid_request_error", "model_not_found"};
    case ErrorCode::AlreadyExists: return {409, "invalid_request_error", "already_exists"};
    case ErrorCode::Unsupported: return {400, "invalid_request_error", "unsupported_value"};
    case ErrorCode::Corrupt: return {500, "server_error", "corrupt"};
    // A prompt over the context: clients know this code and cut their history.
    case ErrorCode::TooLarge: return {400, "invalid_request_error", "context_length_exceeded"};
    // 429 and 503 are repeated by OpenAI's clients after Retry-After.
    case ErrorCode::Exhausted: return {429, "rate_limit_error", "queue_full"};
    case ErrorCode::PermissionDenied: return {403, "permission_error", "permission_denied"};
    case ErrorCode::Unavailable: return {503, "server_error", "unavailable"};
    case ErrorCode::Cancelled: return {503, "server_error", "cancelled"};
    case ErrorCode::Io: return {500, "server_error", "io"};
  }
  return {500, "server_error", nullptr};
}

bool is_field_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' ||
         c == ']';
}

/// "messages[0].content" of "messages[0].content: expected text, found a number".
std::string_view param_of(std::string_view message) {
  const auto colon = message.find(": ");
  if (colon == std::string_view::npos) return {};
  const std::string_view name = message.substr(0, colon);
  return std::all_of(name.begin(), name.end(), is_field_character) ? name : std::string_view();
}

Json shaped(std::string_view message, std::string_view type, std::string_view param,
            const char* code) {
  Json error = {{"message", message}, {"type", type}, {"param", nullptr}, {"code", nullptr}};
  if (!param.empty()) error["param"] = param;
  if (code != nullptr) error["code"] = code;
  return {{"error", std::move(error)}};
}

constexpr const char* kRetryAfterSeconds = "2";

}  // namespace

Json error_body(const Error& error) {
  const ErrorShape shape = falconet::shape(error.code);
  return shaped(error.message, shape.type, param_of(error.message), shape.code);
}

int http_status(ErrorCode code) { return shape(code).status; }

HttpResponse error_response(const Error& error) {
  HttpResponse response{.status = http_status(error.code), .body = to_text(error_body(error))};
  if (response.status == 429 || response.status == 503) {
    response.headers.push_back({"Retry-After", kRetryAfterSeconds});
  }
  return response;
}

HttpResponse http_error(int status, std::string_view code, std::string_view message) {
  const char* type = status >= 500 ? "server_error" : "invalid_request_error";
  const std::string code_text(code);
  return {.status = status, .body = to_text(shaped(message, type, {}, code_text.c_str()))};
}

}  // namespace falconet
