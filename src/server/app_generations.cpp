#include "base/log.h"
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/client_digests.h"
#include "server/request_fields.h"
#include "store/comparisons.h"
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

Result<ComparisonVerdict> read_verdict(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  ComparisonVerdict verdict;
  std::optional<std::string> choice;
  TRY(fields.read("choice", choice));
  TRY(fields.read("names", verdict.names));
  if (!choice) return verdict;
  verdict.choice = pair_choice_of(*choice);
  if (verdict.choice) return verdict;
  return error(ErrorCode::InvalidArgument,
               "choice: expected \"left\", \"right\", \"tie\" or null, found '",
               choice->substr(0, 40), "'");
}

Json started_json(const StartedGeneration& started) {
  return {{"generation", generation_json(started.record)},
          {"message", message_json(started.message)}};
}

/// By the model that an experiment's arm names, or the one that was asked for.
Result<StartedGeneration> start_answer(AppCall& call, GenerationRequest request,
                                       const ArmAssignment& arm) {
  ModelDirectory& models = call.service.models;
  if (!arm.model.empty()) request.model = arm.model;
  TRY_ASSIGN(std::shared_ptr<Completer> completer, models.find(request.model));
  request.model = models.served_name(request.model);
  request.arm = arm;
  return call.app.runner().start(call.user.id, std::move(completer), request);
}

Status give_up(AppCall& call, const ArmAssignment& arm) {
  return call.app.store().write(
      [&](Transaction& t) { return give_up_comparison(t, arm.comparison); });
}

/// Two answers side by side, or, if one of them cannot be begun, the other alone: nobody waits for
/// an answer in vain because of an experiment.
Result<Json> start_side_by_side(AppCall& call, const GenerationRequest& request,
                                const std::vector<ArmAssignment>& arms) {
  const Result<StartedGeneration> left = start_answer(call, request, arms[0]);
  if (!left) {
    TRY(give_up(call, arms[0]));
    TRY_ASSIGN(const StartedGeneration alone, start_answer(call, request, {}));
    return started_json(alone);
  }
  const Result<StartedGeneration> right = start_answer(call, request, arms[1]);
  Json body = started_json(*left);
  if (right) {
    body["other"] = started_json(*right);
    return body;
  }
  log_info("a question has one answer instead of two: ", right.error().message);
  TRY(give_up(call, arms[0]));
  return body;
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
  TRY(models.find(request.model));
  request.model = models.served_name(request.model);
  request.client = client_of(call);
  TRY_ASSIGN(const std::vector<ArmAssignment> arms,
             assign_arms(call.app.store(), call.user.id, request));
  if (arms.size() == 2) {
    TRY_ASSIGN(const Json body, start_side_by_side(call, request, arms));
    return app_response(body, 201);
  }
  Result<StartedGeneration> started =
      start_answer(call, request, arms.empty() ? ArmAssignment() : arms.front());
  // An experiment's model may be gone: the answer is then as asked for.
  if (!started && !arms.empty() && !arms.front().model.empty()) {
    started = start_answer(call, request, {});
  }
  if (!started) return started.error();
  return app_response(started_json(*started), 201);
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

Result<HttpResponse> put_comparison(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const ComparisonVerdict verdict, read_verdict(body));
  TRY_ASSIGN(const std::vector<Message> answers,
             call.app.store().write([&](Transaction& transaction) {
               return judge_comparison(transaction, call.user.id, {call.id}, verdict);
             }));
  Json messages = Json::array();
  for (const Message& message : answers) messages.push_back(message_json(message));
  return app_response({{"messages", std::move(messages)}});
}

}  // namespace falconet
