// Typed key-value pairs as model files carry them (GGUF's metadata section).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace falconet {

/// Integers of all widths are kept as 64 bits, floats as double. Arrays of all integer types
/// (bool included) become vector<int64_t>, of all float types vector<float>.
using MetadataValue =
    std::variant<std::int64_t, std::uint64_t, double, bool, std::string, std::vector<std::int64_t>,
                 std::vector<float>, std::vector<std::string>>;

class Metadata {
 public:
  /// Replaces the value of a key that is already there.
  void set(std::string key, MetadataValue value);

  bool contains(std::string_view key) const { return find(key) != nullptr; }
  const MetadataValue* find(std::string_view key) const;

  /// Nothing where the key is absent or of another type. Integers convert between signedness
  /// where they fit; find_number also accepts integers.
  std::optional<std::int64_t> find_int(std::string_view key) const;
  std::optional<double> find_number(std::string_view key) const;
  std::optional<bool> find_bool(std::string_view key) const;
  const std::string* find_string(std::string_view key) const;
  const std::vector<std::string>* find_strings(std::string_view key) const;
  const std::vector<std::int64_t>* find_ints(std::string_view key) const;
  const std::vector<float>* find_floats(std::string_view key) const;

  /// Errors: Corrupt naming the key, when it is absent or of another type.
  Result<std::int64_t> require_int(std::string_view key) const;
  Result<std::string> require_string(std::string_view key) const;

  /// In key order.
  const std::map<std::string, MetadataValue, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, MetadataValue, std::less<>> entries_;
};

}  // namespace falconet
