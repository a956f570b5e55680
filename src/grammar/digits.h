// Two small automata over the digits of a plain decimal number ("12", "0.25"): comparison with a
// bound, and divisibility. They read digits and one point from left to right; signs and leading
// zeros are for the regular expression around them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace falconet {

/// Accepts numbers that are at most (or at least) a bound, compared by value.
struct DigitBound {
  std::string integer;    // digits of the bound, without leading zeros ("0" for none)
  std::string fraction;   // without trailing zeros
  bool is_lower = false;  // at least the bound; otherwise at most
  friend auto operator<=>(const DigitBound&, const DigitBound&) = default;
};

struct DigitBoundState {
  enum class Order : std::uint8_t { Less, Equal, Greater };
  Order order = Order::Equal;  // of what has been read, digit by digit
  bool in_fraction = false;
  std::uint16_t num_read = 0;  // digits of this part, at most one more than the bound has
  friend auto operator<=>(const DigitBoundState&, const DigitBoundState&) = default;
};

std::optional<DigitBoundState> step(const DigitBound& bound, DigitBoundState state, char32_t c);
bool is_accepted(const DigitBound& bound, DigitBoundState state);

/// Accepts multiples of divisor / 10^scale.
struct DigitMultiple {
  std::uint64_t divisor = 1;
  std::uint16_t scale = 0;
  friend auto operator<=>(const DigitMultiple&, const DigitMultiple&) = default;
};

struct DigitMultipleState {
  std::uint64_t remainder = 0;
  bool in_fraction = false;
  std::uint16_t num_fraction = 0;  // at most scale
  friend auto operator<=>(const DigitMultipleState&, const DigitMultipleState&) = default;
};

std::optional<DigitMultipleState> step(const DigitMultiple& multiple, DigitMultipleState state,
                                       char32_t c);
bool is_accepted(const DigitMultiple& multiple, DigitMultipleState state);

}  // namespace falconet
