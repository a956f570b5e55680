#include "cli/tokenizer_file.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/model_argument.h"
#include "formats/checkpoint.h"
#include "hub/model_name.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

// The largest tokenizer.json known (262 k tokens) has 33 MB.
constexpr std::size_t kMaxTokenizerBytes = 256u << 20;

Result<Tokenizer> load_tokenizer_json(const fs::path& path) {
  TRY_ASSIGN(const std::string text, read_file(path, kMaxTokenizerBytes));
  Json config;
  const fs::path config_path = path.parent_path() / "tokenizer_config.json";
  std::error_code ignored;
  if (fs::exists(config_path, ignored)) {
    TRY_ASSIGN(const std::string config_text, read_file(config_path, kMaxTokenizerBytes));
    Result<Json> parsed = parse_json(config_text);
    if (!parsed) return std::move(parsed).error().within(config_path.string());
    config = *std::move(parsed);
  }
  Result<Tokenizer> tokenizer = Tokenizer::from_huggingface(text, config);
  if (!tokenizer) return std::move(tokenizer).error().within(path.string());
  return tokenizer;
}

}  // namespace

Result<Tokenizer> load_tokenizer(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    Result<fs::path> model = find_local_model(path.string());
    if (model) return load_tokenizer(*model);
    const Result<ModelName> name = parse_model_name(path.string());
    if (name && name->source != ModelSource::Path) return std::move(model).error();
    return error(ErrorCode::NotFound, path.string(),
                 " does not exist; name a tokenizer.json, a folder that holds one, a GGUF file, or "
                 "a model");
  }
  if (fs::is_directory(path, ignored)) return load_tokenizer_json(path / "tokenizer.json");
  if (path.extension() == ".json") return load_tokenizer_json(path);
  TRY_ASSIGN(const Checkpoint checkpoint, Checkpoint::open(path));
  Result<Tokenizer> tokenizer = Tokenizer::from_gguf(checkpoint.metadata());
  if (!tokenizer) return std::move(tokenizer).error().within(path.string());
  return tokenizer;
}

}  // namespace falconet
