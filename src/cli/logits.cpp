// falconet logits: what the model says of each next token, for checking it against others.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/json_lines.h"
#include "cli/lone_sequence.h"

namespace falconet {
namespace {

struct Options {
  std::string model;
  bool all = false;
  int num_threads = 0;
  std::size_t max_tokens = 4096;
};

Json row_json(std::span<const float> row) {
  Json array = Json::array();
  for (const float value : row) array.push_back(value);
  return array;
}

/// Ids of a line that the model knows. Errors: InvalidArgument naming the first that it does not.
Result<std::vector<TokenId>> known_ids(const Json& line, const Options& options,
                                       std::size_t vocab_size) {
  TRY_ASSIGN(const std::vector<std::int32_t> values, ids_of_line(line));
  if (values.empty()) return error(ErrorCode::InvalidArgument, "\"ids\" is empty");
  if (values.size() > options.max_tokens) {
    return error(ErrorCode::TooLarge, values.size(), " ids; --max-model-len is ",
                 options.max_tokens);
  }
  std::vector<TokenId> ids;
  for (const std::int32_t value : values) {
    if (value < 0 || static_cast<std::size_t>(value) >= vocab_size) {
      return error(ErrorCode::InvalidArgument, "id ", value, " is outside the vocabulary of ",
                   vocab_size);
    }
    ids.push_back(TokenId{value});
  }
  return ids;
}

int run_logits(const Options& options, const Streams& io) {
  ThreadPool pool(options.num_threads > 0 ? options.num_threads : available_cpus());
  auto sequence = LoneSequence::open(options.model, options.max_tokens, pool);
  if (!sequence) return report(sequence.error(), io);
  const std::size_t vocab_size = sequence->model().limits().vocab_size;
  return answer_json_lines(io, [&](const Json& line) -> Result<std::string> {
    TRY_ASSIGN(const auto ids, known_ids(line, options, vocab_size));
    Json rows = Json::array();
    sequence->clear();
    const auto wanted = options.all ? LoneSequence::Rows::All : LoneSequence::Rows::Last;
    sequence->append(ids, wanted, [&](MatrixView<const float> logits) {
      for (std::size_t i = 0; i < logits.rows; ++i) rows.push_back(row_json(logits.row(i)));
    });
    return to_text(Json{{"logits", options.all ? std::move(rows) : std::move(rows[0])}});
  });
}

}  // namespace

void add_logits_command(CLI::App& app, ChosenCommand& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("logits", "Logits after given token ids, as JSON lines");
  command->footer("Reads {\"ids\": […]} a line, prints {\"logits\": […]} of the last position.");
  command->group("Check");
  command->add_option("--model,-m", options->model, "A GGUF file or a Hugging Face folder")
      ->required();
  command->add_flag("--all", options->all, "Of all positions: an array of arrays");
  command->add_option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command->add_option("--max-model-len", options->max_tokens, "Most ids a line");
  command->callback([options, &chosen] {
    chosen.run = [options](const Streams& io) { return run_logits(*options, io); };
  });
}

}  // namespace falconet
