#include "hub/model_folder.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/strings.h"
#include "hub/bundled_model.h"
#include "hub/partial_file.h"
#include "hub/repository.h"
#include "hub/short_names.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHuggingFaceFolder = "huggingface.co";
constexpr const char* kModelScopeFolder = "modelscope.cn";
constexpr const char* kUrlFolder = "urls";

fs::path expand_home(std::string_view text) {
  const char* home = std::getenv("HOME");
  if (home == nullptr || !text.starts_with("~/")) return fs::path(text);
  return fs::path(home) / text.substr(2);
}

/// FNV-1a, 64 bits: tells addresses apart in folder names; not for security.
std::string hash_name(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[(hash >> shift) & 15];
  return out;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored)) out.push_back(entry.path());
  }
  return out;
}

/// Regular files below a folder, with their sizes.
struct FoundFile {
  fs::path path;
  std::uint64_t num_bytes = 0;
};

std::vector<FoundFile> files_below(const fs::path& folder) {
  std::vector<FoundFile> out;
  std::error_code failure;
  for (auto entry = fs::recursive_directory_iterator(folder, failure);
       !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const auto size = entry->file_size(ignored);
    out.push_back({entry->path(), ignored ? 0 : size});
  }
  std::sort(out.begin(), out.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
  return out;
}

bool is_gguf_file(const fs::path& path) { return to_lower(path.extension().string()) == ".gguf"; }

/// Deletes empty folders from `folder` up to, and without, `root`.
void prune(fs::path folder, const fs::path& root) {
  std::error_code failure;
  while (folder != root && folder.string().starts_with(root.string()) &&
         fs::is_empty(folder, failure) && !failure) {
    fs::remove(folder, failure);
    folder = folder.parent_path();
  }
}

std::optional<std::string> folder_revision(std::string& repository) {
  const auto at = repository.find('@');
  if (at == std::string::npos) return std::nullopt;
  std::string revision = repository.substr(at + 1);
  repository.resize(at);
  return revision;
}

}  // namespace

fs::path ModelFolder::repository_folder(const ModelName& name) const {
  if (name.source == ModelSource::Url) return root_ / kUrlFolder / hash_name(name.url);
  const bool is_modelscope = name.source == ModelSource::ModelScope;
  const bool is_default = name.revision == (is_modelscope ? "master" : "main");
  return root_ / (is_modelscope ? kModelScopeFolder : kHuggingFaceFolder) /
         (is_default ? name.repository : cat(name.repository, "@", name.revision));
}

fs::path ModelFolder::place(const ModelName& name, std::string_view file) const {
  CHECK(name.source != ModelSource::Path);
  return repository_folder(name) / file;
}

std::vector<LocalModel> ModelFolder::models_in(const fs::path& folder) const {
  std::vector<LocalModel> models;
  std::error_code ignored;
  LocalModel whole{.name = "", .path = folder, .num_bytes = 0, .changed = {}};
  bool has_weights = false;
  for (const FoundFile& file : files_below(folder)) {
    if (is_gguf_file(file.path)) {
      models.push_back({.name = "",
                        .path = file.path,
                        .num_bytes = file.num_bytes,
                        .changed = fs::last_write_time(file.path, ignored)});
      continue;
    }
    has_weights |= file.path.extension() == ".safetensors";
    whole.num_bytes += file.num_bytes;
  }
  if (has_weights && fs::exists(folder / "config.json", ignored)) {
    whole.changed = fs::last_write_time(folder / "config.json", ignored);
    models.push_back(whole);
  }
  return models;
}

