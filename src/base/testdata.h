// Where tests find the golden data that the repository does not carry, and how they read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace falconet {

/// The file or folder `relative` below $FALCONET_TEST_DATA (default: ../shared/data beside the
/// source tree, given by the build). Absent data is said loudly; the test should then skip.
inline std::optional<std::filesystem::path> test_data(std::string_view relative) {
#ifdef FALCONET_SOURCE_DIR
  std::filesystem::path root = std::filesystem::path(FALCONET_SOURCE_DIR) / "../shared/data";
#else
  std::filesystem::path root = "../shared/data";
#endif
  if (const char* chosen = std::getenv("FALCONET_TEST_DATA")) root = chosen;
  const std::filesystem::path path = root / relative;
  if (std::filesystem::exists(path)) return path;
  std::fprintf(stderr, "*** SKIPPED: %s is absent; set FALCONET_TEST_DATA ***\n", path.c_str());
  return std::nullopt;
}

/// Binary values inside golden JSON.
inline std::vector<std::byte> decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::byte> bytes;
  std::uint32_t bits = 0;
  int num_bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<std::uint32_t>(kAlphabet.find(c));
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    bytes.push_back(static_cast<std::byte>((bits >> num_bits) & 0xFFu));
  }
  return bytes;
}

}  // namespace falconet
