// Documents that the bundled model, and one with random weights, write under real schemas at any
// temperature. The oracle is SchemaValidator, which shares no automaton with what binds them;
// bench/structured_bench writes more of them, for an independent validator
// (docs/structured-output.md).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/testdata.h"
#include "cli/cli_test.h"
#include "completion/local_model.h"
#include "grammar/schema_validator.h"

namespace falconet {
namespace {

constexpr int kNumSchemas = 24;
constexpr double kTemperatures[] = {0, 1, 2};

std::vector<Json> some_real_schemas(const std::filesystem::path& folder) {
  std::vector<Json> schemas;
  for (const char* name : {"Github_easy", "Github_medium", "Glaiveai2K", "Snowplow", "Kubernetes",
                           "JsonSchemaStore"}) {
    std::ifstream in(folder / (std::string(name) + ".jsonl"));
    int num_rows = 0;
    for (std::string line; num_rows < kNumSchemas / 6 && std::getline(in, line);) {
      if (line.size() > 10'000) continue;
      ++num_rows;
      schemas.push_back(Json::parse(line)["schema"]);
    }
  }
  return schemas;
}

CompletionRequest document_under(const Json& schema, double temperature) {
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = Json::array({{{"role", "user"}, {"content", "JSON?"}}})}};
  request.sampling.temperature = temperature;
  request.sampling.seed = 1;
  request.stopping = {.max_tokens = 200, .thinking_budget = 0};
  request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = schema};
  request.num_choices = 2;
  return request;
}

struct Documents {
  int num_whole = 0;
  int num_cut_off = 0;
};

void judge_documents(CompletionStream& stream, const Json& schema, Documents& counts) {
  const auto validator = SchemaValidator::from_schema(schema);
  ASSERT_TRUE(validator);
  std::map<int, std::string> texts;
  while (auto event = stream.next()) {
    ASSERT_TRUE(*event) << event->error().message;
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      texts[delta->choice] += delta->content;
      continue;
    }
    const auto* finished = std::get_if<ChoiceFinished>(&**event);
    if (finished == nullptr) continue;
    ASSERT_TRUE(finished->verdict);
    const bool is_whole = finished->reason == FinishReason::Stop;
    EXPECT_EQ(finished->verdict->is_valid, is_whole) << finished->verdict->error;
    ++(is_whole ? counts.num_whole : counts.num_cut_off);
    if (!is_whole) continue;
    const std::string& text = texts[finished->choice];
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << text;
    const auto verdict = validator->judge(*value);
    ASSERT_TRUE(verdict) << verdict.error().message;
    EXPECT_TRUE(verdict->is_valid)
        << verdict->error << "\nin " << text << "\nunder " << to_text(schema);
  }
}

void write_and_judge(const std::filesystem::path& path) {
  const auto folder = test_data("json_schema/jsonschemabench");
  if (!folder) GTEST_SKIP();
  auto model = open_local_model(path, {.max_num_seqs = 12, .seed = 1});
  ASSERT_TRUE(model) << model.error().message;
  Documents counts;
  for (const Json& schema : some_real_schemas(*folder)) {
    std::vector<std::unique_ptr<CompletionStream>> streams;
    for (const double temperature : kTemperatures) {
      auto stream = (*model)->start(document_under(schema, temperature));
      if (stream) streams.push_back(*std::move(stream));
    }
    for (const auto& stream : streams) judge_documents(*stream, schema, counts);
  }
  EXPECT_GT(counts.num_whole, 100);
  EXPECT_LT(counts.num_cut_off, counts.num_whole / 4);
  EXPECT_GT((*model)->engine_stats()->num_forced_tokens, 100u);
}

TEST(DocumentsUnderRealSchemas, AreValidWhateverTheBundledModelWants) {
  write_and_judge(std::filesystem::path(FALCONET_SOURCE_DIR) / "models" / "spark" / "spark.gguf");
}

TEST(DocumentsUnderRealSchemas, AreValidWhateverARandomModelWants) {
  const auto path = std::filesystem::path(testing::TempDir()) / "random_documents.gguf";
  const CliRun run = run_cli(
      {"synth", "--shape", "tiny-qwen2", "--type", "q8_0", "--force", "-o", path.string()}, "");
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  write_and_judge(path);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace falconet
