// Bound answers of a whole model: what they are worth and what they cost.
//
// structured_bench documents MODEL NUM_SCHEMAS FILES… writes 20 documents under each of so many
// schemas of jsonschemabench-like files (every file gives its share), four at each of five
// temperatures from 0 to 2, as JSON lines for scripts/validate_documents.py; a summary goes to
// standard error.
//
// structured_bench speed MODEL [ROUNDS] compares, one answer at a time and on one thread, free text
// with bound text, every token drawn and forced text skipped: tokens a second, and the process's
// CPU time a token, which other work on the machine disturbs less.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>

#include "base/file.h"
#include "base/strings.h"
#include "completion/local_model.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 28;
constexpr double kTemperatures[] = {0, 0.5, 1, 1.5, 2};
constexpr int kDocumentsATemperature = 4;
constexpr std::int64_t kMaxTokens = 256;
// Of the schema in the prompt: the bundled model's context has 2,048 tokens.
constexpr std::size_t kShownSchemaBytes = 600;

struct WrittenAnswer {
  std::string content = {};
  FinishReason reason = FinishReason::Failed;
  bool is_vouched_for = false;
};

struct WrittenCompletion {
  std::map<int, WrittenAnswer> answers = {};
  Usage usage = {};
};

Result<WrittenCompletion> read_completion(CompletionStream& stream) {
  WrittenCompletion all;
  while (auto event = stream.next()) {
    if (!*event) return std::move(*event).error();
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      all.answers[delta->choice].content += delta->content;
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&**event)) {
      all.answers[finished->choice].reason = finished->reason;
      all.answers[finished->choice].is_vouched_for =
          finished->verdict && finished->verdict->is_valid == true;
    } else if (const auto* end = std::get_if<CompletionFinished>(&**event)) {
      all.usage = end->usage;
    }
  }
  return all;
}

CompletionRequest asking_for(const Json& schema) {
  const std::string shown = to_text(schema).substr(0, kShownSchemaBytes);
  CompletionRequest request{
      .prompt = ChatPrompt{
          .messages =
              Json::array({{{"role", "user"},
                            {"content", cat("Write a JSON document for this schema: ", shown)}}}),
          .template_kwargs = {{"enable_thinking", false}}}};
  request.stopping = {.max_tokens = kMaxTokens, .thinking_budget = 0};
  request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = schema};
  return request;
}

struct DocumentCounts {
  int num_schemas = 0;
  int num_refused = 0;
  int num_documents = 0;
  int num_cut_off = 0;
  int num_unvouched = 0;  // that ended by themselves, and the completer does not call valid
  std::int64_t num_tokens = 0;
};

Status write_documents(LocalCompleter& model, const Json& schema, DocumentCounts& counts) {
  std::vector<std::unique_ptr<CompletionStream>> streams;
  for (const double temperature : kTemperatures) {
    CompletionRequest request = asking_for(schema);
    request.sampling.temperature = temperature;
    request.sampling.seed = static_cast<std::uint64_t>(counts.num_schemas);
    request.num_choices = kDocumentsATemperature;
    auto stream = model.start(std::move(request));
    if (!stream) {  // the schema cannot be enforced
      ++counts.num_refused;
      return {};
    }
    streams.push_back(*std::move(stream));
  }
  ++counts.num_schemas;
  for (const auto& stream : streams) {
    TRY_ASSIGN(const WrittenCompletion all, read_completion(*stream));
    counts.num_tokens += all.usage.num_completion_tokens;
    for (const auto& [choice, answer] : all.answers) {
      if (answer.reason != FinishReason::Stop) {
        ++counts.num_cut_off;
        continue;
      }
      ++counts.num_documents;
      counts.num_unvouched += answer.is_vouched_for ? 0 : 1;
      std::printf("%s\n", to_text({{"schema", schema}, {"document", answer.content}}).c_str());
    }
  }
  return {};
}

Result<std::vector<Json>> schemas_of(const std::string& path) {
  TRY_ASSIGN(const std::string file, read_file(path, kMaxFileBytes));
  std::vector<Json> schemas;
  for (const std::string_view line : split(file, '\n')) {
    if (trim(line).empty()) continue;
    TRY_ASSIGN(Json row, parse_json(line));
    schemas.push_back(std::move(row["schema"]));
  }
  return schemas;
}

Status documents(int argc, char** argv) {
  TRY_ASSIGN(const auto model, open_local_model(argv[2], {.max_num_seqs = 20, .seed = 1}));
  const int num_wanted = parse_number<int>(argv[3]).value_or(0);
  std::vector<std::vector<Json>> files;
  for (int i = 4; i < argc; ++i) {
    TRY_ASSIGN(std::vector<Json> schemas, schemas_of(argv[i]));
    files.push_back(std::move(schemas));
  }
  DocumentCounts counts;
  bool has_more = true;
  for (std::size_t row = 0; has_more && counts.num_schemas < num_wanted; ++row) {
    has_more = false;
    for (const auto& schemas : files) {
      if (row >= schemas.size() || counts.num_schemas >= num_wanted) continue;
      has_more = true;
      TRY(write_documents(*model, schemas[row], counts));
    }
  }
  std::fprintf(
      stderr,
      "%d schemas (%d more were refused), %d documents, %d not called valid, %d cut off at "
      "%d tokens, %lld tokens\n",
      counts.num_schemas, counts.num_refused, counts.num_documents, counts.num_unvouched,
      counts.num_cut_off, static_cast<int>(kMaxTokens), static_cast<long long>(counts.num_tokens));
  return {};
}

