#include "stats/distributions.h"

#include "stats/golden_test.h"
#include "stats/special_functions.h"

namespace falconet {
namespace {

// Absolute below 1, relative above: what distributions.h promises.
constexpr double kTolerance = 1e-10;

TEST(Distributions, AgreeWithSciPy) {
  using Function = double (*)(std::span<const double>);
  const std::vector<std::pair<const char*, Function>> functions = {
      {"log_gamma", [](auto v) { return log_gamma(v[0]); }},
      {"normal_cdf", [](auto v) { return normal_cdf(v[0]); }},
      {"normal_quantile", [](auto v) { return normal_quantile(v[0]); }},
      {"student_t_cdf", [](auto v) { return student_t_cdf(v[0], v[1]); }},
      {"student_t_quantile", [](auto v) { return student_t_quantile(v[0], v[1]); }},
      {"chi_squared_cdf", [](auto v) { return chi_squared_cdf(v[0], v[1]); }},
      {"chi_squared_upper", [](auto v) { return chi_squared_upper(v[0], v[1]); }},
      {"chi_squared_quantile", [](auto v) { return chi_squared_quantile(v[0], v[1]); }},
      {"beta_cdf", [](auto v) { return beta_cdf(v[0], v[1], v[2]); }},
      {"beta_quantile", [](auto v) { return beta_quantile(v[0], v[1], v[2]); }},
  };
  for (const auto& [name, function] : functions) {
    for (const GoldenCase& golden : golden_cases(name)) {
      std::vector<double> arguments;
      for (const auto& list : golden.arguments) arguments.push_back(list.at(0));
      expect_near(function(arguments), golden.expected.at(0), kTolerance, golden.line);
    }
  }
}

TEST(Distributions, BinomialChancesAgreeWithSciPy) {
  for (const GoldenCase& golden : golden_cases("binomial")) {
    const auto k = static_cast<std::int64_t>(golden.arguments[0][0]);
    const auto n = static_cast<std::int64_t>(golden.arguments[1][0]);
    const double p = golden.arguments[2][0];
    expect_near(binomial_pmf(k, n, p), golden.expected[0], kTolerance, golden.line);
    expect_near(binomial_cdf(k, n, p), golden.expected[1], kTolerance, golden.line);
    expect_near(binomial_upper(k, n, p), golden.expected[2], kTolerance, golden.line);
  }
}

TEST(Distributions, TailsKeepTheirRelativeAccuracy) {
  // By SciPy; absolute agreement would say nothing here.
  EXPECT_NEAR(normal_cdf(-38) / 2.8854283600687834e-316, 1, 1e-6);  // a denormal number
  EXPECT_NEAR(normal_cdf(-20) / 2.7536241186062337e-89, 1, 1e-12);
  EXPECT_NEAR(binomial_cdf(0, 1000, 0.5) / std::exp2(-1000), 1, 1e-10);
}

TEST(Distributions, QuantilesUndoTheirDistributionFunctions) {
  for (double p = 0.01; p < 1; p += 0.07) {
    for (const double df : {0.7, 3.0, 31.0, 5000.0}) {
      EXPECT_NEAR(student_t_cdf(student_t_quantile(p, df), df), p, 1e-12);
      EXPECT_NEAR(chi_squared_cdf(chi_squared_quantile(p, df), df), p, 1e-12);
      EXPECT_NEAR(beta_cdf(beta_quantile(p, df, 2.5), df, 2.5), p, 1e-12);
    }
    EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-15);
  }
}

}  // namespace
}  // namespace falconet
