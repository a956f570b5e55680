// Themes, drivers, trend and the like as members of the analysis's JSON.
#pragma once

#include "base/json.h"
#include "feedback/feedback_analysis.h"

namespace falconet {

Json personal_data_json(const RedactionCounts& counts);
Json themes_json(const ThemeResult& result);
Json drivers_json(const DriverResult& result);
Json trend_json(const PoorTrend& trend);
Json ratings_needed_json(const RatingsNeeded& needed);
Json hidden_json(const HiddenGroups& hidden);

/// "condition", "complaint".
std::string_view driver_kind_name(DriverKind kind);

}  // namespace falconet
