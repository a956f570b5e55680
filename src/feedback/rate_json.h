// Shares, counts and quotes as members of the analysis's JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.h"
#include "feedback/category_findings.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// null where it is hidden (feedback_analysis.h).
Json count_json(std::int64_t count);
Json interval_json(const Interval& interval);
Json rate_json(const MessageRate& rate);
Json people_json(const PeopleRate& rate);
/// References, no text.
Json quotes_json(const std::vector<QuoteReference>& quotes);

void add_interval(Json& out, const char* key, const std::optional<Interval>& interval);
void add_rate(Json& out, const char* key, const std::optional<MessageRate>& rate);

}  // namespace falconet
