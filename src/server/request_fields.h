// Reads the members of a JSON request with their types, and knows which of them nobody read.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/strong_id.h"

namespace falconet {

/// Errors are InvalidArgument "path.name: expected a number, found a string". An absent or null
/// member leaves `out` as it is.
class RequestFields {
 public:
  /// `path` stands before the names in errors: "stream_options". The object must outlive this.
  static Result<RequestFields> of(const Json& object, std::string path = "");

  Status read(const char* name, double& out);
  Status read(const char* name, std::int64_t& out);
  Status read(const char* name, int& out);
  Status read(const char* name, std::uint64_t& out);  // negative numbers wrap, as seeds may
  Status read(const char* name, bool& out);
  Status read(const char* name, std::string& out);
  Status read(const char* name, std::vector<std::string>& out);
  Status read(const char* name, std::vector<TokenId>& out);

  template <class T>
  Status read(const char* name, std::optional<T>& out) {
    if (find(name) == nullptr) return {};
    T value{};
    TRY(read(name, value));
    out = std::move(value);
    return {};
  }

  /// The member as it is, or null if it is absent or JSON's null.
  const Json* find(const char* name);

  /// "path.name".
  std::string full_name(std::string_view name) const;

  /// Members that were never asked for, in the request's order.
  std::vector<std::string> unread() const;

  Error wrong_type(std::string_view name, const char* expected, const Json& found) const;

 private:
  RequestFields(const Json& object, std::string path) : object_(&object), path_(std::move(path)) {}

  const Json* object_;
  std::string path_;
  std::set<std::string, std::less<>> read_;
};

/// Ids as JSON integers. Errors: InvalidArgument, naming `name` and the place.
Result<std::vector<TokenId>> token_ids(const Json& array, const std::string& name);

}  // namespace falconet
