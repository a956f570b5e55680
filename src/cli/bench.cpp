// falconet bench: prefill and decode speed of one sequence, median and spread.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/lone_sequence.h"

namespace falconet {
namespace {

using Seconds = std::chrono::duration<double>;

struct Options {
  std::string model;
  std::size_t prompt_tokens = 512;
  std::size_t decode_tokens = 128;
  int num_runs = 5;
  int num_threads = 0;
  bool json = false;
};

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values.front(), values.back()};
}

Json spread_json(const Spread& spread) {
  return Json{{"median", spread.median}, {"min", spread.min}, {"max", spread.max}};
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

Result<Json> measure(const Options& options) {
  if (options.num_runs < 1 || options.prompt_tokens < 1 || options.decode_tokens < 1) {
    return error(ErrorCode::InvalidArgument, "-p, -n and --runs must be at least 1");
  }
  ThreadPool pool(options.num_threads > 0 ? options.num_threads : available_cpus());
  const auto start = std::chrono::steady_clock::now();
  TRY_ASSIGN(
      LoneSequence sequence,
      LoneSequence::open(options.model, options.prompt_tokens + options.decode_tokens, pool));
  const double load_seconds = Seconds(std::chrono::steady_clock::now() - start).count();

  Random random(1);
  std::vector<TokenId> prompt(options.prompt_tokens);
  for (TokenId& id : prompt) {
    id.value = static_cast<std::int32_t>(random.below(sequence.model().limits().vocab_size));
  }
  const auto ignore = [](MatrixView<const float>) {};
  std::vector<double> prefill;
  std::vector<double> decode;
  for (int run = 0; run < options.num_runs; ++run) {
    sequence.clear();
    const double reading =
        seconds_of([&] { sequence.append(prompt, LoneSequence::Rows::Last, ignore); });
    const double writing = seconds_of([&] {
      for (std::size_t i = 0; i < options.decode_tokens; ++i) {
        sequence.append({&prompt[i % prompt.size()], 1}, LoneSequence::Rows::Last, ignore);
      }
    });
    prefill.push_back(static_cast<double>(options.prompt_tokens) / reading);
    decode.push_back(static_cast<double>(options.decode_tokens) / writing);
  }
  return Json{{"model", options.model},
              {"threads", pool.num_threads()},
              {"isa", std::string(isa_name(chosen_isa()))},
              {"runs", options.num_runs},
              {"load_seconds", load_seconds},
              {"prompt_tokens", options.prompt_tokens},
              {"decode_tokens", options.decode_tokens},
              {"prefill_tokens_per_second", spread_json(spread_of(prefill))},
              {"decode_tokens_per_second", spread_json(spread_of(decode))}};
}

Status run_bench(const Options& options, const Streams& io) {
  TRY_ASSIGN(const Json result, measure(options));
  if (options.json) {
    io.out << to_text(result) << '\n';
    return {};
  }
  const auto line = [&](const char* label, const char* key) {
    const Json& spread = result[key];
    io.out << label << fixed(spread["median"].get<double>(), 2) << " tokens/s ("
           << fixed(spread["min"].get<double>(), 2) << " to "
           << fixed(spread["max"].get<double>(), 2) << ")\n";
  };
  io.out << options.model << ", " << result["threads"].get<int>() << " threads, "
         << result["isa"].get<std::string>() << ", loaded in "
         << fixed(result["load_seconds"].get<double>(), 2) << " s\n";
  line("prefill  ", "prefill_tokens_per_second");
  line("decode   ", "decode_tokens_per_second");
  return {};
}

}  // namespace

void add_bench_command(CLI::App& app, ChosenCommand& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "Prefill and decode speed of one sequence");
  command->group("Measure");
  command->add_option("--model,-m", options->model, "A GGUF file or a Hugging Face folder")
      ->required();
  command->add_option("-p", options->prompt_tokens, "Prompt tokens");
  command->add_option("-n", options->decode_tokens, "Decoded tokens");
  command->add_option("--runs", options->num_runs, "Runs; the median counts");
  command->add_option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command->add_flag("--json", options->json, "As one JSON object");
  command->callback([options, &chosen] {
    chosen.run = [options](const Streams& io) {
      const Status status = run_bench(*options, io);
      return status ? kExitSuccess : report(status.error(), io);
    };
  });
}

}  // namespace falconet
