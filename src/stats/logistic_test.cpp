#include "stats/logistic.h"

#include "base/random.h"
#include "stats/golden_test.h"
#include "stats/mixed_mode.h"

namespace falconet {
namespace {

// A regression's lists, which RegressionData views.
struct Study {
  std::vector<PersonId> people;
  std::vector<double> x;
  std::vector<double> z;
  std::vector<double> outcomes;

  RegressionData data() const {
    return {.people = people, .outcomes = outcomes, .columns = {x, z}};
  }
};

Study golden_study(const GoldenCase& golden) {
  Study study{.people = {},
              .x = golden.arguments[1],
              .z = golden.arguments[2],
              .outcomes = golden.arguments[3]};
  for (const double person : golden.arguments[0]) {
    study.people.push_back(PersonId{static_cast<std::int32_t>(person)});
  }
  return study;
}

// People with own intercepts; those with higher ones also have higher x, by `confounding`.
Study draw_study(Random& random, double slope, double confounding) {
  Study study;
  for (int person = 0; person < 32; ++person) {
    const double own = random.normal();
    const auto count = 10 + random.below(person % 8 == 0 ? 150 : 30);
    for (std::uint64_t i = 0; i < count; ++i) {
      study.people.push_back(PersonId{person});
      study.x.push_back(random.normal() + confounding * own);
      study.z.push_back(random.normal());
      const double eta = -0.5 + own + slope * study.x.back() + 0.3 * study.z.back();
      study.outcomes.push_back(random.uniform() < 1 / (1 + std::exp(-eta)) ? 1 : 0);
    }
  }
  return study;
}

// Each row's person's mean of x.
std::vector<double> person_means(const Study& study) {
  std::vector<double> sums(32);
  std::vector<double> counts(32);
  for (std::size_t r = 0; r < study.x.size(); ++r) {
    sums[static_cast<std::size_t>(study.people[r].value)] += study.x[r];
    counts[static_cast<std::size_t>(study.people[r].value)] += 1;
  }
  std::vector<double> means;
  for (const PersonId person : study.people) {
    const auto i = static_cast<std::size_t>(person.value);
    means.push_back(sums[i] / counts[i]);
  }
  return means;
}

TEST(Logistic, AgreesWithStatsmodelsClusteredByPerson) {
  for (const GoldenCase& golden : golden_cases("logistic")) {
    const Study study = golden_study(golden);
    const LogisticFit fit = logistic_regression(study.data(), {}).value();
    for (std::size_t j = 0; j < 3; ++j) {
      expect_near(fit.coefficients[j], golden.expected[j], 1e-8, golden.line);
      expect_near(fit.standard_errors[j], golden.expected[3 + j], 1e-8, golden.line);
    }
    expect_near(fit.log_likelihood, golden.expected[6], 1e-9, golden.line);
  }
  for (const GoldenCase& golden : golden_cases("logistic_ridge")) {
    const Study study = golden_study(golden);
    const LogisticFit fit = logistic_regression(study.data(), {.ridge = 1.5}).value();
    for (std::size_t j = 0; j < 3; ++j) {
      expect_near(fit.coefficients[j], golden.expected[j], 1e-8, golden.line);
    }
  }
}

TEST(Logistic, WeightsStandForRepeatedRows) {
  Random random(4);
  Study study = draw_study(random, 0.5, 0);
  std::vector<double> weights(study.x.size());
  Study repeated;
  for (std::size_t r = 0; r < study.x.size(); ++r) {
    weights[r] = static_cast<double>(1 + random.below(3));
    for (int i = 0; i < static_cast<int>(weights[r]); ++i) {
      repeated.people.push_back(study.people[r]);
      repeated.x.push_back(study.x[r]);
      repeated.z.push_back(study.z[r]);
      repeated.outcomes.push_back(study.outcomes[r]);
    }
  }
  RegressionData weighted = study.data();
  weighted.weights = weights;
  const LogisticFit a = mixed_logistic_regression(weighted, {}).value();
  const LogisticFit b = mixed_logistic_regression(repeated.data(), {}).value();
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(a.coefficients[j], b.coefficients[j], 1e-6);
    EXPECT_NEAR(a.standard_errors[j], b.standard_errors[j], 1e-6);
  }
}

TEST(MixedLogistic, AgreesWithAnIndependentMaximumOfItsCriterion) {
  for (const GoldenCase& golden : golden_cases("mixed_logistic")) {
    const Study study = golden_study(golden);
    const LogisticFit fit = mixed_logistic_regression(study.data(), {}).value();
    for (std::size_t j = 0; j < 3; ++j) {
      expect_near(fit.coefficients[j], golden.expected[j], 1e-6, golden.line);
    }
    expect_near(fit.deviation, golden.expected[3], 1e-5, golden.line);
    expect_near(fit.log_likelihood, golden.expected[4], 1e-9, golden.line);
    // Full maximum likelihood by quadrature, with only ten answers a person.
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(fit.coefficients[j], golden.expected[5 + j], 0.08) << golden.line;
    }
    EXPECT_NEAR(fit.deviation, golden.expected[8], 0.05) << golden.line;
  }
}

