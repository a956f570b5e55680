// The whole analysis of a study: pure, no model, the same records and options give the same report.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/annotation_results.h"
#include "feedback/feedback_folder.h"
#include "feedback/findings.h"
#include "feedback/response_flow.h"

namespace falconet {

struct AnalysisOptions {
  Resampling resampling = {};
  std::optional<Provenance> only = {};  // observations of one origin alone
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
  std::vector<CodeResult> annotations = {};
  std::vector<Finding> findings = {};
};

/// Errors: InvalidArgument for options that are none; NotFound without a single answer or opinion.
Result<FeedbackAnalysis> analyze_feedback(const FeedbackFolder& folder,
                                          const AnalysisOptions& options);

/// One JSON object; docs/feedback-data.md describes it.
std::string analysis_json(const FeedbackAnalysis& analysis);

/// What a reader must know before believing the figures, a sentence each.
std::vector<std::string> limits_of(const FeedbackAnalysis& analysis, ReportLanguage language);

/// For people: a page of plain text.
std::string analysis_text(const FeedbackAnalysis& analysis, ReportLanguage language);

}  // namespace falconet
