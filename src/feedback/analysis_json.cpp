#include "feedback/annotation_report.h"
#include "feedback/comparison_report.h"
#include "feedback/exploration_json.h"
#include "feedback/feedback_analysis.h"
#include "feedback/optional_member.h"
#include "feedback/rate_json.h"
#include "feedback/survey_report.h"

namespace falconet {
namespace {

Json flow_row_json(const SegmentFlow& flow) {
  return {{"segment", flow.segment},
          {"target", flow.target},
          {"invited", count_json(flow.invited)},
          {"consented", count_json(flow.consented)},
          {"active", count_json(flow.active)},
          {"rated", count_json(flow.rated)},
          {"surveyed", count_json(flow.surveyed)},
          {"interviewed", count_json(flow.interviewed)}};
}

Json flow_json(const ResponseFlow& flow) {
  Json segments = Json::array();
  for (const SegmentFlow& row : flow.segments) segments.push_back(flow_row_json(row));
  Json total = flow_row_json(flow.total);
  total.erase("segment");
  return {{"segments", std::move(segments)},
          {"total", std::move(total)},
          {"active_rate", people_json(flow.active_rate)},
          {"rated_rate", people_json(flow.rated_rate)},
          {"survey_rate", people_json(flow.survey_rate)},
          {"withdrawn", flow.num_withdrawn},
          {"answers", flow.num_answers},
          {"probes_shown", flow.num_probes_shown},
          {"probes_answered", flow.num_probes_answered},
          {"voluntary_ratings", flow.num_voluntary},
          {"ratings_without_words", flow.num_ratings_without_words},
          {"poor_share_probes", flow.poor_share_probes},
          {"poor_share_voluntary", flow.poor_share_voluntary}};
}

Json categories_json(const CategoryResults& results) {
  Json out = Json::array();
  for (const CategoryResult& result : results.categories) {
    Json row = {{"category", issue_category_name(result.category)}};
    add_rate(row, "problem", result.problem);
    add_rate(row, "problem_in_chinese", result.chinese_problem);
    row["reported_by"] = people_json(result.reported);
    row["praised_by"] = people_json(result.praised);
    row["problem_quotes"] = quotes_json(result.problem_quotes);
    row["praise_quotes"] = quotes_json(result.praise_quotes);
    row["evidence"] = result.evidence;
    out.push_back(std::move(row));
  }
  return out;
}

Json structured_json(const StructuredResult& result) {
  Json out = {{"parse_errors", result.num_parse_errors},
              {"schema_errors", result.num_schema_errors},
              {"semantic_errors", result.num_semantic_errors}};
  add_rate(out, "failed", result.failed);
  add_rate(out, "failed_free", result.failed_free);
  add_rate(out, "failed_constrained", result.failed_constrained);
  out["evidence"] = result.evidence;
  return out;
}

const char* shape_name(CurveShape shape) {
  if (shape == CurveShape::Threshold) return "threshold";
  return shape == CurveShape::Gradual ? "gradual" : "none";
}

const char* variable_name(CurveVariable variable) {
  return variable == CurveVariable::PromptTokens ? "prompt_tokens" : "turn";
}

Json curve_json(const QualityCurve& curve) {
  Json out = {{"variable", variable_name(curve.variable)},
              {"tested", curve.was_tested},
              {"shape", shape_name(curve.shape)}};
  if (!curve.reason.empty()) out["reason"] = curve.reason;
  add_optional(out, "p", curve.p_value);
  add_optional(out, "p_adjusted", curve.adjusted_p_value);
  add_optional(out, "p_line", curve.line_p_value);
  out["worse_beyond"] = curve.is_worse_beyond;
  add_optional(out, "threshold", curve.threshold);
  add_interval(out, "threshold_interval", curve.threshold_interval);
  out["people"] = curve.num_people;
  out["ratings"] = curve.num_ratings;
  add_rate(out, "poor_before", curve.poor_before);
  add_rate(out, "poor_beyond", curve.poor_beyond);
  out["evicted_share"] = curve.evicted_share;
  Json bins = Json::array();
  for (const CurveBin& bin : curve.bins) {
    Json row = {{"low", bin.low}};
    add_optional(row, "high", bin.high);
    row["poor"] = rate_json(bin.poor);
    bins.push_back(std::move(row));
  }
  out["bins"] = std::move(bins);
  out["evidence"] = curve.evidence;
  return out;
}

Json segments_json(const std::vector<SegmentResult>& results) {
  Json out = Json::array();
  for (const SegmentResult& result : results) {
    Json row = {{"segment", result.segment},           {"people", result.num_people},
                {"ratings", result.num_ratings},       {"poor_share", result.poor_share},
                {"others_share", result.others_share}, {"tested", result.p_value.has_value()}};
    add_optional(row, "p", result.p_value);
    add_optional(row, "p_adjusted", result.adjusted_p_value);
    if (result.p_value) row["exact"] = result.is_exact;
    add_optional(row, "cliffs_delta", result.cliffs_delta);
    add_interval(row, "cliffs_delta_interval", result.delta_interval);
    add_optional(row, "detectable_difference", result.detectable_difference);
    out.push_back(std::move(row));
  }
  return out;
}

Json suggestion_json(const Suggestion& suggestion) {
  Json out = {{"id", suggestion.id}};
  if (!suggestion.setting.empty()) {
    if (auto setting = parse_json(suggestion.setting)) out["setting"] = std::move(*setting);
  }
  out["en"] = suggestion.english;
  out["zh"] = suggestion.chinese;
  return out;
}

Json finding_json(const Finding& finding) {
  Json out = {{"id", finding.id}, {"kind", finding_kind_name(finding.kind)}};
  if (finding.kind == FindingKind::Preference) {
    out["preferred"] = finding.preferred;
    out["over"] = finding.over;
  } else if (finding.segment.empty()) {
    out["category"] = issue_category_name(finding.category);
    out["category_zh"] = issue_category_label(finding.category, ReportLanguage::Chinese);
  } else {
    out["segment"] = finding.segment;
  }
  if (!finding.language.empty()) out["language"] = finding.language;
  if (finding.variable) out["variable"] = variable_name(*finding.variable);
  add_optional(out, "threshold", finding.threshold);
  add_interval(out, "threshold_interval", finding.threshold_interval);
  add_optional(out, "rate", finding.rate);
  add_interval(out, "interval", finding.interval);
  add_optional(out, "p", finding.p_value);
  out["people"] = count_json(finding.people);
  out["of_people"] = finding.of_people;
  if (finding.answers > 0) out["answers"] = finding.answers;
  if (finding.priority > 0) out["priority"] = finding.priority;
  add_interval(out, "priority_interval", finding.priority_interval);
  if (finding.circumstance) out["circumstance"] = finding_circumstance_name(*finding.circumstance);
  if (finding.suggestion != nullptr) out["suggestion"] = suggestion_json(*finding.suggestion);
  out["quotes"] = quotes_json(finding.quotes);
  out["evidence"] = finding.evidence;
  return out;
}

Json provenance_json(const FeedbackAnalysis& analysis) {
  Json out = Json::object();
  for (std::size_t i = 0; i < analysis.answers_by_provenance.size(); ++i) {
    const std::int64_t count = analysis.answers_by_provenance[i];
    if (count > 0) out[std::string(provenance_name(static_cast<Provenance>(i)))] = count;
  }
  return out;
}

}  // namespace

std::string analysis_json(const FeedbackAnalysis& analysis) {
  const Resampling& resampling = analysis.options.resampling;
  Json findings = Json::array();
  for (const Finding& finding : analysis.findings) findings.push_back(finding_json(finding));
  Json out = {{"version", 1},
              {"level", resampling.level},
              {"resamples", resampling.num_resamples},
              {"seed", resampling.seed},
              {"bad_lines", analysis.num_bad_lines},
              {"answers_by_provenance", provenance_json(analysis)},
              {"filter", filter_json(analysis.options.filter)},
              {"flow", flow_json(analysis.flow)},
              {"basis", analysis.categories.basis == RatingBasis::Probes ? "probes" : "all"},
              {"people_heard", analysis.categories.num_people_heard}};
  add_rate(out, "poor", analysis.categories.poor);
  out["categories"] = categories_json(analysis.categories);
  out["structured"] = structured_json(analysis.structured);
  out["curves"] =
      Json::array({curve_json(analysis.curves.length), curve_json(analysis.curves.turn)});
  out["segments"] = segments_json(analysis.segments);
  out["arms"] = arm_outcomes_json(analysis.arms);
  out["comparisons"] = comparisons_json(analysis.comparisons);
  out["annotations"] = annotations_json(analysis.annotations);
  out["surveys"] = surveys_json(analysis.surveys);
  out["findings"] = std::move(findings);
  out["personal_data"] = personal_data_json(analysis.redacted);
  out["themes"] = themes_json(analysis.themes);
  out["drivers"] = drivers_json(analysis.drivers);
  out["trend"] = trend_json(analysis.trend);
  if (analysis.needed) out["ratings_needed"] = ratings_needed_json(*analysis.needed);
  if (analysis.hidden) out["hidden"] = hidden_json(*analysis.hidden);
  return to_text(out);
}

}  // namespace falconet
