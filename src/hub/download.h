// One file from an address to the disk: resumed, checked, and never half there.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace falconet {

struct DownloadRequest {
  std::string url;
  std::filesystem::path destination;
  std::vector<std::string> headers = {};
  std::uint64_t num_bytes = 0;   // expected; 0 if unknown
  std::string sha256 = {};       // expected; empty if unknown
  std::string first_bytes = {};  // expected at the beginning: "GGUF"
};

struct DownloadOptions {
  /// Attempts in a row that bring no new byte; a connection that breaks after some progress may
  /// break as often as it likes.
  int max_idle_attempts = 6;
  std::chrono::milliseconds first_pause{500};  // doubled with each idle attempt
  std::chrono::milliseconds max_pause{15'000};
  std::chrono::seconds stall_timeout{30};
  /// Called with the bytes so far and all bytes (0: unknown); false stops, keeping what is there.
  std::function<bool(std::uint64_t num_bytes, std::uint64_t num_bytes_total)> on_progress = {};
};

/// Does nothing when the destination exists. What an interrupted call left is continued if the
/// server can say that its file is still the same.
/// Errors: NotFound, PermissionDenied (the server refuses), Unavailable (attempts are spent, or
/// another program is at it), Corrupt (size, SHA-256 or first bytes are not the expected ones;
/// nothing is kept), Exhausted (disk), Cancelled, Io.
Status download_file(const DownloadRequest& request, const DownloadOptions& options = {});

}  // namespace falconet
