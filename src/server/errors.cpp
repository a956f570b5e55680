#include "server/errors.h"

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

// Fields that an error may be about, each between spaces. Other first words are just words.
constexpr std::string_view kFields =
    " add_generation_prompt add_special_tokens after allowed_token_ids answers archived "
    "attachments audio bad_words before begins best_of cache_salt channel chat_template "
    "chat_template_kwargs closing code comment consent_version content continue "
    "continue_final_message definition display_name dry_allowed_length dry_base dry_multiplier "
    "dry_penalty_last_n dry_sequence_breakers due due_after echo ends expires folder_id "
    "frequency_penalty function_call functions goal grammar groups guided_choice guided_grammar "
    "guided_json guided_regex has_totp hypotheses ignore_eos include_reasoning "
    "include_stop_str_in_output intro invitation is_archived is_disabled is_offered is_pinned "
    "is_temporary is_unread json_schema leaf_id limit locale logit_bias logprobs "
    "max_completion_tokens max_tokens max_uses messages min_p min_tokens model n name "
    "new_password old_password parameters parent_id password pinned position presence_penalty "
    "priority prompt prompt_logprobs q questionnaire_id questions reasoning_effort reasons "
    "repetition_penalty response_format return_token_ids role scopes seed segment segments "
    "separate_reasoning sign_up skip_special_tokens stop stop_token_ids stream stream_options "
    "structured_outputs study_id suffix tags temperature text_en text_zh thinking_budget "
    "thinking_token_budget title token tokens tool_choice tools top_k top_logprobs top_p "
    "truncate_prompt_tokens turn typical_p use_beam_search value xtc_probability xtc_threshold ";

/// "messages[0].content" of "messages[0].content: expected text", "top_p" of "top_p must be …".
std::string_view param_of(std::string_view message) {
  const std::string_view first = message.substr(0, message.find_first_of(" :"));
  const std::string_view field = first.substr(0, first.find_first_of(".["));
  const bool is_field = kFields.find(cat(' ', field, ' ')) != std::string_view::npos;
  return is_field ? first : std::string_view();
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
