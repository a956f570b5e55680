#include "stats/threshold.h"

#include <algorithm>
#include <cmath>

#include "stats/bootstrap.h"
#include "stats/threshold_shapes.h"

namespace falconet {
namespace {

constexpr double kPrecision = 0.02;  // of people's deviation: BICs are then good to 0.01
constexpr double kRidge = ThresholdShapes::kRidge;

// BIC counts people: they are what the study sampled (Pauler 1998 for models with effects of
// people).
double bic(const MixedMode& fit, std::size_t num_parameters, const ThresholdShapes& shapes) {
  return static_cast<double>(num_parameters) * std::log(shapes.index().num_people) -
         2 * fit.log_likelihood;
}

// Coefficients and the deviation of people.
std::size_t parameters(const MixedMode& fit) { return fit.mode.coefficients.size() + 1; }

struct SmoothFit {
  double variance = 0;
  double bic = INFINITY;
};

Result<SmoothFit> fit_smooth(const ThresholdShapes& shapes) {
  SmoothFit best;
  for (const RegressionData& shape : shapes.smooth()) {
    TRY_ASSIGN(const MixedMode fit, mixed_mode(shape, shapes.index(), kRidge, kPrecision));
    const double value = bic(fit, parameters(fit), shapes);
    if (value < best.bic) best = {fit.variance, value};
  }
  return best;
}

struct BrokenFit {
  BrokenShape shape = BrokenShape::Flat;
  std::vector<double> bics = {};  // [kNumPlaces], the place counted as a parameter
  std::size_t best = 0;
  MixedMode mode = {};  // at the best place

  double bic() const { return bics.empty() ? INFINITY : bics[best]; }
};

Result<BrokenFit> fit_broken(const ThresholdShapes& shapes, BrokenShape shape, double variance) {
  BrokenFit fit{.shape = shape};
  std::vector<double> column(shapes.num_rows());
  const LogisticPenalty penalty{.ridge = kRidge, .variance = variance};
  std::optional<LogisticMode> last;
  for (std::size_t q = 0; q < ThresholdShapes::kNumPlaces; ++q) {
    shapes.fill(shape, q, column);
    TRY_ASSIGN(MixedMode found, mixed_mode_at(shapes.broken(shape, column), shapes.index(), penalty,
                                              last ? &*last : nullptr));
    fit.bics.push_back(bic(found, parameters(found) + 1, shapes));
    if (q == 0 || fit.bics[q] < fit.bic()) {
      fit.best = q;
      fit.mode = found;
    }
    last = std::move(found.mode);
  }
  return fit;
}

// The three broken shapes, the best one first.
Result<std::vector<BrokenFit>> fit_all_broken(const ThresholdShapes& shapes, double variance) {
  std::vector<BrokenFit> fits;
  for (const BrokenShape shape : {BrokenShape::Flat, BrokenShape::Bent, BrokenShape::Jump}) {
    TRY_ASSIGN(BrokenFit fit, fit_broken(shapes, shape, variance));
    fits.push_back(std::move(fit));
  }
  std::ranges::stable_sort(fits, {}, &BrokenFit::bic);
  return fits;
}

// Where a bend is best, between neighbours where a parabola through three places says so.
double peak(const BrokenFit& fit) {
  const double q = static_cast<double>(fit.best);
  if (fit.best == 0 || fit.best + 1 == fit.bics.size()) return q;
  const double left = fit.bics[fit.best - 1];
  const double right = fit.bics[fit.best + 1];
  const double bend = left - 2 * fit.bics[fit.best] + right;
  return bend > 0 ? q + std::clamp((left - right) / (2 * bend), -0.5, 0.5) : q;
}

// The places whose BIC, in the best of the shapes there, is within `drop` of the best one's: what
// shape it is, is uncertain too.
class PlausiblePlaces {
 public:
  PlausiblePlaces(std::span<const BrokenFit> fits, double drop)
      : fits_(fits), bar_(fits.front().bic() + drop) {}

  // The outermost place to the left (`step` −1) or right (+1) in the axis's unit. A bend's is
  // interpolated; a jump is the same from one value of the axis to the next.
  double end(const ThresholdShapes& shapes, int step) const {
    const int last = static_cast<int>(ThresholdShapes::kNumPlaces) - 1;
    double bend = step < 0 ? last : 0;
    int jump = step < 0 ? last : 0;
    bool has_jump = false;
    for (const BrokenFit& fit : fits_) {
      int q = step < 0 ? 0 : last;
      while (q >= 0 && q <= last && bic_at(fit, q) > bar_) q -= step;
      if (q < 0 || q > last) continue;
      if (fit.shape == BrokenShape::Jump) {
        jump = std::clamp(q + step, 0, last);
        has_jump = true;
      } else {
        const double place = q + step * share_inside(fit, q, step);
        bend = step < 0 ? std::min(bend, place) : std::max(bend, place);
      }
    }
    const double at_bend = shapes.place(bend);
    if (!has_jump) return at_bend;
    if (step < 0) return std::min(at_bend, shapes.value_upto(shapes.place(jump)));
    return std::max(at_bend, shapes.value_beyond(shapes.place(jump)));
  }

