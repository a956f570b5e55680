// Fisher's exact test of two proportions.
#pragma once

#include "stats/proportion.h"

namespace falconet {

/// Which deviation counts against the null hypothesis.
enum class Tail { Both, Lower, Upper };

/// The p-value that `a` and `b` share one chance of success, both margins given; each trial must be
/// a person of their own. `Upper`: a's chance is the greater one. Two-sided: all tables no more
/// likely than the one seen (as R and SciPy; likelihoods within 1e-7 of each other are equal).
/// Errors: as check_count.
Result<double> fisher_exact(const Count& a, const Count& b, Tail tail = Tail::Both);

}  // namespace falconet
