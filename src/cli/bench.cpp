// `falconet bench`: how fast a model runs here, and how close to what the machine can do.
#include <algorithm>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/bench_run.h"
#include "cli/command_line.h"
#include "cli/progress_line.h"

namespace falconet {
namespace {

struct Options {
  BenchOptions bench;
  bool json = false;
};

Json spread_json(const Spread& spread) {
  return Json{{"median", spread.median}, {"min", spread.min}, {"max", spread.max}};
}

Json result_json(const BenchOptions& options, const BenchResult& result) {
  Json decode = Json::array();
  for (const DecodeResult& row : result.decode) {
    decode.push_back({{"sequences", row.num_sequences},
                      {"tokens_per_second", spread_json(row.tokens_per_second)},
                      {"bytes_per_step", row.bytes_per_step},
                      {"bandwidth_share", row.bandwidth_share}});
  }
  return Json{{"model", options.model},
              {"file_bytes", result.file_bytes},
              {"threads", result.num_threads},
              {"isa", result.isa},
              {"runs", options.num_runs},
              {"load_seconds", result.load_seconds},
              {"resident_bytes", result.resident_bytes},
              {"read_bandwidth_bytes_per_second", result.read_bandwidth},
              {"prompt_tokens", options.prompt_tokens},
              {"decode_tokens", options.decode_tokens},
              {"prefill_tokens_per_second", spread_json(result.prefill_tokens_per_second)},
              {"time_to_first_token_seconds", spread_json(result.first_token_seconds)},
              {"decode", decode}};
}

/// Numbers stand at the right end of their columns.
std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string spread_columns(const Spread& spread) {
  return cat(right(fixed(spread.median, 2), 10), right(fixed(spread.min, 2), 10),
             right(fixed(spread.max, 2), 10));
}

void print_table(const BenchOptions& options, const BenchResult& result, std::ostream& out) {
  constexpr std::size_t kLabelColumns = 28;
  out << options.model << " (" << human_bytes(result.file_bytes) << "), " << result.isa << ", "
      << result.num_threads << (result.num_threads == 1 ? " thread" : " threads") << ", "
      << options.num_runs << (options.num_runs == 1 ? " run" : " runs") << "\n\n";
  out << left("tokens/s", kLabelColumns) << right("median", 10) << right("min", 10)
      << right("max", 10) << right("of bandwidth", 15) << '\n';
  out << left(cat("prefill, ", options.prompt_tokens, " tokens"), kLabelColumns)
      << spread_columns(result.prefill_tokens_per_second) << '\n';
  for (const DecodeResult& row : result.decode) {
    out << left(cat("decode, ", row.num_sequences, " x ", options.decode_tokens, " tokens"),
                kLabelColumns)
        << spread_columns(row.tokens_per_second)
        << right(cat(fixed(100 * row.bandwidth_share, 0), " %"), 15) << '\n';
  }
  out << "\nfirst token after " << fixed(result.first_token_seconds.median, 2) << " s, loaded in "
      << fixed(result.load_seconds, 2) << " s, " << human_bytes(result.resident_bytes)
      << " resident, memory read at " << fixed(result.read_bandwidth / 1e9, 1) << " GB/s\n";
}

Status bench(const Options& options, const Streams& io) {
  ProgressLine progress(io.err);
  BenchOptions bench_options = options.bench;
  bench_options.on_progress = [&](std::string_view what) { progress.show(what); };
  TRY_ASSIGN(const BenchResult result, run_bench(bench_options));
  progress.erase();
  if (options.json) {
    io.out << to_text(result_json(options.bench, result)) << '\n';
  } else {
    print_table(options.bench, result, io.out);
  }
  return {};
}

}  // namespace

void add_bench_command(CommandParser& parser) {
  auto options = std::make_shared<Options>();
  CommandLine& command = parser.add("bench", "Measure",
                                    "Prefill and decode speed, memory, and the share of bandwidth");
  BenchOptions& bench_options = options->bench;
  command
      .option("-m,--model", bench_options.model,
              "A GGUF file, a Hugging Face folder, or a model by name")
      .required()
      .type_name("PATH");
  command.option("-p", bench_options.prompt_tokens, "Tokens of the prompt").shows_default();
  command.option("-n", bench_options.decode_tokens, "Tokens decoded after it").shows_default();
  command
      .option("-b", bench_options.batch_sizes,
              "Sequences that decode together, one measurement each: 1,4,16")
      .separated_by(',')
      .type_name("N,N,…")
      .shows_default();
  command.option("--runs", bench_options.num_runs, "Runs of all; the median counts")
      .shows_default();
  command.option("--threads", bench_options.num_threads, "Threads (default: all CPUs)")
      .between(1, 1024);
  command
      .option("--kv-cache-dtype", bench_options.kv_cache_dtype,
              "Keys and values in f16, or in q8_0: half the memory")
      .shows_default();
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "Decoding is measured after the prompt; its tokens/s are of all sequences together. A step\n"
      "reads the weights once and each sequence's keys and values: \"of bandwidth\" is that, as a\n"
      "part of what this machine's memory gives when it is only read, measured between the steps.\n"
      "FALCONET_ISA=avx2 and the like choose another instruction set.");
  command.runs([options](const Streams& io) { return bench(*options, io); });
}

}  // namespace falconet
