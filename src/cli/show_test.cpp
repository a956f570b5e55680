#include <gtest/gtest.h>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"

namespace falconet {
namespace {

Json shown(const std::string& path) {
  const CliRun run = run_cli({"show", path, "--json"});
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  return parse_json(run.out).value_or(nullptr);
}

// The oracle is the published description of stories260K (karpathy/tinyllamas), and arithmetic.
TEST(Show, SaysWhatAPublishedModelIs) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP() << "no test data";
  const std::string gguf = (*folder / "stories260K-f32.gguf").string();
  const Json description = shown(gguf);
  EXPECT_EQ(description["architecture"], "llama");
  EXPECT_EQ(description["layers"], 5);
  EXPECT_EQ(description["hidden_size"], 64);
  EXPECT_EQ(description["heads"], 8);
  EXPECT_EQ(description["kv_heads"], 4);
  EXPECT_EQ(description["head_dim"], 8);
  EXPECT_EQ(description["intermediate_size"], 172);
  EXPECT_EQ(description["vocab_size"], 512);
  EXPECT_EQ(description["context"], 512);
  EXPECT_EQ(description["tied_head"], true);
  EXPECT_EQ(description["chat_template"], false);
  // Embeddings; for each layer Q and O, K and V, three MLP matrices and two norms; the last norm.
  constexpr int kParameters =
      512 * 64 + 5 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 64 * 172 + 2 * 64) + 64;
  EXPECT_EQ(description["parameters"], kParameters);
  EXPECT_EQ(description["bytes_by_type"], (Json{{"F32", kParameters * 4}}));
  EXPECT_EQ(description["file_bytes"], std::filesystem::file_size(gguf));
}

TEST(Show, SaysTheSameOfAFileAndOfItsFolder) {
  const auto folder = test_data("models/tiny-qwen2-random");
  if (!folder) GTEST_SKIP() << "no test data";
  Json of_folder = shown(folder->string());
  Json of_file = shown((*folder / "tiny-qwen2-random-bf16.gguf").string());
  EXPECT_EQ(of_folder["architecture"], "qwen2");
  // Their headers differ in size, and GGUF keeps norms and biases in F32.
  for (Json* description : {&of_folder, &of_file}) {
    description->erase("file_bytes");
    description->erase("bytes_by_type");
  }
  EXPECT_EQ(of_folder, of_file);
}

TEST(Show, WritesALineAFactForPeople) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP() << "no test data";
  const CliRun run = run_cli({"show", path->string()});
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_NE(run.out.find("architecture        llama\n"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("kv heads            4\n"), std::string::npos) << run.out;
}

TEST(Show, SaysWhatIsWrongWithAFile) {
  const auto path = test_data("models/stories260K/tok512.bin");
  if (!path) GTEST_SKIP() << "no test data";
  const CliRun run = run_cli({"show", path->string()});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("tok512.bin: not a GGUF file"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace falconet
