#include "stats/interval.h"

#include "stats/distributions.h"

namespace falconet {

Status check_level(double level) {
  if (level >= 0.5 && level < 1) return {};
  return error(ErrorCode::InvalidArgument, "a confidence level is from 0.5 to below 1, not ",
               level);
}

Status check_resampling(const Resampling& resampling) {
  TRY(check_level(resampling.level));
  if (resampling.num_resamples >= 10 && resampling.num_resamples <= 1'000'000) return {};
  return error(ErrorCode::InvalidArgument, "resamples are from 10 to 1000000, not ",
               resampling.num_resamples);
}

double two_sided_normal(double level) { return normal_quantile(0.5 + level / 2); }

double two_sided_t(double level, double df) { return student_t_quantile(0.5 + level / 2, df); }

}  // namespace falconet
