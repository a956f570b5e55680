// Mann and Whitney's test of two groups of people by ranks, and Cliff's delta as its effect size.
#pragma once

#include <span>

#include "stats/interval.h"

namespace falconet {

struct RankTestResult {
  double u = 0;  // pairs in which a's value is the greater one, ties counted half
  double p_value = 1;
  bool is_exact = false;
  /// P(a > b) − P(a < b), from −1 to 1, and its interval.
  double cliffs_delta = 0;
  Interval delta_interval = {};
};

/// Two-sided test; one value a person. Up to 60 people the null distribution of the rank sum is
/// counted exactly, given the ties (Streitberg and Röhmel 1986), and p is the chance of a sum as
/// far from its mean; beyond, the normal approximation with corrections for ties and continuity.
/// Cliff's delta has the asymmetric interval of Feng and Cliff (2004); where one group lies wholly
/// above the other the variance is 0, and the interval is bounded as Clopper and Pearson's bounds a
/// chance of 1 seen in as many trials as the smaller group has people.
/// Errors: InvalidArgument where a group has fewer than two people or a value is not a number; as
/// check_level.
Result<RankTestResult> mann_whitney(std::span<const double> a, std::span<const double> b,
                                    double level = 0.95);

}  // namespace falconet
