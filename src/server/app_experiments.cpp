// Experiments of researchers, and what everybody is told of what came of their words.
#include "feedback/comparison_report.h"
#include "feedback/experiment_result.h"
#include "feedback/live_records.h"
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/app_passwords.h"
#include "server/arm_fields.h"
#include "server/request_fields.h"
#include "store/changes.h"
#include "store/comparisons.h"
#include "store/experiments.h"
#include "store/rated_answers.h"

namespace falconet {
namespace {

constexpr int kToldChanges = 20;

Json arm_json(const ExperimentArm& arm, const ArmResult& result, bool is_decided) {
  return {{"name", arm.name},
          {"parameters", arm.parameters},
          {"model", arm.model},
          {"people", result.num_people},
          {"ratings", result.num_ratings},
          {"poor", is_decided ? Json(result.poor_share) : Json()}};
}

Json experiment_json(const Experiment& experiment, const ExperimentResult& result) {
  Json json = {{"id", experiment.id.value},
               {"name", experiment.name},
               {"hypothesis", experiment.hypothesis},
               {"kind", experiment_kind_name(experiment.kind)},
               {"share", experiment.share},
               {"study", experiment.study ? Json(experiment.study->value) : Json()},
               {"people_per_arm", experiment.people_per_arm},
               {"started", experiment.started},
               {"ended", experiment.ended ? Json(*experiment.ended) : Json()},
               {"first", arm_json(experiment.first, result.first, result.is_decided)},
               {"second", arm_json(experiment.second, result.second, result.is_decided)},
               {"is_decided", result.is_decided},
               {"decided", result.decided ? Json(*result.decided) : Json()},
               {"verdict", trial_verdict_name(result.verdict)}};
  if (!result.is_decided) return json;
  json["difference"] = result.difference;
  json["interval"] = result.interval ? Json({result.interval->low, result.interval->high}) : Json();
  json["p"] = result.p_value ? Json(*result.p_value) : Json();
  json["people_needed"] = result.people_needed ? Json(*result.people_needed) : Json();
  return json;
}

Result<ExperimentArm> read_arm_of(RequestFields& fields, const char* name) {
  const Json* object = fields.find(name);
  if (object == nullptr) return error(ErrorCode::InvalidArgument, name, ": is missing");
  return read_arm(*object, name);
}

Result<Experiment> read_experiment(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  Experiment experiment;
  TRY(fields.read("name", experiment.name));
  TRY(fields.read("hypothesis", experiment.hypothesis));
  TRY(fields.read("people_per_arm", experiment.people_per_arm));
  TRY(fields.read("share", experiment.share));
  std::string kind = experiment_kind_name(experiment.kind);
  TRY(fields.read("kind", kind));
  const auto known = experiment_kind_of(kind);
  if (!known) {
    return error(ErrorCode::InvalidArgument,
                 "kind: expected \"halves\" or \"side_by_side\", found '", kind.substr(0, 40), "'");
  }
  experiment.kind = *known;
  std::optional<std::string> study;
  TRY(fields.read("study", study));
  if (study) experiment.study = StudyId{*study};
  TRY_ASSIGN(experiment.first, read_arm_of(fields, "first"));
  TRY_ASSIGN(experiment.second, read_arm_of(fields, "second"));
  return experiment;
}

Json paired_json(const Experiment& experiment, const PairedExperimentResult& result) {
  const ArmResult people{.num_people = result.pair.num_people,
                         .num_ratings = result.pair.num_judged()};
  Json json = experiment_json(experiment, {.first = people, .second = people});
  json["is_decided"] = result.is_decided;
  json["decided"] = result.decided ? Json(*result.decided) : Json();
  json["verdict"] = trial_verdict_name(result.verdict);
  json["pairs"] = contestant_pair_json(result.pair);
  return json;
}

/// Its pairs, and for each the answer that tells to which arm it belongs.
Result<FeedbackRecords> pairs_of(Transaction& transaction, const Experiment& experiment) {
  TRY_ASSIGN(const auto pairs, compared_pairs(transaction));
  FeedbackRecords records;
  for (const ComparedPair& pair : pairs) {
    if (pair.experiment != experiment.id) continue;
    records.generations.push_back({.id = pair.first.value,
                                   .participant_id = pseudonym_of(pair.user.value),
                                   .arm = arm_label(experiment.id, Arm::First)});
    records.comparisons.push_back(comparison_record(pair));
  }
  return records;
}

/// Only what was said of its answers: a server may hold a million others.
Result<FeedbackRecords> records_of(Transaction& transaction, const Experiment& experiment) {
  TRY_ASSIGN(const auto rows, ratings_of_experiment(transaction, experiment.id));
  FeedbackRecords records;
  for (const RatedAnswerRow& row : rows) {
    records.generations.push_back({.id = row.generation.value,
                                   .participant_id = pseudonym_of(row.user.value),
                                   .arm = row.arm});
    StudyRating rating{.id = row.message.value,
                       .generation_id = row.generation.value,
                       .shown = row.probe_shown.value_or(row.changed.value_or(0)),
                       .answered = row.changed};
    if (row.value) rating.value = *row.value;
    if (row.score) {
      rating.scale = RatingScale::Score;
      rating.value = static_cast<double>(*row.score);
    }
    records.ratings.push_back(std::move(rating));
  }
  return records;
}

Result<Json> judged_json(Transaction& transaction, const Experiment& experiment) {
  if (experiment.kind == ExperimentKind::SideBySide) {
    TRY_ASSIGN(const FeedbackRecords records, pairs_of(transaction, experiment));
    return paired_json(experiment, judge_pairs(experiment, records));
  }
  TRY_ASSIGN(const FeedbackRecords records, records_of(transaction, experiment));
  TRY_ASSIGN(const ExperimentResult result, judge_experiment(experiment, records, {}));
  return experiment_json(experiment, result);
}

Json change_json(const PublishedChange& change) {
  return {{"id", change.id.value},
          {"published", change.published},
          {"en", change.en},
          {"zh", change.zh}};
}

}  // namespace

Result<HttpResponse> get_experiments(AppCall& call) {
  TRY_ASSIGN(Json experiments, call.app.store().read([](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const std::vector<Experiment> all, list_experiments(transaction));
    Json list = Json::array();
    for (const Experiment& experiment : all) {
      TRY_ASSIGN(Json json, judged_json(transaction, experiment));
      list.push_back(std::move(json));
    }
    return list;
  }));
  return app_response({{"experiments", std::move(experiments)}});
}

