#include "cli/feedback_judge.h"

#include <memory>
#include <ostream>
#include <set>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/model_argument.h"
#include "cli/progress_line.h"
#include "completion/local_model.h"
#include "feedback/judge.h"
#include "hub/remote_completer.h"
#include "store/judgements.h"

namespace falconet {
namespace {

// Reasons and values are some hundred tokens; a judge that thinks aloud gets as many again.
constexpr std::int64_t kMaxJudgeTokens = 2048;
constexpr const char* kJudgeKind = "model";

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

struct JudgedSample {
  Sample sample = {};
  std::vector<Rubric> rubrics = {};
  std::vector<SampleItem> items = {};  // that this judge has not coded yet
  std::int64_t num_coded_before = 0;
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

Result<JudgedSample> read_sample(Transaction& transaction, const SampleId& id,
                                 const std::string& judge) {
  JudgedSample out;
  TRY_ASSIGN(out.sample, find_sample(transaction, id));
  TRY_ASSIGN(out.rubrics, rubrics_of_sample(transaction, out.sample));
  TRY_ASSIGN(out.items, items_of_sample(transaction, id));
  TRY_ASSIGN(const auto judgements, list_judgements(transaction, id));
  std::set<std::string> coded;
  for (const JudgementRow& row : judgements) {
    if (row.coder_kind == kJudgeKind && row.coder_name == judge) coded.insert(row.item.value);
  }
  out.num_coded_before = static_cast<std::int64_t>(coded.size());
  std::erase_if(out.items, [&](const SampleItem& item) { return coded.contains(item.id.value); });
  return out;
}

Result<std::string> answer_of(Completer& model, JudgeTask task) {
  CompletionRequest request{.prompt = ChatPrompt{.messages = std::move(task.messages)}};
  request.sampling.temperature = 0;
  request.sampling.seed = 1;
  request.stopping.max_tokens = kMaxJudgeTokens;
  request.grammar =
      OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = std::move(task.schema)};
  TRY_ASSIGN(const auto stream, model.start(std::move(request)));
  std::string answer;
  while (auto event = stream->next()) {
    if (!*event) return std::move(*event).error();
    if (const auto* delta = std::get_if<TextDelta>(&**event)) answer += delta->content;
  }
  return answer;
}

/// One item, kept at once: what was judged before an interruption stays.
Status judge_item(Store& store, const Judge& judge, const JudgedSample& sample,
                  const SampleItem& item) {
  TRY_ASSIGN(const auto messages,
             store.read([&](Transaction& transaction) { return span_of_item(transaction, item); }));
  TRY_ASSIGN(const std::string answer,
             answer_of(*judge.model, judge_task(sample.sample, sample.rubrics, messages)));
  TRY_ASSIGN(JudgedItem judged, judged_item(sample.sample, sample.rubrics, answer));
  return store.write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const CoderId coder, coder_of_program(transaction, kJudgeKind, judge.name));
    return submit_program_coding(transaction, {.item = item.id,
                                               .coder = coder,
                                               .judgements = std::move(judged.judgements),
                                               .comment = judged.why});
  });
}

/// What the other server refuses, or cannot be reached for, it will be no better for the next item.
bool is_hopeless(const Error& problem) {
  return problem.code != ErrorCode::InvalidArgument && problem.code != ErrorCode::NotFound &&
         problem.code != ErrorCode::TooLarge && problem.code != ErrorCode::Corrupt;
}

Status run_judge(const JudgeCommand& command, const Streams& io) {
  const SystemClock clock;
  TRY_ASSIGN(const auto kept, ClaimedStore::open_beside_server(command.kept, clock));
  TRY_ASSIGN(const Judge judge, open_judge(command, io));
  TRY_ASSIGN(const JudgedSample sample, kept->store().read([&](Transaction& transaction) {
    return read_sample(transaction, {command.sample}, judge.name);
  }));
  ProgressLine progress(io.err);
  std::int64_t num_coded = 0;
  std::int64_t num_failed = 0;
  for (const SampleItem& item : sample.items) {
    const Status judged = judge_item(kept->store(), judge, sample, item);
    if (!judged && is_hopeless(judged.error())) return judged.error();
    if (!judged) io.err << "item " << item.id.value << ": " << judged.error().message << '\n';
    ++(judged ? num_coded : num_failed);
    progress.show(cat(judge.name, ": ", num_coded + num_failed, " of ", sample.items.size()));
  }
  progress.show("");
  if (command.json) {
    io.out << to_text({{"sample", command.sample},
                       {"coder", judge.name},
                       {"kind", kJudgeKind},
                       {"coded", num_coded},
                       {"coded_before", sample.num_coded_before},
                       {"failed", num_failed}})
           << '\n';
  } else {
    io.out << judge.name << " coded " << num_coded << " answers of '" << sample.sample.title
           << "' (" << sample.num_coded_before << " before, " << num_failed
           << " could not be read). Its word counts once people have judged enough of them.\n";
  }
  if (num_coded > 0 || num_failed == 0) return {};
  return error(ErrorCode::Corrupt, judge.name, " gave no answer that could be read");
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
