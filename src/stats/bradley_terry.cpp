#include "stats/bradley_terry.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/linear_algebra.h"

namespace falconet {
namespace {

constexpr int kMostContestants = 100;
constexpr int kMaxSteps = 200;

Status check_duels(std::span<const Duel> duels, int num_contestants) {
  if (num_contestants < 2) {
    return error(ErrorCode::InvalidArgument, "two contestants are needed, not ", num_contestants);
  }
  if (num_contestants > kMostContestants) {
    return error(ErrorCode::TooLarge, "at most ", kMostContestants, " contestants, not ",
                 num_contestants);
  }
  const auto is_contestant = [&](int c) { return c >= 0 && c < num_contestants; };
  for (const Duel& duel : duels) {
    if (is_contestant(duel.first) && is_contestant(duel.second) && duel.first != duel.second) {
      continue;
    }
    return error(ErrorCode::InvalidArgument, "a duel of ", duel.first, " and ", duel.second,
                 " among ", num_contestants, " contestants");
  }
  const auto is_tie = [](const Duel& duel) { return duel.outcome == DuelOutcome::Tie; };
  if (std::ranges::all_of(duels, is_tie)) {
    return error(ErrorCode::InvalidArgument, "no duel was won: ", duels.size(), " ties");
  }
  return {};
}

// Whether every contestant can be reached from contestant 0 along edges loser → winner, a tie being
// both; `backwards` follows them the other way.
bool reaches_all(std::span<const Duel> duels, std::size_t n, bool backwards) {
  std::vector<bool> is_edge(n * n);
  for (const Duel& duel : duels) {
    const auto a = static_cast<std::size_t>(duel.first);
    const auto b = static_cast<std::size_t>(duel.second);
    if (duel.outcome != DuelOutcome::FirstWins) is_edge[backwards ? b * n + a : a * n + b] = true;
    if (duel.outcome != DuelOutcome::SecondWins) is_edge[backwards ? a * n + b : b * n + a] = true;
  }
  std::vector<std::size_t> reached = {0};
  std::vector<bool> is_reached(n);
  is_reached[0] = true;
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (std::size_t b = 0; b < n; ++b) {
      if (!is_edge[reached[next] * n + b] || is_reached[b]) continue;
      is_reached[b] = true;
      reached.push_back(b);
    }
  }
  return reached.size() == n;
}

// The likelihood as that of a multinomial logit: outcome k of a duel has the log weight fₖ·β with
// f = e_first, e_second, (e_first + e_second)/2 + e_tie; it is concave in β.
class Davidson {
 public:
  Davidson(std::span<const Duel> duels, std::size_t num_contestants, double ridge)
      : duels_(duels), n_(num_contestants), ridge_(ridge) {
    has_ties_ = std::ranges::any_of(
        duels, [](const Duel& duel) { return duel.outcome == DuelOutcome::Tie; });
  }

  bool has_ties() const { return has_ties_; }
  std::size_t size() const { return n_ + (has_ties_ ? 1 : 0); }

  // The three outcomes' chances.
  std::array<double, 3> chances(const Duel& duel, std::span<const double> beta) const {
    const double a = beta[static_cast<std::size_t>(duel.first)];
    const double b = beta[static_cast<std::size_t>(duel.second)];
    const double tie = has_ties_ ? (a + b) / 2 + beta[n_] : std::min(a, b);
    const double top = std::max({a, b, tie});
    std::array<double, 3> p = {std::exp(a - top), std::exp(b - top),
                               has_ties_ ? std::exp(tie - top) : 0};
    const double sum = p[0] + p[1] + p[2];
    for (double& chance : p) chance /= sum;
    return p;
  }

  double objective(std::span<const double> beta) const {
    double value = -ridge_ / 2 * dot(beta.first(n_), beta.first(n_));
    for (const Duel& duel : duels_) {
      value += std::log(chances(duel, beta)[static_cast<std::size_t>(duel.outcome)]);
    }
    return value;
  }

  // What the duel adds to the gradient: features of its outcome minus their mean.
  void add_score(const Duel& duel, std::span<const double> beta, std::span<double> score) const {
    const std::array<double, 3> p = chances(duel, beta);
    for (std::size_t k = 0; k < 3; ++k) {
      const double residual = (static_cast<std::size_t>(duel.outcome) == k ? 1 : 0) - p[k];
      add_features(duel, k, residual, score);
    }
  }

  // The information: the features' covariance, summed over duels, plus the ridge and 1/n all over
  // the strengths, which pins their otherwise free mean to 0.
  SquareMatrix information(std::span<const double> beta) const {
    SquareMatrix result(size());
    std::vector<double> features(size());
    std::vector<double> mean(size());
    for (const Duel& duel : duels_) {
      const std::array<double, 3> p = chances(duel, beta);
      std::ranges::fill(mean, 0.0);
      for (std::size_t k = 0; k < 3; ++k) add_features(duel, k, p[k], mean);
      for (std::size_t k = 0; k < 3; ++k) {
        std::ranges::fill(features, 0.0);
        add_features(duel, k, 1, features);
        result.add_outer(features, p[k]);
      }
      result.add_outer(mean, -1);
    }
    for (std::size_t i = 0; i < n_; ++i) {
      result(i, i) += ridge_;
      for (std::size_t j = 0; j < n_; ++j) result(i, j) += 1 / static_cast<double>(n_);
    }
    return result;
  }

