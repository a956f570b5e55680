#include <gtest/gtest.h>

#include "base/json.h"
#include "base/random.h"
#include "cli/bench_run.h"
#include "cli/cli_test.h"
#include "cli/direct_model.h"
#include "cli/sequence_group.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

class BenchTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (folder_.path() / "tiny.gguf").string();
    write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0"}, path_).value();
  }

  TemporaryFolder folder_;
  std::string path_;
};

TEST_F(BenchTest, MeasuresEveryBatchSize) {
  const CliRun run =
      run_cli({"bench", "-m", path_, "-p", "20", "-n", "3", "-b", "1,4", "--runs", "2", "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_EQ(run.err, "");
  const Json result = Json::parse(run.out);
  for (const char* key : {"load_seconds", "resident_bytes", "read_bandwidth_bytes_per_second"}) {
    EXPECT_GT(result[key].get<double>(), 0) << key;
  }
  ASSERT_EQ(result["decode"].size(), 2u);
  EXPECT_EQ(result["decode"][1]["sequences"], 4);
  for (const Json& row : result["decode"]) {
    const Json& speed = row["tokens_per_second"];
    EXPECT_GT(speed["min"].get<double>(), 0);
    EXPECT_LE(speed["min"].get<double>(), speed["median"].get<double>());
    EXPECT_LE(speed["median"].get<double>(), speed["max"].get<double>());
    EXPECT_GT(row["bandwidth_share"].get<double>(), 0);
  }
  // Weights once, and for each sequence 2 layers of keys and values, 2 heads of 64 in f16, for 20
  // prompt tokens and half of the 3 decoded ones.
  const double kv_bytes = 2 * 2 * 2 * 64 * 2 * (20 + 2.0);
  EXPECT_NEAR(result["decode"][1]["bytes_per_step"].get<double>() -
                  result["decode"][0]["bytes_per_step"].get<double>(),
              3 * kv_bytes, 1e-6);
  // The file holds an embedding that steps do not read, of 1024 rows like the head.
  const double embedding_bytes = 1024.0 * 256 / 32 * 34;
  EXPECT_NEAR(result["decode"][0]["bytes_per_step"].get<double>() - kv_bytes,
              result["file_bytes"].get<double>() - embedding_bytes, 64 * 1024);
}

// A machine that is twice as fast for a while is so for the step and for what it is measured by.
TEST(BenchShare, ComparesEachStepWithTheMemoryAtThatTime) {
  const std::vector<TimedStep> steps = {
      {.seconds = 0.01, .bandwidth_before = 100, .bandwidth_after = 100},
      {.seconds = 0.005, .bandwidth_before = 190, .bandwidth_after = 210},
      {.seconds = 0.02, .bandwidth_before = 100, .bandwidth_after = 100}};
  EXPECT_DOUBLE_EQ(share_of_bandwidth(0.8, steps), 0.8);
}

TEST_F(BenchTest, PrintsATable) {
  const CliRun run = run_cli({"bench", "-m", path_, "-p", "8", "-n", "2", "--runs", "1"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_NE(run.out.find("prefill, 8 tokens"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("decode, 1 x 2 tokens"), std::string::npos) << run.out;
}

TEST_F(BenchTest, RefusesSizesThatTheModelDoesNotHave) {
  const auto message = [&](const std::vector<std::string>& sizes) {
    std::vector<std::string> arguments = {"bench", "-m", path_};
    arguments.insert(arguments.end(), sizes.begin(), sizes.end());
    const CliRun run = run_cli(arguments);
    EXPECT_EQ(run.exit_code, kExitFailure);
    return run.err;
  };
  EXPECT_NE(message({"-p", "2000", "-n", "100"}).find("context of 2048"), std::string::npos);
  EXPECT_NE(message({"-p", "18446744073709551615"}).find("context of 2048"), std::string::npos);
  EXPECT_NE(message({"-b", "1,0"}).find("found 0"), std::string::npos);
  EXPECT_NE(message({"--runs", "0"}).find("at least 1"), std::string::npos);
}

TEST_F(BenchTest, DecodesEachSequenceOfAGroupAsIfItWereAlone) {
  DirectModel model = DirectModel::load(path_, {.num_threads = 1, .max_batch_tokens = 16}).value();
  Random random(3);
  std::vector<TokenId> ids(41);  // two full steps of prefill, a part of one, blocks cut in between
  for (TokenId& id : ids) id.value = static_cast<std::int32_t>(random.below(1000));
  const auto prompt = std::span(ids).first(40);
  std::vector<float> alone;
  const auto keep = [&](std::span<const float> row) { alone.assign(row.begin(), row.end()); };
  SequenceGroup group(model.model(), /*num_sequences=*/3, /*max_tokens=*/48);
  ASSERT_TRUE(model.read(prompt, 39, keep));
  const auto after_prompt = group.prefill(prompt).row(0);
  EXPECT_EQ(std::vector(after_prompt.begin(), after_prompt.end()), alone);

  group.copy_to_all(40);
  const std::vector<TokenId> next = {TokenId{5}, TokenId{6}, TokenId{7}};
  const MatrixView<const float> together = group.decode(next, 40);
  std::vector<std::vector<float>> rows;
  for (std::size_t i = 0; i < 3; ++i) {
    rows.emplace_back(together.row(i).begin(), together.row(i).end());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    ids[40] = next[i];
    ASSERT_TRUE(model.read(ids, 40, keep));
    EXPECT_EQ(rows[i], alone) << "sequence " << i;
  }
}

TEST(Spread, TakesTheMiddleOfTheRuns) {
  EXPECT_EQ(spread_of({3, 1, 2}).median, 2);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).median, 2.5);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).min, 1);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).max, 4);
}

}  // namespace
}  // namespace falconet
