#include "hub/repository.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "base/percent_encoding.h"
#include "base/strings.h"
#include "hub/http.h"
#include "hub/sha256.h"

namespace falconet {
namespace {

// A listing of a thousand files has some 300 KB.
constexpr std::size_t kMaxListingBytes = 32u << 20;

/// Paths come from another machine and become file names here.
bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > 1024) return false;
  const auto parts = split(path, '/');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           part.find_first_of(std::string_view("\\\0", 2)) == std::string_view::npos;
  });
}

std::uint64_t size_member(const Json& object, std::string_view key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(int_member(object, key).value_or(0), 0));
}

Result<Json> get_json(const std::string& url, const ModelName& name, const HubSettings& settings) {
  TRY_ASSIGN(
      const HttpText answer,
      http_fetch_text({.url = url, .headers = authorization(name, settings)}, kMaxListingBytes));
  const std::string what = display_name(name);
  if (answer.head.status != 200) return http_status_error(answer.head.status, what);
  Result<Json> json = parse_json(answer.body);
  if (!json) return std::move(json).error().within(cat("the list of files of ", what));
  return json;
}

/// GET /api/models/{repository}/tree/{revision}: [{type, path, size, lfs: {oid, size}}, …]
Result<std::vector<RemoteFile>> list_huggingface(const ModelName& name,
                                                 const HubSettings& settings) {
  const std::string& host = settings.huggingface_endpoint;
  TRY_ASSIGN(const Json entries, get_json(cat(host, "/api/models/", name.repository, "/tree/",
                                              name.revision, "?recursive=true"),
                                          name, settings));
  if (!entries.is_array()) {
    return error(ErrorCode::Corrupt, host, " does not answer with a list of files");
  }
  std::vector<RemoteFile> files;
  for (const Json& entry : entries) {
    const auto path = string_member(entry, "path");
    if (string_member(entry, "type") != "file" || !path || !is_safe_path(*path)) continue;
    RemoteFile file{.path = *path,
                    .url = cat(host, "/", name.repository, "/resolve/", name.revision, "/",
                               percent_encode(*path, "/")),
                    .num_bytes = size_member(entry, "size"),
                    .sha256 = ""};
    if (const Json* lfs = find_member(entry, "lfs"); lfs != nullptr) {
      file.sha256 = string_member(*lfs, "oid").value_or("");
      if (!is_sha256(file.sha256)) file.sha256.clear();
    }
    files.push_back(std::move(file));
  }
  return files;
}

/// GET /api/v1/models/{repository}/repo/files: {Data: {Files: [{Type, Path, Size, Sha256}, …]}}
Result<std::vector<RemoteFile>> list_modelscope(const ModelName& name,
                                                const HubSettings& settings) {
  const std::string& host = settings.modelscope_endpoint;
  TRY_ASSIGN(const Json answer,
             get_json(cat(host, "/api/v1/models/", name.repository,
                          "/repo/files?Revision=", name.revision, "&Recursive=true"),
                      name, settings));
  const Json* data = find_member(answer, "Data");
  const Json* entries = data == nullptr ? nullptr : find_member(*data, "Files");
  if (entries == nullptr || !entries->is_array()) {
    return error(ErrorCode::Corrupt, host, " does not answer with a list of files: ",
                 string_member(answer, "Message").value_or("no message"));
  }
  std::vector<RemoteFile> files;
  for (const Json& entry : *entries) {
    const auto path = string_member(entry, "Path");
    if (string_member(entry, "Type") == "tree" || !path || !is_safe_path(*path)) continue;
    RemoteFile file{.path = *path,
                    .url = cat(host, "/models/", name.repository, "/resolve/", name.revision, "/",
                               percent_encode(*path, "/")),
                    .num_bytes = size_member(entry, "Size"),
                    .sha256 = string_member(entry, "Sha256").value_or("")};
    if (!is_sha256(file.sha256)) file.sha256.clear();
    files.push_back(std::move(file));
  }
  return files;
}

bool is_part_of_several(std::string_view path) {
  // "model-00001-of-00003.gguf"
  const auto of = path.rfind("-of-");
  return of != std::string_view::npos && of >= 5 && path.size() == of + 4 + 5 + 5;
}

std::string list_of(const std::vector<RemoteFile>& files) {
  std::vector<std::string> names;
  for (const RemoteFile& file : files) {
    const std::string quant = quant_of_file(file.path);
    names.push_back(quant.empty() ? file.path : quant);
  }
  return join(names, ", ");
}

