#include "chat/jinja/integer.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"

namespace falconet::jinja {
namespace {

constexpr UnsignedInteger kSignBit = UnsignedInteger{1} << 127;

// The value of that sign and magnitude, if there is one.
std::optional<Integer> with_sign(bool is_negative, UnsignedInteger magnitude) {
  if (is_negative) {
    if (magnitude > kSignBit) return std::nullopt;
    return static_cast<Integer>(UnsignedInteger{0} - magnitude);
  }
  if (magnitude >= kSignBit) return std::nullopt;
  return static_cast<Integer>(magnitude);
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

// Takes "0x", "0o" or "0b" off where the base allows it, and settles base 0.
void take_prefix(std::string_view& digits, int& base) {
  const char letter = digits.size() > 2 && digits[0] == '0' ? digits[1] : ' ';
  int prefix_base = 0;
  if (letter == 'x' || letter == 'X') prefix_base = 16;
  if (letter == 'o' || letter == 'O') prefix_base = 8;
  if (letter == 'b' || letter == 'B') prefix_base = 2;
  if (prefix_base != 0 && (base == 0 || base == prefix_base)) {
    base = prefix_base;
    digits.remove_prefix(2);
    if (digits.front() == '_') digits.remove_prefix(1);
  }
  if (base == 0) base = 10;
}

}  // namespace

std::optional<Integer> add(Integer a, Integer b) {
  Integer sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

std::optional<Integer> subtract(Integer a, Integer b) {
  Integer difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
  return difference;
}

// By magnitudes: the compiler's checked product of 128 bits needs a run-time library that not
// every clang brings.
std::optional<Integer> multiply(Integer a, Integer b) {
  if (a == 0 || b == 0) return Integer{0};
  const UnsignedInteger x = magnitude(a), y = magnitude(b);
  if (x > ~UnsignedInteger{0} / y) return std::nullopt;
  return with_sign((a < 0) != (b < 0), x * y);
}

std::optional<Integer> floor_divide(Integer a, Integer b) {
  if (b == 0) return std::nullopt;
  const UnsignedInteger quotient = magnitude(a) / magnitude(b);
  const bool is_negative = (a < 0) != (b < 0);
  const bool is_exact = magnitude(a) % magnitude(b) == 0;
  return with_sign(is_negative, quotient + (is_negative && !is_exact ? 1 : 0));
}

std::optional<Integer> floor_modulo(Integer a, Integer b) {
  if (b == 0) return std::nullopt;
  const UnsignedInteger rest = magnitude(a) % magnitude(b);
  if (rest == 0) return Integer{0};
  const bool is_crossed = (a < 0) != (b < 0);
  return with_sign(b < 0, is_crossed ? magnitude(b) - rest : rest);
}

std::optional<Integer> power(Integer base, Integer exponent) {
  if (exponent < 0) return std::nullopt;
  std::optional<Integer> result = Integer{1};
  std::optional<Integer> square = base;
  while (exponent > 0) {
    if (exponent % 2 == 1) {
      if (!square) return std::nullopt;
      result = multiply(*result, *square);
      if (!result) return std::nullopt;
    }
    exponent /= 2;
    if (square) square = multiply(*square, *square);
  }
  return result;
}

UnsignedInteger magnitude(Integer value) {
  const auto bits = static_cast<UnsignedInteger>(value);
  return value < 0 ? UnsignedInteger{0} - bits : bits;
}

std::string to_digits(UnsignedInteger magnitude, unsigned base) {
  std::string digits;
  do {
    digits += "0123456789abcdef"[static_cast<std::size_t>(magnitude % base)];
    magnitude /= base;
  } while (magnitude != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string to_decimal(Integer value) {
  return (value < 0 ? "-" : "") + to_digits(magnitude(value), 10);
}

std::optional<Integer> parse_integer(std::string_view text, int base) {
  text = trim(text);
  const bool is_negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  take_prefix(text, base);
  if (text.empty() || base < 2 || base > 36) return std::nullopt;

  UnsignedInteger value = 0;
  bool is_digit_due = true;  // at the start and after an underscore
  for (const char c : text) {
    if (c == '_' && !is_digit_due) {
      is_digit_due = true;
      continue;
    }
    const int digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    if (value > (kSignBit - static_cast<unsigned>(digit)) / static_cast<unsigned>(base)) {
      return std::nullopt;
    }
    value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
    is_digit_due = false;
  }
  if (is_digit_due) return std::nullopt;
  return with_sign(is_negative, value);
}

std::optional<Integer> to_integer(double value) {
  // 2^127 is a double; every double below it fits.
  if (!(std::fabs(value) < std::ldexp(1.0, 127))) return std::nullopt;
  return static_cast<Integer>(value);
}

}  // namespace falconet::jinja
