// The command line as a whole: the parser, its first page of help, and the exit codes.
#include <ostream>

#include "cli/command.h"
#include "cli/command_line.h"

namespace falconet {
namespace {

constexpr const char* kVersion = "falconet " FALCONET_VERSION;

void add_commands(CommandParser& parser) {
  // In the order in which a newcomer needs them.
  add_serve_command(parser);
  add_user_command(parser);
  add_run_command(parser);
  add_backup_command(parser);
  add_restore_command(parser);
  add_demo_command(parser);
  add_pull_command(parser);
  add_list_command(parser);
  add_show_command(parser);
  add_rm_command(parser);
  add_quantize_command(parser);
  add_bench_command(parser);
  add_perplexity_command(parser);
  add_feedback_command(parser);
  add_synth_command(parser);
  add_logits_command(parser);
  add_schema_command(parser);
  add_template_command(parser);
  add_tokenize_command(parser);
}

}  // namespace

int report(const Error& error, const Streams& io) {
  io.out.flush();
  io.err << "error: " << error.message << '\n';
  return kExitFailure;
}

int run_falconet(int argc, const char* const* argv, const Streams& io) {
  CommandParser parser("Falconet runs small reasoning models on your own machine.", kVersion);
  add_commands(parser);
  return parser.run(argc, argv, io);
}

}  // namespace falconet
