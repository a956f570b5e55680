#include <filesystem>

#include "hub/model_folder.h"
#include "hub/settings.h"
#include "hub/short_names.h"
#include "server/app_handlers.h"
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
  return {{"id", description.id},
          {"has_reasoning", description.has_reasoning},
          {"max_model_len", description.max_model_len},
          {"is_ready", listing.is_ready},
          {"is_demo", is_demo(description)}};
}

}  // namespace

Result<HttpResponse> get_session(AppCall& call) {
  Json models = Json::array();
  for (const ModelListing& listing : call.service.models.list_all()) {
    models.push_back(model_json(listing));
  }
  const ModelFolder folder(HubSettings::from_environment().models);
  const bool is_here = folder.resolve(kRecommendedModel).has_value();
  return app_response(
      {{"user", {{"id", call.user.id.value}, {"name", call.user.name}, {"role", call.user.role}}},
       {"is_local", true},
       {"version", call.service.version},
       {"models", std::move(models)},
       {"recommended_model", {{"name", kRecommendedModel}, {"is_here", is_here}}}});
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
