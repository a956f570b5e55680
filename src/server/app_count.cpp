#include "assistant/context_meter.h"
#include "assistant/generation_parameters.h"
#include "server/app_handlers.h"
#include "server/request_fields.h"
#include "store/conversations.h"
#include "store/messages.h"

namespace falconet {
namespace {

struct CountRequest {
  std::string conversation;  // empty: one that is not there yet
  std::string leaf;          // empty: the branch that is shown
  std::string draft;
  std::string model;
  Json parameters = Json::object();
};

Result<CountRequest> read_count_request(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  CountRequest request;
  TRY(fields.read("conversation_id", request.conversation));
  TRY(fields.read("leaf_id", request.leaf));
  TRY(fields.read("draft", request.draft));
  TRY(fields.read("model", request.model));
  if (const Json* parameters = fields.find("parameters")) request.parameters = *parameters;
  return request;
}

/// The branch that the draft would follow; takes model and parameters from its conversation.
Result<std::vector<Message>> read_branch(Transaction& transaction, const UserId& user,
                                         CountRequest& request) {
  if (request.conversation.empty()) return std::vector<Message>();
  TRY_ASSIGN(const Conversation conversation,
             find_conversation(transaction, user, {request.conversation}));
  if (request.model.empty()) request.model = conversation.model.value_or("");
  request.parameters = merged_parameters(conversation.parameters, request.parameters);
  if (request.leaf.empty() && conversation.leaf_id) request.leaf = conversation.leaf_id->value;
  if (request.leaf.empty()) return std::vector<Message>();
  return branch_of(transaction, user, {request.leaf});
}

}  // namespace

Result<HttpResponse> post_count(AppCall& call) {
  TRY_ASSIGN(CountRequest request, read_count_request(call.request.body));
  TRY_ASSIGN(std::vector<Message> branch, call.app.store().read([&](Transaction& transaction) {
    return read_branch(transaction, call.user.id, request);
  }));
  TRY_ASSIGN(const std::shared_ptr<Completer> completer, call.service.models.find(request.model));
  TRY_ASSIGN(const GenerationParameters parameters, read_generation_parameters(request.parameters));
  TRY_ASSIGN(const ContextUse use, measure_context(*completer, std::move(branch), request.draft,
                                                   {.system = parameters.system,
                                                    .max_tokens = parameters.stopping.max_tokens}));
  Json evicted = Json::array();
  for (const MessageId& id : use.evicted_message_ids) evicted.push_back(id.value);
  return app_response({{"max", use.context_max},
                       {"system", use.system},
                       {"history", use.history},
                       {"draft", use.draft},
                       {"evicted_message_ids", std::move(evicted)}});
}

}  // namespace falconet
