#include "grammar/digits.h"

#include <algorithm>

namespace falconet {
namespace {

using Order = DigitBoundState::Order;

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

Order order_of(char read, char expected) {
  if (read == expected) return Order::Equal;
  return read < expected ? Order::Less : Order::Greater;
}

/// With all integer digits read: fewer digits make a smaller number.
Order integer_order(const DigitBound& bound, const DigitBoundState& state) {
  if (state.num_read < bound.integer.size()) return Order::Less;
  if (state.num_read > bound.integer.size()) return Order::Greater;
  return state.order;
}

std::uint64_t times_ten_plus(std::uint64_t value, std::uint64_t digit, std::uint64_t divisor) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(value) * 10 + digit) % divisor);
}

}  // namespace

std::optional<DigitBoundState> step(const DigitBound& bound, DigitBoundState state, char32_t c) {
  if (c == U'.') {
    if (state.in_fraction) return std::nullopt;
    return DigitBoundState{integer_order(bound, state), true, 0};
  }
  if (!is_digit(c)) return std::nullopt;
  const std::string& digits = state.in_fraction ? bound.fraction : bound.integer;
  const bool has_digit = state.num_read < digits.size();
  if (state.order == Order::Equal && (has_digit || state.in_fraction)) {
    state.order = order_of(static_cast<char>(c), has_digit ? digits[state.num_read] : '0');
  }
  state.num_read = static_cast<std::uint16_t>(
      std::min<std::size_t>(std::size_t{state.num_read} + 1, digits.size() + 1));
  if (state.in_fraction && state.order != Order::Equal) state.num_read = 0;  // decided
  return state;
}

bool is_accepted(const DigitBound& bound, DigitBoundState state) {
  Order order = state.in_fraction ? state.order : integer_order(bound, state);
  const std::size_t num_fraction = state.in_fraction ? state.num_read : 0;
  if (order == Order::Equal && num_fraction < bound.fraction.size()) order = Order::Less;
  return order == Order::Equal || (order == Order::Greater) == bound.is_lower;
}

std::optional<DigitMultipleState> step(const DigitMultiple& multiple, DigitMultipleState state,
                                       char32_t c) {
  if (c == U'.') {
    if (state.in_fraction) return std::nullopt;
    state.in_fraction = true;
    return state;
  }
  if (!is_digit(c)) return std::nullopt;
  if (state.in_fraction && state.num_fraction == multiple.scale) {
    return c == U'0' ? std::optional(state) : std::nullopt;
  }
  state.remainder = times_ten_plus(state.remainder, c - U'0', multiple.divisor);
  if (state.in_fraction) ++state.num_fraction;
  return state;
}

bool is_accepted(const DigitMultiple& multiple, DigitMultipleState state) {
  for (int i = state.num_fraction; i < multiple.scale && state.remainder != 0; ++i) {
    state.remainder = times_ten_plus(state.remainder, 0, multiple.divisor);
  }
  return state.remainder == 0;
}

}  // namespace falconet
