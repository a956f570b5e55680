// A cursor over foreign bytes: little-endian numbers and strings, never past the end.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/unicode.h"

namespace falconet {

/// A foreign name as it may stand in a message.
inline std::string in_quotes(std::string_view name) { return cat('"', to_valid_utf8(name), '"'); }

class ByteReader {
 public:
  /// The bytes must outlive the reader and what it returns.
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t offset() const { return offset_; }
  std::size_t num_left() const { return bytes_.size() - offset_; }

  /// `what` names the field in the error.
  template <class T>
  requires std::integral<T> || std::floating_point<T> Result<T> read(std::string_view what) {
    TRY_ASSIGN(const std::span<const std::byte> bytes, take(sizeof(T), what));
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  Result<std::span<const std::byte>> take(std::uint64_t num_bytes, std::string_view what) {
    if (num_bytes > num_left()) {
      return error(ErrorCode::Corrupt, what, " at byte ", offset_, " needs ", num_bytes,
                   " bytes, but the file ends after ", num_left(),
                   "; is the file cut off? Download it again");
    }
    const auto part = bytes_.subspan(offset_, static_cast<std::size_t>(num_bytes));
    offset_ += part.size();
    return part;
  }

  /// A 64-bit length and that many bytes.
  Result<std::string_view> read_string(std::uint64_t max_bytes, std::string_view what) {
    const std::size_t start = offset_;
    TRY_ASSIGN(const auto num_bytes, read<std::uint64_t>(what));
    if (num_bytes > max_bytes) {
      return error(ErrorCode::TooLarge, what, " at byte ", start, " is ", num_bytes,
                   " bytes long; the limit is ", max_bytes);
    }
    TRY_ASSIGN(const auto bytes, take(num_bytes, what));
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
};

}  // namespace falconet
