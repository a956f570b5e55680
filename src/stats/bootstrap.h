// The bootstrap over people: whole persons are drawn with replacement, so that a talkative one
// counts as one. What is drawn may be something else that was sampled, such as the units that
// coders judged: clusters, in general.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "stats/interval.h"
#include "stats/weighted_mean.h"

namespace falconet {

/// A statistic of the sample in which cluster i stands times[i] times; nothing where it is
/// undefined (no value left in a group, say).
using ClusterStatistic = FunctionRef<std::optional<double>(std::span<const double> times)>;

struct BootstrapResult {
  double estimate = 0;
  double standard_error = 0;
  Interval percentile = {};
  /// Bias-corrected and accelerated, the acceleration from leaving out one cluster at a time (Efron
  /// 1987; Efron and Tibshirani 1993, section 14.3): the better one for skewed statistics. It
  /// equals `percentile` where the statistic is too coarse for the correction.
  Interval bca = {};
  int num_undefined = 0;  // resamples without a value; they are left out
};

/// Calls `statistic` for the sample, for each resample and for each cluster left out.
/// With n clusters both intervals cover a little less than promised: for a mean some 93 % at n = 32
/// and 90 % at n = 10 instead of 95 %.
/// Errors: InvalidArgument with fewer than two clusters or where the statistic is undefined in the
/// sample or in more than half of the resamples; as check_resampling.
Result<BootstrapResult> bootstrap_clusters(int num_clusters, ClusterStatistic statistic,
                                           const Resampling& resampling);

/// The percentile interval alone: no cluster is left out, so that n clusters cost n steps a
/// resample and no n² beside them. Errors: as bootstrap_clusters.
Result<Interval> bootstrap_interval(int num_clusters, ClusterStatistic statistic,
                                    const Resampling& resampling);

/// The weighted mean of messages, resampled by person. Errors: as bootstrap_clusters, and
/// InvalidArgument for values as in hajek_mean.
Result<BootstrapResult> bootstrap_mean(std::span<const WeightedValue> values,
                                       const Resampling& resampling);

/// The value below which a share `p` of the sorted values lies, between neighbours linearly (type 7
/// of Hyndman and Fan 1996); values are not empty, 0 <= p <= 1.
double sorted_quantile(std::span<const double> sorted, double p);

}  // namespace falconet
