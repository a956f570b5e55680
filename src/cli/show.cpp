// falconet show: what a model file says of itself.
#include <map>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/command_line.h"
#include "cli/model_argument.h"
#include "formats/checkpoint.h"
#include "hub/model_folder.h"
#include "hub/settings.h"
#include "model/registry.h"

namespace falconet {
namespace {

struct Options {
  std::string model;
  bool json = false;
};

Result<Json> describe(const Checkpoint& checkpoint) {
  TRY_ASSIGN(const Architecture* architecture, find_architecture(checkpoint));
  TRY_ASSIGN(const ModelConfig config, read_config(*architecture, checkpoint));
  std::uint64_t num_parameters = 0;
  std::map<std::string, std::uint64_t> bytes_by_type;
  for (const StoredTensor& tensor : checkpoint.tensors()) {
    std::uint64_t count = 1;
    for (const std::size_t size : tensor.shape) count *= size;
    num_parameters += count;
    bytes_by_type[std::string(traits(tensor.dtype).name)] += tensor.bytes.size();
  }
  return Json{{"architecture", config.architecture},
              {"parameters", num_parameters},
              {"file_bytes", checkpoint.file_bytes()},
              {"bytes_by_type", bytes_by_type},
              {"layers", config.num_layers},
              {"hidden_size", config.hidden_size},
              {"heads", config.num_heads},
              {"kv_heads", config.num_kv_heads},
              {"head_dim", config.head_dim},
              {"intermediate_size", config.intermediate_size},
              {"vocab_size", config.vocab_size},
              {"context", config.max_position_embeddings},
              {"tied_head", config.tie_word_embeddings},
              {"chat_template", checkpoint.chat_template().has_value()}};
}

Status run_show(const Options& options, const Streams& io) {
  TRY_ASSIGN(const std::filesystem::path path, find_local_model(options.model));
  TRY_ASSIGN(const Checkpoint checkpoint, Checkpoint::open(path));
  TRY_ASSIGN(const Json description, describe(checkpoint));
  if (options.json) {
    io.out << to_text(description) << '\n';
    return {};
  }
  for (const auto& [key, value] : description.items()) {
    std::string label = replace_all(key, "_", " ");
    label.resize(20, ' ');
    io.out << label << (value.is_string() ? value.get<std::string>() : to_text(value)) << '\n';
  }
  return {};
}

}  // namespace

void add_show_command(CommandParser& parser) {
  auto options = std::make_shared<Options>();
  CommandLine& command = parser.add("show", "Models", "What a model file says of itself");
  command
      .option("model", options->model,
              "A GGUF file, a Hugging Face folder, or the name of a pulled model")
      .required();
  command.flag("--json", options->json, "As one JSON object");
  command.runs([options](const Streams& io) { return run_show(*options, io); });
}

}  // namespace falconet
