#include "feedback/ratings_needed.h"

#include <algorithm>
#include <array>

#include "stats/power.h"

namespace falconet {
namespace {

constexpr std::array<double, 3> kDifferences = {0.1, 0.05, 0.02};

}  // namespace

std::optional<RatingsNeeded> ratings_needed(const std::optional<MessageRate>& poor) {
  if (!poor || poor->effective_size <= 0) return std::nullopt;
  const auto have = static_cast<double>(poor->num_messages);
  RatingsNeeded out{.num_ratings = poor->num_messages,
                    .design_effect = std::max(1.0, have / poor->effective_size)};
  const PowerPlan plan{.design_effect = out.design_effect};
  const auto changed = [&](double difference) {
    const double better = poor->rate - difference;
    return better >= 0 ? better : std::min(1.0, poor->rate + difference);
  };
  for (const double difference : kDifferences) {
    const auto each = two_proportion_sample_size(poor->rate, changed(difference), plan);
    if (!each) continue;
    const std::int64_t needed = 2 * *each;
    out.rows.push_back(
        {difference, needed, std::max<std::int64_t>(0, needed - poor->num_messages)});
  }
  if (have < 2) return out;
  for (const Direction direction : {Direction::Lower, Direction::Higher}) {
    if (out.detectable) break;
    const auto found =
        minimum_detectable_difference(poor->rate, have / 2, have / 2, direction, plan);
    if (found) out.detectable = *found;
  }
  return out;
}

}  // namespace falconet