Result<HttpResponse> post_experiment(AppCall& call) {
  TRY_ASSIGN(Experiment wanted, read_experiment(call.request.body));
  for (const ExperimentArm* arm : {&wanted.first, &wanted.second}) {
    if (arm->model.empty()) continue;
    const auto model = call.service.models.find(arm->model);
    if (!model) return Error(model.error()).within(cat("model of '", arm->name, "'"));
  }
  TRY_ASSIGN(Json json, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Experiment made, start_experiment(transaction, std::move(wanted)));
    TRY(audit(transaction, call, "experiment-started", {}, {{"name", made.name}}));
    return judged_json(transaction, made);
  }));
  return app_response({{"experiment", std::move(json)}}, 201);
}

Result<HttpResponse> end_experiment_early(AppCall& call) {
  TRY_ASSIGN(Json json, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Experiment ended, end_experiment(transaction, {call.id}));
    TRY(audit(transaction, call, "experiment-ended", {}, {{"name", ended.name}}));
    return judged_json(transaction, ended);
  }));
  return app_response({{"experiment", std::move(json)}});
}

Result<HttpResponse> get_changes(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([](Transaction& transaction) {
    return published_changes(transaction, kToldChanges);
  }));
  Json changes = Json::array();
  for (const PublishedChange& change : all) changes.push_back(change_json(change));
  return app_response({{"changes", std::move(changes)}});
}

Result<HttpResponse> post_change(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string en;
  std::string zh;
  TRY(fields.read("en", en));
  TRY(fields.read("zh", zh));
  TRY_ASSIGN(const PublishedChange change,
             call.app.store().write([&](Transaction& transaction) -> Result<PublishedChange> {
               TRY_ASSIGN(PublishedChange made, publish_change(transaction, en, zh));
               TRY(audit(transaction, call, "change-published", {}, {{"en", en}}));
               return made;
             }));
  return app_response({{"change", change_json(change)}}, 201);
}

Result<HttpResponse> remove_change(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(withdraw_change(transaction, {call.id}));
    return audit(transaction, call, "change-withdrawn");
  });
  if (!written) return written.error();
  return no_content();
}

}  // namespace falconet
