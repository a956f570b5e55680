// What the message after an answer says about that answer, without anybody having been asked.
#pragma once

#include <string_view>
#include <vector>

#include "feedback/record_kinds.h"

namespace falconet {

// Share of the characters' pairs that two questions have in common (Sørensen–Dice), from which on
// the second is the first in other words. Chosen on turn_signals_test.cpp's pairs: the least alike
// of the rephrased ones has 0.67, the most alike of the others 0.32.
constexpr double kRephrasedSimilarity = 0.5;

/// `question` was answered, and `next` is what the same person wrote then: Corrected ("不对",
/// "that's wrong"), and Reasked (the same question again) or Rephrased (in other words). In English
/// and Chinese; of a long message only the beginning counts.
std::vector<SignalKind> turn_signals(std::string_view question, std::string_view next);

/// 0 to 1: Sørensen–Dice over the pairs of neighbouring letters and digits, each as often as it is
/// there, whatever their case.
double question_similarity(std::string_view a, std::string_view b);

}  // namespace falconet