TEST(MixedLogistic, PeopleWhoDifferDoNotMakeAnEffect) {
  // Without any effect of x, but with harsh people who have high x: the marginal model describes
  // that difference between people; the mixed one with people's means compares each with
  // themselves.
  int marginal = 0;
  int mixed = 0;
  int covered = 0;
  constexpr int kStudies = 30;
  for (int study = 0; study < kStudies; ++study) {
    Random random(static_cast<std::uint64_t>(study + 1));
    const Study confounded = draw_study(random, 0, 0.7);
    marginal += !logistic_regression(confounded.data(), {}).value().intervals[1].contains(0);
    RegressionData within = confounded.data();
    const std::vector<double> means = person_means(confounded);
    within.columns.emplace_back(means);
    mixed += !mixed_logistic_regression(within, {}).value().intervals[1].contains(0);
    const Study real = draw_study(random, 0.5, 0);
    covered += mixed_logistic_regression(real.data(), {}).value().intervals[1].contains(0.5);
  }
  EXPECT_GE(marginal, 0.9 * kStudies);
  EXPECT_LE(mixed, 0.1 * kStudies);
  EXPECT_GE(covered, 0.9 * kStudies);
}

TEST(Logistic, SaysWhereNoFiniteAnswerIsBest) {
  Study study{.people = {},
              .x = {-2, -1, 1, 2, 3, -3},
              .z = {1, 0, 1, 1, 0, 0},
              .outcomes = {0, 0, 1, 1, 1, 0}};
  for (int i = 0; i < 6; ++i) study.people.push_back(PersonId{i / 2});
  EXPECT_FALSE(logistic_regression(study.data(), {}));
  EXPECT_FALSE(mixed_logistic_regression(study.data(), {}));
  EXPECT_TRUE(logistic_regression(study.data(), {.ridge = 0.1}));
  Study collinear = study;
  collinear.outcomes = {0, 1, 1, 0, 1, 0};
  EXPECT_TRUE(logistic_regression(collinear.data(), {}));
  collinear.z = collinear.x;
  EXPECT_FALSE(logistic_regression(collinear.data(), {}));
  Study constant = study;
  constant.outcomes.assign(6, 1.0);
  EXPECT_FALSE(logistic_regression(constant.data(), {.ridge = 1}));
  Study broken = study;
  broken.x[2] = std::nan("");
  EXPECT_FALSE(logistic_regression(broken.data(), {}));
  EXPECT_FALSE(logistic_regression(study.data(), {.ridge = -1}));
  study.people.assign(6, PersonId{1});
  EXPECT_FALSE(logistic_regression(study.data(), {.ridge = 1}));
  EXPECT_FALSE(logistic_regression({.people = {}, .outcomes = {}, .columns = {}}, {}));
}

}  // namespace
}  // namespace falconet
