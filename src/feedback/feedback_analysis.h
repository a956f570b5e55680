// The whole analysis of a study: pure, no model, the same records and options give the same report.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/annotation_results.h"
#include "feedback/arm_results.h"
#include "feedback/comparison_results.h"
#include "feedback/drivers.h"
#include "feedback/feedback_folder.h"
#include "feedback/findings.h"
#include "feedback/poor_trend.h"
#include "feedback/ratings_needed.h"
#include "feedback/record_filter.h"
#include "feedback/response_flow.h"
#include "feedback/survey_results.h"
#include "feedback/themes.h"

namespace falconet {

struct AnalysisOptions {
  Resampling resampling = {};
  std::optional<Provenance> only = {};  // observations of one origin alone
  RecordFilter filter = {};             // what the records were restricted to: for who reads it
  std::stop_token stop = {};            // between its steps an analysis gives up
};

/// A count that is not shown: reports print "*", JSON null.
constexpr std::int64_t kHiddenCount = -1;

/// The segment in which small ones are put together.
constexpr std::string_view kMergedSegment = "*";

/// What was merged or taken out for being of few people (small_groups.h).
struct HiddenGroups {
  std::int64_t least_people = 1;
  std::int64_t num_merged_segments = 0;
  std::int64_t num_hidden_cells = 0;
  std::int64_t num_hidden_rows = 0;  // of tables
  std::int64_t num_hidden_themes = 0;
};

struct FeedbackAnalysis {
  AnalysisOptions options = {};
  std::int64_t num_bad_lines = 0;
  std::array<std::int64_t, 4> answers_by_provenance = {};
  ResponseFlow flow = {};
  CategoryResults categories = {};
  StructuredResult structured = {};
  QualityCurves curves = {};
  std::vector<SegmentResult> segments = {};
  std::vector<ArmOutcome> arms = {};
  ComparisonResults comparisons = {};
  std::vector<CodeResult> annotations = {};
  std::vector<SurveyResult> surveys = {};
  std::vector<Finding> findings = {};
  RedactionCounts redacted = {};  // in all free texts, quoted or not
  ThemeResult themes = {};
  DriverResult drivers = {};
  PoorTrend trend = {};
  std::optional<RatingsNeeded> needed = {};
  std::optional<HiddenGroups> hidden = {};  // of what goes into a report
};

/// Errors: InvalidArgument for options that are none; NotFound without a single answer or opinion;
/// Cancelled.
Result<FeedbackAnalysis> analyze_feedback(const FeedbackFolder& folder,
                                          const AnalysisOptions& options);

/// One JSON object; docs/feedback-data.md describes it.
std::string analysis_json(const FeedbackAnalysis& analysis);

/// What a reader must know before believing the figures, a sentence each.
std::vector<std::string> limits_of(const FeedbackAnalysis& analysis, ReportLanguage language);

/// For people: a page of plain text.
std::string analysis_text(const FeedbackAnalysis& analysis, ReportLanguage language);

/// What the figures are of, in a sentence; empty where that is everything.
std::string restriction_text(const AnalysisOptions& options, ReportLanguage language);

}  // namespace falconet
