#include "feedback/experiment_result.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feedback/analysis_table.h"
#include "stats/bootstrap.h"
#include "stats/distributions.h"
#include "stats/permutation.h"

namespace falconet {
namespace {

constexpr double kLevelOfTest = 0.05;
constexpr double kWantedPower = 0.8;

struct Judgement {
  std::string_view person = {};
  UnixMillis at = 0;
  bool is_poor = false;
};

/// Person -> (ratings, poor ones).
struct PersonCounts {
  std::int64_t num_ratings = 0;
  std::int64_t num_poor = 0;
};

std::vector<Judgement> judgements_of(const std::string& arm, const FeedbackRecords& records) {
  std::unordered_map<std::string_view, const StudyGeneration*> generations;
  for (const StudyGeneration& generation : records.generations) {
    if (generation.arm == arm) generations[generation.id] = &generation;
  }
  std::vector<Judgement> judgements;
  for (const StudyRating& rating : records.ratings) {
    const auto found = generations.find(rating.generation_id);
    if (found == generations.end() || !rating.value) continue;
    judgements.push_back({found->second->participant_id, rating.answered.value_or(rating.shown),
                          is_poor_rating(rating)});
  }
  std::ranges::stable_sort(judgements, {}, &Judgement::at);
  return judgements;
}

/// When the last of the planned people gave their first judgement.
std::optional<UnixMillis> full_at(const std::vector<Judgement>& judgements, std::int64_t planned) {
  std::map<std::string_view, UnixMillis> first;
  for (const Judgement& judgement : judgements) {
    first.try_emplace(judgement.person, judgement.at);
    if (static_cast<std::int64_t>(first.size()) == planned) return judgement.at;
  }
  return std::nullopt;
}

std::vector<double> shares_until(const std::vector<Judgement>& judgements, UnixMillis until,
                                 ArmResult& result) {
  std::map<std::string_view, PersonCounts> people;
  for (const Judgement& judgement : judgements) {
    if (judgement.at > until) continue;
    PersonCounts& counts = people[judgement.person];
    ++counts.num_ratings;
    counts.num_poor += judgement.is_poor ? 1 : 0;
    ++result.num_ratings;
  }
  std::vector<double> shares;
  for (const auto& [person, counts] : people) {
    shares.push_back(static_cast<double>(counts.num_poor) /
                     static_cast<double>(counts.num_ratings));
  }
  result.num_people = static_cast<std::int64_t>(shares.size());
  return shares;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

/// Two means with a common variance, by the normal approximation (Fleiss, Levin, Paik 2003, 4.3).
std::optional<std::int64_t> people_for(const std::vector<double>& first,
                                       const std::vector<double>& second, double difference) {
  const double squares =
      squares_around(first, mean_of(first)) + squares_around(second, mean_of(second));
  if (difference == 0 || squares == 0) return std::nullopt;
  const double variance = squares / static_cast<double>(first.size() + second.size() - 2);
  const double quantiles = normal_quantile(1 - kLevelOfTest / 2) + normal_quantile(kWantedPower);
  return static_cast<std::int64_t>(
      std::ceil(2 * variance * quantiles * quantiles / (difference * difference)));
}

/// People are drawn within no arm: how many of each arm are drawn varies, as it did by chance.
Result<Interval> interval_of(const std::vector<double>& first, const std::vector<double>& second,
                             const Resampling& resampling) {
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const auto difference = [&](std::span<const double> times) -> std::optional<double> {
    std::array<double, 2> sums{};
    std::array<double, 2> counts{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::size_t arm = i < first.size() ? 0 : 1;
      sums[arm] += times[i] * all[i];
      counts[arm] += times[i];
    }
    if (counts[0] == 0 || counts[1] == 0) return std::nullopt;
    return sums[1] / counts[1] - sums[0] / counts[0];
  };
  TRY_ASSIGN(const BootstrapResult bootstrap,
             bootstrap_clusters(static_cast<int>(all.size()), difference, resampling));
  return bootstrap.bca;
}

}  // namespace

Result<ExperimentResult> judge_experiment(const Experiment& experiment,
                                          const FeedbackRecords& records,
                                          const Resampling& resampling) {
  const auto first = judgements_of(arm_label(experiment.id, Arm::First), records);
  const auto second = judgements_of(arm_label(experiment.id, Arm::Second), records);
  const auto first_full = full_at(first, experiment.people_per_arm);
  const auto second_full = full_at(second, experiment.people_per_arm);
  ExperimentResult result{.is_decided = first_full && second_full};
  constexpr UnixMillis kAlways = std::numeric_limits<UnixMillis>::max();
  if (result.is_decided) result.decided = std::max(*first_full, *second_full);
  const UnixMillis until = result.decided.value_or(kAlways);
  const std::vector<double> first_shares = shares_until(first, until, result.first);
  const std::vector<double> second_shares = shares_until(second, until, result.second);
  if (!result.is_decided) return result;
  result.first.poor_share = mean_of(first_shares);
  result.second.poor_share = mean_of(second_shares);
  result.difference = result.second.poor_share - result.first.poor_share;
  TRY_ASSIGN(const PermutationResult test,
             permutation_test(second_shares, first_shares, resampling));
  result.p_value = test.p_value;
  const auto interval = interval_of(first_shares, second_shares, resampling);
  if (interval) result.interval = *interval;
  if (test.p_value < kLevelOfTest) {
    result.verdict = result.difference < 0 ? TrialVerdict::Improved : TrialVerdict::Worse;
  } else {
    result.people_needed = people_for(first_shares, second_shares, result.difference);
  }
  return result;
}

}  // namespace falconet
