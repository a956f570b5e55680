// Where tests find the golden data that the repository does not carry.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

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

}  // namespace falconet
