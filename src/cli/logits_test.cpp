#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"

namespace falconet {
namespace {

TEST(Logits, AgreeWithTheReferenceAtEveryPosition) {
  const auto folder = test_data("models/tiny-qwen2-random");
  const auto golden_file = test_data("models/tiny-qwen2-random/golden_logits.json");
  if (!folder || !golden_file) GTEST_SKIP() << "no golden data";
  std::ifstream in(*golden_file);
  const Json golden = Json::parse(in);
  const std::string input = Json{{"ids", golden["ids"]}}.dump() + "\n";

  const CliRun run = run_cli({"logits", "--model", folder->string(), "--all"}, input);
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err << run.out;
  const Json rows = Json::parse(run.out)["logits"];
  ASSERT_EQ(rows.size(), golden["logits"].size());
  // BF16 weights against 8-bit or f32 activations: the model's own tests hold the tight bar, this
  // one only has to notice a wrong row, position or order.
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ASSERT_EQ(rows[row].size(), golden["logits"][row].size());
    for (std::size_t i = 0; i < rows[row].size(); ++i) {
      ASSERT_NEAR(rows[row][i].get<double>(), golden["logits"][row][i].get<double>(), 0.1)
          << "row " << row << ", id " << i;
    }
  }
  const CliRun last = run_cli({"logits", "--model", folder->string()}, input);
  EXPECT_EQ(Json::parse(last.out)["logits"], rows.back());
}

// The same BF16 weights in another kind of file: not a bit may differ.
TEST(Logits, AreTheSameFromAFolderAndFromItsGguf) {
  const auto folder = test_data("models/tiny-qwen2-random");
  if (!folder) GTEST_SKIP() << "no golden data";
  const std::string gguf = (*folder / "tiny-qwen2-random-bf16.gguf").string();
  const std::string input = "{\"ids\":[1,361,338,462,406]}\n";
  const CliRun of_folder = run_cli({"logits", "--model", folder->string(), "--all"}, input);
  const CliRun of_file = run_cli({"logits", "--model", gguf, "--all"}, input);
  EXPECT_EQ(of_folder.exit_code, kExitSuccess) << of_folder.err;
  EXPECT_EQ(Json::parse(of_folder.out)["logits"].size(), 5u);
  EXPECT_TRUE(of_folder.out == of_file.out) << "the texts are too long to be shown";
}

TEST(Logits, RefusesIdsThatTheModelDoesNotHave) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP() << "no golden data";
  const CliRun run = run_cli({"logits", "--model", folder->string()},
                             "{\"ids\":[1,512]}\n{\"ids\":[]}\n{\"text\":\"x\"}\n");
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.out.find("ids[1] = 512 is outside the vocabulary of 512"), std::string::npos);
  EXPECT_NE(run.out.find("no ids"), std::string::npos);
  EXPECT_NE(run.out.find(R"(expected {\"ids\")"), std::string::npos) << run.out;
}

TEST(Logits, SaysThatAContextIsFull) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP() << "no golden data";
  const std::string input = Json{{"ids", std::vector<int>(513, 1)}}.dump() + "\n";
  const CliRun run = run_cli({"logits", "--model", folder->string()}, input);
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.out.find("513 ids are over the model's context of 512"), std::string::npos);
}

}  // namespace
}  // namespace falconet
