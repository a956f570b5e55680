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
  const Resampling& resampling = options.resampling;
  FeedbackAnalysis out{.options = options,
                       .num_bad_lines = folder.num_bad_lines,
                       .answers_by_provenance = table.answers_by_provenance};
  // A million answers take half a minute, and a server that ends waits for no step but the last.
  const auto step = [&](auto& member, auto&& compute) {
    if (!options.stop.stop_requested()) member = compute();
  };
  step(out.flow, [&] { return response_flow(table, resampling.level); });
  step(out.categories, [&] { return category_results(table, classifier, resampling); });
  step(out.structured, [&] { return structured_result(table, resampling); });
  step(out.curves, [&] { return quality_curves(table, resampling); });
  step(out.segments, [&] { return compare_segments(table, resampling); });
  step(out.arms, [&] { return arm_outcomes(table, resampling); });
  step(out.comparisons, [&] { return comparison_results(table, resampling, options.only); });
  step(out.annotations, [&] { return annotation_results(table, resampling, options.only); });
  step(out.surveys, [&] { return survey_results(table, resampling.level, options.only); });
  step(out.drivers, [&] { return drivers_of(table, resampling); });
  step(out.trend, [&] { return poor_trend(table, resampling); });
  if (options.stop.stop_requested()) return error(ErrorCode::Cancelled, "the analysis was stopped");
  correct_together(out.curves, out.segments, out.comparisons.pairs);
  out.findings =
      make_findings({out.categories, out.structured, out.curves, out.segments, out.comparisons});
  const FreeTexts texts = collect_free_texts(table, options.only);
  out.redacted = texts.redacted;
  out.themes = find_themes(texts, options.resampling.seed);
  out.needed = ratings_needed(out.categories.poor);
  return out;
}

}  // namespace falconet
