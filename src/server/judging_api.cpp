// /api/feedback/judging: a model codes a sample in the background, as a coder that is marked as a
// model. For researchers.
#include "feedback/judging.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/client_digests.h"
#include "server/request_fields.h"

namespace falconet {
namespace {

Result<Json> judge_in_background(Store& store, const ModelWork& work, const JudgingOrder& order) {
  TRY_ASSIGN(const JudgingOutcome outcome, judge_sample(store, work, order));
  return Json{{"coded", outcome.num_coded},
              {"coded_before", outcome.num_coded_before},
              {"failed", outcome.num_failed}};
}

Status begin_judging(AppCall& call, std::shared_ptr<Completer> model, const JudgingOrder& order,
                     std::int64_t num_items) {
  const Digest128 client = call.service.clients.of_user("judging");  // no user has such an id
  TRY(call.app.judgings().start(
      {{"sample", order.sample.value}, {"model", order.coder}}, num_items,
      [&store = call.app.store(), model = std::move(model), client, order](
          const std::stop_token& stop, const BackgroundRun::Progress& progress) {
        const ModelWork work{.model = *model,
                             .stop = stop,
                             .on_progress = progress,
                             .priority = kBackgroundPriority,
                             .client = client};
        return judge_in_background(store, work, order);
      }));
  return {};
}

Json judging_body(AppCall& call) { return {{"run", run_json(call.app.judgings().state())}}; }

}  // namespace

Result<HttpResponse> get_judging(AppCall& call) { return app_response(judging_body(call)); }

Result<HttpResponse> post_judging(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string name;
  TRY(fields.read("model", name));
  TRY_ASSIGN(const auto model, call.service.models.find(name));
  const JudgingOrder order{.sample = {call.id}, .coder = call.service.models.served_name(name)};
  TRY_ASSIGN(const std::int64_t num_items, call.app.store().read([&](Transaction& transaction) {
    return num_left_to_judge(transaction, order);
  }));
  TRY(begin_judging(call, model, order, num_items));
  const Status noted = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Sample sample, find_sample(transaction, order.sample));
    return audit(transaction, call, "judging-started", {},
                 {{"title", sample.title}, {"model", order.coder}});
  });
  if (noted) return app_response(judging_body(call), 202);
  call.app.judgings().stop();
  return noted.error();
}

Result<HttpResponse> post_judging_stop(AppCall& call) {
  call.app.judgings().stop();
  return app_response(judging_body(call));
}

}  // namespace falconet
