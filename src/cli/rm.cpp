// falconet rm: deletes models that pull has fetched.
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/command_line.h"
#include "hub/model_folder.h"
#include "hub/settings.h"

namespace falconet {
namespace {

struct Options {
  std::vector<std::string> models;
  bool json = false;
};

// Each model stands for itself: one that is not there does not keep the others.
int run_rm(const Options& options, const Streams& io) {
  const ModelFolder folder(HubSettings::from_environment().models);
  Json removed = Json::array();
  int exit_code = kExitSuccess;
  for (const std::string& model : options.models) {
    const Result<std::uint64_t> freed = folder.remove(model);
    if (!freed) {
      exit_code = report(freed.error(), io);
      continue;
    }
    removed.push_back({{"name", model}, {"freed_bytes", *freed}});
    if (!options.json) io.out << "deleted " << model << " (" << human_bytes(*freed) << ")\n";
  }
  if (options.json) io.out << to_text(removed) << '\n';
  return exit_code;
}

}  // namespace

void add_rm_command(CommandParser& parser) {
  auto options = std::make_shared<Options>();
  CommandLine& command = parser.add("rm", "Models", "Delete models that pull has fetched");
  command.option("models", options->models, "Names, as list shows them").required();
  command.flag("--json", options->json, "As one JSON array");
  command.runs([options](const Streams& io) { return run_rm(*options, io); });
}

}  // namespace falconet
