// Experiments: two settings, each given to half of the people, compared by what they say of the
// answers. Everything is fixed at the start, before there is data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

using ExperimentId = RecordId<struct ExperimentTag>;

struct ExperimentArm {
  std::string name = {};
  Json parameters = Json::object();  // as of a conversation
};

struct Experiment {
  ExperimentId id = {};
  std::string name = {};
  std::string hypothesis = {};
  ExperimentArm first = {};
  ExperimentArm second = {};
  std::int64_t people_per_arm = 0;  // who have judged an answer: then it is decided
  std::int64_t started = 0;
  std::optional<std::int64_t> ended = {};  // nobody is given its settings any more
};

constexpr std::size_t kMaxExperimentTextBytes = 2'000;  // of a name or hypothesis
constexpr std::int64_t kLeastPeoplePerArm = 5;          // fewer are described, and not tested
constexpr std::int64_t kMostPeoplePerArm = 1'000'000;

/// One at a time, so that nobody is in two. `id`, `started` and `ended` are given.
/// Errors: InvalidArgument, AlreadyExists (one is running).
Result<Experiment> start_experiment(Transaction& transaction, Experiment experiment);

/// Newest first.
Result<std::vector<Experiment>> list_experiments(Transaction& transaction);

/// Errors: NotFound.
Result<Experiment> find_experiment(Transaction& transaction, const ExperimentId& id);

Result<std::optional<Experiment>> running_experiment(Transaction& transaction);

/// An experiment that has ended stays as it is. Errors: NotFound.
Result<Experiment> end_experiment(Transaction& transaction, const ExperimentId& id);

enum class Arm { First, Second };

/// Always the same for a person; ids are random, and so are the halves.
Arm arm_of(const ExperimentId& experiment, const UserId& user);

/// What a generation's ledger and the records of a study call it: "ID/first", "ID/second".
std::string arm_label(const ExperimentId& experiment, Arm arm);

}  // namespace falconet
