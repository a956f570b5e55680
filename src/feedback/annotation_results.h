// What coders found in samples of answers: whether they agree, and only then, how often it is so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"
#include "stats/agreement.h"
#include "stats/judge_calibration.h"

namespace falconet {

// Krippendorff's lowest limit for tentative conclusions (Content Analysis, 2004, section 11.4).
// Below it coders read the codebook differently, and a share would be of nothing in particular.
constexpr double kLeastAlpha = 0.667;

enum class CodingVerdict {
  Agreed,          // alpha of kLeastAlpha or more
  ReviseCodebook,  // alpha below it: no shares
  Untested,        // no two people judged the same answers, or all gave one value: no shares
};

struct CodeShare {
  double value = 0;
  BilingualText label = {};
  std::optional<MessageRate> rate = {};  // nothing where one person's answers were drawn
};

struct CoderPair {
  std::string first = {};
  std::string second = {};
  std::int64_t num_items = 0;        // judged by both
  std::optional<double> kappa = {};  // nothing where both gave one and the same value throughout
  Interval interval = {};
};

/// A coder that is no person, measured against the people: of codes that are 0 or 1.
struct ProgramCoder {
  std::string coder = {};
  CoderKind kind = CoderKind::Model;
  std::int64_t num_items = 0;
  std::optional<JudgeCalibration> calibration = {};  // nothing: one person's answers, or a scale
};

/// One code of one sample. Samples are not pooled: each has chances of its own.
struct CodeResult {
  std::string sample = {};
  std::string code = {};
  std::int64_t rubric_version = 0;
  RubricScale scale = RubricScale::Binary;
  BilingualText label = {};
  std::int64_t num_items = 0;  // that a person has judged
  std::int64_t num_coders = 0;
  std::int64_t num_judgements = 0;
  std::int64_t num_cannot_judge = 0;
  std::int64_t num_differing = 0;  // items on which people differ…
  std::int64_t num_decided = 0;    // …and those that were decided
  std::optional<Agreement> agreement = {};
  std::vector<CoderPair> pairs = {};
  CodingVerdict verdict = CodingVerdict::Untested;
  std::vector<CodeShare> shares = {};  // of all answers that could be drawn; only if Agreed
  std::vector<ProgramCoder> programs = {};
};

const char* coding_verdict_name(CodingVerdict verdict);

/// By sample and code. Alpha and kappa count people's own judgements, before any decision. Shares
/// are weighted by 1 / probability, with intervals that count the people who asked; an item that
/// was decided counts as decided, one on which coders differ by the part of them that gave the
/// value. `only`: annotations of that provenance alone.
std::vector<CodeResult> annotation_results(const AnalysisTable& table, const Resampling& resampling,
                                           std::optional<Provenance> only);

}  // namespace falconet
