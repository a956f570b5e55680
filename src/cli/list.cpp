// falconet list: the models on this machine.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/command_line.h"
#include "hub/bundled_model.h"
#include "hub/model_folder.h"
#include "hub/settings.h"
#include "hub/short_names.h"

namespace falconet {
namespace {

std::string day_of(std::filesystem::file_time_type time) {
  const auto system = std::chrono::file_clock::to_sys(time);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(system));
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &local);
  return text;
}

void print_table(const std::vector<LocalModel>& models, std::ostream& out) {
  std::size_t width = std::max(std::string_view("MODEL").size(), kBundledModel.size());
  for (const LocalModel& model : models) width = std::max(width, model.name.size());
  const auto line = [&](std::string name, std::string size, const std::string& day) {
    name.resize(width + 2, ' ');
    size.insert(0, size.size() < 10 ? 10 - size.size() : 0, ' ');
    out << name << size << "  " << day << '\n';
  };
  line("MODEL", "SIZE", "FETCHED");
  for (const LocalModel& model : models) {
    line(model.name, human_bytes(model.num_bytes), day_of(model.changed));
  }
  if (const std::size_t num_bytes = bundled_model().size(); num_bytes > 0) {
    line(std::string(kBundledModel), human_bytes(num_bytes), "bundled");
  }
}

Json models_json(const std::vector<LocalModel>& models) {
  Json all = Json::array();
  for (const LocalModel& model : models) {
    all.push_back({{"name", model.name},
                   {"path", model.path.string()},
                   {"bytes", model.num_bytes},
                   {"fetched", day_of(model.changed)}});
  }
  if (const std::size_t num_bytes = bundled_model().size(); num_bytes > 0) {
    all.push_back(
        {{"name", kBundledModel}, {"path", nullptr}, {"bytes", num_bytes}, {"fetched", nullptr}});
  }
  return all;
}

int run_list(bool is_json, const Streams& io) {
  const ModelFolder folder(HubSettings::from_environment().models);
  const std::vector<LocalModel> models = folder.list();
  if (is_json) {
    io.out << to_text(models_json(models)) << '\n';
    return kExitSuccess;
  }
  print_table(models, io.out);
  if (models.empty()) {
    io.out << "Nothing was fetched to " << folder.root().string()
           << " yet; get a model with: falconet pull " << kRecommendedModel << '\n';
  }
  return kExitSuccess;
}

}  // namespace

void add_list_command(CommandParser& parser) {
  auto is_json = std::make_shared<bool>(false);
  CommandLine& command = parser.add("list", "Models", "The models on this machine");
  command.alias("ls");
  command.flag("--json", *is_json, "As one JSON array");
  command.runs([is_json](const Streams& io) { return run_list(*is_json, io); });
}

}  // namespace falconet
