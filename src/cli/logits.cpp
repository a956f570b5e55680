// `falconet logits`: what the model thinks comes next, for checking against other engines.
#include <array>
#include <charconv>
#include <cmath>
#include <memory>

#include "cli/command_line.h"
#include "cli/direct_model.h"
#include "cli/json_lines.h"
#include "cli/model_argument.h"

namespace falconet {
namespace {

struct LogitsOptions {
  std::string model;
  bool prints_all = false;
  int num_threads = 0;
};

enum class Rows { Last, All };

// Nine significant digits name a float exactly.
constexpr int kFloatDigits = 9;

void append_row(std::string& out, std::span<const float> row) {
  out += '[';
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    if (!std::isfinite(row[i])) {
      out += "null";
      continue;
    }
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), row[i],
                                   std::chars_format::general, kFloatDigits)
                         .ptr;
    out.append(buffer.data(), end);
  }
  out += ']';
}

Result<std::string> logits_of_line(DirectModel& model, Rows rows, const Json& line) {
  TRY_ASSIGN(const std::vector<TokenId> ids, ids_of_line(line));
  const std::size_t first = rows == Rows::All || ids.empty() ? 0 : ids.size() - 1;
  std::string out = "{\"logits\":";
  if (rows == Rows::All) out += '[';
  bool is_first = true;
  TRY(model.read(ids, first, [&](std::span<const float> row) {
    if (!is_first) out += ',';
    is_first = false;
    append_row(out, row);
  }));
  if (rows == Rows::All) out += ']';
  out += '}';
  return out;
}

int run_logits(const LogitsOptions& options, const Streams& io) {
  const Result<std::filesystem::path> path = find_local_model(options.model);
  if (!path) return report(path.error(), io);
  Result<DirectModel> model = DirectModel::load(*path, {.num_threads = options.num_threads});
  if (!model) return report(model.error(), io);
  const Rows rows = options.prints_all ? Rows::All : Rows::Last;
  return answer_json_lines(io,
                           [&](const Json& line) { return logits_of_line(*model, rows, line); });
}

}  // namespace

void add_logits_command(CommandParser& parser) {
  auto options = std::make_shared<LogitsOptions>();
  CommandLine& command = parser.add(
      "logits", "Check", "Print the model's logits after token ids: JSON lines in, JSON lines out");
  command
      .option("-m,--model", options->model,
              "A GGUF file, a Hugging Face folder, or a model by name")
      .required()
      .type_name("PATH");
  command.flag("--all", options->prints_all, "After every position, not after the last alone");
  command.option("--threads", options->num_threads, "Threads (default: all CPUs)").between(1, 1024);
  command.footer(
      "Example:\n"
      "  echo '{\"ids\":[1,403]}' | falconet logits --model model.gguf\n"
      "  {\"logits\":[-8.21…,…]}");
  command.runs([options](const Streams& io) { return run_logits(*options, io); });
}

}  // namespace falconet
