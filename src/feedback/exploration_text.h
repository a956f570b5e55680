// Themes, drivers, trend and ratings needed as sections of a report and as sentences.
#pragma once

#include <optional>
#include <string>

#include "feedback/feedback_analysis.h"
#include "feedback/report.h"

namespace falconet {

/// Each only says what there is; without anything to say it has neither tables nor paragraphs.
ReportSection themes_section(const FeedbackAnalysis& analysis, ReportLanguage language);
ReportSection drivers_section(const DriverResult& drivers, ReportLanguage language);
ReportSection trend_section(const FeedbackAnalysis& analysis, ReportLanguage language);

/// "long prompt (over 2000 tokens)".
std::string driver_label(const Driver& driver, ReportLanguage language);

/// What was redacted, and what was hidden; empty where nothing was.
std::string redaction_text(const RedactionCounts& counts, ReportLanguage language);
std::string hidden_text(const HiddenGroups& hidden, ReportLanguage language);

}  // namespace falconet
