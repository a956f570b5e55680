// Integers of 128 bits: wide enough that no template meets their end, checked all the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace falconet::jinja {

__extension__ typedef __int128 Integer;
__extension__ typedef unsigned __int128 UnsignedInteger;

// Python's operations; nothing where the result does not fit (or a divisor is zero).
std::optional<Integer> add(Integer a, Integer b);
std::optional<Integer> subtract(Integer a, Integer b);
std::optional<Integer> multiply(Integer a, Integer b);
std::optional<Integer> floor_divide(Integer a, Integer b);
std::optional<Integer> floor_modulo(Integer a, Integer b);
std::optional<Integer> power(Integer base, Integer exponent);

std::string to_decimal(Integer value);

/// In base 2, 8 or 16, lower case, without prefix or sign: the digits of the magnitude.
std::string to_digits(UnsignedInteger magnitude, unsigned base);
UnsignedInteger magnitude(Integer value);

/// Python's int(text, base): spaces around, a sign, underscores between digits, and for bases
/// 0, 2, 8 and 16 a prefix.
std::optional<Integer> parse_integer(std::string_view text, int base);

/// Truncates; nothing for infinities, NaN and what does not fit.
std::optional<Integer> to_integer(double value);

}  // namespace falconet::jinja
