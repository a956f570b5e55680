// Have we asked enough people? How many different themes (or errors, or codes) a smaller number of
// people would have named, and how many more there may be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace falconet {

struct Saturation {
  /// Expected different themes among 1, 2 … num_people of the people, drawn without replacement.
  std::vector<double> curve = {};
  int num_themes = 0;
  /// A lower bound of the themes that there are, those that nobody named included: Chao2, bias
  /// corrected (Chao 1987; Gotelli and Colwell 2011, table 4.1).
  double estimated_themes = 0;
};

/// `people_by_theme[t]` of `num_people` people named theme t; themes that nobody named are left
/// out. The curve is rarefaction by sample (Colwell, Mao, Chang 2004): Σₜ 1 − C(n − nₜ, k) / C(n,
/// k). Errors: InvalidArgument where a theme was named by more people than there are or by a
/// negative number, or without people; TooLarge beyond 100,000 people.
Result<Saturation> theme_saturation(std::span<const std::int64_t> people_by_theme, int num_people);

}  // namespace falconet
