#include "feedback/exploration_json.h"

#include <algorithm>

#include "feedback/optional_member.h"
#include "feedback/rate_json.h"

namespace falconet {
namespace {

// A curve's shape shows in as many points, however many people there are.
constexpr std::size_t kMostCurvePoints = 60;

Json sentiments_json(const std::array<std::int64_t, 3>& counts) {
  Json out = Json::object();
  for (const Sentiment sentiment : {Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive}) {
    out[std::string(sentiment_name(sentiment))] = counts[static_cast<std::size_t>(sentiment)];
  }
  return out;
}

Json theme_json(const Theme& theme) {
  return {{"keyphrases", theme.keyphrases},     {"language", theme.language},
          {"people", theme.num_people},         {"comments", theme.num_comments},
          {"different", theme.num_different},   {"sentiments", sentiments_json(theme.sentiments)},
          {"quotes", quotes_json(theme.quotes)}};
}

Json saturation_json(const Saturation& saturation) {
  Json curve = Json::array();
  const std::size_t size = saturation.curve.size();
  const std::size_t step = (size + kMostCurvePoints - 1) / kMostCurvePoints;
  for (std::size_t people = 1; people <= size; ++people) {
    if (people % step != 0 && people != size) continue;
    curve.push_back(Json::array({people, saturation.curve[people - 1]}));
  }
  return {{"themes", saturation.num_themes},
          {"estimated_themes", saturation.estimated_themes},
          {"curve", std::move(curve)}};
}

}  // namespace

Json personal_data_json(const RedactionCounts& counts) {
  Json out = Json::object();
  for (const PersonalData kind : kPersonalData) {
    const std::int64_t count = counts.of[static_cast<std::size_t>(kind)];
    if (count > 0) out[std::string(personal_data_name(kind))] = count;
  }
  return out;
}

Json themes_json(const ThemeResult& result) {
  Json themes = Json::array();
  for (const Theme& theme : result.themes) themes.push_back(theme_json(theme));
  Json out = {{"people", result.num_people},
              {"comments", result.num_comments},
              {"different", result.num_different},
              {"in_no_theme", result.num_in_no_theme},
              {"sentiments", sentiments_json(result.sentiments)},
              {"themes", std::move(themes)}};
  if (result.saturation) out["saturation"] = saturation_json(*result.saturation);
  return out;
}

Json drivers_json(const DriverResult& result) {
  Json rows = Json::array();
  for (const Driver& driver : result.drivers) {
    Json row = {{"kind", driver_kind_name(driver.kind)}, {"name", driver.name},
                {"answers", driver.num_answers},         {"people", driver.num_people},
                {"poor_with", driver.poor_with},         {"poor_without", driver.poor_without}};
    if (const auto& effect = driver.effect) {
      row["effect"] = effect->log_odds;
      row["interval"] = interval_json(effect->interval);
      add_interval(row, "bootstrap", effect->bootstrap);
      row["odds_ratio"] = effect->odds_ratio;
      row["odds_interval"] = interval_json(effect->odds_interval);
      row["p"] = effect->p_value;
      row["q"] = effect->q_value;
    }
    rows.push_back(std::move(row));
  }
  Json out = {{"tested", result.was_tested}};
  if (!result.reason.empty()) out["reason"] = result.reason;
  out["people"] = result.num_people;
  out["answers"] = result.num_answers;
  out["associated_with_poor_ratings"] = std::move(rows);
  return out;
}

Json trend_json(const PoorTrend& trend) {
  Json weeks = Json::array();
  for (const TrendWeek& week : trend.weeks) {
    Json row = {{"week", date_text(week.start)}};
    add_rate(row, "poor", week.poor);
    weeks.push_back(std::move(row));
  }
  Json out = {{"tested", trend.was_tested}};
  if (!trend.reason.empty()) out["reason"] = trend.reason;
  if (trend.was_tested) {
    out["change"] = trend.change;
    add_interval(out, "interval", trend.interval);
    add_optional(out, "p", trend.p_value);
  }
  out["alarm"] = trend.is_alarm;
  out["false_alarms_per_look"] = kAlarmAlpha;
  out["weeks"] = std::move(weeks);
  return out;
}

Json ratings_needed_json(const RatingsNeeded& needed) {
  Json rows = Json::array();
  for (const NeededRatings& row : needed.rows) {
    rows.push_back({{"difference", row.difference}, {"needed", row.needed}, {"more", row.more}});
  }
  Json out = {{"ratings", needed.num_ratings}, {"design_effect", needed.design_effect}};
  add_optional(out, "detectable", needed.detectable);
  out["differences"] = std::move(rows);
  return out;
}

Json hidden_json(const HiddenGroups& hidden) {
  return {{"least_people", hidden.least_people},
          {"merged_segments", hidden.num_merged_segments},
          {"cells", hidden.num_hidden_cells},
          {"rows", hidden.num_hidden_rows},
          {"themes", hidden.num_hidden_themes}};
}

std::string_view driver_kind_name(DriverKind kind) {
  return kind == DriverKind::Condition ? "condition" : "complaint";
}

}  // namespace falconet
