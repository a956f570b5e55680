#include "store/experiments.h"

#include "base/random.h"
#include "base/strings.h"

namespace falconet {
namespace {

constexpr const char* kSelectExperiments =
    "SELECT id, name, hypothesis, first_arm, second_arm, people_per_arm, started, ended "
    "FROM experiments ";

Json arm_json(const ExperimentArm& arm) {
  return {{"name", arm.name}, {"parameters", arm.parameters}};
}

ExperimentArm arm_from(const std::string& text) {
  const Json json = parse_json(text).value_or(Json::object());
  const Json* parameters = find_member(json, "parameters");
  return {string_member(json, "name").value_or(""),
          parameters != nullptr && parameters->is_object() ? *parameters : Json::object()};
}

Experiment experiment_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .name = row.text(1),
          .hypothesis = row.text(2),
          .first = arm_from(row.text(3)),
          .second = arm_from(row.text(4)),
          .people_per_arm = row.integer(5),
          .started = row.integer(6),
          .ended = row.optional_integer(7)};
}

Status check_experiment(const Experiment& experiment) {
  for (const std::string* text : {&experiment.name, &experiment.hypothesis}) {
    if (!trim(*text).empty() && text->size() <= kMaxExperimentTextBytes) continue;
    return error(ErrorCode::InvalidArgument, "an experiment has a name and a hypothesis of 1 to ",
                 kMaxExperimentTextBytes, " bytes");
  }
  if (trim(experiment.first.name).empty() || trim(experiment.second.name).empty() ||
      experiment.first.name == experiment.second.name) {
    return error(ErrorCode::InvalidArgument, "arms: expected two names that differ");
  }
  if (experiment.first.parameters == experiment.second.parameters) {
    return error(ErrorCode::InvalidArgument,
                 "arms: both have the same parameters, so there is nothing to compare");
  }
  if (experiment.people_per_arm < kLeastPeoplePerArm ||
      experiment.people_per_arm > kMostPeoplePerArm) {
    return error(ErrorCode::InvalidArgument, "people_per_arm: expected ", kLeastPeoplePerArm,
                 " to ", kMostPeoplePerArm, ", found ", experiment.people_per_arm);
  }
  return {};
}

}  // namespace

Result<Experiment> start_experiment(Transaction& transaction, Experiment experiment) {
  TRY(check_experiment(experiment));
  TRY_ASSIGN(const std::optional<Experiment> running, running_experiment(transaction));
  if (running) {
    return error(ErrorCode::AlreadyExists, "the experiment '", running->name,
                 "' is running; end it first");
  }
  experiment.id = {transaction.new_id()};
  experiment.started = transaction.now();
  experiment.ended.reset();
  TRY(transaction.execute(
      "INSERT INTO experiments (id, name, hypothesis, first_arm, second_arm, "
      "people_per_arm, started, ended) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
      experiment.id, experiment.name, experiment.hypothesis, to_text(arm_json(experiment.first)),
      to_text(arm_json(experiment.second)), experiment.people_per_arm, experiment.started));
  return experiment;
}

Result<std::vector<Experiment>> list_experiments(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectExperiments, "ORDER BY started DESC, id DESC")));
  std::vector<Experiment> experiments;
  for (const SqlRow& row : rows) experiments.push_back(experiment_of(row));
  return experiments;
}

Result<Experiment> find_experiment(Transaction& transaction, const ExperimentId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectExperiments, "WHERE id = ?"), id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no experiment ", id.value);
  return experiment_of(rows.front());
}

Result<std::optional<Experiment>> running_experiment(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectExperiments, "WHERE ended IS NULL")));
  return rows.empty() ? std::nullopt : std::optional(experiment_of(rows.front()));
}

Result<Experiment> end_experiment(Transaction& transaction, const ExperimentId& id) {
  TRY(transaction.execute("UPDATE experiments SET ended = ? WHERE id = ? AND ended IS NULL",
                          transaction.now(), id));
  return find_experiment(transaction, id);
}

Arm arm_of(const ExperimentId& experiment, const UserId& user) {
  // FNV-1a, then mixed: by itself it carries the likeness of two experiments over to their halves.
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : experiment.value + user.value) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  return split_mix(hash) >> 63 == 0 ? Arm::First : Arm::Second;
}

std::string arm_label(const ExperimentId& experiment, Arm arm) {
  return experiment.value + (arm == Arm::First ? "/first" : "/second");
}

}  // namespace falconet
