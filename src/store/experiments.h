// Experiments: two settings or models, compared by what people say of the answers: each is given to
// half of the people, or both stand side by side. Everything is fixed at the start, before there is
// data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/arms.h"
#include "store/records.h"
#include "store/store.h"
#include "store/studies.h"

namespace falconet {

using ExperimentId = RecordId<struct ExperimentTag>;

enum class ExperimentKind {
  Halves,      // a person is given one of the arms, always the same
  SideBySide,  // some questions get an answer of each, and their reader says which is better
};

/// "halves", "side_by_side"; unknown names are Halves.
const char* experiment_kind_name(ExperimentKind kind);
std::optional<ExperimentKind> experiment_kind_of(std::string_view name);

struct Experiment {
  ExperimentId id = {};
  std::string name = {};
  std::string hypothesis = {};
  ExperimentArm first = {};
  ExperimentArm second = {};
  /// Who have judged an answer, or, side by side, a pair: then it is decided.
  std::int64_t people_per_arm = 0;
  ExperimentKind kind = ExperimentKind::Halves;
  double share = 1;                   // of questions that get two answers side by side
  std::optional<StudyId> study = {};  // only its participants take part
  std::int64_t started = 0;
  std::optional<std::int64_t> ended = {};  // nobody is given its settings any more
};

constexpr std::size_t kMaxExperimentTextBytes = 2'000;  // of a name or hypothesis
constexpr std::int64_t kLeastPeoplePerArm = 5;          // fewer are described, and not tested
constexpr std::int64_t kMostPeoplePerArm = 1'000'000;

/// One at a time, so that nobody is in two. `id`, `started` and `ended` are given. The arms of a
/// study's experiment are two of those that the study has declared, found by their names.
/// Errors: InvalidArgument, AlreadyExists (one is running), NotFound (the study).
Result<Experiment> start_experiment(Transaction& transaction, Experiment experiment);

/// Newest first.
Result<std::vector<Experiment>> list_experiments(Transaction& transaction);

/// Errors: NotFound.
Result<Experiment> find_experiment(Transaction& transaction, const ExperimentId& id);

Result<std::optional<Experiment>> running_experiment(Transaction& transaction);

/// Whether a person's questions are part of it: everybody's, or those of a running study's
/// participants who allow it.
Result<bool> takes_part_in(Transaction& transaction, const Experiment& experiment,
                           const UserId& user);

/// An experiment that has ended stays as it is. Errors: NotFound.
Result<Experiment> end_experiment(Transaction& transaction, const ExperimentId& id);

enum class Arm { First, Second };

/// Always the same for a person; ids are random, and so are the halves.
Arm arm_of(const ExperimentId& experiment, const UserId& user);

/// What a generation's ledger and the records of a study call it: "ID/first", "ID/second".
std::string arm_label(const ExperimentId& experiment, Arm arm);

}  // namespace falconet
