#include "hub/pull.h"

#include "base/strings.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

bool is_gguf(const RemoteFile& file) { return to_lower(file.path).ends_with(".gguf"); }

Result<std::vector<RemoteFile>> files_of(const ModelName& name, const HubSettings& settings) {
  if (name.source == ModelSource::Url) {
    return std::vector<RemoteFile>{
        {.path = name.file, .url = name.url, .num_bytes = 0, .sha256 = ""}};
  }
  TRY_ASSIGN(const std::vector<RemoteFile> files, list_repository(name, settings));
  return choose_files(name, files);
}

Status check_present(const RemoteFile& file, const fs::path& path) {
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  if (failure || file.num_bytes == 0 || size == file.num_bytes) return {};
  return error(ErrorCode::AlreadyExists, path.string(), " has ", size,
               " bytes, but the repository now has a file of ", file.num_bytes,
               "; delete the old one first (falconet rm)");
}

}  // namespace

Result<fs::path> pull_model(const ModelName& name, const HubSettings& settings,
                            const PullOptions& options) {
  if (name.source == ModelSource::Path) {
    return error(ErrorCode::InvalidArgument, name.path,
                 " is a path; pull fetches repositories, addresses and short names");
  }
  const ModelFolder folder(settings.models);
  std::error_code ignored;
  if (!name.file.empty() && fs::exists(folder.place(name, name.file), ignored)) {
    return folder.place(name, name.file);
  }
  TRY_ASSIGN(const std::vector<RemoteFile> files, files_of(name, settings));
  std::uint64_t total = 0;
  for (const RemoteFile& file : files) total += file.num_bytes;
  std::uint64_t done = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const RemoteFile& file = files[i];
    const fs::path path = folder.place(name, file.path);
    TRY(check_present(file, path));
    if (options.on_file) options.on_file(file, i, files.size());
    DownloadOptions download = options.download;
    download.on_progress = [&](std::uint64_t num_bytes, std::uint64_t num_bytes_total) {
      return !options.on_progress ||
             options.on_progress(done + num_bytes, total == 0 ? num_bytes_total : total);
    };
    TRY(download_file({.url = file.url,
                       .destination = path,
                       .headers = authorization(name, settings),
                       .num_bytes = file.num_bytes,
                       .sha256 = file.sha256,
                       .first_bytes = is_gguf(file) ? "GGUF" : ""},
                      download));
    done += file.num_bytes;
  }
  const bool is_single = files.size() == 1 && is_gguf(files[0]);
  return is_single ? folder.place(name, files[0].path)
                   : folder.place(name, "config.json").parent_path();
}

}  // namespace falconet
