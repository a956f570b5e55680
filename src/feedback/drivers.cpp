#include "feedback/drivers.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.h"
#include "stats/bootstrap.h"
#include "stats/distributions.h"
#include "stats/logistic.h"
#include "stats/logistic_mode.h"
#include "stats/multiple_testing.h"

namespace falconet {
namespace {

constexpr double kDriverRidge = 1;  // of standardised columns: a normal prior of deviation 1
constexpr int kMostDriverResamples = 200;
constexpr std::size_t kMostResampledRows = 20'000;  // more would take longer than all the rest

// Greater odds ratios (or smaller inverse ones) mean that the columns separate the ratings
// together, though none of them does alone; clustered intervals do not hold then.
constexpr double kGreatestOddsRatio = 1000;

/// What may go with a poor rating.
struct DriverColumn {
  DriverKind kind = DriverKind::Condition;
  std::string name = {};
  std::vector<char> has = {};  // [answers]
};

struct DriverAnswers {
  std::vector<const RatedAnswer*> answers = {};
  std::vector<DriverColumn> columns = {};
  bool is_weighted = false;

  double weight_of(const RatedAnswer& answer) const { return is_weighted ? answer.weight : 1; }

  /// Leaves out what too few people have, or too few have not.
  void add(DriverKind kind, std::string name, RatedTest has) {
    DriverColumn column{kind, std::move(name), {}};
    std::set<PersonId> with;
    std::set<PersonId> without;
    for (const RatedAnswer* answer : answers) {
      column.has.push_back(has(*answer) ? 1 : 0);
      (column.has.back() != 0 ? with : without).insert(answer->person);
    }
    const auto least = static_cast<std::size_t>(kLeastDriverPeople);
    if (with.size() >= least && without.size() >= least) columns.push_back(std::move(column));
  }
};

DriverAnswers answers_of(const AnalysisTable& table, DriverKind kind) {
  DriverAnswers out{.is_weighted = rating_basis(table) == RatingBasis::Probes};
  for (const RatedAnswer& answer : table.rated) {
    if (out.is_weighted && !answer.is_probe) continue;
    const bool has_words = !answer.rating->reasons.empty() || !answer.rating->comment.empty();
    if (kind == DriverKind::Condition || has_words) out.answers.push_back(&answer);
  }
  return out;
}

DriverAnswers conditions_of(const AnalysisTable& table) {
  DriverAnswers out = answers_of(table, DriverKind::Condition);
  const auto add = [&](const char* name, bool (*has)(const StudyGeneration&)) {
    out.add(DriverKind::Condition, name,
            [&](const RatedAnswer& answer) { return has(*answer.generation); });
  };
  using Answer = const StudyGeneration&;
  add("long_prompt", [](Answer answer) { return answer.prompt_tokens > kLongPromptTokens; });
  add("late_turn", [](Answer answer) { return answer.turn > kLateTurn; });
  add("evicted", [](Answer answer) { return answer.evicted_messages > 0; });
  add("malformed", [](Answer answer) {
    return answer.structured_outcome.value_or(StructuredOutcome::Ok) != StructuredOutcome::Ok;
  });
  add("slow_first_token",
      [](Answer answer) { return answer.first_token_ms > kSlowFirstTokenMillis; });
  add("cut_off", [](Answer answer) { return answer.finish_reason == "length"; });
  add("chinese", [](Answer answer) { return answer.language.starts_with("zh"); });
  return out;
}

DriverAnswers complaints_of(const AnalysisTable& table) {
  DriverAnswers out = answers_of(table, DriverKind::Complaint);
  for (const IssueCategory category : kIssueCategories) {
    out.add(DriverKind::Complaint, std::string(issue_category_name(category)),
            [&](const RatedAnswer& answer) { return has_label(answer.labels.problems, category); });
  }
  return out;
}

/// Answers of a person that are alike in every column are one row, with their share of poor ones
/// and their weight: the same scores, fewer rows.
struct DriverRows {
  std::vector<PersonId> people = {};
  std::vector<double> outcomes = {};
  std::vector<double> weights = {};
  std::vector<std::vector<double>> columns = {};  // standardised
  std::vector<double> deviations = {};

