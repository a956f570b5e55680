#include "store/database.h"

namespace falconet {

const SqlValue& SqlRow::operator[](std::size_t column) const {
  CHECK(column < values_.size(), "column ", column, " of ", values_.size());
  return values_[column];
}

std::int64_t SqlRow::integer(std::size_t column) const {
  return optional_integer(column).value_or(0);
}

double SqlRow::number(std::size_t column) const {
  const SqlValue& value = (*this)[column];
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return static_cast<double>(integer(column));
}

std::string SqlRow::text(std::size_t column) const { return optional_text(column).value_or(""); }

std::optional<std::int64_t> SqlRow::optional_integer(std::size_t column) const {
  const auto* integer = std::get_if<std::int64_t>(&(*this)[column]);
  return integer == nullptr ? std::nullopt : std::optional(*integer);
}

std::optional<std::string> SqlRow::optional_text(std::size_t column) const {
  const auto* text = std::get_if<std::string>(&(*this)[column]);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

}  // namespace falconet
