// What each person says about a regression's next column, summed once, so that tests and resampling
// over people need no further fits.
#pragma once

#include <span>
#include <vector>

#include "base/function_ref.h"
#include "stats/interval.h"
#include "stats/mixed_mode.h"

namespace falconet {

/// Columns that may be added to a regression; `fill(q, out)` writes the q-th, [num_rows].
struct CandidateColumns {
  std::size_t count = 0;
  FunctionRef<void(std::size_t q, std::span<double> out)> fill;
};

/// Sums over each person's rows at a mode of the mixed logistic model with base columns X
/// (intercept included), information W, residuals r = y − p, V = W⁻¹ + variance · 1 1ᵀ and working
/// response z: XᵀV⁻¹X, XᵀV⁻¹z, Xᵀr, and for each candidate column d: XᵀV⁻¹d, dᵀV⁻¹d, dᵀV⁻¹z, dᵀr.
class PersonMoments {
 public:
  /// `fitted` may be the mode of a model with more columns than `base` has: then the working
  /// response is that model's, and candidates are judged near it. The ridge is what `fitted` was
  /// fitted with.
  PersonMoments(const RegressionData& base, const PersonIndex& index, const MixedMode& fitted,
                CandidateColumns candidates, double ridge);

  /// The p-value that no candidate belongs to the model: the largest standardised score over the
  /// candidates against its distribution when the signs of people's residuals are drawn at random
  /// (the wild score bootstrap of Kline and Santos 2012 with Rademacher signs, which needs no
  /// assumption about dependence within people). The base coefficients are fitted anew in each draw
  /// to first order, so that talkative people, who draw the fit towards themselves, do not make
  /// scatter look small. (1 + as large ones) / (1 + drawn).
  double largest_score_p_value(const Resampling& resampling) const;

  struct Resamples {
    std::vector<double> drops;       // twice the likelihood that the sample's best candidate loses
    std::vector<std::size_t> bests;  // each resample's best candidate
  };

  /// Draws people with replacement and picks each resample's best candidate to first order, that is
  /// by one step of weighted least squares from the fitted model.
  Resamples resample(const Resampling& resampling) const;

 private:
  struct RowTerms;
  struct Profile;
  struct EfficientScores;

  void sum_base(const RowTerms& terms, const PersonIndex& index, std::span<const double> residuals);
  std::size_t base_stride() const { return size_ * size_ + 2 * size_; }
  std::span<const double> base(std::size_t person) const;
  std::span<const double> candidate(std::size_t person, std::size_t q) const;
  Profile profile(std::span<const double> times) const;
  EfficientScores efficient_scores() const;
  double largest_score(const EfficientScores& efficient, std::span<const double> signs) const;
  std::vector<double> gains(std::span<const double> times) const;

  std::size_t size_;  // base columns, intercept included
  std::size_t num_people_;
  std::size_t num_candidates_;
  double ridge_;
  std::vector<double> base_;  // [num_people, size_² + 2·size_]: XᵀV⁻¹X, XᵀV⁻¹z, Xᵀr
  std::vector<double> candidates_;  // [num_people, num_candidates_, size_ + 3]
};

}  // namespace falconet
