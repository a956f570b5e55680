// The file that a command writes: never over another one unless that was asked for.
#pragma once

#include <filesystem>

#include "base/file.h"
#include "base/result.h"

namespace falconet {

enum class Overwrite { No, Yes };

/// Errors: AlreadyExists, InvalidArgument (a folder).
inline Status check_new_file(const std::filesystem::path& path, Overwrite overwrite) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return error(ErrorCode::InvalidArgument, path.string(), " is a folder; name a file");
  }
  if (overwrite == Overwrite::No && std::filesystem::exists(path, ignored)) {
    return error(ErrorCode::AlreadyExists, path.string(),
                 " exists already; --force writes over it");
  }
  return {};
}

/// The whole file or nothing. Errors: those of AtomicFile.
inline Status write_text_file(const std::filesystem::path& path, const std::string& text) {
  TRY_ASSIGN(AtomicFile file, AtomicFile::create(path));
  TRY(file.write(text));
  return file.commit();
}

}  // namespace falconet
