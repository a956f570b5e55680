#include "model/config_reader.h"

#include <cstdint>
#include <utility>

namespace falconet {

ConfigReader ConfigReader::of(const Json& object, std::string path) {
  ConfigReader reader;
  reader.object_ = &object;
  reader.prefix_ = std::move(path);
  return reader;
}

ConfigReader ConfigReader::of(const Metadata& metadata, std::string prefix) {
  ConfigReader reader;
  reader.metadata_ = &metadata;
  reader.prefix_ = prefix + ".";
  return reader;
}

std::string ConfigReader::key(FieldName field) const {
  const std::string_view name = object_ != nullptr ? field.huggingface : field.gguf;
  return name.empty() ? std::string() : cat(prefix_, name);
}

ConfigReader::Presence ConfigReader::presence(FieldName field) const {
  if (metadata_ != nullptr) {
    return metadata_->contains(key(field)) ? Presence::Present : Presence::Absent;
  }
  const Json* member = find_member(*object_, field.huggingface);
  return member == nullptr || member->is_null() ? Presence::Absent : Presence::Present;
}

Result<std::optional<std::size_t>> ConfigReader::find_count(FieldName field,
                                                            Range<std::size_t> range) const {
  if (presence(field) == Presence::Absent) return std::optional<std::size_t>();
  const std::optional<std::int64_t> value = metadata_ != nullptr
                                                ? metadata_->find_int(key(field))
                                                : int_member(*object_, field.huggingface);
  if (!value) {
    return error(ErrorCode::Corrupt, "\"", key(field), "\" must be one integer from ", range.min,
                 " to ", range.max);
  }
  if (*value < 0 || static_cast<std::size_t>(*value) < range.min ||
      static_cast<std::size_t>(*value) > range.max) {
    return error(ErrorCode::Corrupt, "\"", key(field), "\" is ", *value, "; it must be from ",
                 range.min, " to ", range.max);
  }
  return std::optional<std::size_t>(static_cast<std::size_t>(*value));
}

Result<std::optional<double>> ConfigReader::find_number(FieldName field,
                                                        Range<double> range) const {
  if (presence(field) == Presence::Absent) return std::optional<double>();
  const std::optional<double> value = metadata_ != nullptr
                                          ? metadata_->find_number(key(field))
                                          : number_member(*object_, field.huggingface);
  if (!value) return error(ErrorCode::Corrupt, "\"", key(field), "\" must be a number");
  if (!(*value >= range.min && *value <= range.max)) {  // also refuses NaN
    return error(ErrorCode::Corrupt, "\"", key(field), "\" is ", *value, "; it must be from ",
                 range.min, " to ", range.max);
  }
  return value;
}

Result<std::optional<std::string>> ConfigReader::find_string(FieldName field) const {
  if (presence(field) == Presence::Absent) return std::optional<std::string>();
  if (metadata_ != nullptr) {
    if (const std::string* value = metadata_->find_string(key(field))) {
      return std::optional<std::string>(*value);
    }
  } else if (auto value = string_member(*object_, field.huggingface)) {
    return value;
  }
  return error(ErrorCode::Corrupt, "\"", key(field), "\" must be a string");
}

Result<bool> ConfigReader::flag_or(FieldName field, bool fallback) const {
  if (presence(field) == Presence::Absent) return fallback;
  const std::optional<bool> value = metadata_ != nullptr ? metadata_->find_bool(key(field))
                                                         : bool_member(*object_, field.huggingface);
  if (!value) return error(ErrorCode::Corrupt, "\"", key(field), "\" must be true or false");
  return *value;
}

Result<std::size_t> ConfigReader::require_count(FieldName field, Range<std::size_t> range) const {
  TRY_ASSIGN(const auto value, find_count(field, range));
  if (!value) return error(ErrorCode::Corrupt, "\"", key(field), "\" is missing");
  return *value;
}

Result<std::size_t> ConfigReader::count_or(FieldName field, Range<std::size_t> range,
                                           std::size_t fallback) const {
  TRY_ASSIGN(const auto value, find_count(field, range));
  return value.value_or(fallback);
}

Result<double> ConfigReader::require_number(FieldName field, Range<double> range) const {
  TRY_ASSIGN(const auto value, find_number(field, range));
  if (!value) return error(ErrorCode::Corrupt, "\"", key(field), "\" is missing");
  return *value;
}

Result<double> ConfigReader::number_or(FieldName field, Range<double> range,
                                       double fallback) const {
  TRY_ASSIGN(const auto value, find_number(field, range));
  return value.value_or(fallback);
}

}  // namespace falconet
