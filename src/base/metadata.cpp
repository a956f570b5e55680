#include "base/metadata.h"

#include <limits>
#include <utility>

namespace falconet {

void Metadata::set(std::string key, MetadataValue value) {
  entries_.insert_or_assign(std::move(key), std::move(value));
}

const MetadataValue* Metadata::find(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

namespace {

template <class T>
const T* find_as(const Metadata& metadata, std::string_view key) {
  const MetadataValue* value = metadata.find(key);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}

}  // namespace

std::optional<std::int64_t> Metadata::find_int(std::string_view key) const {
  if (const auto* value = find_as<std::int64_t>(*this, key)) return *value;
  const auto* value = find_as<std::uint64_t>(*this, key);
  if (value == nullptr ||
      *value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<double> Metadata::find_number(std::string_view key) const {
  if (const auto* value = find_as<double>(*this, key)) return *value;
  if (const auto value = find_int(key)) return static_cast<double>(*value);
  return std::nullopt;
}

std::optional<bool> Metadata::find_bool(std::string_view key) const {
  const auto* value = find_as<bool>(*this, key);
  return value == nullptr ? std::nullopt : std::optional<bool>(*value);
}

const std::string* Metadata::find_string(std::string_view key) const {
  return find_as<std::string>(*this, key);
}
const std::vector<std::string>* Metadata::find_strings(std::string_view key) const {
  return find_as<std::vector<std::string>>(*this, key);
}
const std::vector<std::int64_t>* Metadata::find_ints(std::string_view key) const {
  return find_as<std::vector<std::int64_t>>(*this, key);
}
const std::vector<float>* Metadata::find_floats(std::string_view key) const {
  return find_as<std::vector<float>>(*this, key);
}

Result<std::int64_t> Metadata::require_int(std::string_view key) const {
  if (const auto value = find_int(key)) return *value;
  return error(ErrorCode::Corrupt, "metadata key \"", key, "\" is ",
               contains(key) ? "not an integer" : "missing");
}

Result<std::string> Metadata::require_string(std::string_view key) const {
  if (const std::string* value = find_string(key)) return *value;
  return error(ErrorCode::Corrupt, "metadata key \"", key, "\" is ",
               contains(key) ? "not a string" : "missing");
}

}  // namespace falconet
