// The models on this machine: where they lie, what they are called, how one is found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hub/model_name.h"

namespace falconet {

struct LocalModel {
  std::string name;            // what parse_model_name reads as this model
  std::filesystem::path path;  // a GGUF file or a Hugging Face folder
  std::uint64_t num_bytes = 0;
  std::filesystem::file_time_type changed;
};

/// Layout: root/huggingface.co/org/repo[@revision]/file, root/modelscope.cn/…, and
/// root/urls/<hash of the address>/file; of the last kind the name is the path.
class ModelFolder {
 public:
  explicit ModelFolder(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }

  /// Where a file of this repository or address belongs; not for ModelSource::Path.
  std::filesystem::path place(const ModelName& name, std::string_view file) const;

  /// Complete models, by name.
  std::vector<LocalModel> list() const;

  /// A path to what `text` names: a file or folder that exists, a model that was pulled, or the
  /// bundled one.
  /// Errors: NotFound (says how to get it), InvalidArgument.
  Result<std::filesystem::path> resolve(std::string_view text) const;

  /// Deletes a pulled model, or what an interrupted pull left of it; returns the freed bytes.
  /// Errors: NotFound, InvalidArgument (a path: those are the user's own files), Io.
  Result<std::uint64_t> remove(std::string_view text) const;

 private:
  std::filesystem::path repository_folder(const ModelName& name) const;
  std::vector<LocalModel> models_in(const std::filesystem::path& folder) const;

  std::filesystem::path root_;
};

}  // namespace falconet
