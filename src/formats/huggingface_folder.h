// A model folder in Hugging Face's layout: its JSON files, and its tensors in one or more shards.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "formats/checkpoint.h"

namespace falconet {

struct HuggingFaceFolder {
  Json config;
  Json generation_config;  // null where absent, as the next one
  Json tokenizer_config;
  std::string tokenizer_json;  // empty where absent
  std::optional<std::string> chat_template;
  std::vector<MappedFile> files;
  std::vector<StoredTensor> tensors;  // views into the files
};

/// Errors: NotFound (no config.json, no weights), Corrupt, Unsupported, TooLarge, each naming the
/// file.
Result<HuggingFaceFolder> read_huggingface_folder(const std::filesystem::path& folder);

}  // namespace falconet
