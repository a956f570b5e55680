// The folder in which `falconet serve` keeps what people say, unless a database does.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace falconet {

/// As --data says; empty: the user's own.
std::filesystem::path data_folder_or_own(const std::filesystem::path& wanted);

/// Its parents have the usual rights, itself has its owner's alone. Errors: PermissionDenied, Io.
Status make_private_folder(const std::filesystem::path& path);

/// The database in a data folder.
std::filesystem::path database_in(const std::filesystem::path& folder);

}  // namespace falconet