std::vector<LocalModel> ModelFolder::list() const {
  std::vector<LocalModel> all;
  for (const ModelSource source : {ModelSource::HuggingFace, ModelSource::ModelScope}) {
    const bool is_modelscope = source == ModelSource::ModelScope;
    for (const fs::path& org :
         folders_in(root_ / (is_modelscope ? kModelScopeFolder : kHuggingFaceFolder))) {
      for (const fs::path& folder : folders_in(org)) {
        std::string repository = cat(org.filename().string(), "/", folder.filename().string());
        const auto revision = folder_revision(repository);
        for (LocalModel& model : models_in(folder)) {
          const ModelName name{
              .source = source,
              .repository = repository,
              .revision = revision.value_or(is_modelscope ? "master" : "main"),
              .file = model.path == folder ? "" : model.path.lexically_relative(folder).string()};
          model.name = display_name(name);
          all.push_back(std::move(model));
        }
      }
    }
  }
  for (const fs::path& folder : folders_in(root_ / kUrlFolder)) {
    for (LocalModel& model : models_in(folder)) {
      model.name = model.path.string();
      all.push_back(std::move(model));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const LocalModel& a, const LocalModel& b) { return a.name < b.name; });
  return all;
}

Result<fs::path> ModelFolder::resolve(std::string_view text) const {
  std::error_code ignored;
  const fs::path path = expand_home(text);
  if (fs::is_regular_file(path, ignored)) return path;
  if (fs::exists(path / "config.json", ignored)) return path;
  if (text == kBundledModel) return bundled_model_path();
  TRY_ASSIGN(const ModelName name, parse_model_name(text));
  if (name.source == ModelSource::Path) {
    if (fs::is_directory(path, ignored)) {
      return error(ErrorCode::NotFound, text,
                   " is a folder without config.json; name a GGUF file "
                   "in it, or the folder of a Hugging Face model");
    }
    return error(ErrorCode::NotFound, "there is no file ", text);
  }
  const fs::path folder = repository_folder(name);
  if (!name.file.empty() && fs::exists(folder / name.file, ignored)) return folder / name.file;
  if (name.file.empty()) {
    std::optional<LocalModel> best;
    std::size_t best_rank = 0;
    for (const LocalModel& model : models_in(folder)) {
      const std::string quant = quant_of_file(model.path.filename().string());
      if (!name.quant.empty() && quant != name.quant) continue;
      // A folder of safetensors ranks behind every file with a known quantization.
      const std::size_t rank = quant_rank(quant);
      if (!best || rank < best_rank) {
        best = model;
        best_rank = rank;
      }
    }
    if (best) return best->path;
  }
  return error(ErrorCode::NotFound, text, " is not on this machine; get it with: falconet pull ",
               text);
}

Result<std::uint64_t> ModelFolder::remove(std::string_view text) const {
  std::error_code failure;
  const bool is_inside = text.starts_with(root_.string() + "/");
  if (text == kBundledModel) {
    return error(ErrorCode::InvalidArgument, text, " is part of the program and cannot be deleted");
  }
  TRY_ASSIGN(const ModelName name, parse_model_name(text));
  if (name.source == ModelSource::Path && (!is_inside || text.find("/../") != text.npos)) {
    return error(ErrorCode::InvalidArgument, "rm deletes models that pull has fetched; ", text,
                 " is a file of your own");
  }
  const auto found = resolve(text);
  std::vector<fs::path> doomed;
  if (found && fs::is_directory(*found, failure)) {
    for (const FoundFile& file : files_below(*found)) {
      if (!is_gguf_file(file.path)) doomed.push_back(file.path);
    }
  } else if (found) {
    doomed = {*found};
  } else if (name.source != ModelSource::Path) {
    for (const FoundFile& file : files_below(repository_folder(name))) {
      const std::string base = file.path.filename().string();
      const bool is_partial = base.ends_with(".part") || base.ends_with(".part.json");
      const bool is_named = name.file.empty()
                                ? name.quant.empty() || quant_of_file(base) == name.quant
                                : base.starts_with(name.file);
      if (is_partial && is_named) doomed.push_back(file.path);
    }
  }
  if (doomed.empty())
    return found ? Error{ErrorCode::NotFound, "nothing to delete"} : found.error();
  std::uint64_t freed = 0;
  for (const fs::path& path : doomed) {
    const auto size = fs::file_size(path, failure);
    if (!failure) freed += size;
    if (!fs::remove(path, failure)) {
      return error(ErrorCode::Io, "cannot delete ", path.string(), ": ", failure.message());
    }
    remove_partial(path);
    prune(path.parent_path(), root_);
  }
  return freed;
}

}  // namespace falconet
