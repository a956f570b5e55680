#include "server/chat_request.h"
#include "server/errors.h"
#include "server/openai.h"
#include "server/openai_json.h"

namespace falconet {

Result<HttpResponse> tokenize(Service& service, const HttpRequest& http) {
  TRY_ASSIGN(const Json body, parse_json(http.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string model;
  TRY(fields.read("model", model));
  Prompt prompt;
  if (fields.find("messages") != nullptr) {
    TRY_ASSIGN(prompt, read_chat_prompt(fields));
  } else {
    std::optional<std::string> text;
    TRY(fields.read("prompt", text));
    if (!text) return error(ErrorCode::InvalidArgument, "prompt: send prompt or messages");
    prompt = TextPrompt{*std::move(text)};
  }
  bool add_special_tokens = true;
  TRY(fields.read("add_special_tokens", add_special_tokens));
  if (!add_special_tokens) {
    return error(ErrorCode::Unsupported,
                 "add_special_tokens: only true is supported; prompts get what the model asks for");
  }
  log_unread(fields, http.id);
  TRY_ASSIGN(const std::shared_ptr<Completer> completer, service.models.find(model));
  if (const std::string host = completer->describe().remote_host; !host.empty()) {
    return error(ErrorCode::Unsupported, "model: its tokenizer is on another server, ", host);
  }
  TRY_ASSIGN(const Completer::RenderedPrompt rendered, completer->render(prompt));
  return HttpResponse{.body = to_text({{"count", rendered.ids.size()},
                                       {"max_model_len", completer->describe().max_model_len},
                                       {"tokens", token_ids_json(rendered.ids)}})};
}

Result<HttpResponse> detokenize(Service& service, const HttpRequest& http) {
  TRY_ASSIGN(const Json body, parse_json(http.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string model;
  TRY(fields.read("model", model));
  TokenPrompt prompt;
  if (fields.find("tokens") == nullptr) {
    return error(ErrorCode::InvalidArgument, "tokens: is missing");
  }
  TRY(fields.read("tokens", prompt.ids));
  log_unread(fields, http.id);
  TRY_ASSIGN(const std::shared_ptr<Completer> completer, service.models.find(model));
  TRY_ASSIGN(const Completer::RenderedPrompt rendered, completer->render(prompt));
  return HttpResponse{.body = to_text({{"prompt", rendered.text}})};
}

}  // namespace falconet
