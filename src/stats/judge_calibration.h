// How far a judge that is no person (a model, a rule) can be trusted, and the prevalence that its
// verdicts stand for: corrected by what people say of the same units.
#pragma once

#include <optional>
#include <span>

#include "stats/bootstrap.h"
#include "stats/weighted_mean.h"

namespace falconet {

// Of units that people call positive, and as many that they call negative. With 30 the interval of
// a sensitivity of 90 % (27 of 30, Wilson) reaches from 74 to 97 %; with fewer the correction,
// which divides by sensitivity + specificity − 1, says next to nothing.
constexpr int kLeastCalibrationUnits = 30;

/// A unit that the judge has judged.
struct JudgedUnit {
  PersonId person = {};            // whose it is: people are what is sampled
  double weight = 1;               // 1 / the chance that it was drawn
  bool is_positive = false;        // the judge's verdict
  std::optional<bool> truth = {};  // people's, where they looked
};

struct JudgeCalibration {
  int num_units = 0;
  int num_true_positives = 0;      // units that people call positive…
  int num_true_negatives = 0;      // …and negative
  double apparent_prevalence = 0;  // share of units that the judge calls positive
  bool is_calibrated = false;      // kLeastCalibrationUnits of each class: else nothing below
  WeightedMean sensitivity = {};   // of the units that people call positive
  WeightedMean specificity = {};
  std::optional<double> prevalence = {};  // nothing: the judge is no better than chance
  Interval prevalence_interval = {};
};

/// (q + specificity − 1) / (sensitivity + specificity − 1), kept inside [0, 1] (Rogan and Gladen
/// 1978); nothing where the judge is no better than chance.
std::optional<double> rogan_gladen(double apparent_prevalence, double sensitivity,
                                   double specificity);

/// Sensitivity and specificity with hajek_proportion's intervals; the corrected prevalence with the
/// percentile bootstrap over people, in which all three figures vary together. Resamples in which
/// the judge is no better than chance are left out. Assumes that people looked at units that are
/// like the others, given what is true of them.
/// Errors: InvalidArgument with fewer than two people, as hajek_proportion, as bootstrap_clusters.
Result<JudgeCalibration> calibrate_judge(std::span<const JudgedUnit> units,
                                         const Resampling& resampling);

}  // namespace falconet
