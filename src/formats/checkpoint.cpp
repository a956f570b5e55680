#include "formats/checkpoint.h"

#include <map>
#include <set>

#include "base/file.h"
#include "base/mapped_file.h"
#include "formats/gguf_reader.h"
#include "formats/safetensors.h"

namespace falconet {

namespace fs = std::filesystem;

struct Checkpoint::State {
  CheckpointKind kind = CheckpointKind::Gguf;
  fs::path path;
  Metadata metadata;
  Json config;
  Json generation_config;
  Json tokenizer_config;
  std::string tokenizer_json;
  std::optional<std::string> template_file;
  std::vector<MappedFile> files;
  std::vector<StoredTensor> tensors;
  std::map<std::string, std::size_t, std::less<>> index;  // name -> place in tensors
};

namespace {

// tokenizer.json of a 256 k vocabulary with merges is about 35 MB.
constexpr std::size_t kMaxJsonBytes = 256u << 20;
constexpr std::size_t kMaxShards = 1000;

Result<Json> read_json_file(const fs::path& path) {
  TRY_ASSIGN(const std::string text, read_file(path, kMaxJsonBytes));
  auto value = parse_json(text);
  if (!value) return Error{ErrorCode::Corrupt, value.error().message}.within(path.string());
  return value;
}

/// Null where the file is absent.
Result<Json> read_optional_json(const fs::path& path) {
  if (!fs::exists(path)) return Json();
  return read_json_file(path);
}

/// The files that hold the tensors: one, or those that the index names.
Result<std::vector<fs::path>> shard_paths(const fs::path& folder) {
  const fs::path index_path = folder / "model.safetensors.index.json";
  if (!fs::exists(index_path)) return std::vector{folder / "model.safetensors"};
  TRY_ASSIGN(const Json index, read_json_file(index_path));
  const Json* map = find_member(index, "weight_map");
  if (map == nullptr || !map->is_object()) {
    return error(ErrorCode::Corrupt, index_path.string(), ": weight_map is missing");
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string() || file.get<std::string>().find('/') != std::string::npos) {
      return error(ErrorCode::Corrupt, index_path.string(), ": weight_map of ", tensor,
                   " is not a file name");
    }
    names.insert(file.get<std::string>());
  }
  if (names.empty() || names.size() > kMaxShards) {
    return error(ErrorCode::Corrupt, index_path.string(), ": ", names.size(), " shards");
  }
  std::vector<fs::path> paths;
  for (const std::string& name : names) paths.push_back(folder / name);
  return paths;
}

}  // namespace

static Status open_gguf(const fs::path& path, Checkpoint::State& state);
static Status open_folder(const fs::path& folder, Checkpoint::State& state);

Result<Checkpoint> Checkpoint::open(const fs::path& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return error(ErrorCode::NotFound, "there is no model at ", path.string());
  }
  if (fs::is_directory(path)) {
    TRY(open_folder(path, *state));
  } else {
    TRY(open_gguf(path, *state));
  }
  for (std::size_t i = 0; i < state->tensors.size(); ++i) {
    if (!state->index.emplace(state->tensors[i].name, i).second) {
      return error(ErrorCode::Corrupt, path.string(), ": tensor ", state->tensors[i].name,
                   " is in two files");
    }
  }
  return Checkpoint(std::move(state));
}

static Status open_gguf(const fs::path& path, Checkpoint::State& state) {
  TRY_ASSIGN(MappedFile file, MappedFile::open(path));
  TRY_ASSIGN(GgufContents contents, read_gguf(file.bytes(), path.string()));
  state.metadata = std::move(contents.metadata);
  state.tensors = std::move(contents.tensors);
  state.files.push_back(std::move(file));
  return {};
}

static Status open_folder(const fs::path& folder, Checkpoint::State& state) {
  state.kind = CheckpointKind::HuggingFace;
  TRY_ASSIGN(state.config, read_json_file(folder / "config.json"));
  TRY_ASSIGN(state.generation_config, read_optional_json(folder / "generation_config.json"));
  TRY_ASSIGN(state.tokenizer_config, read_optional_json(folder / "tokenizer_config.json"));
  if (fs::exists(folder / "tokenizer.json")) {
    TRY_ASSIGN(state.tokenizer_json, read_file(folder / "tokenizer.json", kMaxJsonBytes));
  }
  if (fs::exists(folder / "chat_template.jinja")) {
    TRY_ASSIGN(std::string text, read_file(folder / "chat_template.jinja", kMaxJsonBytes));
    state.template_file = std::move(text);
  }
  TRY_ASSIGN(const std::vector<fs::path> paths, shard_paths(folder));
  for (const fs::path& path : paths) {
    TRY_ASSIGN(MappedFile file, MappedFile::open(path));
    TRY_ASSIGN(std::vector<StoredTensor> tensors, read_safetensors(file.bytes(), path.string()));
    for (StoredTensor& tensor : tensors) state.tensors.push_back(std::move(tensor));
    state.files.push_back(std::move(file));
  }
  return {};
}

Checkpoint::Checkpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
Checkpoint::Checkpoint(Checkpoint&&) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&&) noexcept = default;
Checkpoint::~Checkpoint() = default;

CheckpointKind Checkpoint::kind() const { return state_->kind; }
const fs::path& Checkpoint::path() const { return state_->path; }
const Metadata& Checkpoint::metadata() const { return state_->metadata; }
const Json& Checkpoint::config() const { return state_->config; }
const Json& Checkpoint::generation_config() const { return state_->generation_config; }
const Json& Checkpoint::tokenizer_config() const { return state_->tokenizer_config; }
const std::string& Checkpoint::tokenizer_json() const { return state_->tokenizer_json; }

std::optional<std::string> Checkpoint::chat_template() const {
  if (state_->template_file) return state_->template_file;
  if (const std::string* text = state_->metadata.find_string("tokenizer.chat_template")) {
    return *text;
  }
  const Json* value = find_member(state_->tokenizer_config, "chat_template");
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  if (!value->is_array()) return std::nullopt;
  for (const Json& named : *value) {
    if (string_member(named, "name") == "default") return string_member(named, "template");
  }
  return std::nullopt;
}

std::span<const StoredTensor> Checkpoint::tensors() const { return state_->tensors; }

const StoredTensor* Checkpoint::find_tensor(std::string_view name) const {
  const auto found = state_->index.find(name);
  return found == state_->index.end() ? nullptr : &state_->tensors[found->second];
}

std::uint64_t Checkpoint::file_bytes() const {
  std::uint64_t total = 0;
  for (const MappedFile& file : state_->files) total += file.bytes().size();
  return total;
}

void Checkpoint::release_pages(const StoredTensor& tensor) const {
  for (const MappedFile& file : state_->files) {
    const auto bytes = file.bytes();
    if (tensor.bytes.data() >= bytes.data() && tensor.bytes.data() < bytes.data() + bytes.size()) {
      file.release(tensor.bytes);
    }
  }
}

}  // namespace falconet
