// Small text operations: concatenation, trimming, splitting, number parsing.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

inline void append_part(std::string& out, std::string_view part) { out += part; }
inline void append_part(std::string& out, const char* part) { out += part; }
inline void append_part(std::string& out, const std::string& part) { out += part; }
inline void append_part(std::string& out, char part) { out += part; }
inline void append_part(std::string& out, bool part) { out += part ? "true" : "false"; }

template <std::integral T>
void append_part(std::string& out, T part) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, part).ptr;
  out.append(buffer, end);
}

/// Shortest form that reads back as the same value.
template <std::floating_point T>
void append_part(std::string& out, T part) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, part).ptr;
  out.append(buffer, end);
}

/// The parts, one after the other: cat("row ", 3, " of ", 7).
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  (append_part(out, parts), ...);
  return out;
}

/// `value` with `digits` digits after the point.
std::string fixed(double value, int digits);

/// Bytes in a unit that people read: "512 B", "1.5 KiB", "3.3 GiB".
std::string human_bytes(std::uint64_t num_bytes);

/// Without ASCII whitespace at both ends.
std::string_view trim(std::string_view text);

/// ASCII letters only; other bytes stay as they are.
std::string to_lower(std::string_view text);

/// Parts between separators; n separators give n + 1 parts, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// The whole text as a number, or nothing (no leading "+", no spaces, no rest).
template <class T>
requires std::integral<T> || std::floating_point<T> std::optional<T> parse_number(
    std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace falconet
