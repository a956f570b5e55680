#include "cli/feedback_try.h"

#include <cmath>
#include <memory>
#include <ostream>

#include "base/file.h"
#include "base/json.h"
#include "cli/model_argument.h"
#include "cli/progress_line.h"
#include "completion/local_model.h"
#include "feedback/finding_text.h"
#include "feedback/trial_run.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxItemsBytes = 256u << 20;
constexpr std::size_t kAnswersAtOnce = 16;

struct TryCommand {
  std::string items;
  std::string model;
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::string family;
  std::string half = "all";
  int num_threads = 0;
  bool json = false;
};

std::string points(double share) {
  return cat(share < 0 ? "−" : "+", fixed(100 * std::abs(share), 1));
}

void print(const TrialResult& result, std::ostream& out) {
  const PairedCounts& counts = result.counts;
  const std::int64_t num_items =
      counts.both + counts.only_first + counts.only_second + counts.neither;
  const auto share = [&](std::int64_t right) {
    return cat(percent(static_cast<double>(right) / static_cast<double>(num_items)), " (", right,
               " of ", num_items, ")");
  };
  out << "A right " << share(counts.both + counts.only_first) << ", B right "
      << share(counts.both + counts.only_second) << "; only A " << counts.only_first << ", only B "
      << counts.only_second << "\nB against A: " << points(result.difference.difference)
      << " points (" << points(result.difference.interval.low) << " to "
      << points(result.difference.interval.high) << "), " << p_text(result.difference.p_value)
      << ": " << trial_verdict_name(result.verdict) << '\n';
  if (result.items_needed) {
    out << "A difference as large as this one would take about " << *result.items_needed
        << " items to be seen.\n";
  }
}

/// Those of one family alone. Errors: NotFound.
Status take_family(const std::string& family, std::vector<TrialItem>& items) {
  if (family.empty()) return {};
  std::erase_if(items, [&](const TrialItem& item) { return item.family != family; });
  if (!items.empty()) return {};
  return error(ErrorCode::NotFound, "--family ", family, ": there is no such item");
}

Result<Trial> read_trial(const TryCommand& command) {
  Trial trial;
  TRY_ASSIGN(trial.first, trial_setting_of(command.first));
  TRY_ASSIGN(trial.second, trial_setting_of(command.second));
  TRY_ASSIGN(const std::string text, read_file(command.items, kMaxItemsBytes));
  TRY_ASSIGN(trial.items, read_trial_items(text, command.items));
  TRY(take_family(command.family, trial.items));
  Status halved = take_half(command.half, trial.items);
  if (!halved) return std::move(halved).error().within("--half");
  TRY(check_trial(trial));
  return trial;
}

Status run_try(const TryCommand& command, const Streams& io) {
  TRY_ASSIGN(const Trial trial, read_trial(command));
  TRY_ASSIGN(const FoundModel found, find_model(command.model, io));
  TRY_ASSIGN(const auto model, open_local_model(found.path, {.served_name = found.name,
                                                             .origin = found.origin,
                                                             .num_threads = command.num_threads}));
  ProgressLine progress(io.err);
  const ModelWork work{.model = *model,
                       .on_progress =
                           [&](std::int64_t done, std::int64_t total) {
                             progress.show(cat(done, " of ", total, " answers"));
                           },
                       .num_at_once = kAnswersAtOnce};
  TRY_ASSIGN(const TrialResult result, run_trial(work, trial));
  progress.show("");
  if (command.json) {
    Json json = trial_result_json(result);
    json["model"] = found.name;
    json["a"] = command.first;
    json["b"] = command.second;
    io.out << to_text(json) << '\n';
    return {};
  }
  io.out << found.name << ", A: " << (command.first.empty() ? "as it is" : join(command.first, " "))
         << "; B: " << join(command.second, " ") << '\n';
  print(result, io.out);
  return {};
}

}  // namespace

void add_try_command(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<TryCommand>();
  CommandLine& command = parser.add_below(
      parent, "try", "The same items under two settings: is the second one better?");
  command.option("items", options->items, "Items with their checks: JSON lines").required();
  command.option("-m,--model", options->model, "As of run");
  command.option("--a", options->first, "One setting: temperature=0 system=… thinking=off …");
  command.option("--b", options->second, "The other; also output=free, json or schema").required();
  command.option("--family", options->family, "Only items whose \"family\" this is");
  command.option("--half", options->half, "first, second (every other item) or all")
      .shows_default();
  command.option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "An item is {\"messages\": […], \"check\": {\"kind\": \"contains\", \"value\": \"Paris\"}};\n"
      "docs/feedback-data.md has the kinds. Choose a setting on the first half, prove it on the "
      "second.");
  command.runs([options](const Streams& io) { return run_try(*options, io); });
}

}  // namespace falconet
