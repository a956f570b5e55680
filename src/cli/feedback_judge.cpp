#include "cli/feedback_judge.h"

#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/model_argument.h"
#include "cli/progress_line.h"
#include "completion/local_model.h"
#include "feedback/judging.h"
#include "hub/remote_completer.h"

namespace falconet {
namespace {

struct JudgeCommand {
  StorePlace kept;
  std::string sample;
  std::string model;
  std::string endpoint;
  std::string name;
  int num_threads = 0;
  bool json = false;
};

/// Whoever judges, local or on another server, and what the coder is called.
struct Judge {
  std::unique_ptr<Completer> model = {};
  std::string name = {};
};

/// A key goes to the server that it was given for, and to no other.
std::string key_for(const RemoteEndpoint& wanted) {
  for (const RemoteEndpoint& known : remote_endpoints_from_environment()) {
    if (known.origin() == wanted.origin()) return known.key;
  }
  return {};
}

Result<Judge> open_judge(const JudgeCommand& command, const Streams& io) {
  Judge judge{.name = command.name};
  if (command.endpoint.empty()) {
    TRY_ASSIGN(const FoundModel found, find_model(command.model, io));
    TRY_ASSIGN(judge.model, open_local_model(found.path, {.served_name = found.name,
                                                          .origin = found.origin,
                                                          .num_threads = command.num_threads}));
    if (judge.name.empty()) judge.name = found.name;
    return judge;
  }
  if (command.model.empty()) {
    return error(ErrorCode::InvalidArgument, "--endpoint needs --model: which of its models?");
  }
  RemoteEndpoint endpoint;
  TRY_ASSIGN(endpoint.url, endpoint_url(command.endpoint));
  endpoint.key = key_for(endpoint);
  judge.model = std::make_unique<RemoteCompleter>(endpoint, RemoteModel{.id = command.model});
  if (judge.name.empty()) judge.name = command.model;
  return judge;
}

Status run_judge(const JudgeCommand& command, const Streams& io) {
  const SystemClock clock;
  TRY_ASSIGN(const auto kept, ClaimedStore::open_beside_server(command.kept, clock));
  TRY_ASSIGN(const Judge judge, open_judge(command, io));
  ProgressLine progress(io.err);
  const ModelWork work{.model = *judge.model,
                       .on_progress = [&](std::int64_t done, std::int64_t total) {
                         progress.show(cat(judge.name, ": ", done, " of ", total));
                       }};
  TRY_ASSIGN(const JudgingOutcome outcome,
             judge_sample(kept->store(), work, {.sample = {command.sample}, .coder = judge.name},
                          [&](const SampleItemId& item, const Error& problem) {
                            io.err << "item " << item.value << ": " << problem.message << '\n';
                          }));
  progress.show("");
  if (command.json) {
    io.out << to_text({{"sample", command.sample},
                       {"coder", judge.name},
                       {"kind", "model"},
                       {"coded", outcome.num_coded},
                       {"coded_before", outcome.num_coded_before},
                       {"failed", outcome.num_failed}})
           << '\n';
  } else {
    io.out << judge.name << " coded " << outcome.num_coded << " answers of '" << outcome.title
           << "' (" << outcome.num_coded_before << " before, " << outcome.num_failed
           << " could not be read). Its word counts once people have judged enough of them.\n";
  }
  return {};
}

}  // namespace

void add_judge_command(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<JudgeCommand>();
  CommandLine& command = parser.add_below(
      parent, "judge", "Let a model code the answers of a sample, as one more coder");
  command.option("sample", options->sample, "The sample's id, as in its address on the page")
      .required();
  command.option("-m,--model", options->model, "As of run; with --endpoint a model's name there");
  command
      .option("--endpoint", options->endpoint,
              "A server with OpenAI's API, such as http://127.0.0.1:8000/v1; its key is the "
              "environment's (OPENAI_API_KEY with OPENAI_API_BASE_URL)")
      .type_name("URL");
  command.option("--name", options->name,
                 "What the coder is called; the model's name if not given");
  command.option("--data", options->kept.folder, "The server's data folder, as of serve");
  command.option("--database", options->kept.database, "The server's PostgreSQL, as of serve");
  command.option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "The judge sees what coders see, is marked as a model, and takes nobody's place. What it has "
      "coded\nalready is left as it is. Its shares are shown only after people have judged 30 "
      "answers "
      "of each kind.");
  command.runs([options](const Streams& io) { return run_judge(*options, io); });
}

}  // namespace falconet
