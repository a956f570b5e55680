#include "feedback/poor_trend.h"

#include <chrono>
#include <cmath>
#include <map>

#include "base/strings.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace falconet {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr std::int64_t kWeekMillis = 7 * kDayMillis;
constexpr std::int64_t kThursdayToMonday = 3 * kDayMillis;  // 1970 began on a Thursday

std::int64_t week_start(std::int64_t time) {
  const std::int64_t shifted = time + kThursdayToMonday;
  return shifted - shifted % kWeekMillis - kThursdayToMonday;
}

/// When an answer was given; 0 where nobody wrote it down.
std::int64_t time_of(const RatedAnswer& answer) {
  return answer.generation->created > 0 ? answer.generation->created : answer.rating->shown;
}

/// A share as the sums that it is made of, and each person's part of them.
struct PeriodShare {
  double with = 0;
  double all = 0;
  std::map<PersonId, std::pair<double, double>> people = {};

  void add(const WeightedValue& value) {
    with += value.weight * value.value;
    all += value.weight;
    auto& [person_with, person_all] = people[value.person];
    person_with += value.weight * value.value;
    person_all += value.weight;
  }
  double share() const { return with / all; }
};

void compare_periods(const PeriodShare& before, const PeriodShare& last, double level,
                     PoorTrend& trend) {
  std::map<PersonId, double> influence;
  const auto add = [&](const PeriodShare& period, double sign) {
    for (const auto& [person, sums] : period.people) {
      influence[person] += sign * (sums.first - period.share() * sums.second) / period.all;
    }
  };
  add(before, -1);
  add(last, 1);
  double squares = 0;
  for (const auto& [person, value] : influence) squares += value * value;
  // The period with fewer people limits what is known of the scatter.
  const auto n = static_cast<double>(std::min(before.people.size(), last.people.size()));
  const double error = std::sqrt(squares * n / (n - 1));
  trend.change = last.share() - before.share();
  if (error <= 0) {
    trend.reason = "every rating is the same";
    return;
  }
  trend.was_tested = true;
  trend.p_value = 1 - student_t_cdf(trend.change / error, n - 1);
  trend.is_alarm = *trend.p_value < kAlarmAlpha;
  const double reach = two_sided_t(level, n - 1) * error;
  trend.interval = Interval{trend.change - reach, trend.change + reach};
}

}  // namespace

PoorTrend poor_trend(const AnalysisTable& table, const Resampling& resampling) {
  const bool is_weighted = rating_basis(table) == RatingBasis::Probes;
  std::map<std::int64_t, std::vector<WeightedValue>> weeks;
  for (const RatedAnswer& answer : table.rated) {
    if ((is_weighted && !answer.is_probe) || time_of(answer) <= 0) continue;
    weeks[week_start(time_of(answer))].push_back(
        {answer.person, answer.is_poor ? 1.0 : 0.0, is_weighted ? answer.weight : 1});
  }
  PoorTrend out;
  PeriodShare before;
  PeriodShare last;
  for (const auto& [start, values] : weeks) {
    const bool is_last = start == weeks.rbegin()->first;
    for (const WeightedValue& value : values) (is_last ? last : before).add(value);
    out.weeks.push_back({start, message_rate(values, resampling)});
  }
  if (out.weeks.size() > kMostTrendWeeks) {
    out.weeks.erase(out.weeks.begin(),
                    out.weeks.end() - static_cast<std::ptrdiff_t>(kMostTrendWeeks));
  }
  const auto least = static_cast<std::size_t>(kLeastTrendPeople);
  if (before.people.size() < least || last.people.size() < least) {
    out.reason = cat("fewer than ", kLeastTrendPeople, " people in the last week or before it");
    return out;
  }
  compare_periods(before, last, resampling.level, out);
  return out;
}

std::string date_text(std::int64_t unix_millis) {
  const std::chrono::sys_days day(std::chrono::days(unix_millis / kDayMillis));
  const std::chrono::year_month_day date(day);
  const auto two_digits = [](unsigned value) { return cat(value < 10 ? "0" : "", value); };
  return cat(static_cast<int>(date.year()), "-", two_digits(static_cast<unsigned>(date.month())),
             "-", two_digits(static_cast<unsigned>(date.day())));
}

}  // namespace falconet
