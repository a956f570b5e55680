#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/client_digests.h"
#include "server/request_fields.h"
#include "store/conversations.h"

namespace falconet {
namespace {

Result<GenerationRequest> read_generation_request(const std::string& text,
                                                  const std::string& conversation) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  GenerationRequest request{.conversation_id = {conversation}};
  TRY(fields.read("parent_id", request.parent_id.value));
  if (request.parent_id.value.empty()) {
    return error(ErrorCode::InvalidArgument, "parent_id: is missing");
  }
  TRY(fields.read("model", request.model));
  TRY(fields.read("continue", request.continues_parent));
  if (const Json* parameters = fields.find("parameters")) {
    if (!parameters->is_object()) return fields.wrong_type("parameters", "an object", *parameters);
    request.parameters = *parameters;
  }
  return request;
}

}  // namespace

Result<HttpResponse> post_generation(AppCall& call) {
  TRY_ASSIGN(GenerationRequest request, read_generation_request(call.request.body, call.id));
  if (request.model.empty()) {
    TRY_ASSIGN(const Conversation conversation, call.app.store().read([&](Transaction& t) {
      return find_conversation(t, call.user.id, request.conversation_id);
    }));
    request.model = conversation.model.value_or("");
  }
  ModelDirectory& models = call.service.models;
  TRY_ASSIGN(std::shared_ptr<Completer> completer, models.find(request.model));
  request.model = models.served_name(request.model);
  request.client = client_of(call);
  TRY_ASSIGN(const StartedGeneration started,
             call.app.runner().start(call.user.id, std::move(completer), request));
  return app_response(
      {{"generation", generation_json(started.record)}, {"message", message_json(started.message)}},
      201);
}

Result<HttpResponse> get_generations(AppCall& call) {
  Json generations = Json::array();
  for (const GenerationRecord& record : call.app.runner().active(call.user.id)) {
    generations.push_back(generation_json(record));
  }
  return app_response({{"generations", std::move(generations)}});
}

Result<HttpResponse> stop_generation(AppCall& call) {
  TRY(call.app.runner().stop(call.user.id, {call.id}));
  return no_content();
}

}  // namespace falconet
