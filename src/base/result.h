// Result<T>: a value or an Error, for everything that the world can make fail.
// Its names are those of C++23's std::expected, so that it can be dropped one day.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace falconet {

/// What kind of thing went wrong; server/ maps each to one HTTP status.
enum class ErrorCode {
  InvalidArgument,  // the caller asked for something that makes no sense
  NotFound,         // a file, model or record that is not there
  AlreadyExists,
  Unsupported,  // well formed, but we cannot do it
  Corrupt,      // a file or message that breaks its own format
  TooLarge,     // over a stated limit: context, upload, nesting
  Exhausted,    // no room right now: full queue, full disk
  PermissionDenied,
  Unavailable,  // a peer that does not answer, a model still loading
  Cancelled,
  Io,  // the operating system said no
};

/// The code's name in snake case, as it stands in logs and API errors.
const char* error_code_name(ErrorCode code);

/// What was expected, what was found, where, and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::InvalidArgument;
  std::string message;

  /// The same error seen from further out: "prefix: message".
  Error within(const std::string& prefix) && { return Error{code, cat(prefix, ": ", message)}; }
};

template <class... Parts>
Error error(ErrorCode code, const Parts&... parts) {
  return Error{code, cat(parts...)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return check_value(), *std::get_if<0>(&state_); }
  const T& value() const& { return check_value(), *std::get_if<0>(&state_); }
  T&& value() && { return check_value(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T value_or(T fallback) && { return has_value() ? std::move(*this).value() : std::move(fallback); }

  Error& error() & { return check_error(), *std::get_if<1>(&state_); }
  const Error& error() const& { return check_error(), *std::get_if<1>(&state_); }
  Error&& error() && { return check_error(), std::move(*std::get_if<1>(&state_)); }

 private:
  void check_value() const {
    CHECK(has_value(), "an unchecked error: ", std::get<1>(state_).message);
  }
  void check_error() const { CHECK(!has_value(), "error() of a success"); }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  void value() const { CHECK(has_value(), "an unchecked error: ", error_->message); }

  Error& error() & { return check_error(), *error_; }
  const Error& error() const& { return check_error(), *error_; }
  Error&& error() && { return check_error(), std::move(*error_); }

 private:
  void check_error() const { CHECK(!has_value(), "error() of a success"); }

  std::optional<Error> error_;
};

/// Success, or why not.
using Status = Result<void>;

}  // namespace falconet

#define FALCONET_CONCAT_INNER(a, b) a##b
#define FALCONET_CONCAT(a, b) FALCONET_CONCAT_INNER(a, b)

/// Leaves the function with the error of `expression`, if it has one.
#define TRY(...)                                                    \
  do {                                                              \
    if (auto try_status = (__VA_ARGS__); !try_status.has_value()) { \
      return std::move(try_status).error();                         \
    }                                                               \
  } while (false)

#define FALCONET_TRY_ASSIGN(result, declaration, ...)        \
  auto result = (__VA_ARGS__);                               \
  if (!result.has_value()) return std::move(result).error(); \
  declaration = std::move(result).value()

/// TRY_ASSIGN(const int n, parse(text)): declares n, or leaves with the error.
#define TRY_ASSIGN(declaration, ...) \
  FALCONET_TRY_ASSIGN(FALCONET_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)
