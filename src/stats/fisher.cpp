#include "stats/fisher.h"

#include <algorithm>
#include <cmath>

#include "stats/special_functions.h"

namespace falconet {
namespace {

double log_choose(std::int64_t n, std::int64_t k) {
  const auto log_factorial = [](std::int64_t m) { return log_gamma(static_cast<double>(m) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// The chance of tables whose first cell is x, relative to that of the table seen. Sums of these
// ratios need no accurate normalisation.
struct Tables {
  std::int64_t low;  // smallest and largest first cell
  std::int64_t high;
  std::int64_t seen;
  std::int64_t trials_a;
  std::int64_t trials_b;
  std::int64_t successes;

  double log_chance(std::int64_t x) const {
    return log_choose(trials_a, x) + log_choose(trials_b, successes - x);
  }
};

bool counts(const Tables& tables, std::int64_t x, double ratio, Tail tail) {
  switch (tail) {
    case Tail::Lower: return x <= tables.seen;
    case Tail::Upper: return x >= tables.seen;
    case Tail::Both: break;
  }
  return ratio <= 1 + 1e-7;
}

}  // namespace

Result<double> fisher_exact(const Count& a, const Count& b, Tail tail) {
  TRY(check_count(a));
  TRY(check_count(b));
  const std::int64_t successes = a.successes + b.successes;
  const Tables tables{.low = std::max<std::int64_t>(0, successes - b.trials),
                      .high = std::min(a.trials, successes),
                      .seen = a.successes,
                      .trials_a = a.trials,
                      .trials_b = b.trials,
                      .successes = successes};
  const double seen = tables.log_chance(tables.seen);
  double extreme = 0;
  double all = 0;
  for (std::int64_t x = tables.low; x <= tables.high; ++x) {
    const double ratio = std::exp(tables.log_chance(x) - seen);
    all += ratio;
    if (counts(tables, x, ratio, tail)) extreme += ratio;
  }
  return std::min(1.0, extreme / all);
}

}  // namespace falconet
