// `falconet quantize`: a model file with its weights in another type.
#include "formats/quantize.h"

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>

#include "base/json.h"
#include "base/thread_pool.h"
#include "cli/command_line.h"
#include "cli/model_argument.h"
#include "cli/new_file.h"
#include "cli/progress_line.h"
#include "model/gguf_conversion.h"

namespace falconet {
namespace {

struct QuantizeCommand {
  std::string input;
  std::string output;
  std::string type;
  int num_threads = 0;
  bool force = false;
  bool json = false;
};

std::uint64_t count_weights(const Checkpoint& checkpoint) {
  std::uint64_t total = 0;
  for (const StoredTensor& tensor : checkpoint.tensors()) {
    std::uint64_t count = 1;
    for (const std::size_t size : tensor.shape) count *= size;
    total += count;
  }
  return total;
}

/// Rounding what was rounded before costs more than rounding once.
bool has_quantized_weights(const Checkpoint& checkpoint) {
  for (const StoredTensor& tensor : checkpoint.tensors()) {
    if (is_quantized(tensor.dtype)) return true;
  }
  return false;
}

Status write_model(const QuantizeCommand& command, const Checkpoint& source, const Recipe& recipe,
                   const Streams& io) {
  ProgressLine progress(io.err);
  QuantizeOptions options{
      .num_threads = command.num_threads > 0 ? command.num_threads : available_cpus(),
      .report = [&](const QuantizeProgress& now) {
        progress.show(cat(now.num_done, " of ", now.num_tensors, " tensors: ", now.tensor));
      }};
  std::optional<GgufConversion> conversion;
  if (source.kind() == CheckpointKind::HuggingFace) {
    progress.show("converting the tokenizer");
    TRY_ASSIGN(conversion, convert_to_gguf(source));
    options.conversion = &*conversion;
  }
  return quantize_checkpoint(source, recipe, command.output, options);
}

Result<Json> quantize(const QuantizeCommand& command, const Streams& io) {
  TRY_ASSIGN(const Recipe recipe, find_recipe(command.type));
  TRY(check_new_file(command.output, command.force ? Overwrite::Yes : Overwrite::No));
  TRY_ASSIGN(const std::filesystem::path input, find_local_model(command.input));
  TRY_ASSIGN(const Checkpoint source, Checkpoint::open(input));
  if (has_quantized_weights(source) && recipe.name != "f32") {
    io.err << "warning: " << command.input
           << " is quantized already, and each rounding adds its own loss; the original weights "
              "give a better file\n";
  }
  const auto start = std::chrono::steady_clock::now();
  TRY(write_model(command, source, recipe, io));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  TRY_ASSIGN(const Checkpoint result, Checkpoint::open(command.output));
  const auto bits = static_cast<double>(result.file_bytes()) * 8;
  return Json{{"input", command.input},
              {"output", command.output},
              {"type", recipe.name},
              {"input_bytes", source.file_bytes()},
              {"output_bytes", result.file_bytes()},
              {"bits_per_weight", bits / static_cast<double>(count_weights(result))},
              {"seconds", seconds.count()}};
}

Status run_quantize(const QuantizeCommand& command, const Streams& io) {
  TRY_ASSIGN(const Json result, quantize(command, io));
  if (command.json) {
    io.out << to_text(result) << '\n';
    return {};
  }
  io.out << command.output << ": " << result["type"].get<std::string>() << ", "
         << human_bytes(result["output_bytes"].get<std::uint64_t>()) << " (from "
         << human_bytes(result["input_bytes"].get<std::uint64_t>()) << "), "
         << fixed(result["bits_per_weight"].get<double>(), 2) << " bits a weight, in "
         << fixed(result["seconds"].get<double>(), 1) << " s\n";
  return {};
}

}  // namespace

void add_quantize_command(CommandParser& parser) {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) names.emplace_back(recipe.name);
  auto options = std::make_shared<QuantizeCommand>();
  CommandLine& command =
      parser.add("quantize", "Models", "Write a model as a GGUF file with weights of another type");
  command.option("input", options->input, "A GGUF file, a Hugging Face folder, or a model by name")
      .required();
  command.option("output", options->output, "The GGUF file to write").required();
  command.option("--type", options->type, join(names, ", ")).required().type_name("TYPE");
  command.option("--threads", options->num_threads, "Threads (default: all CPUs)").between(1, 1024);
  command.flag("--force", options->force, "Write over an existing file");
  command.flag("--json", options->json, "What was written, as one JSON object");
  command.footer(
      "Example:\n"
      "  falconet quantize models/SmolLM2-135M-Instruct smollm2-q4_k_m.gguf --type q4_k_m\n"
      "The file appears under its name when it is whole. `falconet perplexity --kl-base` tells\n"
      "what the rounding cost.");
  command.runs([options](const Streams& io) { return run_quantize(*options, io); });
}

}  // namespace falconet
