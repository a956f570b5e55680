#include "server/app_handlers.h"
#include "server/request_fields.h"
#include "store/shares.h"

namespace falconet {
namespace {

Json share_json(const Share& share) {
  Json json = {{"token", share.token},
               {"path", "/s/" + share.token},
               {"leaf_id", share.leaf_id.value},
               {"expires", nullptr}};
  if (share.expires) json["expires"] = *share.expires;
  return json;
}

}  // namespace

Result<HttpResponse> get_share(AppCall& call) {
  TRY_ASSIGN(const std::optional<Share> share, call.app.store().read([&](Transaction& transaction) {
    return share_of(transaction, call.user.id, {call.id});
  }));
  return app_response({{"share", share ? share_json(*share) : Json()}});
}

Result<HttpResponse> post_share(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  MessageId leaf;
  std::optional<std::int64_t> expires;
  TRY(fields.read("leaf_id", leaf.value));
  TRY(fields.read("expires", expires));
  TRY_ASSIGN(const Share share, call.app.store().write([&](Transaction& transaction) {
    return share_conversation(transaction, call.user.id, {call.id}, leaf, expires);
  }));
  return app_response({{"share", share_json(share)}}, 201);
}

Result<HttpResponse> remove_share(AppCall& call) {
  TRY(call.app.store().write([&](Transaction& transaction) {
    return unshare_conversation(transaction, call.user.id, {call.id});
  }));
  return no_content();
}

Result<HttpResponse> get_shared(AppCall& call) {
  TRY_ASSIGN(const SharedBranch shared, call.app.store().read([&](Transaction& transaction) {
    return find_shared(transaction, call.id);
  }));
  Json messages = Json::array();
  for (const Message& message : shared.messages) {
    messages.push_back(
        {{"role", message.role}, {"content", message.content}, {"reasoning", message.reasoning}});
  }
  return app_response(
      {{"title", shared.title}, {"messages", std::move(messages)}, {"created", shared.created}});
}

}  // namespace falconet
