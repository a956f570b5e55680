// JSON numbers as languages. A set of numbers is an expression over their plain decimal spelling
// ("-12.50"): it tells values, not spellings, apart, so that sets can be intersected and
// complemented. number_spelling() then chooses how a model may write them.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "grammar/regex_pool.h"

namespace falconet {

/// A decimal number: digits without leading and trailing zeros, "0" if there are none before the
/// point.
struct Decimal {
  bool is_negative = false;
  std::string integer = "0";
  std::string fraction = {};

  bool is_zero() const { return integer == "0" && fraction.empty(); }
  std::string text() const;
};

/// Reads any JSON number, exponents included; nothing beyond some 400 digits.
std::optional<Decimal> decimal_of(const Json& number);

RegexId whole_numbers(RegexPool& pool);
RegexId at_least(RegexPool& pool, const Decimal& bound);
RegexId at_most(RegexPool& pool, const Decimal& bound);
RegexId equal_to(RegexPool& pool, const Decimal& number);

/// Exclusive bounds, as comparison with the next double: a reader that rounds a long decimal to a
/// double must not find it on the bound. Nothing where a double cannot tell.
std::optional<RegexId> more_than(RegexPool& pool, double bound);
std::optional<RegexId> less_than(RegexPool& pool, double bound);

/// Errors: InvalidArgument (zero or negative), Unsupported (more than 17 digits).
Result<RegexId> multiples_of(RegexPool& pool, const Json& divisor);

/// Canonical: one spelling for each value, without trailing zeros. Free: any plain decimal, and
/// with exponents where the set is all numbers.
enum class NumberSpelling { Free, Canonical };
RegexId number_spelling(RegexPool& pool, RegexId numbers, NumberSpelling spelling);

}  // namespace falconet
