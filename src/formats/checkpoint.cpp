#include "formats/checkpoint.h"

#include <unordered_map>
#include <utility>

#include "base/mapped_file.h"
#include "formats/gguf_reader.h"
#include "formats/huggingface_folder.h"

namespace falconet {

namespace fs = std::filesystem;

struct Checkpoint::State {
  CheckpointKind kind = CheckpointKind::Gguf;
  fs::path path;
  Metadata metadata;         // of a GGUF file
  HuggingFaceFolder folder;  // its files and tensors hold a GGUF's too
  std::unordered_map<std::string_view, std::size_t> index;  // name, owned by the tensor -> place

  static Result<State> open_gguf(const fs::path& path);
  static Result<State> open_folder(const fs::path& path);
};

Result<Checkpoint::State> Checkpoint::State::open_gguf(const fs::path& path) {
  State state;
  TRY_ASSIGN(MappedFile file, MappedFile::open(path));
  TRY_ASSIGN(GgufContents contents, read_gguf(file.bytes(), path.string()));
  const auto num_parts = contents.metadata.find_int("split.count").value_or(1);
  if (num_parts > 1) {
    return error(ErrorCode::Unsupported, path.string(), " is one of ", num_parts,
                 " parts of a split model; merge them with llama-gguf-split --merge");
  }
  state.metadata = std::move(contents.metadata);
  state.folder.tensors = std::move(contents.tensors);
  state.folder.files.push_back(std::move(file));
  return state;
}

Result<Checkpoint::State> Checkpoint::State::open_folder(const fs::path& path) {
  State state;
  state.kind = CheckpointKind::HuggingFace;
  TRY_ASSIGN(state.folder, read_huggingface_folder(path));
  return state;
}

Result<Checkpoint> Checkpoint::open(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return error(ErrorCode::NotFound, "there is no model at ", path.string());
  }
  const bool is_folder = fs::is_directory(path, ignored);
  TRY_ASSIGN(State opened, is_folder ? State::open_folder(path) : State::open_gguf(path));
  auto state = std::make_unique<State>(std::move(opened));
  state->path = path;
  const auto& tensors = state->folder.tensors;
  for (std::size_t i = 0; i < tensors.size(); ++i) state->index.emplace(tensors[i].name, i);
  return Checkpoint(std::move(state));
}

Checkpoint::Checkpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
Checkpoint::Checkpoint(Checkpoint&&) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&&) noexcept = default;
Checkpoint::~Checkpoint() = default;

CheckpointKind Checkpoint::kind() const { return state_->kind; }
const fs::path& Checkpoint::path() const { return state_->path; }
const Metadata& Checkpoint::metadata() const { return state_->metadata; }
const Json& Checkpoint::config() const { return state_->folder.config; }
const Json& Checkpoint::generation_config() const { return state_->folder.generation_config; }
const Json& Checkpoint::tokenizer_config() const { return state_->folder.tokenizer_config; }
const std::string& Checkpoint::tokenizer_json() const { return state_->folder.tokenizer_json; }

std::optional<std::string> Checkpoint::chat_template() const {
  if (kind() == CheckpointKind::HuggingFace) return state_->folder.chat_template;
  const std::string* text = state_->metadata.find_string("tokenizer.chat_template");
  return text == nullptr ? std::nullopt : std::optional(*text);
}

std::span<const StoredTensor> Checkpoint::tensors() const { return state_->folder.tensors; }

const StoredTensor* Checkpoint::find_tensor(std::string_view name) const {
  const auto found = state_->index.find(name);
  return found == state_->index.end() ? nullptr : &state_->folder.tensors[found->second];
}

std::uint64_t Checkpoint::file_bytes() const {
  std::uint64_t total = 0;
  for (const MappedFile& file : state_->folder.files) total += file.bytes().size();
  return total;
}

void Checkpoint::release_pages(const StoredTensor& tensor) const {
  for (const MappedFile& file : state_->folder.files) {
    const auto* begin = file.bytes().data();
    if (tensor.bytes.data() >= begin && tensor.bytes.data() < begin + file.bytes().size()) {
      file.release(tensor.bytes);
    }
  }
}

std::string model_name_of(const fs::path& path) {
  // "models/x/" has an empty file name.
  const fs::path clean = path.has_filename() ? path : path.parent_path();
  return clean.extension() == ".gguf" ? clean.stem().string() : clean.filename().string();
}

}  // namespace falconet
