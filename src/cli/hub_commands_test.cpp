// pull, list, show and rm against a hub on loopback.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/json.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"
#include "hub/scripted_server.h"

namespace falconet {
namespace {

class HubCommands : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("FALCONET_HOME", folder_.path().c_str(), 1);
    ::setenv("HF_ENDPOINT", server_.address().c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("FALCONET_HOME");
    ::unsetenv("HF_ENDPOINT");
  }

  static std::string answer(const TestRequest& request) {
    if (request.path == "/api/models/org/repo/tree/main?recursive=true") {
      Json list = Json::array();
      list.push_back({{"type", "file"}, {"path", "m-Q4_0.gguf"}, {"size", kFile.size()}});
      list.push_back({{"type", "file"}, {"path", "m-Q8_0.gguf"}, {"size", kFile.size()}});
      return test_answer(200, {}, list.dump());
    }
    if (request.path.ends_with(".gguf")) return test_file_answer(request, kFile, "\"tag\"");
    return test_answer(404, {}, "");
  }

  static inline const std::string kFile = "GGUF" + std::string(1000, 'x');
  TemporaryFolder folder_;
  ScriptedServer server_{&HubCommands::answer};
};

TEST_F(HubCommands, PullListAndRemoveAModel) {
  const CliRun pull = run_cli({"pull", "hf.co/org/repo:Q8_0"});
  ASSERT_EQ(pull.exit_code, kExitSuccess) << pull.err;
  EXPECT_NE(pull.out.find("m-Q8_0.gguf"), std::string::npos) << pull.out;
  EXPECT_NE(pull.err.find("100 %"), std::string::npos) << pull.err;

  const Json listed = Json::parse(run_cli({"list", "--json"}).out);
  ASSERT_EQ(listed.size(), 2u) << "and the bundled one";
  EXPECT_EQ(listed[0]["bytes"], kFile.size());
  EXPECT_EQ(listed[1]["name"], "spark");
  const auto name = listed[0]["name"].get<std::string>();
  EXPECT_NE(run_cli({"list"}).out.find(name), std::string::npos);

  const CliRun removed = run_cli({"rm", name, "org/other"});
  EXPECT_EQ(removed.exit_code, kExitFailure) << "one of the two is not there";
  EXPECT_NE(removed.out.find("deleted " + name), std::string::npos) << removed.out;
  EXPECT_NE(removed.err.find("org/other is not on this machine"), std::string::npos);
  EXPECT_EQ(Json::parse(run_cli({"list", "--json"}).out).size(), 1u);
}

TEST_F(HubCommands, PullSaysWhatTheRepositoryHasInstead) {
  const CliRun run = run_cli({"pull", "org/repo:Q2_K"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("Q4_0"), std::string::npos) << run.err;
}

TEST_F(HubCommands, TheBundledModelIsNeitherFetchedNorDeleted) {
  for (const char* command : {"pull", "rm"}) {
    const CliRun run = run_cli({command, "spark"});
    EXPECT_EQ(run.exit_code, kExitFailure);
    EXPECT_NE(run.err.find("spark is part of the program"), std::string::npos) << run.err;
  }
}

TEST_F(HubCommands, AnEmptyListSaysHowToBegin) {
  EXPECT_NE(run_cli({"list"}).out.find("falconet pull deepseek-r1:1.5b"), std::string::npos);
}

TEST_F(HubCommands, ServeFetchesAModelThatIsNotThere) {
  // The file is no model, so serving ends there; what counts is that it was fetched.
  const CliRun run = run_cli({"run", "org/repo:Q4_0", "hello"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("org/repo:Q4_0 is not on this machine yet; fetching it"),
            std::string::npos);
  EXPECT_EQ(Json::parse(run_cli({"list", "--json"}).out).size(), 2u);
}

TEST_F(HubCommands, WithoutANameTheFirstModelOnThisMachineIsMeant) {
  ASSERT_EQ(run_cli({"pull", "org/repo:Q8_0"}).exit_code, kExitSuccess);
  // The file is no model, so loading it ends there; the error tells which file it was.
  const CliRun run = run_cli({"serve", "--port", "0"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("m-Q8_0.gguf"), std::string::npos) << run.err;
}

TEST_F(HubCommands, WithoutAnyModelTheBundledOneAnswersAndSaysWhatItIs) {
  const CliRun run = run_cli({"run", "--set", "temperature=0"},
                             "小明有 12 个苹果,又买了 30 个,吃了 5 个,还剩几个?\n");
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_NE(run.out.find("\\boxed{37}"), std::string::npos) << run.out;
  EXPECT_NE(run.err.find("demonstration model"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("falconet pull deepseek-r1:1.5b"), std::string::npos) << run.err;
}

TEST_F(HubCommands, ShowTakesAPulledModelsName) {
  const CliRun run = run_cli({"show", "org/repo:Q4_0"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("get it with: falconet pull org/repo:Q4_0"), std::string::npos) << run.err;
}

TEST_F(HubCommands, EveryCommandTakesAModelByName) {
  const std::string text = (folder_.path() / "text.txt").string();
  std::ofstream(text) << "My name is Ada. I live in Paris and I have 12 apples.";
  const std::string small = (folder_.path() / "small.gguf").string();
  const std::vector<std::vector<std::string>> lines = {
      {"show", "spark"},
      {"tokenize", "--tokenizer", "spark"},
      {"logits", "-m", "spark"},
      {"perplexity", "-m", "spark", "-f", text, "--context", "8"},
      {"quantize", "spark", small, "--type", "q4_0"},
      {"bench", "-m", "spark", "-p", "8", "-n", "1", "--runs", "1"}};
  for (std::vector<std::string> line : lines) {
    const CliRun run = run_cli(line);
    EXPECT_EQ(run.exit_code, kExitSuccess) << line[0] << ": " << run.err;
    std::filesystem::remove(small);
    std::ranges::replace(line, "spark", "deepseek-r1:1.5b");
    EXPECT_NE(run_cli(line).err.find("falconet pull deepseek-r1:1.5b"), std::string::npos)
        << line[0] << " fetches nothing by itself, and says how to";
  }
}

}  // namespace
}  // namespace falconet
