#include "server/chat_request.h"

namespace falconet {
namespace {

/// Parts of type text become one string, a line each, since few templates know parts.
Result<std::string> text_of_parts(const Json& parts, const std::string& name) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part_name = cat(name, "[", i, "]");
    const std::string type = string_member(parts[i], "type").value_or("");
    if (type != "text") {
      return error(ErrorCode::Unsupported, part_name, ": this server reads text only, not '",
                   type.empty() ? std::string(parts[i].type_name()) : type, "' parts");
    }
    const auto part = string_member(parts[i], "text");
    if (!part) {
      return error(ErrorCode::InvalidArgument, part_name, ".text: expected a string");
    }
    if (i > 0) text += '\n';
    text += *part;
  }
  return text;
}

Result<Json> read_message(const Json& message, const std::string& name) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(message, name));
  std::string role;
  TRY(fields.read("role", role));
  if (role.empty()) return error(ErrorCode::InvalidArgument, name, ".role: is missing");
  Json result = message;
  // OpenAI's newer name for the same thing; templates know the older one.
  if (role == "developer") result["role"] = "system";

  const Json* content = fields.find("content");
  if (content == nullptr) {
    const bool may_be_silent = role == "assistant" && (fields.find("tool_calls") != nullptr ||
                                                       fields.find("reasoning") != nullptr ||
                                                       fields.find("reasoning_content") != nullptr);
    if (!may_be_silent) {
      return error(ErrorCode::InvalidArgument, name, ".content: is missing");
    }
    result["content"] = "";
  } else if (content->is_array()) {
    TRY_ASSIGN(result["content"], text_of_parts(*content, fields.full_name("content")));
  } else if (!content->is_string()) {
    return fields.wrong_type("content", "a string or an array of text parts", *content);
  }
  // Templates that show earlier reasoning look for this name.
  if (const Json* reasoning = fields.find("reasoning");
      reasoning != nullptr && fields.find("reasoning_content") == nullptr) {
    result["reasoning_content"] = *reasoning;
  }
  return result;
}

/// Nothing where the answer must not call tools.
Result<std::optional<ToolChoice>> read_tool_choice(RequestFields& fields) {
  fields.find("parallel_tool_calls");
  const Json* choice = fields.find("tool_choice");
  if (choice == nullptr || *choice == "auto") return std::optional(ToolChoice{});
  if (*choice == "none") return std::optional<ToolChoice>();
  if (*choice == "required") {
    return std::optional(ToolChoice{.kind = ToolChoice::Kind::Required});
  }
  const Json* function = find_member(*choice, "function");
  const auto name = function == nullptr ? std::nullopt : string_member(*function, "name");
  if (!name || name->empty()) {
    return error(ErrorCode::InvalidArgument,
                 "tool_choice: expected \"none\", \"auto\", \"required\" or {\"type\": "
                 "\"function\", \"function\": {\"name\": …}}");
  }
  return std::optional(ToolChoice{.kind = ToolChoice::Kind::Required, .name = *name});
}

Status read_tools(RequestFields& fields, ChatPrompt& prompt) {
  const Json* tools = fields.find("tools");
  if (tools != nullptr && !tools->is_array()) {
    return fields.wrong_type("tools", "an array", *tools);
  }
  TRY_ASSIGN(const std::optional<ToolChoice> choice, read_tool_choice(fields));
  const bool has_tools = tools != nullptr && !tools->empty();
  if (!has_tools && choice && choice->kind == ToolChoice::Kind::Required) {
    return error(ErrorCode::InvalidArgument, "tool_choice: there are no tools to call");
  }
  if (!has_tools || !choice) return {};
  prompt.tools = *tools;
  prompt.tool_choice = *choice;
  return fields.read("parallel_tool_calls", prompt.tool_choice.is_parallel);
}

Status read_template_settings(RequestFields& fields, ChatPrompt& prompt) {
  TRY(fields.read("add_generation_prompt", prompt.add_generation_prompt));
  TRY(fields.read("continue_final_message", prompt.continue_final_message));
  if (prompt.continue_final_message && prompt.add_generation_prompt) {
    if (fields.find("add_generation_prompt") != nullptr) {
      return error(ErrorCode::InvalidArgument,
                   "continue_final_message: cannot be combined with add_generation_prompt");
    }
    prompt.add_generation_prompt = false;
  }
  TRY(fields.read("chat_template", prompt.chat_template));
  if (const Json* kwargs = fields.find("chat_template_kwargs")) {
    if (!kwargs->is_object()) {
      return fields.wrong_type("chat_template_kwargs", "an object", *kwargs);
    }
    prompt.template_kwargs = *kwargs;
  }
  // Templates that know degrees of effort read this variable; the others ignore it.
  if (const Json* effort = fields.find("reasoning_effort"); effort && *effort != "none") {
    prompt.template_kwargs["reasoning_effort"] = *effort;
  }
  return {};
}

Status read_logprobs(RequestFields& fields, CompletionRequest& completion) {
  bool wants_logprobs = false;
  TRY(fields.read("logprobs", wants_logprobs));
  TRY_ASSIGN(const std::optional<int> num_top, read_num_logprobs(fields, "top_logprobs"));
  if (num_top && *num_top > 0 && !wants_logprobs) {
    return error(ErrorCode::InvalidArgument, "top_logprobs: only together with logprobs: true");
  }
  if (wants_logprobs) completion.num_top_logprobs = num_top.value_or(0);
  return {};
}

}  // namespace

Result<ChatPrompt> read_chat_prompt(RequestFields& fields) {
  const Json* messages = fields.find("messages");
  if (messages == nullptr || !messages->is_array() || messages->empty()) {
    return error(ErrorCode::InvalidArgument,
                 "messages: expected an array with at least one message");
  }
  ChatPrompt prompt;
  prompt.messages = Json::array();
  for (std::size_t i = 0; i < messages->size(); ++i) {
    TRY_ASSIGN(Json message, read_message((*messages)[i], cat("messages[", i, "]")));
    prompt.messages.push_back(std::move(message));
  }
  TRY(read_tools(fields, prompt));
  TRY(read_template_settings(fields, prompt));
  return prompt;
}

Result<ChatRequest> parse_chat_request(const Json& body, const std::string& request_id) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  ChatRequest request;
  TRY(refuse_unsupported_fields(fields));
  TRY(fields.read("model", request.model));
  TRY_ASSIGN(request.completion.prompt, read_chat_prompt(fields));
  TRY(read_generation_fields(fields, request.completion));
  TRY(read_logprobs(fields, request.completion));
  TRY_ASSIGN(request.form, read_response_form(fields));
  TRY_ASSIGN(request.cache_salt, read_cache_salt(fields));
  bool echo = false;
  TRY(fields.read("echo", echo));
  if (echo) return error(ErrorCode::Unsupported, "echo: only /v1/completions repeats its prompt");
  const ChatPrompt& prompt = std::get<ChatPrompt>(request.completion.prompt);
  auto& budget = request.completion.stopping.thinking_budget;
  if (!budget && bool_member(prompt.template_kwargs, "enable_thinking") == false) budget = 0;

  for (const char* known : {"user", "metadata", "store", "service_tier"}) fields.find(known);
  request.completion.request_id = request_id;
  log_unread(fields, request_id);
  return request;
}

}  // namespace falconet