 private:
  static double bic_at(const BrokenFit& fit, int q) {
    return fit.bics[static_cast<std::size_t>(q)];
  }

  // How far towards the next place the bar is met; 0 at the end of the search.
  double share_inside(const BrokenFit& fit, int q, int step) const {
    const int next = q + step;
    if (next < 0 || next >= static_cast<int>(fit.bics.size())) return 0;
    return std::clamp((bar_ - bic_at(fit, q)) / (bic_at(fit, next) - bic_at(fit, q)), 0.0, 1.0);
  }

  std::span<const BrokenFit> fits_;
  double bar_;
};

// How far from the best criterion a place may be. The bootstrap's answer is scaled for few people,
// as Student's t is to the normal distribution and n/(n − 1) to the variance of resampled sums, and
// is no less than what independent messages would need.
double plausible_drop(std::vector<double> drops, int num_people, double level) {
  std::ranges::sort(drops);
  const double n = num_people;
  const double z = two_sided_normal(level);
  const double scale = n / (n - 1) * std::pow(two_sided_t(level, n - 1) / z, 2);
  return scale * std::max(z * z, sorted_quantile(drops, level));
}

Interval threshold_interval(const ThresholdShapes& shapes, std::span<const BrokenFit> fits,
                            const Resampling& resampling) {
  const BrokenFit& best = fits.front();
  const PersonMoments moments(
      shapes.broken_base(best.shape), shapes.index(), best.mode,
      {.count = ThresholdShapes::kNumPlaces,
       .fill = [&](std::size_t q, std::span<double> out) { shapes.fill(best.shape, q, out); }},
      kRidge);
  const double drop = plausible_drop(moments.resample(resampling).drops, shapes.index().num_people,
                                     resampling.level);
  const PlausiblePlaces places(fits, drop);
  return {places.end(shapes, -1), places.end(shapes, 1)};
}

Result<double> effect_p_value(const ThresholdShapes& shapes, const Resampling& resampling) {
  const RegressionData base = shapes.without_axis();
  TRY_ASSIGN(const MixedMode null, mixed_mode(base, shapes.index(), kRidge, kPrecision));
  const auto fill = [&](std::size_t q, std::span<double> out) { shapes.fill_effect(q, out); };
  const PersonMoments moments(base, shapes.index(), null,
                              {.count = shapes.num_effects(), .fill = fill}, kRidge);
  return moments.largest_score_p_value(resampling);
}

Result<double> line_p_value(const ThresholdShapes& shapes, const Resampling& resampling) {
  const RegressionData base = shapes.with_line();
  TRY_ASSIGN(const MixedMode null, mixed_mode(base, shapes.index(), kRidge, kPrecision));
  const auto fill = [&](std::size_t q, std::span<double> out) { shapes.fill_break(q, out); };
  const PersonMoments moments(base, shapes.index(), null,
                              {.count = shapes.num_breaks(), .fill = fill}, kRidge);
  return moments.largest_score_p_value(resampling);
}

void describe(const ThresholdShapes& shapes, const BrokenFit& fit, ThresholdFinding& finding) {
  finding.form = fit.shape == BrokenShape::Jump ? ThresholdForm::Jump : ThresholdForm::Bend;
  finding.threshold = fit.shape == BrokenShape::Jump
                          ? shapes.value_upto(shapes.place(static_cast<double>(fit.best)))
                          : shapes.place(peak(fit));
  const std::vector<double>& coefficients = fit.mode.mode.coefficients;
  const double unit = fit.shape == BrokenShape::Jump ? 1 : shapes.slope_unit();
  if (fit.shape == BrokenShape::Bent) {
    finding.slope_before = unit * coefficients[coefficients.size() - 2];
  }
  finding.slope_after = finding.slope_before + unit * coefficients.back();
}

}  // namespace

Result<ThresholdFinding> find_threshold(const ThresholdData& data,
                                        const ThresholdOptions& options) {
  TRY(check_resampling(options.resampling));
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return error(ErrorCode::InvalidArgument, "alpha is between 0 and 1, not ", options.alpha);
  }
  TRY_ASSIGN(const ThresholdShapes shapes, ThresholdShapes::prepare(data));
  ThresholdFinding finding{
      .num_people = shapes.index().num_people,
      .num_rows = static_cast<int>(shapes.num_rows()),
      .searched = {shapes.place(0), shapes.place(ThresholdShapes::kNumPlaces - 1.0)}};
  TRY_ASSIGN(finding.effect_p, effect_p_value(shapes, options.resampling));
  if (finding.effect_p > options.alpha) return finding;
  TRY_ASSIGN(finding.line_p, line_p_value(shapes, options.resampling));
  TRY_ASSIGN(const SmoothFit smooth, fit_smooth(shapes));
  TRY_ASSIGN(const std::vector<BrokenFit> broken, fit_all_broken(shapes, smooth.variance));
  finding.advantage = smooth.bic - broken.front().bic();
  describe(shapes, broken.front(), finding);
  finding.interval = threshold_interval(shapes, broken, options.resampling);
  const bool is_broken = finding.line_p <= options.alpha && finding.advantage > 0;
  finding.verdict = is_broken ? Verdict::Threshold : Verdict::Gradual;
  return finding;
}

}  // namespace falconet
