#include "server/app_session.h"

#include <filesystem>

#include "hub/model_folder.h"
#include "hub/settings.h"
#include "hub/short_names.h"
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/credentials.h"
#include "store/identities.h"
#include "store/rating_reasons.h"
#include "store/sign_up.h"
#include "store/users.h"

namespace falconet {
namespace {

/// Spark comes with Falconet to show what the page can do before a real model is there.
bool is_demo(const ModelDescription& description) {
  const std::string name = std::filesystem::path(description.root).filename().string();
  return to_lower(name).starts_with("spark");
}

Json model_json(const ModelListing& listing) {
  const ModelDescription& description = listing.description;
  return {
      {"id", description.id},
      {"has_reasoning", description.has_reasoning},
      {"max_model_len", description.max_model_len},
      {"is_ready", listing.is_ready},
      {"is_available", listing.is_available},
      {"is_demo", is_demo(description)},
      {"remote_host", description.remote_host.empty() ? Json() : Json(description.remote_host)},
      {"remote_name", description.remote_name.empty() ? Json() : Json(description.remote_name)}};
}

/// With what only its owner is told.
Result<Json> own_account_json(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const User user, find_account(transaction, call.user.id));
    TRY_ASSIGN(const Credentials credentials, find_credentials(transaction, call.user.id));
    Json json = user_json(user);
    json["has_password"] = !is_decoy_password_hash(credentials.password_hash);
    if (const Oidc* oidc = call.app.oidc()) {
      TRY_ASSIGN(json["is_linked"],
                 has_identity(transaction, user.id, oidc->settings().client.issuer));
    }
    return json;
  });
}

}  // namespace

Result<Json> session_json(AppCall& call) {
  const bool is_local = !call.app.has_accounts();
  Json session = {{"user", nullptr}, {"is_local", is_local}};
  if (is_local) {
    const User& user = call.user;
    session["user"] = {{"id", user.id.value}, {"name", user.name}, {"role", user.role}};
  } else if (call.session) {
    TRY_ASSIGN(session["user"], own_account_json(call));
    session["policy"] = {{"administrators_may_read", false}};
  } else {
    TRY_ASSIGN(session["sign_up"], call.app.store().read([&](Transaction& transaction) {
      return sign_up_state(transaction);
    }));
  }
  if (!is_local && call.app.oidc() != nullptr) {
    session["oidc"] = {{"name", call.app.oidc()->settings().name}};
  }
  session["version"] = call.service.version;
  if (session["user"].is_null()) return session;
  TRY_ASSIGN(const auto reasons, call.app.store().read([](Transaction& transaction) {
    return rating_reasons(transaction);
  }));
  if (reasons) session["rating_reasons"] = rating_reasons_json(*reasons);
  Json models = Json::array();
  for (const ModelListing& listing : call.service.models.list_all()) {
    models.push_back(model_json(listing));
  }
  session["models"] = std::move(models);
  const ModelFolder folder(HubSettings::from_environment().models);
  const bool is_here = folder.resolve(kRecommendedModel).has_value();
  session["recommended_model"] = {{"name", kRecommendedModel}, {"is_here", is_here}};
  return session;
}

Status open_new_session(Transaction& transaction, AppCall& call, const User& user,
                        const std::string& secret) {
  if (call.session) TRY(end_session(transaction, call.user.id, call.session->id));
  TRY_ASSIGN(call.session, open_session(transaction, user.id, secret_digest(secret),
                                        call.request.header("User-Agent")));
  call.user = user;
  return {};
}

Result<HttpResponse> get_session(AppCall& call) {
  TRY_ASSIGN(const Json session, session_json(call));
  return app_response(session);
}

Result<HttpResponse> get_settings(AppCall& call) {
  TRY_ASSIGN(const Json settings, call.app.store().read([&](Transaction& transaction) {
    return settings_of(transaction, call.user.id);
  }));
  return app_response(settings);
}

Result<HttpResponse> patch_settings(AppCall& call) {
  TRY_ASSIGN(const Json changes, parse_json(call.request.body));
  TRY_ASSIGN(const Json settings, call.app.store().write([&](Transaction& transaction) {
    return change_settings(transaction, call.user.id, changes);
  }));
  return app_response(settings);
}

}  // namespace falconet
