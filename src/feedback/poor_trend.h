// Whether answers get worse: the share of poor ones by week, and when to raise an alarm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rated_rate.h"

namespace falconet {

/// Of rated answers that were given in a week that begins on that Monday, 0:00 UTC.
struct TrendWeek {
  std::int64_t start = 0;  // milliseconds since 1970
  std::optional<MessageRate> poor = {};
};

struct PoorTrend {
  std::vector<TrendWeek> weeks = {};  // those with a rating, the last kMostTrendWeeks
  bool was_tested = false;
  std::string reason = {};                // why it was not
  double change = 0;                      // last week less all weeks before
  std::optional<Interval> interval = {};  // of the change
  std::optional<double> p_value = {};     // one-sided: that it did not get worse
  bool is_alarm = false;
};

constexpr std::size_t kMostTrendWeeks = 53;

/// An alarm is raised where the last week is worse than all earlier ones with p below this: without
/// a change one look in a hundred is a false alarm.
constexpr double kAlarmAlpha = 0.01;

/// Fewer people in the last week, or before it, are not tested.
constexpr std::int64_t kLeastTrendPeople = 10;

/// Hájek's shares; the difference's variance from the scatter of people's totals, a person who
/// rated in both periods counting once (linearisation, Student's t with people − 1 degrees of
/// freedom).
PoorTrend poor_trend(const AnalysisTable& table, const Resampling& resampling);

/// "2026-11-30".
std::string date_text(std::int64_t unix_millis);

}  // namespace falconet
