// /api/feedback/trials: the same items answered under two settings, in the background, for a
// finding. For researchers.
#include "feedback/recorded_items.h"
#include "feedback/trial_run.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/client_digests.h"
#include "server/request_fields.h"
#include "store/studies.h"
#include "store/trials.h"

namespace falconet {
namespace {

// Each is answered twice; on a small machine an answer takes some ten seconds.
constexpr std::size_t kMaxPageItems = 500;
// As long as the longest answer that anybody waits for; beyond it a model that runs on would keep
// the machine for hours.
constexpr std::int64_t kMaxPageTokens = 8192;
// A few more rows in a step that is there anyway; chats hardly feel them.
constexpr std::size_t kPageAnswersAtOnce = 4;
constexpr int kListedTrials = 200;
constexpr std::size_t kMaxFindingBytes = 200;
constexpr std::size_t kMaxFileNameBytes = 200;
constexpr std::size_t kMaxSettingBytes = 64u << 10;  // most of it a system prompt

struct TrialOrder {
  TrialRecord record = {};
  std::optional<std::string> file = {};  // items; nothing: what people have asked here
  Trial trial = {};
};

Json trial_json(const TrialRecord& record) {
  Json json = {{"id", record.id.value},
               {"finding", record.finding},
               {"study", record.study ? Json(record.study->value) : Json()},
               {"ended", record.ended},
               {"model", record.model},
               {"items", record.items.empty() ? Json() : Json(record.items)},
               {"half", record.half},
               {"a", record.first},
               {"b", record.second}};
  const auto result = judge_trial(
      {record.num_both, record.num_only_first, record.num_only_second, record.num_neither});
  if (result) json.update(trial_result_json(*result));
  return json;
}

/// What the run says of itself while there is no record yet.
Json about_trial(const TrialRecord& record) {
  return {{"finding", record.finding},
          {"study", record.study ? Json(record.study->value) : Json()},
          {"model", record.model},
          {"a", record.first},
          {"b", record.second}};
}

Result<TrialSetting> read_trial_setting(RequestFields& fields, const char* name, Json& kept) {
  const Json* members = fields.find(name);
  if (members != nullptr) kept = *members;
  if (to_text(kept).size() > kMaxSettingBytes) {
    return error(ErrorCode::InvalidArgument, name, ": expected at most ", kMaxSettingBytes,
                 " bytes");
  }
  Result<TrialSetting> setting = trial_setting_of_json(kept);
  if (!setting) return std::move(setting).error().within(name);
  const std::int64_t tokens = setting->stopping.max_tokens.value_or(kUsualTrialTokens);
  if (tokens >= 1 && tokens <= kMaxPageTokens) return setting;
  return error(ErrorCode::InvalidArgument, name, ": max_tokens: expected 1 to ", kMaxPageTokens,
               ", found ", tokens);
}

Status read_file_of_items(RequestFields& fields, TrialOrder& order) {
  TRY(fields.read("items", order.file));
  if (!order.file) return {};
  order.record.items = "items";
  TRY(fields.read("items_name", order.record.items));
  if (!order.record.items.empty() && order.record.items.size() <= kMaxFileNameBytes) return {};
  return error(ErrorCode::InvalidArgument, "items_name: expected 1 to ", kMaxFileNameBytes,
               " bytes");
}

Result<TrialOrder> read_trial_order(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  TrialOrder order{.record = {.half = "all"}};
  TRY(fields.read("finding", order.record.finding));
  if (order.record.finding.empty() || order.record.finding.size() > kMaxFindingBytes) {
    return error(ErrorCode::InvalidArgument, "finding: expected the id of a finding");
  }
  std::optional<std::string> study;
  TRY(fields.read("study", study));
  if (study) order.record.study = StudyId{*study};
  TRY(fields.read("model", order.record.model));
  TRY(fields.read("half", order.record.half));
  TRY(read_file_of_items(fields, order));
  TRY_ASSIGN(order.trial.first, read_trial_setting(fields, "a", order.record.first));
  TRY_ASSIGN(order.trial.second, read_trial_setting(fields, "b", order.record.second));
  if (order.record.first != order.record.second) return order;
  return error(ErrorCode::InvalidArgument, "b: is the same setting as a");
}

Result<std::vector<TrialItem>> items_of_order(AppCall& call, const TrialOrder& order) {
  if (order.file) return read_trial_items(*order.file, order.record.items);
  TRY_ASSIGN(RecordedItems recorded, call.app.store().read([](Transaction& transaction) {
    return recorded_trial_items(transaction, kMaxPageItems);
  }));
  if (!recorded.items.empty()) return std::move(recorded.items);
  return error(ErrorCode::InvalidArgument,
               "items: nothing that people have asked here has an answer that a program can judge; "
               "send a file of items (docs/feedback-data.md)");
}

Status take_items(AppCall& call, TrialOrder& order) {
  TRY_ASSIGN(order.trial.items, items_of_order(call, order));
  Status halved = take_half(order.record.half, order.trial.items);
  if (!halved) return std::move(halved).error().within("half");
  const std::size_t count = order.trial.items.size();
  if (count == 0 || count > kMaxPageItems) {
    return error(ErrorCode::InvalidArgument, "items: expected 1 to ", kMaxPageItems, ", found ",
                 count, "; for more there is falconet feedback try");
  }
  return check_trial(order.trial);
}

Result<Json> try_in_background(Store& store, const ModelWork& work, const Trial& trial,
                               TrialRecord record) {
  TRY_ASSIGN(const TrialResult result, run_trial(work, trial));
  record.num_both = result.counts.both;
  record.num_only_first = result.counts.only_first;
  record.num_only_second = result.counts.only_second;
  record.num_neither = result.counts.neither;
  TRY_ASSIGN(const TrialRecord kept,
             store.write([&](Transaction& transaction) { return add_trial(transaction, record); }));
  return trial_json(kept);
}

Status begin_trial(AppCall& call, std::shared_ptr<Completer> model, TrialOrder order) {
  const auto num_answers = static_cast<std::int64_t>(2 * order.trial.items.size());
  const Digest128 client = call.service.clients.of_user("trials");  // no user has such an id
  Json about = about_trial(order.record);
  TRY(call.app.trials().start(
      std::move(about), num_answers,
      [&store = call.app.store(), model = std::move(model), client, order = std::move(order)](
          const std::stop_token& stop, const BackgroundRun::Progress& progress) {
        const ModelWork work{.model = *model,
                             .stop = stop,
                             .on_progress = progress,
                             .num_at_once = kPageAnswersAtOnce,
                             .priority = kBackgroundPriority,
                             .client = client};
        return try_in_background(store, work, order.trial, order.record);
      }));
  return {};
}

Status check_study(AppCall& call, const std::optional<StudyId>& study) {
  if (!study) return {};
  const auto found = call.app.store().read(
      [&](Transaction& transaction) { return find_study(transaction, *study); });
  return found ? Status() : Status(found.error());
}

Json trials_body(AppCall& call) { return {{"run", run_json(call.app.trials().state())}}; }

}  // namespace

Result<HttpResponse> get_trials(AppCall& call) {
  std::optional<StudyId> study;
  if (const auto id = query_value(call.request.query, "study")) study = StudyId{*id};
  TRY(check_study(call, study));
  TRY_ASSIGN(const auto all, call.app.store().read([&](Transaction& transaction) {
    return list_trials(transaction, study, kListedTrials);
  }));
  Json body = trials_body(call);
  body["trials"] = Json::array();
  for (const TrialRecord& record : all) body["trials"].push_back(trial_json(record));
  return app_response(body);
}

Result<HttpResponse> get_trial_items(AppCall& call) {
  TRY_ASSIGN(const RecordedItems recorded, call.app.store().read([](Transaction& transaction) {
    return recorded_trial_items(transaction, kMaxPageItems);
  }));
  return app_response({{"items", recorded.items.size()},
                       {"corrected", recorded.num_corrected},
                       {"praised", recorded.num_praised},
                       {"without_check", recorded.num_without_check},
                       {"with_files", recorded.num_with_files},
                       {"most", kMaxPageItems}});
}

Result<HttpResponse> post_trial(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(TrialOrder order, read_trial_order(body));
  TRY_ASSIGN(const auto model, call.service.models.find(order.record.model));
  order.record.model = call.service.models.served_name(order.record.model);
  TRY(check_study(call, order.record.study));
  TRY(take_items(call, order));
  const Json detail = {{"finding", order.record.finding}, {"model", order.record.model}};
  TRY(begin_trial(call, model, std::move(order)));
  const Status noted = call.app.store().write([&](Transaction& transaction) {
    return audit(transaction, call, "trial-started", {}, detail);
  });
  if (noted) return app_response(trials_body(call), 202);
  call.app.trials().stop();
  return noted.error();
}

Result<HttpResponse> post_trial_stop(AppCall& call) {
  call.app.trials().stop();
  return app_response(trials_body(call));
}

Result<HttpResponse> remove_trial(AppCall& call) {
  const Status removed = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const TrialRecord gone, delete_trial(transaction, {call.id}));
    return audit(transaction, call, "trial-deleted", {}, {{"finding", gone.finding}});
  });
  if (!removed) return removed.error();
  return no_content();
}

}  // namespace falconet
