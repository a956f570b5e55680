// falconet pull: fetches a model, or what is missing of it.
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/command_line.h"
#include "cli/model_argument.h"
#include "hub/short_names.h"

namespace falconet {
namespace {

struct Options {
  std::string model;
  bool json = false;
};

std::string names_help() {
  std::string names;
  for (const ShortName& entry : short_names()) names += cat(names.empty() ? "" : ", ", entry.name);
  return cat(
      "Names: hf.co/org/repo[:quant], org/repo/file.gguf, modelscope.cn/org/repo[:quant], an "
      "address,\nor short: ",
      names,
      ".\nHF_ENDPOINT and HF_TOKEN, MODELSCOPE_ENDPOINT and MODELSCOPE_API_TOKEN are used.\n"
      "Models lie in $FALCONET_HOME/models (~/.local/share/falconet/models).");
}

Status run_pull(const Options& options, const Streams& io) {
  TRY_ASSIGN(const std::filesystem::path path, pull_with_progress(options.model, io));
  if (options.json) {
    io.out << to_text(Json{{"model", options.model}, {"path", path.string()}}) << '\n';
  } else {
    io.out << path.string() << '\n';
  }
  return {};
}

}  // namespace

void add_pull_command(CommandParser& parser) {
  auto options = std::make_shared<Options>();
  CommandLine& command =
      parser.add("pull", "Models", "Fetch a model; goes on where it was interrupted");
  command.footer(names_help());
  command.option("model", options->model, "A name, as below").required();
  command.flag("--json", options->json, "As one JSON object");
  command.runs([options](const Streams& io) { return run_pull(*options, io); });
}

}  // namespace falconet
