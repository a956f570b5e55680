#include "store/experiments.h"

#include <array>

#include "base/random.h"
#include "base/strings.h"
#include "store/participants.h"

namespace falconet {
namespace {

constexpr const char* kSelectExperiments =
    "SELECT id, name, hypothesis, first_arm, second_arm, people_per_arm, started, ended, kind, "
    "share, study_id FROM experiments ";

constexpr std::array kExperimentKinds = {"halves", "side_by_side"};

ExperimentArm arm_from(const std::string& text) {
  return arm_of_document(parse_json(text).value_or(Json::object()));
}

Experiment experiment_of(const SqlRow& row) {
  Experiment experiment{.id = {row.text(0)},
                        .name = row.text(1),
                        .hypothesis = row.text(2),
                        .first = arm_from(row.text(3)),
                        .second = arm_from(row.text(4)),
                        .people_per_arm = row.integer(5),
                        .kind = experiment_kind_of(row.text(8)).value_or(ExperimentKind::Halves),
                        .share = row.number(9),
                        .started = row.integer(6),
                        .ended = row.optional_integer(7)};
  if (auto study = row.optional_text(10)) experiment.study = StudyId{*std::move(study)};
  return experiment;
}

Status check_experiment(const Experiment& experiment) {
  for (const std::string* text : {&experiment.name, &experiment.hypothesis}) {
    if (!trim(*text).empty() && text->size() <= kMaxExperimentTextBytes) continue;
    return error(ErrorCode::InvalidArgument, "an experiment has a name and a hypothesis of 1 to ",
                 kMaxExperimentTextBytes, " bytes");
  }
  TRY(check_arms({experiment.first, experiment.second}));
  if (!(experiment.share > 0 && experiment.share <= 1)) {
    return error(ErrorCode::InvalidArgument, "share: expected more than 0 and at most 1, found ",
                 experiment.share);
  }
  if (experiment.people_per_arm < kLeastPeoplePerArm ||
      experiment.people_per_arm > kMostPeoplePerArm) {
    return error(ErrorCode::InvalidArgument, "people_per_arm: expected ", kLeastPeoplePerArm,
                 " to ", kMostPeoplePerArm, ", found ", experiment.people_per_arm);
  }
  return {};
}

/// The study's own arm of that name.
Result<ExperimentArm> declared_arm(const StudyRecord& study, const ExperimentArm& wanted) {
  std::string names;
  for (const ExperimentArm& arm : study.arms) {
    if (arm.name == wanted.name) return arm;
    names += cat(names.empty() ? "" : ", ", "'", arm.name, "'");
  }
  return error(ErrorCode::InvalidArgument, "arms: the study '", study.name, "' has declared ",
               names.empty() ? "none" : names, "; found '", wanted.name, "'");
}

Status take_arms_of_study(Transaction& transaction, Experiment& experiment) {
  if (!experiment.study) return {};
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, *experiment.study));
  if (study.state != StudyState::Running) {
    return error(ErrorCode::InvalidArgument, "study: '", study.name, "' does not run; start it");
  }
  TRY_ASSIGN(experiment.first, declared_arm(study, experiment.first));
  TRY_ASSIGN(experiment.second, declared_arm(study, experiment.second));
  return {};
}

}  // namespace

const char* experiment_kind_name(ExperimentKind kind) {
  return kExperimentKinds[static_cast<std::size_t>(kind)];
}

std::optional<ExperimentKind> experiment_kind_of(std::string_view name) {
  for (std::size_t i = 0; i < kExperimentKinds.size(); ++i) {
    if (name == kExperimentKinds[i]) return static_cast<ExperimentKind>(i);
  }
  return std::nullopt;
}

Result<Experiment> start_experiment(Transaction& transaction, Experiment experiment) {
  TRY(take_arms_of_study(transaction, experiment));
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
      "people_per_arm, started, ended, kind, share, study_id) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
      experiment.id, experiment.name, experiment.hypothesis,
      to_text(arm_document(experiment.first)), to_text(arm_document(experiment.second)),
      experiment.people_per_arm, experiment.started, experiment_kind_name(experiment.kind),
      experiment.share, experiment.study));
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

Result<bool> takes_part_in(Transaction& transaction, const Experiment& experiment,
                           const UserId& user) {
  if (!experiment.study) return true;
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, *experiment.study));
  if (study.state != StudyState::Running) return false;
  const auto participant = find_participation(transaction, user, study.id);
  if (participant) return participant->allows(kScopeRatingsAndLogs);
  if (participant.error().code == ErrorCode::NotFound) return false;
  return participant.error();
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
