// What the analysis claims: each finding with its evidence and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/category_findings.h"
#include "feedback/comparison_results.h"
#include "feedback/quality_curves.h"
#include "feedback/segment_comparison.h"
#include "feedback/suggestions.h"

namespace falconet {

enum class FindingKind {
  Threshold,          // quality falls beyond a point
  Gradual,            // quality falls steadily
  Rate,               // a problem is more common than tolerable
  SegmentDifference,  // one group judges worse or better than the others
  Preference,         // of two settings or models side by side one is found better
  NoneObserved,       // nobody complained: an upper bound
  Praise,
};

struct Finding {
  std::string id = {};
  FindingKind kind = FindingKind::Rate;
  IssueCategory category = IssueCategory::Other;
  std::string segment = {};                    // of a SegmentDifference
  std::string preferred = {};                  // of a Preference: whose answers…
  std::string over = {};                       // …over whose
  std::string language = {};                   // the rate is of answers to prompts in it; "": all
  std::optional<CurveVariable> variable = {};  // of a Threshold or Gradual
  std::optional<double> threshold = {};        // tokens or turn
  std::optional<Interval> threshold_interval = {};
  std::optional<double> rate = {};  // of answers; of people for NoneObserved and Praise
  std::optional<Interval> interval = {};
  std::optional<double> p_value = {};  // corrected for the tests beside it
  std::int64_t people = 0;             // who met or said it
  std::int64_t of_people = 0;
  std::int64_t answers = 0;  // that the rate rests on
  double priority = 0;       // share of answers × severity × share of people; orders the problems
  std::optional<Interval> priority_interval = {};  // bootstrap over people
  std::optional<FindingCircumstance> circumstance = {};
  const Suggestion* suggestion = nullptr;  // static; none for praise and for segments
  std::vector<QuoteReference> quotes = {};
  std::vector<std::string> evidence = {};  // generations
};

/// A category is a problem when its share of answers is above this with confidence: a complaint
/// about one answer in a hundred can come from any system.
constexpr double kTolerableRate = 0.01;

/// Significance that every tested finding is held to, after correction.
constexpr double kFindingAlpha = 0.05;

/// Holm's correction over all tests of the study, length, turn, each segment and each pair side by
/// side: the chance of one false finding among them stays below kFindingAlpha. Sets
/// `adjusted_p_value`.
void correct_together(QualityCurves& curves, std::vector<SegmentResult>& segments,
                      std::vector<ContestantPair>& pairs);

/// What findings are made of.
struct FindingSources {
  const CategoryResults& categories;
  const StructuredResult& structured;
  const QualityCurves& curves;
  const std::vector<SegmentResult>& segments;
  const ComparisonResults& comparisons;
};

/// Problems by priority, then segments, preferences, then what was not observed, then praise.
std::vector<Finding> make_findings(const FindingSources& sources);

std::string_view finding_kind_name(FindingKind kind);

}  // namespace falconet
