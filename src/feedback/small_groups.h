// What a report must not show: figures of so few people that somebody could be made out in them.
#pragma once

#include <cstdint>
#include <vector>

#include "feedback/feedback_analysis.h"

namespace falconet {

/// Groups of at least this many people are shown, if nothing else is asked for.
constexpr std::int64_t kLeastShownPeople = 5;

/// The analysis with every group of fewer than `least` people merged or hidden, and as many others
/// as it takes that no hidden figure can be computed from a total (complementary suppression:
/// Willenborg and de Waal 2001, chapter 4): hidden cells of a column come in twos at least and sum
/// up to `least` people or more; so do hidden rows. `least` of 1 hides nothing.
FeedbackAnalysis without_small_groups(const FeedbackAnalysis& analysis, std::int64_t least);

/// Which cells of a column to hide, given its numbers of people and that their sum is known.
/// Numbers of 0 are shown: nobody stands behind them.
std::vector<char> hidden_cells(const std::vector<std::int64_t>& people, std::int64_t least);

}  // namespace falconet
