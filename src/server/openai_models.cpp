#include "base/json.h"
#include "server/openai.h"

namespace falconet {
namespace {

constexpr std::string_view kModelsPath = "/v1/models/";

/// vLLM's card. Its permission object is what OpenAI's API once had; some clients still look.
Json model_card(const ModelDescription& model) {
  Json permission = {{"id", cat("modelperm-", model.id)},
                     {"object", "model_permission"},
                     {"created", model.created},
                     {"allow_create_engine", false},
                     {"allow_sampling", true},
                     {"allow_logprobs", true},
                     {"allow_search_indices", false},
                     {"allow_view", true},
                     {"allow_fine_tuning", false},
                     {"organization", "*"},
                     {"group", nullptr},
                     {"is_blocking", false}};
  return {{"id", model.id},
          {"object", "model"},
          {"created", model.created},
          {"owned_by", "falconet"},
          {"root", model.root},
          {"parent", nullptr},
          {"max_model_len", model.max_model_len},
          {"permission", Json::array({std::move(permission)})}};
}

}  // namespace

Result<HttpResponse> list_models(Service& service, const HttpRequest&) {
  Json cards = Json::array();
  for (const ModelDescription& model : service.models.describe_all()) {
    cards.push_back(model_card(model));
  }
  return HttpResponse{.body = to_text({{"object", "list"}, {"data", std::move(cards)}})};
}

Result<HttpResponse> retrieve_model(Service& service, const HttpRequest& request) {
  const std::string name = request.path.substr(kModelsPath.size());
  TRY_ASSIGN(const std::shared_ptr<Completer> completer, service.models.find(name));
  ModelDescription model = completer->describe();
  model.id = name;
  return HttpResponse{.body = to_text(model_card(model))};
}

}  // namespace falconet
