#include "feedback/comparison_results.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "feedback/segment_comparison.h"
#include "stats/bradley_terry.h"
#include "stats/paired_comparison.h"

namespace falconet {
namespace {

constexpr double kLevelOfPairs = 0.05;

/// One verdict, with the names in a fixed order.
struct PairVerdict {
  PersonId person = {};
  std::string_view first = {};
  std::string_view second = {};
  ComparisonChoice choice = ComparisonChoice::Tie;
};

PairVerdict in_order(PairVerdict verdict) {
  if (verdict.first <= verdict.second) return verdict;
  std::swap(verdict.first, verdict.second);
  if (verdict.choice != ComparisonChoice::Tie) {
    verdict.choice = verdict.choice == ComparisonChoice::First ? ComparisonChoice::Second
                                                               : ComparisonChoice::First;
  }
  return verdict;
}

/// Counts verdicts on one pair; `balance`: wins of the second less those of the first, by person.
struct PairCounter {
  ContestantPair pair = {};
  std::map<std::int32_t, std::int64_t> balance = {};

  void add(PersonId person, ComparisonChoice choice) {
    std::int64_t& sum = balance[person.value];
    if (choice == ComparisonChoice::Tie) ++pair.num_ties;
    if (choice == ComparisonChoice::First) ++pair.first_wins, --sum;
    if (choice == ComparisonChoice::Second) ++pair.second_wins, ++sum;
  }

  ContestantPair counted(std::int64_t least_people) {
    pair.num_people = static_cast<std::int64_t>(balance.size());
    for (const auto& [person, sum] : balance) {
      pair.people_for_first += sum < 0 ? 1 : 0;
      pair.people_for_second += sum > 0 ? 1 : 0;
    }
    if (pair.num_people < least_people) return std::move(pair);
    const auto test = sign_test(pair.people_for_second, pair.people_for_first);
    if (test) pair.p_value = *test;
    return std::move(pair);
  }
};

DuelOutcome outcome_of(ComparisonChoice choice) {
  if (choice == ComparisonChoice::Tie) return DuelOutcome::Tie;
  return choice == ComparisonChoice::First ? DuelOutcome::FirstWins : DuelOutcome::SecondWins;
}

/// Strengths over all pairs together: those who met through others are compared as well.
void add_strengths(const std::vector<PairVerdict>& verdicts, double level,
                   std::vector<ContestantPair>& pairs) {
  std::set<std::string_view> names;
  for (const PairVerdict& verdict : verdicts) names.insert({verdict.first, verdict.second});
  const auto number_of = [&](std::string_view name) {
    return static_cast<int>(std::distance(names.begin(), names.find(name)));
  };
  std::vector<Duel> duels;
  for (const PairVerdict& verdict : verdicts) {
    duels.push_back({verdict.person, number_of(verdict.first), number_of(verdict.second),
                     outcome_of(verdict.choice)});
  }
  const auto fit = bradley_terry(duels, static_cast<int>(names.size()), {.level = level});
  if (!fit) return;
  for (ContestantPair& pair : pairs) {
    for (const StrengthDifference& each : fit->differences) {
      if (each.first != number_of(pair.first) || each.second != number_of(pair.second)) continue;
      pair.log_odds = each.difference;
      pair.log_odds_interval = each.interval;
    }
  }
}

std::vector<ContestantPair> pairs_in(const std::vector<PairVerdict>& verdicts) {
  std::map<std::pair<std::string_view, std::string_view>, PairCounter> counters;
  for (const PairVerdict& verdict : verdicts) {
    PairCounter& counter = counters[{verdict.first, verdict.second}];
    counter.pair.first = verdict.first;
    counter.pair.second = verdict.second;
    counter.add(verdict.person, verdict.choice);
  }
  std::vector<ContestantPair> pairs;
  for (auto& [names, counter] : counters) pairs.push_back(counter.counted(kLeastTestedPeople));
  return pairs;
}

}  // namespace

ComparisonResults comparison_results(const AnalysisTable& table, const Resampling& resampling,
                                     std::optional<Provenance> only) {
  ComparisonResults out;
  std::vector<PairVerdict> verdicts;
  std::vector<WeightedValue> left;
  for (const StudyComparison& comparison : table.records->comparisons) {
    const PersonId person = table.person_of(comparison.participant_id);
    if (person.value < 0 || (only && comparison.provenance != *only)) continue;
    ++out.num_offered;
    if (!comparison.choice) continue;
    ++out.num_judged;
    verdicts.push_back(in_order({person, comparison.first, comparison.second, *comparison.choice}));
    if (*comparison.choice == ComparisonChoice::Tie) continue;
    const bool is_first = *comparison.choice == ComparisonChoice::First;
    left.push_back({person, is_first == comparison.is_first_left ? 1.0 : 0.0, 1});
  }
  out.pairs = pairs_in(verdicts);
  add_strengths(verdicts, resampling.level, out.pairs);
  out.left = message_rate(left, resampling);
  return out;
}

PairedExperimentResult judge_pairs(const Experiment& experiment, const FeedbackRecords& records) {
  std::unordered_map<std::string_view, std::string_view> arms;
  for (const StudyGeneration& generation : records.generations)
    arms[generation.id] = generation.arm;
  std::vector<const StudyComparison*> judged;
  for (const StudyComparison& comparison : records.comparisons) {
    const auto found = arms.find(comparison.first_generation_id);
    const bool belongs =
        found != arms.end() && found->second == arm_label(experiment.id, Arm::First);
    if (belongs && comparison.choice) judged.push_back(&comparison);
  }
  std::ranges::stable_sort(judged, {},
                           [](const StudyComparison* each) { return each->answered.value_or(0); });
  std::map<std::string_view, PersonId> people;
  PairCounter counter{.pair = {.first = experiment.first.name, .second = experiment.second.name}};
  PairedExperimentResult result;
  for (const StudyComparison* each : judged) {
    if (result.is_decided) break;
    const PersonId next{static_cast<std::int32_t>(people.size())};
    const PersonId person = people.try_emplace(each->participant_id, next).first->second;
    counter.add(person, *each->choice);
    if (static_cast<std::int64_t>(people.size()) < experiment.people_per_arm) continue;
    result.is_decided = true;
    result.decided = each->answered;
  }
  result.pair = counter.counted(experiment.people_per_arm);
  if (!result.is_decided) {
    result.pair = {.first = result.pair.first,
                   .second = result.pair.second,
                   .num_people = result.pair.num_people};
    return result;
  }
  if (result.pair.p_value.value_or(1) < kLevelOfPairs) {
    const bool is_better = result.pair.people_for_second > result.pair.people_for_first;
    result.verdict = is_better ? TrialVerdict::Improved : TrialVerdict::Worse;
  }
  return result;
}

}  // namespace falconet
