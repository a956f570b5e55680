// Reads typed, range-checked fields from either kind of model description under one interface.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"

namespace falconet {

/// What config.json and GGUF (after "<architecture>.") call the same field.
struct FieldName {
  std::string_view huggingface;
  std::string_view gguf;
};

/// The closed range that a field's value must lie in.
template <class T>
struct Range {
  T min;
  T max;
};

/// Borrows what it reads from. Every error is Corrupt and spells the key as the file does. An
/// absent field is never an error here: it is nothing, or the fallback.
class ConfigReader {
 public:
  /// `path` precedes keys in messages: "rope_scaling." for the members of that object.
  static ConfigReader of(const Json& object, std::string path = {});

  /// Keys are "<prefix>.<name>", prefix being the architecture.
  static ConfigReader of(const Metadata& metadata, std::string prefix);

  /// The key as the file spells it; empty where this kind of file has no such field.
  std::string key(FieldName field) const;

  Result<std::optional<std::size_t>> find_count(FieldName field, Range<std::size_t> range) const;
  Result<std::optional<double>> find_number(FieldName field, Range<double> range) const;
  Result<std::optional<std::string>> find_string(FieldName field) const;
  Result<bool> flag_or(FieldName field, bool fallback) const;

  /// Errors: also Corrupt where the field is missing.
  Result<std::size_t> require_count(FieldName field, Range<std::size_t> range) const;
  Result<std::size_t> count_or(FieldName field, Range<std::size_t> range,
                               std::size_t fallback) const;
  Result<double> require_number(FieldName field, Range<double> range) const;
  Result<double> number_or(FieldName field, Range<double> range, double fallback) const;

 private:
  enum class Presence { Absent, Present };
  Presence presence(FieldName field) const;

  const Json* object_ = nullptr;        // one of the two is set
  const Metadata* metadata_ = nullptr;  //
  std::string prefix_;
};

}  // namespace falconet