Result<RemoteFile> choose_gguf(const ModelName& name, const std::vector<RemoteFile>& ggufs) {
  const RemoteFile* best = nullptr;
  std::size_t best_rank = 0;
  for (const RemoteFile& file : ggufs) {
    const std::string quant = quant_of_file(file.path);
    if (!name.quant.empty() && quant != name.quant) continue;
    const std::size_t rank = quant_rank(quant);
    if (best == nullptr || rank < best_rank) {
      best = &file;
      best_rank = rank;
    }
  }
  if (best == nullptr) {
    return error(ErrorCode::NotFound, name.repository, " has no ", name.quant, "; it has ",
                 list_of(ggufs));
  }
  return *best;
}

/// What a Hugging Face folder needs to be read, in the order of download.
std::vector<RemoteFile> folder_files(std::span<const RemoteFile> files) {
  constexpr std::array<std::string_view, 6> kFiles = {
      "generation_config.json", "tokenizer.json",     "tokenizer_config.json",
      "chat_template.jinja",    "chat_template.json", "model.safetensors.index.json"};
  std::vector<RemoteFile> chosen;
  const RemoteFile* config = nullptr;
  for (const RemoteFile& file : files) {
    if (file.path == "config.json") config = &file;
    const bool is_weight = file.path.find('/') == std::string::npos &&
                           file.path.ends_with(".safetensors") &&
                           !file.path.starts_with("adapter_");
    if (is_weight || std::find(kFiles.begin(), kFiles.end(), file.path) != kFiles.end()) {
      chosen.push_back(file);
    }
  }
  const bool has_weights = std::any_of(chosen.begin(), chosen.end(), [](const RemoteFile& file) {
    return file.path.ends_with(".safetensors");
  });
  if (config == nullptr || !has_weights) return {};
  chosen.push_back(*config);
  return chosen;
}

}  // namespace

std::vector<std::string> authorization(const ModelName& name, const HubSettings& settings) {
  const bool is_huggingface = name.source == ModelSource::HuggingFace;
  const bool is_modelscope = name.source == ModelSource::ModelScope;
  const std::string token = is_huggingface  ? settings.huggingface_token
                            : is_modelscope ? settings.modelscope_token
                                            : "";
  if (token.empty()) return {};
  return {cat("Authorization: Bearer ", token)};
}

Result<std::vector<RemoteFile>> list_repository(const ModelName& name,
                                                const HubSettings& settings) {
  CHECK(!name.repository.empty());
  return name.source == ModelSource::ModelScope ? list_modelscope(name, settings)
                                                : list_huggingface(name, settings);
}

std::size_t quant_rank(std::string_view quant) {
  // Q4_K_M first: small, fast and close to the original. Then what loses less, then the rest.
  constexpr std::array<std::string_view, 12> kOrder = {"Q4_K_M", "Q4_K_S", "Q4_0",   "IQ4_NL",
                                                       "IQ4_XS", "Q5_K_M", "Q5_K_S", "Q6_K",
                                                       "Q8_0",   "BF16",   "F16",    "F32"};
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), quant) - kOrder.begin());
}

Result<std::vector<RemoteFile>> choose_files(const ModelName& name,
                                             std::span<const RemoteFile> files) {
  std::vector<RemoteFile> ggufs;
  for (const RemoteFile& file : files) {
    const std::string path = to_lower(file.path);
    if (!path.ends_with(".gguf") || path.find("mmproj") != std::string::npos) continue;
    if (!name.file.empty() && file.path != name.file) continue;
    ggufs.push_back(file);
  }
  if (!name.file.empty() && ggufs.empty()) {
    return error(ErrorCode::NotFound, name.repository, " has no file ", name.file);
  }
  if (!ggufs.empty()) {
    TRY_ASSIGN(RemoteFile file, choose_gguf(name, ggufs));
    if (is_part_of_several(file.path)) {
      return error(ErrorCode::Unsupported, name.repository, "/", file.path,
                   " is one of several parts, which falconet cannot read; choose one that is a "
                   "single file: ",
                   list_of(ggufs));
    }
    return std::vector<RemoteFile>{std::move(file)};
  }
  if (!name.quant.empty()) {
    return error(ErrorCode::NotFound, name.repository, " has no GGUF files, so no ", name.quant,
                 "; without \":", name.quant, "\" its safetensors are meant");
  }
  std::vector<RemoteFile> folder = folder_files(files);
  if (folder.empty()) {
    return error(ErrorCode::NotFound, name.repository,
                 " holds neither a GGUF file nor config.json with safetensors");
  }
  return folder;
}

}  // namespace falconet
