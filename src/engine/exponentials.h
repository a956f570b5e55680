// Passes over a whole vocabulary, written so that compilers vectorise them for any machine.
#pragma once

#include <cstddef>
#include <span>

namespace falconet {

/// Exponents below this give 0: even 10⁶ tokens at e^−40 have a share of less than 10⁻¹¹.
constexpr float kMinExponent = -40.0f;

/// The greatest value that is a number; −∞ if there is none.
float max_of(std::span<const float> values);

/// out[i] = exp((values[i] − max) · scale), with a relative error below 4·10⁻⁷; 0 below
/// kMinExponent and for what is no number. No value is above `max`.
void exp_below(std::span<const float> values, float max, float scale, std::span<float> out);

double sum_of(std::span<const float> values);

/// The first index at which the sum of the values up to and with it is above `target`; the last
/// index with a value above 0 if none is. Values are not negative.
std::size_t find_in_sum(std::span<const float> values, double target);

}  // namespace falconet
