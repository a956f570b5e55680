#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

TEST(Quantize, WritesAFolderAsAFileThatThinksTheSame) {
  const auto folder = test_data("models/tiny-qwen2-random");
  if (!folder) GTEST_SKIP() << "no golden data";
  const TemporaryFolder target;
  const std::string path = (target.path() / "model.gguf").string();
  const CliRun run =
      run_cli({"quantize", folder->string(), path, "--type", "BF16", "--threads", "2", "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  const Json result = Json::parse(run.out);
  EXPECT_EQ(result["type"], "bf16");
  EXPECT_EQ(result["output_bytes"], std::filesystem::file_size(path));
  EXPECT_NEAR(result["bits_per_weight"].get<double>(), 16, 0.5);

  const std::string ids = "{\"ids\":[1,5,9,300,17]}";
  const Json before = Json::parse(run_cli({"logits", "--model", folder->string()}, ids).out);
  const Json after = Json::parse(run_cli({"logits", "--model", path}, ids).out);
  ASSERT_EQ(before["logits"].size(), after["logits"].size());
  for (std::size_t i = 0; i < before["logits"].size(); ++i) {
    EXPECT_NEAR(before["logits"][i].get<double>(), after["logits"][i].get<double>(), 1e-4);
  }
  const std::string text = "{\"text\":\"Once upon a time, 小さな cat\"}";
  EXPECT_EQ(run_cli({"tokenize", "--special", "--tokenizer", folder->string()}, text).out,
            run_cli({"tokenize", "--special", "--tokenizer", path}, text).out);
}

TEST(Quantize, NeverWritesOverAFileUnasked) {
  const auto model = test_data("models/tiny-qwen2-random/tiny-qwen2-random-bf16.gguf");
  if (!model) GTEST_SKIP() << "no golden data";
  const TemporaryFolder target;
  const std::string path = (target.path() / "model.gguf").string();
  std::ofstream(path) << "precious";
  std::vector<std::string> arguments = {"quantize", model->string(), path, "--type", "q4_k_m"};
  const CliRun refused = run_cli(arguments);
  EXPECT_EQ(refused.exit_code, kExitFailure);
  EXPECT_NE(refused.err.find("exists already; --force"), std::string::npos) << refused.err;
  EXPECT_EQ(std::filesystem::file_size(path), 8u);

  arguments.push_back("--force");
  const CliRun forced = run_cli(arguments);
  EXPECT_EQ(forced.exit_code, kExitSuccess) << forced.err;
  EXPECT_NE(forced.out.find("q4_k_m"), std::string::npos) << forced.out;
  EXPECT_EQ(forced.err, "");  // progress is for terminals
  EXPECT_GT(std::filesystem::file_size(path), 500'000u);

  const std::string second = (target.path() / "second.gguf").string();
  const CliRun again = run_cli({"quantize", path, second, "--type", "q4_0"});
  EXPECT_EQ(again.exit_code, kExitSuccess);
  EXPECT_NE(again.err.find("is quantized already"), std::string::npos) << again.err;
}

TEST(Quantize, SaysWhatIsWrongInOneLine) {
  const TemporaryFolder target;
  const std::string path = (target.path() / "model.gguf").string();
  const auto message = [&](const std::string& input, const std::string& output,
                           const std::string& type) {
    const CliRun run = run_cli({"quantize", input, output, "--type", type});
    EXPECT_EQ(run.exit_code, kExitFailure);
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_FALSE(std::filesystem::exists(path));
    return run.err;
  };
  EXPECT_NE(message("x.gguf", path, "q3_z").find("q4_k_m, q4_1, q4_0"), std::string::npos);
  EXPECT_NE(message("/nowhere/x.gguf", path, "q4_0").find("/nowhere/x.gguf"), std::string::npos);
  EXPECT_NE(message("x.gguf", target.path().string(), "q4_0").find("is a folder"),
            std::string::npos);
}

}  // namespace
}  // namespace falconet
