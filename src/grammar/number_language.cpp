#include "grammar/number_language.h"

#include <algorithm>
#include <cmath>

#include "grammar/pattern_language.h"

namespace falconet {
namespace {

constexpr int kMaxExponent = 400;
constexpr std::size_t kMaxDivisorDigits = 17;  // times ten still fits the arithmetic

// A double holds integers of up to 309 digits; longer ones would be read as infinity.
constexpr const char* kFreeNumbers = "-?(0|[1-9][0-9]{0,200})(\\.[0-9]+)?([eE][+-]?[0-9]{1,2})?";
constexpr const char* kPlainNumbers =
    "(0|[1-9][0-9]{0,300})(\\.[0-9]+)?"
    "|-(0\\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,300}(\\.[0-9]+)?)";
constexpr const char* kCanonicalNumbers =
    "(0|[1-9][0-9]{0,300})(\\.[0-9]*[1-9])?"
    "|-(0\\.[0-9]*[1-9]|[1-9][0-9]{0,300}(\\.[0-9]*[1-9])?)";
constexpr const char* kCanonicalIntegers = "0|-?[1-9][0-9]{0,300}";

RegexId minus(RegexPool& pool) { return pool.literal(U"-"); }

RegexId any_digits(RegexPool& pool) {
  return pool.repeated(pool.set(CodePoints({{U'0', U'9'}, {U'.', U'.'}})), 0);
}

RegexId signed_by(RegexPool& pool, bool is_negative, RegexId digits) {
  return is_negative ? pool.concat(minus(pool), digits) : digits;
}

RegexId compared(RegexPool& pool, const Decimal& bound, bool is_lower) {
  // Of negative numbers the larger digits are the smaller value.
  const bool digits_are_lower = is_lower != bound.is_negative;
  const RegexId near =
      signed_by(pool, bound.is_negative,
                pool.at_most_or_least({bound.integer, bound.fraction, digits_are_lower}));
  // All numbers of the other sign are on the right side, or none is.
  if (is_lower != bound.is_negative) return near;
  return pool.either({near, signed_by(pool, !bound.is_negative, any_digits(pool))});
}

std::optional<Decimal> decimal_of_double(double value) {
  return std::isfinite(value) ? decimal_of(Json(value)) : std::nullopt;
}

}  // namespace

std::string Decimal::text() const {
  std::string text = is_negative ? "-" + integer : integer;
  if (!fraction.empty()) text += "." + fraction;
  return text;
}

std::optional<Decimal> decimal_of(const Json& number) {
  std::string text = number.dump();
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.is_negative = true;
    text.erase(0, 1);
  }
  int exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string::npos) {
    std::string digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.erase(0, 1);
    exponent = parse_number<int>(digits).value_or(kMaxExponent + 1);
    text.resize(e);
  }
  if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits = text;
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  int num_integer = static_cast<int>(point) + exponent;
  if (num_integer < 0) {
    digits.insert(0, static_cast<std::size_t>(-num_integer), '0');
    num_integer = 0;
  }
  if (static_cast<int>(digits.size()) < num_integer) {
    digits.resize(static_cast<std::size_t>(num_integer), '0');
  }
  decimal.integer = digits.substr(0, static_cast<std::size_t>(num_integer));
  decimal.fraction = digits.substr(static_cast<std::size_t>(num_integer));
  decimal.integer.erase(0, decimal.integer.find_first_not_of('0'));
  if (decimal.integer.empty()) decimal.integer = "0";
  decimal.fraction.erase(decimal.fraction.find_last_not_of('0') + 1);
  if (decimal.is_zero()) decimal.is_negative = false;
  return decimal;
}

RegexId whole_numbers(RegexPool& pool) { return known_language(pool, "-?[0-9]+(\\.0*)?"); }

RegexId at_least(RegexPool& pool, const Decimal& bound) { return compared(pool, bound, true); }

RegexId at_most(RegexPool& pool, const Decimal& bound) { return compared(pool, bound, false); }

RegexId equal_to(RegexPool& pool, const Decimal& number) {
  const RegexId zeros = pool.repeated(pool.literal(U"0"), 0);
  const RegexId point_zeros = pool.either({kEmptyText, pool.concat(pool.literal(U"."), zeros)});
  return pool.concat(pool.literal(number.text()), number.fraction.empty() ? point_zeros : zeros);
}

std::optional<RegexId> more_than(RegexPool& pool, double bound) {
  const auto next = decimal_of_double(std::nextafter(bound, HUGE_VAL));
  return next ? std::optional(at_least(pool, *next)) : std::nullopt;
}

std::optional<RegexId> less_than(RegexPool& pool, double bound) {
  const auto next = decimal_of_double(std::nextafter(bound, -HUGE_VAL));
  return next ? std::optional(at_most(pool, *next)) : std::nullopt;
}

Result<RegexId> multiples_of(RegexPool& pool, const Json& divisor) {
  const auto decimal = decimal_of(divisor);
  if (!decimal) return error(ErrorCode::Unsupported, "a divisor with an exponent so large");
  if (decimal->is_negative || decimal->is_zero()) {
    return error(ErrorCode::InvalidArgument, "expected a number greater than 0");
  }
  std::string digits = decimal->integer == "0" ? "" : decimal->integer;
  digits += decimal->fraction;
  digits.erase(0, digits.find_first_not_of('0'));
  const auto value = parse_number<std::uint64_t>(digits);
  if (digits.size() > kMaxDivisorDigits || !value) {
    return error(ErrorCode::Unsupported, "a divisor of more than ", kMaxDivisorDigits, " digits");
  }
  const RegexId unsigned_multiples =
      pool.multiple_of({*value, static_cast<std::uint16_t>(decimal->fraction.size())});
  return pool.either({unsigned_multiples, pool.concat(minus(pool), unsigned_multiples)});
}

RegexId number_spelling(RegexPool& pool, RegexId numbers, NumberSpelling spelling) {
  if (numbers == kNothing) return kNothing;
  if (numbers == kAnyText) return known_language(pool, kFreeNumbers);
  if (numbers == whole_numbers(pool)) return known_language(pool, kCanonicalIntegers);
  const bool is_free = spelling == NumberSpelling::Free;
  return pool.both({known_language(pool, is_free ? kPlainNumbers : kCanonicalNumbers), numbers});
}

}  // namespace falconet
