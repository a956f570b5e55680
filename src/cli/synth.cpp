// `falconet synth`: a model of a given shape with random weights, for measuring.
#include <algorithm>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/command_line.h"
#include "cli/new_file.h"
#include "cli/progress_line.h"
#include "formats/checkpoint.h"
#include "formats/quantize_recipe.h"
#include "formats/synthetic.h"

namespace falconet {
namespace {

struct SynthCommand {
  SyntheticOptions model;
  std::string output;
  bool lists = false;
  bool force = false;
  bool json = false;
};

Json shape_json(const SyntheticShape& shape) {
  return Json{{"name", shape.name},
              {"architecture", shape.architecture},
              {"layers", shape.num_layers},
              {"hidden_size", shape.hidden_size},
              {"intermediate_size", shape.intermediate_size},
              {"heads", shape.num_heads},
              {"kv_heads", shape.num_kv_heads},
              {"head_dim", shape.head_dim},
              {"vocab_size", shape.vocab_size},
              {"context", shape.max_position_embeddings},
              {"tied_head", shape.tie_word_embeddings}};
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

Status list_shapes(const SynthCommand& command, const Streams& io) {
  if (command.json) {
    Json shapes = Json::array();
    for (const SyntheticShape& shape : synthetic_shapes()) shapes.push_back(shape_json(shape));
    std::vector<std::string> types;
    for (const Recipe& recipe : recipes()) types.emplace_back(recipe.name);
    io.out << to_text({{"shapes", shapes}, {"types", types}}) << '\n';
    return {};
  }
  io.out << padded("SHAPE", 32) << padded("LAYERS", 8) << padded("HIDDEN", 8) << padded("VOCAB", 8)
         << "CONTEXT\n";
  for (const SyntheticShape& shape : synthetic_shapes()) {
    io.out << padded(std::string(shape.name), 32) << padded(cat(shape.num_layers), 8)
           << padded(cat(shape.hidden_size), 8) << padded(cat(shape.vocab_size), 8)
           << shape.max_position_embeddings << '\n';
  }
  return {};
}

Status write_model(const SynthCommand& command, const Streams& io) {
  if (command.output.empty()) {
    return error(ErrorCode::InvalidArgument, "name the file to write: -o FILE.gguf");
  }
  TRY(check_new_file(command.output, command.force ? Overwrite::Yes : Overwrite::No));
  {
    ProgressLine progress(io.err);
    progress.show(cat("writing ", command.output));
    TRY(write_synthetic_model(command.model, command.output));
  }
  TRY_ASSIGN(const Checkpoint written, Checkpoint::open(command.output));
  if (command.json) {
    io.out << to_text({{"output", command.output},
                       {"shape", command.model.shape},
                       {"type", to_lower(command.model.type)},
                       {"seed", command.model.seed},
                       {"bytes", written.file_bytes()}})
           << '\n';
    return {};
  }
  io.out << command.output << ": " << command.model.shape << ", " << to_lower(command.model.type)
         << ", random weights of seed " << command.model.seed << ", "
         << human_bytes(written.file_bytes()) << '\n';
  return {};
}

}  // namespace

void add_synth_command(CommandParser& parser) {
  auto options = std::make_shared<SynthCommand>();
  CommandLine& command =
      parser.add("synth", "Models", "Write a model of a known shape with random weights");
  command.option("-o,--output", options->output, "The GGUF file to write").type_name("FILE");
  command.option("--shape", options->model.shape, "One of --list")
      .shows_default()
      .type_name("NAME");
  command.option("--type", options->model.type, "A type of `falconet quantize`")
      .shows_default()
      .type_name("TYPE");
  command.option("--seed", options->model.seed, "The same seed gives the same bytes")
      .shows_default();
  const DeclaredOption list = command.flag("--list", options->lists, "The shapes there are");
  command.flag("--force", options->force, "Write over an existing file").excludes(list);
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "Speed and memory depend on the shape of a model and not on what it has learnt; its answers\n"
      "are noise.\n"
      "Example:\n"
      "  falconet synth --shape deepseek-r1-distill-qwen-1.5b --type q4_0 -o synthetic.gguf");
  command.runs([options](const Streams& io) {
    return options->lists ? list_shapes(*options, io) : write_model(*options, io);
  });
}

}  // namespace falconet
