// What every subcommand has in common: its streams, its exit code, and how it enters the parser.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"

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

class CommandParser;

/// Says what failed on io.err ("error: …"); returns kExitFailure.
int report(const Error& error, const Streams& io);

// One a subcommand, each in the file of its name. They declare the options and what to do.
void add_backup_command(CommandParser& parser);
void add_bench_command(CommandParser& parser);
void add_feedback_command(CommandParser& parser);
void add_list_command(CommandParser& parser);
void add_logits_command(CommandParser& parser);
void add_perplexity_command(CommandParser& parser);
void add_pull_command(CommandParser& parser);
void add_quantize_command(CommandParser& parser);
void add_demo_command(CommandParser& parser);
void add_restore_command(CommandParser& parser);
void add_rm_command(CommandParser& parser);
void add_run_command(CommandParser& parser);
void add_schema_command(CommandParser& parser);
void add_serve_command(CommandParser& parser);
void add_show_command(CommandParser& parser);
void add_synth_command(CommandParser& parser);
void add_template_command(CommandParser& parser);
void add_tokenize_command(CommandParser& parser);
void add_user_command(CommandParser& parser);

/// The whole program behind main(): parses, runs, returns the exit code.
int run_falconet(int argc, const char* const* argv, const Streams& io);

}  // namespace falconet