  RegressionData data() const {
    RegressionData out{.people = people, .outcomes = outcomes, .columns = {}, .weights = weights};
    for (const auto& column : columns) out.columns.emplace_back(column);
    return out;
  }
};

DriverRows rows_of(const DriverAnswers& answers) {
  struct Sums {
    double poor = 0;
    double all = 0;
  };
  std::map<std::pair<PersonId, std::vector<char>>, Sums> rows;
  for (std::size_t i = 0; i < answers.answers.size(); ++i) {
    std::vector<char> pattern;
    for (const DriverColumn& column : answers.columns) pattern.push_back(column.has[i]);
    const RatedAnswer& answer = *answers.answers[i];
    Sums& sums = rows[{answer.person, std::move(pattern)}];
    sums.all += answers.weight_of(answer);
    sums.poor += answer.is_poor ? answers.weight_of(answer) : 0;
  }
  DriverRows out;
  double total = 0;
  for (const auto& [key, sums] : rows) total += sums.all;
  for (const auto& [key, sums] : rows) {
    out.people.push_back(key.first);
    out.outcomes.push_back(sums.poor / sums.all);
    out.weights.push_back(sums.all);
  }
  for (std::size_t j = 0; j < answers.columns.size(); ++j) {
    double mean = 0;
    for (const auto& [key, sums] : rows) mean += key.second[j] != 0 ? sums.all / total : 0;
    const double deviation = std::sqrt(std::max(1e-12, mean * (1 - mean)));
    std::vector<double>& column = out.columns.emplace_back();
    for (const auto& [key, sums] : rows) {
      column.push_back(((key.second[j] != 0 ? 1 : 0) - mean) / deviation);
    }
    out.deviations.push_back(deviation);
  }
  return out;
}

/// The rows of people who were drawn, as often as they were.
DriverRows drawn_rows(const DriverRows& rows, const PersonIndex& index, Random& random) {
  std::vector<double> times(static_cast<std::size_t>(index.num_people));
  for (std::size_t i = 0; i < times.size(); ++i) times[random.below(times.size())] += 1;
  DriverRows out{.columns = std::vector<std::vector<double>>(rows.columns.size())};
  for (std::size_t i = 0; i < rows.people.size(); ++i) {
    const double drawn = times[static_cast<std::size_t>(index.of[i])];
    if (drawn == 0) continue;
    out.people.push_back(rows.people[i]);
    out.outcomes.push_back(rows.outcomes[i]);
    out.weights.push_back(drawn * rows.weights[i]);
    for (std::size_t j = 0; j < rows.columns.size(); ++j) {
      out.columns[j].push_back(rows.columns[j][i]);
    }
  }
  return out;
}

/// Percentiles of each coefficient but the intercept; empty where the data are too many or too few.
std::vector<Interval> bootstrapped(const DriverRows& rows, const Resampling& resampling) {
  if (rows.people.size() > kMostResampledRows) return {};
  const PersonIndex index = index_people(rows.people);
  Random random(resampling.seed);
  std::vector<std::vector<double>> values(rows.columns.size());
  const int num_resamples = std::min(resampling.num_resamples, kMostDriverResamples);
  for (int i = 0; i < num_resamples; ++i) {
    const DriverRows drawn = drawn_rows(rows, index, random);
    if (!check_regression_data(drawn.data())) continue;
    const auto mode =
        logistic_mode(drawn.data(), index_people(drawn.people), {.ridge = kDriverRidge});
    if (!mode) continue;
    for (std::size_t j = 0; j < values.size(); ++j) values[j].push_back(mode->coefficients[j + 1]);
  }
  std::vector<Interval> out;
  for (std::vector<double>& column : values) {
    if (column.size() < static_cast<std::size_t>(num_resamples) / 2) return {};
    std::ranges::sort(column);
    out.push_back({sorted_quantile(column, (1 - resampling.level) / 2),
                   sorted_quantile(column, (1 + resampling.level) / 2)});
  }
  return out;
}

Driver described(const DriverAnswers& answers, const DriverColumn& column) {
  Driver out{.kind = column.kind, .name = column.name};
  double poor[2] = {0, 0};
  double all[2] = {0, 0};
  std::set<PersonId> people;
  for (std::size_t i = 0; i < answers.answers.size(); ++i) {
    const RatedAnswer& answer = *answers.answers[i];
    const std::size_t side = column.has[i] != 0 ? 1 : 0;
    all[side] += answers.weight_of(answer);
    poor[side] += answer.is_poor ? answers.weight_of(answer) : 0;
    if (side == 0) continue;
    ++out.num_answers;
    people.insert(answer.person);
  }
  out.num_people = static_cast<std::int64_t>(people.size());
  out.poor_with = poor[1] / all[1];
  out.poor_without = poor[0] / all[0];
  return out;
}

bool is_separated(const Driver& driver, const DriverEffect& effect) {
  const auto is_extreme = [](double share) { return share <= 0 || share >= 1; };
  return is_extreme(driver.poor_with) || is_extreme(driver.poor_without) ||
         std::abs(std::log(effect.odds_ratio)) > std::log(kGreatestOddsRatio);
}

DriverEffect effect_of(const LogisticFit& fit, std::size_t column, double deviation) {
  DriverEffect out{.log_odds = fit.coefficients[column], .interval = fit.intervals[column]};
  out.odds_ratio = std::exp(out.log_odds / deviation);
  out.odds_interval = {std::exp(out.interval.low / deviation),
                       std::exp(out.interval.high / deviation)};
  const double error = fit.standard_errors[column];
  if (error > 0) {
    out.p_value = 2 * student_t_cdf(-std::abs(out.log_odds) / error, fit.num_people - 1);
  }
  return out;
}

Status add_drivers(const DriverAnswers& answers, const Resampling& resampling,
                   DriverResult& result) {
  if (answers.columns.empty()) {
    return error(ErrorCode::InvalidArgument, "nothing that ", kLeastDriverPeople,
                 " people have, and as many have not");
  }
  const DriverRows rows = rows_of(answers);
  TRY_ASSIGN(const LogisticFit fit,
             logistic_regression(rows.data(), {.ridge = kDriverRidge, .level = resampling.level}));
  const std::vector<Interval> resampled = bootstrapped(rows, resampling);
  for (std::size_t j = 0; j < answers.columns.size(); ++j) {
    Driver driver = described(answers, answers.columns[j]);
    const DriverEffect effect = effect_of(fit, j + 1, rows.deviations[j]);
    if (!is_separated(driver, effect)) {
      driver.effect = effect;
      if (!resampled.empty()) driver.effect->bootstrap = resampled[j];
    }
    result.drivers.push_back(std::move(driver));
  }
  result.was_tested = true;
  return {};
}

void correct(std::vector<Driver>& drivers) {
  std::vector<double> p_values;
  for (const Driver& driver : drivers) {
    if (driver.effect) p_values.push_back(driver.effect->p_value);
  }
  const auto q_values = benjamini_hochberg(p_values);
  if (!q_values) return;
  std::size_t i = 0;
  for (Driver& driver : drivers) {
    if (driver.effect) driver.effect->q_value = (*q_values)[i++];
  }
}

}  // namespace

DriverResult drivers_of(const AnalysisTable& table, const Resampling& resampling) {
  DriverResult out;
  const DriverAnswers conditions = conditions_of(table);
  std::set<PersonId> people;
  for (const RatedAnswer* answer : conditions.answers) people.insert(answer->person);
  out.num_people = static_cast<std::int64_t>(people.size());
  out.num_answers = static_cast<std::int64_t>(conditions.answers.size());
  const Status of_conditions = add_drivers(conditions, resampling, out);
  const Status of_complaints = add_drivers(complaints_of(table), resampling, out);
  if (!out.was_tested) {
    out.reason = (of_conditions ? of_complaints : of_conditions).error().message;
    return out;
  }
  correct(out.drivers);
  const auto strength = [](const Driver& driver) {
    return driver.effect ? std::abs(driver.effect->log_odds) : 1e9;
  };
  std::ranges::stable_sort(out.drivers, [&](const Driver& a, const Driver& b) {
    return a.kind != b.kind ? a.kind < b.kind : strength(a) > strength(b);
  });
  return out;
}

}  // namespace falconet
