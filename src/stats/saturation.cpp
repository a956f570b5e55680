#include "stats/saturation.h"

namespace falconet {
namespace {

constexpr int kMostPeople = 100'000;

}  // namespace

Result<Saturation> theme_saturation(std::span<const std::int64_t> people_by_theme, int num_people) {
  if (num_people < 1) return error(ErrorCode::InvalidArgument, "a saturation curve needs people");
  if (num_people > kMostPeople) {
    return error(ErrorCode::TooLarge, "a saturation curve takes at most ", kMostPeople,
                 " people, not ", num_people);
  }
  Saturation result{.curve = std::vector<double>(static_cast<std::size_t>(num_people))};
  double once = 0;
  double twice = 0;
  for (const std::int64_t named : people_by_theme) {
    if (named < 0 || named > num_people) {
      return error(ErrorCode::InvalidArgument, "a theme was named by ", named, " of ", num_people,
                   " people");
    }
    if (named == 0) continue;
    ++result.num_themes;
    once += named == 1;
    twice += named == 2;
    // C(n − nₜ, k) / C(n, k), from k − 1 to k.
    double missed = 1;
    for (int k = 1; k <= num_people; ++k) {
      const double left = static_cast<double>(num_people - named - k + 1);
      missed *= left > 0 ? left / (num_people - k + 1) : 0;
      result.curve[static_cast<std::size_t>(k - 1)] += 1 - missed;
    }
  }
  const double n = num_people;
  result.estimated_themes = result.num_themes + (n - 1) / n * once * (once - 1) / (2 * (twice + 1));
  return result;
}

}  // namespace falconet
