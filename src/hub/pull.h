// From a model's name to its files on this machine.
#pragma once

#include <functional>

#include "hub/download.h"
#include "hub/model_folder.h"
#include "hub/repository.h"
#include "hub/settings.h"

namespace falconet {

struct PullOptions {
  DownloadOptions download = {};  // its on_progress is pull's own
  /// Before a file is fetched.
  std::function<void(const RemoteFile& file, std::size_t index, std::size_t num_files)> on_file =
      {};
  /// Bytes of the whole model so far (what an earlier call fetched included) and in all
  /// (0: unknown); false stops.
  std::function<bool(std::uint64_t num_bytes, std::uint64_t num_bytes_total)> on_progress = {};
};

/// Fetches what is missing of the model and returns its path.
/// Errors: those of list_repository, choose_files and download_file; InvalidArgument for a path.
Result<std::filesystem::path> pull_model(const ModelName& name, const HubSettings& settings,
                                         const PullOptions& options);

}  // namespace falconet
