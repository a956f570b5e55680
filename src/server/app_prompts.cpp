#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/request_fields.h"
#include "store/prompts.h"

namespace falconet {
namespace {

Result<PromptChange> read_prompt(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  PromptChange change;
  TRY(fields.read("name", change.name));
  TRY(fields.read("text", change.text));
  return change;
}

}  // namespace

Result<HttpResponse> get_prompts(AppCall& call) {
  TRY_ASSIGN(const std::vector<SavedPrompt> all,
             call.app.store().read(
                 [&](Transaction& transaction) { return prompts_of(transaction, call.user.id); }));
  Json prompts = Json::array();
  for (const SavedPrompt& prompt : all) prompts.push_back(prompt_json(prompt));
  return app_response({{"prompts", std::move(prompts)}});
}

Result<HttpResponse> post_prompt(AppCall& call) {
  TRY_ASSIGN(const PromptChange fields, read_prompt(call.request.body));
  TRY_ASSIGN(const SavedPrompt prompt, call.app.store().write([&](Transaction& transaction) {
    return create_prompt(transaction, call.user.id, fields);
  }));
  return app_response(prompt_json(prompt), 201);
}

Result<HttpResponse> patch_prompt(AppCall& call) {
  TRY_ASSIGN(const PromptChange change, read_prompt(call.request.body));
  TRY_ASSIGN(const SavedPrompt prompt, call.app.store().write([&](Transaction& transaction) {
    return update_prompt(transaction, call.user.id, {call.id}, change);
  }));
  return app_response(prompt_json(prompt));
}

Result<HttpResponse> remove_prompt(AppCall& call) {
  TRY(call.app.store().write([&](Transaction& transaction) {
    return delete_prompt(transaction, call.user.id, {call.id});
  }));
  return no_content();
}

}  // namespace falconet
