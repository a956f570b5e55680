#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"
#include "cli/text_loss.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

constexpr std::size_t kContext = 64;

/// The story that the model tells, so that its perplexity is that of a model that knows the text.
class PerplexityTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = test_data("models/stories260K");
    if (!folder) GTEST_SKIP() << "no golden data";
    model_ = (*folder / "stories260K-f32.gguf").string();
    text_ = (target_.path() / "story.txt").string();
    std::ofstream(text_) << kStory;
  }

  static constexpr const char* kStory =
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the "
      "park. "
      "One day, she saw a big, red ball. She wanted to play with it, but it was too high. Lily's "
      "mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do. She "
      "said, "
      "\"I want to play with your ball, but I can't find it.\"";

  TemporaryFolder target_;
  std::string model_;
  std::string text_;
};

std::vector<double> probabilities(const Json& logits) {
  double top = -1e30;
  for (const Json& logit : logits) top = std::max(top, logit.get<double>());
  std::vector<double> result;
  double sum = 0;
  for (const Json& logit : logits) sum += std::exp(logit.get<double>() - top);
  for (const Json& logit : logits) result.push_back(std::exp(logit.get<double>() - top) / sum);
  return result;
}

/// Probabilities at each position that counts, and the id that follows, by the commands that other
/// tests hold against references.
struct Position {
  std::vector<double> probabilities;
  std::size_t next = 0;
};

std::vector<Position> positions_of(const std::string& model, const std::string& story) {
  const Json text{{"text", story}};
  const CliRun encoded = run_cli({"tokenize", "--tokenizer", model, "--special"}, text.dump());
  std::vector<int> ids = Json::parse(encoded.out)["ids"].get<std::vector<int>>();
  std::vector<Position> positions;
  for (std::size_t start = 0; start + kContext <= ids.size(); start += kContext) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(start);
    std::vector<int> window(begin, begin + kContext);
    window[0] = 1;  // BOS
    const CliRun run = run_cli({"logits", "--model", model, "--all"}, Json{{"ids", window}}.dump());
    const Json rows = Json::parse(run.out)["logits"];
    for (std::size_t i = kContext / 2; i + 1 < kContext; ++i) {
      positions.push_back({probabilities(rows[i]), static_cast<std::size_t>(window[i + 1])});
    }
  }
  return positions;
}

TEST_F(PerplexityTest, IsThatOfTheSecondHalvesOfItsWindows) {
  const std::vector<Position> positions = positions_of(model_, kStory);
  double sum = 0;
  for (const Position& position : positions) {
    sum -= std::log(position.probabilities[position.next]);
  }
  const double expected = std::exp(sum / static_cast<double>(positions.size()));

  const CliRun run =
      run_cli({"perplexity", "-m", model_, "-f", text_, "--context", "64", "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  const Json result = Json::parse(run.out);
  EXPECT_EQ(result["scored_tokens"], positions.size());
  EXPECT_EQ(result["windows"].get<std::size_t>() * 31, positions.size());
  EXPECT_GT(positions.size(), 60u);
  EXPECT_NEAR(result["perplexity"]["value"].get<double>(), expected, 1e-4 * expected);
  EXPECT_LT(expected, 10);  // the model's own kind of story, in a vocabulary of 512
}

TEST_F(PerplexityTest, MeasuresTheDivergenceFromABase) {
  const std::string rounded = (target_.path() / "q4_0.gguf").string();
  ASSERT_EQ(run_cli({"quantize", model_, rounded, "--type", "q4_0"}).exit_code, kExitSuccess);
  const auto base = positions_of(model_, kStory);
  const auto model = positions_of(rounded, kStory);
  std::vector<double> divergences;
  double same = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    double sum = 0;
    const auto& p = base[i].probabilities;
    const auto& q = model[i].probabilities;
    for (std::size_t id = 0; id < p.size(); ++id) sum += p[id] * std::log(p[id] / q[id]);
    divergences.push_back(sum);
    const bool is_same = std::max_element(p.begin(), p.end()) - p.begin() ==
                         std::max_element(q.begin(), q.end()) - q.begin();
    same += is_same ? 1 : 0;
  }
  const Estimate mean = mean_of(divergences);

  const CliRun run = run_cli(
      {"perplexity", "-m", rounded, "-f", text_, "--context", "64", "--kl-base", model_, "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  const Json result = Json::parse(run.out);
  EXPECT_GT(mean.value, 1e-4);
  EXPECT_NEAR(result["kl_divergence"]["mean"].get<double>(), mean.value, 1e-3 * mean.value);
  EXPECT_NEAR(result["kl_divergence"]["standard_error"].get<double>(), mean.standard_error,
              1e-3 * mean.standard_error);
  EXPECT_NEAR(result["kl_divergence"]["max"].get<double>(),
              *std::max_element(divergences.begin(), divergences.end()), 1e-4);
  EXPECT_NEAR(result["same_top"]["value"].get<double>(), same / static_cast<double>(base.size()),
              1e-9);
  EXPECT_LE(result["kl_divergence"]["median"], result["kl_divergence"]["percentile_99"]);
}

TEST_F(PerplexityTest, FindsNoDivergenceOfAModelFromItself) {
  const CliRun run = run_cli({"perplexity", "-m", model_, "-f", text_, "--context", "64",
                              "--windows", "1", "--kl-base", model_});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_NE(run.out.find("mean 0.00000 ± 0.00000"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("100.00 ± 0.00 %"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("31 tokens, the second halves of 1 window)"), std::string::npos)
      << run.out;
}

TEST_F(PerplexityTest, SaysWhatDoesNotFit) {
  const auto message = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"perplexity", "-m", model_, "-f", text_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const CliRun run = run_cli(arguments);
    EXPECT_EQ(run.exit_code, kExitFailure);
    return run.err;
  };
  EXPECT_NE(message({"--context", "512"}).find("less than one window of 512"), std::string::npos);
  EXPECT_NE(message({"--context", "1024"}).find("context of 512"), std::string::npos);
  EXPECT_NE(message({"--context", "2"}).find("at least 4"), std::string::npos);
  EXPECT_NE(message({"--kl-base", "/nowhere/m.gguf"}).find("/nowhere/m.gguf"), std::string::npos);
  const std::string other = (target_.path() / "other.gguf").string();
  ASSERT_EQ(run_cli({"synth", "--shape", "tiny-llama", "-o", other}).exit_code, kExitSuccess);
  EXPECT_NE(message({"--kl-base", other}).find("needs the same tokenizer"), std::string::npos);
}

TEST(MeanOf, GivesTheStandardErrorOfTheMean) {
  const std::vector<double> values = {1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(mean_of(values).value, 2.5);
  // Sample deviation √(5/3), over √4.
  EXPECT_NEAR(mean_of(values).standard_error, std::sqrt(5.0 / 3) / 2, 1e-12);
}

}  // namespace
}  // namespace falconet
