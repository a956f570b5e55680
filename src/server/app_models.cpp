#include "server/app_handlers.h"
#include "server/model_fetcher.h"
#include "server/request_fields.h"
#include "store/accounts.h"

namespace falconet {
namespace {

const char* state_name(ModelFetcher::State state) {
  switch (state) {
    case ModelFetcher::State::Idle: return "idle";
    case ModelFetcher::State::Running: return "running";
    case ModelFetcher::State::Done: return "done";
    case ModelFetcher::State::Failed: return "failed";
  }
  return "";
}

/// What it fetches takes the machine's disk and memory: where there are accounts, that is for
/// administrators to decide.
Result<ModelFetcher*> fetcher_of(const AppCall& call) {
  if (call.app.has_accounts() && call.user.role != kAdministrator) {
    return error(ErrorCode::PermissionDenied, "models are fetched by administrators");
  }
  if (call.service.fetcher != nullptr) return call.service.fetcher;
  return error(ErrorCode::NotFound, "this server does not fetch models; falconet pull does");
}

HttpResponse progress_response(const ModelFetcher& fetcher, int status) {
  const ModelFetcher::Progress progress = fetcher.progress();
  const Json error = progress.error.empty() ? Json() : Json(progress.error);
  return app_response({{"name", progress.name},
                       {"state", state_name(progress.state)},
                       {"done_bytes", progress.num_bytes},
                       {"total_bytes", progress.num_bytes_total},
                       {"error", error}},
                      status);
}

}  // namespace

Result<HttpResponse> get_model_fetch(AppCall& call) {
  TRY_ASSIGN(const ModelFetcher* fetcher, fetcher_of(call));
  return progress_response(*fetcher, 200);
}

Result<HttpResponse> post_model_fetch(AppCall& call) {
  TRY_ASSIGN(ModelFetcher * fetcher, fetcher_of(call));
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string name;
  TRY(fields.read("name", name));
  TRY(fetcher->start(name));
  return progress_response(*fetcher, 202);
}

}  // namespace falconet