  std::vector<double> gradient(std::span<const double> beta) const {
    std::vector<double> result(size());
    for (const Duel& duel : duels_) add_score(duel, beta, result);
    for (std::size_t i = 0; i < n_; ++i) result[i] -= ridge_ * beta[i];
    return result;
  }

  // Newton's method with step halving. Errors: no convergence.
  Result<std::vector<double>> maximize() const {
    std::vector<double> beta(size());
    for (int step = 0; step < kMaxSteps; ++step) {
      const std::vector<double> slope = gradient(beta);
      const Cholesky factor(information(beta));
      if (!factor.is_definite()) break;
      const std::vector<double> change = factor.solve(slope);
      const std::vector<double> from = beta;
      const double before = objective(from);
      for (double scale = 1; scale > 1e-6; scale /= 2) {
        for (std::size_t i = 0; i < beta.size(); ++i) beta[i] = from[i] + scale * change[i];
        if (objective(beta) >= before - 1e-12 * std::abs(before)) break;
      }
      if (dot(slope, change) < 1e-18) return beta;
    }
    return error(ErrorCode::InvalidArgument,
                 "the duels do not determine the strengths; try a ridge");
  }

 private:
  void add_features(const Duel& duel, std::size_t outcome, double weight,
                    std::span<double> out) const {
    const double tie = outcome == 2 ? weight / 2 : 0;
    out[static_cast<std::size_t>(duel.first)] += outcome == 0 ? weight : tie;
    out[static_cast<std::size_t>(duel.second)] += outcome == 1 ? weight : tie;
    if (outcome == 2 && has_ties_) out[n_] += weight;
  }

  std::span<const Duel> duels_;
  std::size_t n_;
  double ridge_;
  bool has_ties_ = false;
};

// H⁻¹ (Σ sᵢsᵢᵀ) H⁻¹ · n/(n − 1), as a function of contrasts: the standard error of vᵀβ.
class ContrastErrors {
 public:
  ContrastErrors(const Davidson& model, std::span<const Duel> duels, const PersonIndex& index,
                 std::span<const double> beta)
      : factor_(model.information(beta)), size_(model.size()) {
    scores_.resize(static_cast<std::size_t>(index.num_people) * size_);
    for (std::size_t d = 0; d < duels.size(); ++d) {
      const auto person = static_cast<std::size_t>(index.of[d]);
      model.add_score(duels[d], beta, std::span(scores_).subspan(person * size_, size_));
    }
    scale_ = index.num_people / (index.num_people - 1.0);
  }

  double standard_error(std::span<const double> contrast) const {
    const std::vector<double> solved = factor_.solve(contrast);
    double sum = 0;
    for (std::size_t i = 0; i < scores_.size(); i += size_) {
      sum += std::pow(dot(std::span(scores_).subspan(i, size_), solved), 2);
    }
    return std::sqrt(scale_ * sum);
  }

 private:
  Cholesky factor_;
  std::size_t size_;
  std::vector<double> scores_;  // [num_people, size_]
  double scale_ = 1;
};

BradleyTerryFit summarize(std::span<const double> beta, std::size_t n, const ContrastErrors& errors,
                          double t) {
  BradleyTerryFit fit;
  std::vector<double> contrast(beta.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      contrast[j] = (i == j ? 1.0 : 0.0) - 1 / static_cast<double>(n);
    }
    const double error = errors.standard_error(contrast);
    fit.strengths.push_back({beta[i], error, {beta[i] - t * error, beta[i] + t * error}});
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      std::ranges::fill(contrast, 0.0);
      contrast[i] = 1;
      contrast[j] = -1;
      const double half = t * errors.standard_error(contrast);
      const double difference = beta[i] - beta[j];
      fit.differences.push_back({static_cast<int>(i),
                                 static_cast<int>(j),
                                 difference,
                                 {difference - half, difference + half}});
    }
  }
  return fit;
}

}  // namespace

Result<BradleyTerryFit> bradley_terry(std::span<const Duel> duels, int num_contestants,
                                      const BradleyTerryOptions& options) {
  TRY(check_level(options.level));
  TRY(check_duels(duels, num_contestants));
  if (!(options.ridge >= 0 && std::isfinite(options.ridge))) {
    return error(ErrorCode::InvalidArgument, "a ridge is not negative: ", options.ridge);
  }
  const auto n = static_cast<std::size_t>(num_contestants);
  if (options.ridge == 0 && !(reaches_all(duels, n, false) && reaches_all(duels, n, true))) {
    return error(
        ErrorCode::InvalidArgument, "some contestants never lost or tied against the ",
        "others, or never met them: their strength has no finite estimate without a ridge");
  }
  std::vector<PersonId> people;
  people.reserve(duels.size());
  for (const Duel& duel : duels) people.push_back(duel.person);
  const PersonIndex index = index_people(people);
  if (index.num_people < 2) {
    return error(ErrorCode::InvalidArgument, "an interval needs two people who judged, not ",
                 index.num_people);
  }
  const Davidson model(duels, n, options.ridge);
  TRY_ASSIGN(const std::vector<double> beta, model.maximize());
  const ContrastErrors errors(model, duels, index, beta);
  BradleyTerryFit fit =
      summarize(beta, n, errors, two_sided_t(options.level, index.num_people - 1));
  if (model.has_ties()) fit.log_tie = beta[n];
  fit.num_people = index.num_people;
  return fit;
}

}  // namespace falconet
