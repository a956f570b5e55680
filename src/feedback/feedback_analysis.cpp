#include "feedback/feedback_analysis.h"

namespace falconet {

Result<FeedbackAnalysis> analyze_feedback(const FeedbackFolder& folder,
                                          const AnalysisOptions& options) {
  TRY(check_resampling(options.resampling));
  const IssueClassifier classifier;
  const AnalysisTable table = make_analysis_table(folder.records, classifier, options.only);
  if (table.people.empty()) {
    return error(
        ErrorCode::NotFound, "nobody is left to analyse",
        options.only ? cat(" with provenance ", provenance_name(*options.only)) : std::string());
  }
  FeedbackAnalysis out{.options = options,
                       .num_bad_lines = folder.num_bad_lines,
                       .answers_by_provenance = table.answers_by_provenance,
                       .flow = response_flow(table, options.resampling.level),
                       .categories = category_results(table, classifier, options.resampling),
                       .structured = structured_result(table, options.resampling),
                       .curves = quality_curves(table, options.resampling),
                       .segments = compare_segments(table, options.resampling),
                       .arms = arm_outcomes(table, options.resampling),
                       .comparisons = comparison_results(table, options.resampling, options.only),
                       .annotations = annotation_results(table, options.resampling, options.only),
                       .drivers = drivers_of(table, options.resampling),
                       .trend = poor_trend(table, options.resampling)};
  correct_together(out.curves, out.segments, out.comparisons.pairs);
  out.findings =
      make_findings({out.categories, out.structured, out.curves, out.segments, out.comparisons});
  const FreeTexts texts = collect_free_texts(table);
  out.redacted = texts.redacted;
  out.themes = find_themes(texts, options.resampling.seed);
  out.needed = ratings_needed(out.categories.poor);
  return out;
}

}  // namespace falconet
