// SHA-256 of files, for checking downloads.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace falconet {

/// 64 lower-case hexadecimal digits. Errors: NotFound, Io.
Result<std::string> sha256_of_file(const std::filesystem::path& path);

/// Whether the text has the form of such a digest (capitals included).
bool is_sha256(std::string_view text);

}  // namespace falconet
