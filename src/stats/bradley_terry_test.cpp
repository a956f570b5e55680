#include "stats/bradley_terry.h"

#include "base/random.h"
#include "stats/golden_test.h"

namespace falconet {
namespace {

DuelOutcome outcome_of(double number) { return static_cast<DuelOutcome>(static_cast<int>(number)); }

// Duels of contestants 0 … 2 with strengths 0.5, 0, −0.5 and ν = e^−½; people differ in taste.
std::vector<Duel> draw_duels(Random& random, int num_people, int per_person) {
  std::vector<Duel> duels;
  for (int person = 0; person < num_people; ++person) {
    const double taste = 0.4 * random.normal();
    for (int i = 0; i < per_person; ++i) {
      const int first = static_cast<int>(random.below(3));
      const int second = (first + 1 + static_cast<int>(random.below(2))) % 3;
      const double a = (0.5 + taste) * (1 - first);
      const double b = (0.5 + taste) * (1 - second);
      const double tie = std::exp((a + b) / 2 - 0.5);
      const double draw = random.uniform() * (std::exp(a) + std::exp(b) + tie);
      const DuelOutcome outcome = draw < std::exp(a)                 ? DuelOutcome::FirstWins
                                  : draw < std::exp(a) + std::exp(b) ? DuelOutcome::SecondWins
                                                                     : DuelOutcome::Tie;
      duels.push_back({PersonId{person}, first, second, outcome});
    }
  }
  return duels;
}

TEST(BradleyTerry, AgreesWithAnIndependentMaximum) {
  for (const GoldenCase& golden : golden_cases("bradley_terry")) {
    const int n = static_cast<int>(golden.arguments[0][0]);
    std::vector<Duel> duels;
    for (std::size_t i = 0; i < golden.arguments[2].size(); ++i) {
      duels.push_back({PersonId{static_cast<std::int32_t>(golden.arguments[2][i])},
                       static_cast<int>(golden.arguments[3][i]),
                       static_cast<int>(golden.arguments[4][i]),
                       outcome_of(golden.arguments[5][i])});
    }
    const auto fit = bradley_terry(duels, n, {.ridge = golden.arguments[1][0]}).value();
    const auto size = static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < size; ++i) {
      expect_near(fit.strengths[i].log_strength, golden.expected[i], 1e-7, golden.line);
      expect_near(fit.strengths[i].standard_error, golden.expected[size + 1 + i], 1e-7,
                  golden.line);
    }
    expect_near(fit.log_tie.value_or(0), golden.expected[size], 1e-7, golden.line);
    const StrengthDifference& top = fit.differences.front();
    expect_near(top.interval.high - top.difference, golden.expected.back(), 1e-6, golden.line);
  }
}

TEST(BradleyTerry, IntervalsCountPeopleNotVerdicts) {
  int covered = 0;
  constexpr int kStudies = 200;
  for (int study = 0; study < kStudies; ++study) {
    Random random(static_cast<std::uint64_t>(study + 1));
    const auto fit = bradley_terry(draw_duels(random, 24, 15), 3, {}).value();
    covered += fit.differences[0].interval.contains(0.5);
  }
  // Tastes that differ draw the average a little towards 0.
  EXPECT_GE(covered, 0.9 * kStudies);
}

TEST(BradleyTerry, AContestantWhoWonAllNeedsARidge) {
  std::vector<Duel> duels;
  for (int i = 0; i < 10; ++i) {
    duels.push_back({PersonId{i}, 0, 1, DuelOutcome::FirstWins});
  }
  EXPECT_FALSE(bradley_terry(duels, 2, {}));
  const auto fit = bradley_terry(duels, 2, {.ridge = 0.5}).value();
  EXPECT_GT(fit.strength_of(0), 0.5);
  EXPECT_FALSE(fit.log_tie.has_value());
  // A contestant whom nobody met stays where the ridge puts it.
  EXPECT_NEAR(bradley_terry(duels, 3, {.ridge = 0.5}).value().strength_of(2), 0, 1e-9);
}

TEST(BradleyTerry, RefusesDuelsThatMakeNoSense) {
  const std::vector<Duel> ties = {{PersonId{1}, 0, 1, DuelOutcome::Tie},
                                  {PersonId{2}, 0, 1, DuelOutcome::Tie}};
  EXPECT_FALSE(bradley_terry(ties, 2, {}));
  EXPECT_FALSE(bradley_terry({}, 2, {}));
  EXPECT_FALSE(
      bradley_terry(std::vector<Duel>{{PersonId{1}, 0, 0, DuelOutcome::FirstWins}}, 2, {}));
  EXPECT_FALSE(
      bradley_terry(std::vector<Duel>{{PersonId{1}, 0, 5, DuelOutcome::FirstWins}}, 2, {}));
  EXPECT_FALSE(bradley_terry(ties, 1000, {}));
  std::vector<Duel> one_person = ties;
  one_person.push_back({PersonId{1}, 0, 1, DuelOutcome::FirstWins});
  one_person.erase(one_person.begin() + 1);
  EXPECT_FALSE(bradley_terry(one_person, 2, {}));
}

}  // namespace
}  // namespace falconet