constexpr const char* kForm = R"({"type":"object","additionalProperties":false,
  "required":["order_number","customer_name","delivery_address","items","is_express_delivery"],
  "properties":{
    "order_number":{"type":"integer","minimum":1000,"maximum":9999},
    "customer_name":{"type":"string","maxLength":20},
    "delivery_address":{"type":"object","additionalProperties":false,
      "required":["street","postal_code","city"],
      "properties":{"street":{"type":"string","maxLength":20},
        "postal_code":{"type":"string","pattern":"^[0-9]{5}$"},
        "city":{"enum":["London","Beijing","Paris","Toronto"]}}},
    "items":{"type":"array","minItems":3,"maxItems":3,"items":{"type":"object",
      "additionalProperties":false,"required":["product_name","quantity"],
      "properties":{"product_name":{"type":"string","maxLength":12},
        "quantity":{"type":"integer","minimum":1,"maximum":99}}}},
    "is_express_delivery":{"type":"boolean"}}})";

constexpr int kUsualRounds = 15;

struct Speeds {
  std::vector<double> tokens_a_second = {};
  std::vector<double> seconds = {};
  std::vector<double> cpu_microseconds_a_token = {};
  void print(const char* name) {
    const auto median = [](std::vector<double>& values) {
      std::ranges::sort(values);
      return values[values.size() / 2];
    };
    std::ranges::sort(tokens_a_second);
    const double low = tokens_a_second[tokens_a_second.size() / 4];
    const double high = tokens_a_second[3 * tokens_a_second.size() / 4];
    std::printf(
        "%-28s %8.1f tokens/s (quartiles %.1f to %.1f), %.3f s an answer, %.0f us of CPU a token\n",
        name, median(tokens_a_second), low, high, median(seconds),
        median(cpu_microseconds_a_token));
  }
};

Result<std::int64_t> time_one(LocalCompleter& model, CompletionRequest request, Speeds& speeds) {
  const std::clock_t start = std::clock();
  TRY_ASSIGN(const auto stream, model.start(std::move(request)));
  TRY_ASSIGN(const WrittenCompletion all, read_completion(*stream));
  const double cpu_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  speeds.cpu_microseconds_a_token.push_back(1e6 * cpu_seconds /
                                            static_cast<double>(all.usage.num_completion_tokens));
  // The first token belongs to the prompt.
  const auto num_timed = static_cast<double>(all.usage.num_completion_tokens - 1);
  speeds.tokens_a_second.push_back(num_timed / all.usage.decode_seconds);
  speeds.seconds.push_back(all.usage.decode_seconds);
  return all.usage.num_completion_tokens;
}

Status speed(int argc, char** argv) {
  TRY_ASSIGN(const auto model,
             open_local_model(argv[2], {.max_num_seqs = 1, .num_threads = 1, .seed = 1}));
  const int num_rounds = argc > 3 ? parse_number<int>(argv[3]).value_or(1) : kUsualRounds;
  TRY_ASSIGN(const Json schema, parse_json(kForm));
  Speeds free_text;
  Speeds drawn;
  Speeds skipped;
  std::int64_t num_tokens = 0;
  std::uint64_t num_forced = 0;
  for (int round = 0; round < num_rounds; ++round) {
    CompletionRequest request = asking_for(schema);
    std::get<ChatPrompt>(request.prompt).messages[0]["content"] = "Write an order as JSON.";
    request.sampling.temperature = 1;
    request.sampling.seed = static_cast<std::uint64_t>(round);
    request.skips_forced_text = false;
    TRY_ASSIGN(const std::int64_t num_drawn, time_one(*model, request, drawn));
    request.skips_forced_text = true;
    const std::uint64_t before = model->engine_stats()->num_forced_tokens;
    TRY_ASSIGN(const std::int64_t num_written, time_one(*model, request, skipped));
    num_forced += model->engine_stats()->num_forced_tokens - before;
    num_tokens += num_written;
    request.grammar.reset();
    request.stopping.max_tokens = num_drawn;
    request.stopping.ignore_eos = true;
    TRY(time_one(*model, request, free_text));
  }
  free_text.print("free");
  drawn.print("bound, every token drawn");
  skipped.print("bound, forced text skipped");
  std::printf("%llu of %lld tokens forced\n", static_cast<unsigned long long>(num_forced),
              static_cast<long long>(num_tokens));
  return {};
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  using falconet::Status;
  const std::string mode = argc > 2 ? argv[1] : "";
  Status status = falconet::error(
      falconet::ErrorCode::InvalidArgument,
      "usage: structured_bench documents MODEL NUM_SCHEMAS FILES… | speed MODEL [ROUNDS]");
  if (mode == "documents" && argc > 4) status = falconet::documents(argc, argv);
  if (mode == "speed") status = falconet::speed(argc, argv);
  if (status) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}
