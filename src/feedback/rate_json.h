// Intervals and shares as JSON.
#pragma once

#include "base/json.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// [low, high].
Json interval_json(const Interval& interval);

/// Nothing where there is none.
void add_interval(Json& out, const char* key, const std::optional<Interval>& interval);

Json rate_json(const MessageRate& rate);

}  // namespace falconet
