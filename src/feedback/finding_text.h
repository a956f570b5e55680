// A finding as a sentence, in English or Chinese.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "feedback/findings.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// "12.3%"; one digit below 10 %.
std::string percent(double share);
/// "4.1–9.8%".
std::string percent_interval(const Interval& interval);
/// "8"; "*" where it is hidden.
std::string count_text(std::int64_t count);
/// A line each: “…” (participant, record).
std::string quotes_text(const std::vector<QuoteReference>& quotes);
/// "8 of 32 people; 13–42%" or "32 人中 8 人；13–42%".
std::string people_text(const PeopleRate& rate, ReportLanguage language);
/// "p = 0.012", "p < 0.001".
std::string p_text(double p_value);

std::string finding_text(const Finding& finding, ReportLanguage language);

/// Whether a curve was tested, and what it looks like: "threshold, p = 0.012".
std::string curve_text(const QualityCurve& curve, ReportLanguage language);

}  // namespace falconet
