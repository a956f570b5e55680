// The command line as a whole: the parser, its first page of help, and the exit codes.
#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/command.h"

namespace falconet {
namespace {

constexpr const char* kVersion = "falconet " FALCONET_VERSION;

// Wide enough for the longest option of `serve`, so that the descriptions stand in one column.
constexpr std::size_t kOptionColumn = 36;

void add_commands(CLI::App& app, ChosenCommand& chosen) {
  // In the order in which a newcomer needs them.
  add_serve_command(app, chosen);
  add_run_command(app, chosen);
  add_pull_command(app, chosen);
  add_list_command(app, chosen);
  add_show_command(app, chosen);
  add_rm_command(app, chosen);
  add_quantize_command(app, chosen);
  add_bench_command(app, chosen);
  add_perplexity_command(app, chosen);
  add_synth_command(app, chosen);
  add_logits_command(app, chosen);
  add_schema_command(app, chosen);
  add_template_command(app, chosen);
  add_tokenize_command(app, chosen);
}

}  // namespace

int report(const Error& error, const Streams& io) {
  io.out.flush();
  io.err << "error: " << error.message << '\n';
  return kExitFailure;
}

int run_falconet(int argc, const char* const* argv, const Streams& io) {
  ChosenCommand chosen;
  CLI::App app("Falconet runs small reasoning models on your own machine.", "falconet");
  app.get_formatter()->column_width(kOptionColumn);
  app.set_version_flag("--version", kVersion, "Print the version and exit");
  app.require_subcommand(1);
  app.footer("Every command has its own help: falconet COMMAND --help");
  try {
    add_commands(app, chosen);
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {  // --help, --version
    app.exit(answer, io.out, io.err);
    return kExitSuccess;
  } catch (const CLI::ParseError& failure) {
    io.err << "error: " << failure.what() << '\n';
    const auto named = app.get_subcommands();
    io.err << "See: falconet " << (named.empty() ? "" : named.front()->get_name() + " ")
           << "--help\n";
    return kExitUsage;
  }
  return chosen.run(io);
}

}  // namespace falconet
