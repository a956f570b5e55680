#include "server/request_fields.h"

#include <cmath>
#include <limits>

namespace falconet {
namespace {

/// Integers are also welcome as 16.0, which some languages make of every number.
std::optional<std::int64_t> as_integer(const Json& value) {
  constexpr double kMaxExact = 9007199254740992.0;  // 2^53
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > kMaxExact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

Result<RequestFields> RequestFields::of(const Json& object, std::string path) {
  if (!object.is_object()) {
    return error(ErrorCode::InvalidArgument,
                 path.empty() ? "the request's body must be a JSON object, not a JSON "
                              : cat(path, ": expected an object, found a JSON "),
                 object.type_name());
  }
  return RequestFields(object, std::move(path));
}

const Json* RequestFields::find(const char* name) {
  read_.emplace(name);
  const Json* member = find_member(*object_, name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

std::string RequestFields::full_name(std::string_view name) const {
  return path_.empty() ? std::string(name) : cat(path_, ".", name);
}

Error RequestFields::wrong_type(std::string_view name, const char* expected,
                                const Json& found) const {
  return error(ErrorCode::InvalidArgument, full_name(name), ": expected ", expected,
               ", found a JSON ", found.type_name());
}

Status RequestFields::read(const char* name, double& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  if (!member->is_number()) return wrong_type(name, "a number", *member);
  out = member->get<double>();
  return {};
}

Status RequestFields::read(const char* name, std::int64_t& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  const auto number = as_integer(*member);
  if (!number) {
    if (!member->is_number()) return wrong_type(name, "an integer", *member);
    return error(ErrorCode::InvalidArgument, full_name(name), ": expected an integer, found ",
                 member->dump());
  }
  out = *number;
  return {};
}

Status RequestFields::read(const char* name, int& out) {
  std::int64_t wide = out;
  TRY(read(name, wide));
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
    return error(ErrorCode::InvalidArgument, full_name(name), ": ", wide, " is out of range");
  }
  out = static_cast<int>(wide);
  return {};
}

Status RequestFields::read(const char* name, std::uint64_t& out) {
  const Json* member = find(name);
  if (member != nullptr && member->is_number_unsigned()) {
    out = member->get<std::uint64_t>();
    return {};
  }
  auto number = static_cast<std::int64_t>(out);
  TRY(read(name, number));
  out = static_cast<std::uint64_t>(number);
  return {};
}

Status RequestFields::read(const char* name, bool& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  if (!member->is_boolean()) return wrong_type(name, "true or false", *member);
  out = member->get<bool>();
  return {};
}

Status RequestFields::read(const char* name, std::string& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  if (!member->is_string()) return wrong_type(name, "a string", *member);
  out = member->get<std::string>();
  return {};
}

Status RequestFields::read(const char* name, std::vector<std::string>& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  if (!member->is_array()) return wrong_type(name, "an array of strings", *member);
  std::vector<std::string> strings;
  for (const Json& element : *member) {
    if (!element.is_string()) {
      return wrong_type(cat(name, "[", strings.size(), "]"), "a string", element);
    }
    strings.push_back(element.get<std::string>());
  }
  out = std::move(strings);
  return {};
}

Status RequestFields::read(const char* name, std::vector<TokenId>& out) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  if (!member->is_array()) return wrong_type(name, "an array of token ids", *member);
  TRY_ASSIGN(out, token_ids(*member, full_name(name)));
  return {};
}

std::vector<std::string> RequestFields::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : object_->items()) {
    if (read_.find(name) == read_.end()) names.push_back(full_name(name));
  }
  return names;
}

Result<std::vector<TokenId>> token_ids(const Json& array, const std::string& name) {
  std::vector<TokenId> ids;
  ids.reserve(array.size());
  for (const Json& element : array) {
    const auto number = as_integer(element);
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      return error(ErrorCode::InvalidArgument, name, "[", ids.size(),
                   "]: expected a token id, found ", to_text(element).substr(0, 40));
    }
    ids.push_back({static_cast<std::int32_t>(*number)});
  }
  return ids;
}

}  // namespace falconet
