#include "cli/data_folder.h"

#include <sys/stat.h>

#include "base/file.h"
#include "hub/settings.h"

namespace falconet {

std::filesystem::path data_folder_or_own(const std::filesystem::path& wanted) {
  return wanted.empty() ? user_data_folder() : wanted;
}

std::filesystem::path database_in(const std::filesystem::path& folder) {
  return folder / "falconet.db";
}

Status make_private_folder(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) return {};
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return errno_error(errno, cat("cannot create the data folder ", path.native()));
}

}  // namespace falconet
