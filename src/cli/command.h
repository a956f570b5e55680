// What every subcommand has in common: its streams, its exit code, and how it enters the parser.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace falconet {

/// Where a command reads and writes; tests pass string streams.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

constexpr int kExitSuccess = 0;
constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

/// Filled by the parser with the command that the command line names.
struct ChosenCommand {
  std::function<int(const Streams&)> run;
};

/// Says what failed on io.err ("error: …"); returns kExitFailure.
int report(const Error& error, const Streams& io);

// One a subcommand, each in the file of its name. They declare the options and, when the command
// line names the command, set `chosen`.
void add_bench_command(CLI::App& app, ChosenCommand& chosen);
void add_list_command(CLI::App& app, ChosenCommand& chosen);
void add_logits_command(CLI::App& app, ChosenCommand& chosen);
void add_perplexity_command(CLI::App& app, ChosenCommand& chosen);
void add_pull_command(CLI::App& app, ChosenCommand& chosen);
void add_quantize_command(CLI::App& app, ChosenCommand& chosen);
void add_rm_command(CLI::App& app, ChosenCommand& chosen);
void add_run_command(CLI::App& app, ChosenCommand& chosen);
void add_schema_command(CLI::App& app, ChosenCommand& chosen);
void add_serve_command(CLI::App& app, ChosenCommand& chosen);
void add_show_command(CLI::App& app, ChosenCommand& chosen);
void add_synth_command(CLI::App& app, ChosenCommand& chosen);
void add_template_command(CLI::App& app, ChosenCommand& chosen);
void add_tokenize_command(CLI::App& app, ChosenCommand& chosen);

/// The whole program behind main(): parses, runs, returns the exit code.
int run_falconet(int argc, const char* const* argv, const Streams& io);

}  // namespace falconet
