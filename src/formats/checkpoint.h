// A model as it lies on disk, whichever way it was written: a GGUF file or a Hugging Face folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"
#include "tensor/dtype.h"

namespace falconet {

/// A tensor inside a mapped file. Valid while its Checkpoint lives.
struct StoredTensor {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::size_t> shape;  // outermost first: [out_dim, in_dim] for a weight matrix
  std::span<const std::byte> bytes;
};

enum class CheckpointKind { Gguf, HuggingFace };

/// The files stay mapped, and views into them valid, while it lives.
class Checkpoint {
 public:
  /// A .gguf file, or a folder with config.json and *.safetensors.
  /// Errors: NotFound, Corrupt (names file, field and offset), Unsupported (names the type).
  static Result<Checkpoint> open(const std::filesystem::path& path);

  Checkpoint(Checkpoint&&) noexcept;
  Checkpoint& operator=(Checkpoint&&) noexcept;
  ~Checkpoint();

  CheckpointKind kind() const;
  const std::filesystem::path& path() const;

  /// GGUF's metadata; empty for a folder.
  const Metadata& metadata() const;

  /// The folder's files, null where a file is absent and for GGUF.
  const Json& config() const;
  const Json& generation_config() const;
  const Json& tokenizer_config() const;

  /// The text of tokenizer.json; empty where absent and for GGUF.
  const std::string& tokenizer_json() const;

  /// The chat template: GGUF's tokenizer.chat_template, chat_template.jinja, or
  /// tokenizer_config.json's (the one named "default" of several).
  std::optional<std::string> chat_template() const;

  std::span<const StoredTensor> tensors() const;
  const StoredTensor* find_tensor(std::string_view name) const;

  /// Bytes of all files that hold tensors.
  std::uint64_t file_bytes() const;

  /// Lets the system drop a tensor's pages once its weights were repacked elsewhere.
  void release_pages(const StoredTensor& tensor) const;

  struct State;

 private:
  explicit Checkpoint(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What people call the model that lies at a path: the file's name without .gguf, or the folder's.
std::string model_name_of(const std::filesystem::path& path);

}  // namespace falconet
