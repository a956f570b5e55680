// Quality against the length of the prompt and against the turn: none, a gradual decline, or a
// threshold, each adjusted for the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/problem_burden.h"
#include "feedback/rated_rate.h"

namespace falconet {

enum class CurveVariable { PromptTokens, Turn };
enum class CurveShape { None, Gradual, Threshold };

/// Rated answers whose prompts (turns) lie in [low, high).
struct CurveBin {
  double low = 0;
  std::optional<double> high = {};  // none: open
  MessageRate poor;
};

struct QualityCurve {
  CurveVariable variable = CurveVariable::PromptTokens;
  CurveShape shape = CurveShape::None;
  bool was_tested = false;             // false: too little to fit anything to; see `reason`
  std::string reason = {};             // why it was not
  std::optional<double> p_value = {};  // that the variable does not matter at all
  std::optional<double> adjusted_p_value = {};  // see correct_together
  std::optional<double> line_p_value = {};      // that a straight line is enough
  bool is_worse_beyond = false;                 // poor answers become more common, not rarer
  std::optional<double> threshold = {};         // of a Threshold
  std::optional<Interval> threshold_interval = {};
  std::int64_t num_people = 0;
  std::int64_t num_ratings = 0;
  std::optional<MessageRate> poor_before = {};  // rated answers below the threshold
  std::optional<MessageRate> poor_beyond = {};
  std::optional<ProblemBurden> burden = {};  // of `poor_beyond`
  double evicted_share = 0;  // of the poor answers beyond it (of all poor ones without threshold)
  std::vector<CurveBin> bins = {};
  std::vector<std::string> evidence = {};  // poor answers beyond, the first kMaxCurveEvidence
};

constexpr std::size_t kMaxCurveEvidence = 50;

struct QualityCurves {
  QualityCurve length;
  QualityCurve turn;
};

/// All ratings, voluntary ones too: in a logistic regression a rating that depends on the judgement
/// alone shifts the intercept and not the curve, and whether it was a probe is a covariate, beside
/// language and task. The other variable enters as a curve of its own (stats/threshold.h). Tests of
/// studies of more than 500 people rest on 500 of them, tables and shares on all.
QualityCurves quality_curves(const AnalysisTable& table, const Resampling& resampling);

}  // namespace falconet
