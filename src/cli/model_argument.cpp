#include "cli/model_argument.h"

#include <optional>
#include <ostream>

#include "cli/download_progress.h"
#include "cli/interrupt.h"
#include "formats/checkpoint.h"
#include "hub/bundled_model.h"
#include "hub/model_folder.h"
#include "hub/model_name.h"
#include "hub/pull.h"
#include "hub/settings.h"
#include "hub/short_names.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

/// The recommended model, or else the first that was fetched, or else the bundled one.
std::string default_model(const ModelFolder& folder) {
  if (folder.resolve(kRecommendedModel)) return std::string(kRecommendedModel);
  const auto models = folder.list();
  if (!models.empty()) return models.front().name;
  return std::string(bundled_model().empty() ? kRecommendedModel : kBundledModel);
}

void announce_bundled(const Streams& io) {
  io.err << kBundledModel
         << " is the small demonstration model that comes with Falconet: it shows that everything "
            "works, and knows little.\nFor the one that Falconet is made for: falconet pull "
         << kRecommendedModel << '\n';
}

}  // namespace

Result<fs::path> pull_with_progress(const std::string& text, const Streams& io) {
  if (text == kBundledModel) {
    return error(ErrorCode::InvalidArgument, text,
                 " is part of the program: there is nothing to fetch");
  }
  TRY_ASSIGN(const ModelName name, parse_model_name(text));
  Interrupt interrupt;
  std::optional<DownloadProgress> progress;
  PullOptions options;
  options.on_file = [&](const RemoteFile& file, std::size_t, std::size_t) {
    progress.emplace(io.err, fs::path(file.path).filename().string());
  };
  options.on_progress = [&](std::uint64_t num_bytes, std::uint64_t num_bytes_total) {
    if (progress) progress->update(num_bytes, num_bytes_total);
    return !interrupt.is_raised();
  };
  Result<fs::path> path = pull_model(name, HubSettings::from_environment(), options);
  progress.reset();
  if (!path && path.error().code == ErrorCode::Cancelled) {
    return error(ErrorCode::Cancelled, "stopped; the same command goes on from here");
  }
  return path;
}

Result<fs::path> find_local_model(const std::string& text) {
  return ModelFolder(HubSettings::from_environment().models).resolve(text);
}

Result<FoundModel> find_model(const std::string& text, const Streams& io) {
  const ModelFolder folder(HubSettings::from_environment().models);
  if (text.empty()) return find_model(default_model(folder), io);
  Result<fs::path> path = folder.resolve(text);
  if (path) {
    // A folder of that name that is no model is passed over.
    if (text == kBundledModel && *path == bundled_model_path().value_or(fs::path())) {
      announce_bundled(io);
      return FoundModel{*path, text, text};
    }
    const bool is_own_file = fs::exists(text);
    return FoundModel{*path, is_own_file ? model_name_of(*path) : text};
  }
  const Result<ModelName> name = parse_model_name(text);
  const bool can_be_pulled = name && name->source != ModelSource::Path;
  if (!can_be_pulled || path.error().code != ErrorCode::NotFound) return std::move(path).error();
  io.err << text << " is not on this machine yet; fetching it\n";
  TRY_ASSIGN(const fs::path pulled, pull_with_progress(text, io));
  return FoundModel{pulled, text};
}

}  // namespace falconet
