// Who may sign up: invitations and the policy, both in the hands of administrators.
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "store/sign_up.h"

namespace falconet {
namespace {

Json policy_json(const std::string& sign_up) {
  // Nobody reads other people's conversations; users are told so.
  return {{"sign_up", sign_up}, {"administrators_may_read", false}};
}

}  // namespace

Result<HttpResponse> get_invitations(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([](Transaction& transaction) {
    return list_invitations(transaction);
  }));
  Json invitations = Json::array();
  for (const Invitation& invitation : all) invitations.push_back(invitation_json(invitation));
  return app_response({{"invitations", std::move(invitations)}});
}

Result<HttpResponse> post_invitation(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  const std::string token = new_secret();
  NewInvitation wanted{.token_digest = secret_digest(token), .role = kUserRole};
  TRY(fields.read("role", wanted.role));
  TRY(fields.read("expires", wanted.expires));
  TRY_ASSIGN(const Invitation invitation,
             call.app.store().write([&](Transaction& transaction) -> Result<Invitation> {
               TRY_ASSIGN(Invitation made, create_invitation(transaction, call.user.id, wanted));
               TRY(audit(transaction, call, "invitation-created", {}, {{"role", made.role}}));
               return made;
             }));
  // The one time that the token is told.
  Json json = invitation_json(invitation);
  json["token"] = token;
  json["path"] = "/?invitation=" + token;
  return app_response({{"invitation", std::move(json)}}, 201);
}

Result<HttpResponse> remove_invitation(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(delete_invitation(transaction, {call.id}));
    return audit(transaction, call, "invitation-deleted");
  });
  if (!written) return written.error();
  return no_content();
}

Result<HttpResponse> get_policy(AppCall& call) {
  TRY_ASSIGN(const SignUpPolicy policy, call.app.store().read([](Transaction& transaction) {
    return sign_up_policy(transaction);
  }));
  return app_response(policy_json(sign_up_policy_name(policy)));
}

Result<HttpResponse> patch_policy(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::optional<std::string> sign_up;
  TRY(fields.read("sign_up", sign_up));
  if (!sign_up) return get_policy(call);
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(set_sign_up_policy(transaction, *sign_up));
    return audit(transaction, call, "policy-changed", {}, {{"sign_up", *sign_up}});
  });
  if (!written) return written.error();
  return app_response(policy_json(*sign_up));
}

Result<HttpResponse> get_audit(AppCall& call) {
  constexpr int kUsual = 50;
  constexpr int kMost = 500;
  TRY_ASSIGN(const int limit, query_count(call.request.query, "limit", kUsual, kMost));
  const std::string before = query_value(call.request.query, "before").value_or("");
  TRY_ASSIGN(const AuditPage page, call.app.store().read([&](Transaction& transaction) {
    return list_audit_events(transaction, before, limit);
  }));
  Json events = Json::array();
  for (const AuditEvent& event : page.events) events.push_back(audit_event_json(event));
  return app_response(
      {{"events", std::move(events)}, {"next", page.next ? Json(*page.next) : Json(nullptr)}});
}

}  // namespace falconet
