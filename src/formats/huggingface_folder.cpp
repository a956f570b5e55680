#include "formats/huggingface_folder.h"

#include <map>
#include <set>
#include <utility>

#include "base/file.h"
#include "formats/byte_reader.h"
#include "formats/safetensors.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

// The largest real ones: config 10 KB, tokenizer_config 0.6 MB, a shard index 10 MB, and 35 MB for
// the tokenizer of a 262-thousand-token vocabulary. Finding a key of a Json is linear, so that a
// hostile config must not hold millions of them.
constexpr std::size_t kMaxConfigBytes = 1 << 20;
constexpr std::size_t kMaxTokenizerConfigBytes = 8 << 20;
constexpr std::size_t kMaxTemplateBytes = 4 << 20;
constexpr std::size_t kMaxIndexBytes = 64 << 20;
constexpr std::size_t kMaxTokenizerBytes = 256 << 20;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Error corrupt(const fs::path& path, const std::string& what) {
  return error(ErrorCode::Corrupt, path.string(), ": ", what);
}

Result<Json> read_json(const fs::path& path, std::size_t max_bytes) {
  TRY_ASSIGN(const std::string text, read_file(path, max_bytes));
  auto value = parse_json(text);
  if (!value) return corrupt(path, value.error().message);
  if (!value->is_object()) return corrupt(path, "expected a JSON object");
  return value;
}

/// Null where the file is absent.
Result<Json> read_optional_json(const fs::path& path, std::size_t max_bytes) {
  if (!is_there(path)) return Json();
  return read_json(path, max_bytes);
}

/// The folder's own file chat_template.jinja wins over chat_template.json, that over
/// tokenizer_config.json, as in Hugging Face's libraries.
Result<std::optional<std::string>> read_chat_template(const fs::path& folder,
                                                      const Json& tokenizer_config) {
  if (is_there(folder / "chat_template.jinja")) {
    TRY_ASSIGN(std::string text, read_file(folder / "chat_template.jinja", kMaxTemplateBytes));
    return std::optional(std::move(text));
  }
  TRY_ASSIGN(const Json file, read_optional_json(folder / "chat_template.json", kMaxTemplateBytes));
  if (auto text = string_member(file, "chat_template")) return text;
  if (auto text = string_member(tokenizer_config, "chat_template")) return text;
  const Json* named = find_member(tokenizer_config, "chat_template");
  if (named == nullptr || !named->is_array()) return std::optional<std::string>();
  for (const Json& entry : *named) {
    if (string_member(entry, "name") == "default") return string_member(entry, "template");
  }
  return std::optional<std::string>();
}

/// The name of a file of the folder itself: an index must not lead out of it. A zero byte would end
/// the name early for the system.
bool is_plain_file_name(const std::string& name) {
  return !name.empty() && name == fs::path(name).filename().string() && name != "." &&
         name != ".." && name.find('\0') == std::string::npos;
}

using ShardOfTensor = std::map<std::string, std::string>;

/// Which shard holds each tensor: the index's "weight_map".
Result<ShardOfTensor> read_index(const fs::path& path) {
  TRY_ASSIGN(const std::string text, read_file(path, kMaxIndexBytes));
  auto index = parse_sorted_json(text);
  if (!index) return corrupt(path, index.error().message);
  const auto map = index->is_object() ? index->find("weight_map") : index->end();
  if (!index->is_object() || map == index->end() || !map->is_object() || map->empty()) {
    return corrupt(path, "expected an object \"weight_map\" with an entry for each tensor");
  }
  ShardOfTensor shard_of;
  for (const auto& [tensor, file] : map->items()) {
    const auto* name = file.get_ptr<const std::string*>();
    if (name == nullptr || !is_plain_file_name(*name)) {
      return corrupt(path, cat("\"weight_map\" of tensor ", in_quotes(tensor),
                               " is not the name of a file in this folder"));
    }
    shard_of.emplace(tensor, *name);
  }
  return shard_of;
}

/// The names of all that it holds, buffers that are no weights included.
Result<std::vector<std::string>> read_shard(const fs::path& path, HuggingFaceFolder& contents) {
  TRY_ASSIGN(MappedFile file, MappedFile::open(path));
  TRY_ASSIGN(SafetensorsContents shard, read_safetensors(file.bytes(), path.string()));
  std::vector<std::string> names = std::move(shard.other_names);
  for (StoredTensor& tensor : shard.tensors) {
    names.push_back(tensor.name);
    contents.tensors.push_back(std::move(tensor));
  }
  contents.files.push_back(std::move(file));
  return names;
}

/// Index and shards must agree on every tensor: one that lies elsewhere, twice or nowhere betrays
/// files of two models, or a download that is not complete.
Status read_shards(const fs::path& index_path, HuggingFaceFolder& contents) {
  const fs::path folder = index_path.parent_path();
  TRY_ASSIGN(ShardOfTensor shard_of, read_index(index_path));
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : shard_of) shards.insert(shard);
  for (const std::string& shard : shards) {
    if (!is_there(folder / shard)) {
      return error(ErrorCode::NotFound, index_path.string(), ": \"weight_map\" names ",
                   in_quotes(shard), ", which is not in the folder; download it too");
    }
    TRY_ASSIGN(const std::vector<std::string> names, read_shard(folder / shard, contents));
    for (const std::string& name : names) {
      const auto entry = shard_of.find(name);
      if (entry == shard_of.end() || entry->second != shard) {
        return corrupt(folder / shard,
                       cat("tensor ", in_quotes(name), " is not where \"weight_map\" of ",
                           index_path.filename().string(), " says, or twice"));
      }
      shard_of.erase(entry);
    }
  }
  if (shard_of.empty()) return {};
  const auto& [tensor, shard] = *shard_of.begin();
  return corrupt(index_path, cat("\"weight_map\" of tensor ", in_quotes(tensor), " names ",
                                 in_quotes(shard), ", which does not hold it"));
}

Status read_tensors(const fs::path& folder, HuggingFaceFolder& contents) {
  if (is_there(folder / "model.safetensors.index.json")) {
    return read_shards(folder / "model.safetensors.index.json", contents);
  }
  if (is_there(folder / "model.safetensors")) {
    TRY(read_shard(folder / "model.safetensors", contents));
    return {};
  }
  return error(ErrorCode::NotFound, folder.string(),
               " holds neither model.safetensors nor model.safetensors.index.json",
               is_there(folder / "pytorch_model.bin")
                   ? "; pytorch_model.bin is not read: convert it to safetensors"
                   : "");
}

}  // namespace

Result<HuggingFaceFolder> read_huggingface_folder(const fs::path& folder) {
  if (!is_there(folder / "config.json")) {
    return error(ErrorCode::NotFound, folder.string(),
                 " is no model folder: it has no config.json");
  }
  HuggingFaceFolder contents;
  TRY_ASSIGN(contents.config, read_json(folder / "config.json", kMaxConfigBytes));
  TRY_ASSIGN(contents.generation_config,
             read_optional_json(folder / "generation_config.json", kMaxConfigBytes));
  TRY_ASSIGN(contents.tokenizer_config,
             read_optional_json(folder / "tokenizer_config.json", kMaxTokenizerConfigBytes));
  if (is_there(folder / "tokenizer.json")) {
    TRY_ASSIGN(contents.tokenizer_json, read_file(folder / "tokenizer.json", kMaxTokenizerBytes));
  }
  TRY_ASSIGN(contents.chat_template, read_chat_template(folder, contents.tokenizer_config));
  TRY(read_tensors(folder, contents));
  return contents;
}

}  // namespace falconet
