#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"

namespace falconet {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The golden cases of a tokenizer, as input and expected output of one direction.
struct Golden {
  std::string input;
  std::vector<Json> expected;
};

Golden read_golden(const std::filesystem::path& file, const char* from, const char* from_key,
                   const char* to, const char* to_key) {
  Golden golden;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const Json row = Json::parse(line);
    golden.input += Json{{from_key, row[from]}}.dump() + "\n";
    golden.expected.push_back({{to_key, row[to]}});
  }
  return golden;
}

void expect_golden(const std::vector<std::string>& arguments, const Golden& golden) {
  const CliRun run = run_cli(arguments, golden.input);
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  const auto lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), golden.expected.size());
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i], golden.expected[i].dump());
}

TEST(Tokenize, AnswersEveryGoldenLineBothWays) {
  const auto folder = test_data("models/stories260K");
  const auto golden = test_data("models/stories260K/tokenizer_golden.jsonl");
  if (!folder || !golden) GTEST_SKIP() << "no golden data";
  const std::string path = folder->string();
  expect_golden({"tokenize", "--tokenizer", path},
                read_golden(*golden, "text", "text", "ids", "ids"));
  expect_golden({"tokenize", "--tokenizer", path, "--special"},
                read_golden(*golden, "text", "text", "ids_special", "ids"));
  expect_golden({"tokenize", "--tokenizer", path + "/tokenizer.json", "--decode"},
                read_golden(*golden, "ids", "ids", "decoded", "text"));
}

TEST(Tokenize, AnswersABadLineWithItsErrorAndGoesOn) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP() << "no golden data";
  const CliRun run = run_cli({"tokenize", "--tokenizer", folder->string(), "--decode"},
                             "{\"ids\":[]}\n{\"ids\":[1,-5]}\n\nnonsense\n{\"ids\":[2.5]}\n"
                             "{\"ids\":[99999999999]}\n{\"ids\":[]}\n");
  EXPECT_EQ(run.exit_code, kExitFailure);
  const auto lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], R"({"text":""})");
  EXPECT_EQ(lines[1], R"({"error":"ids[1] is not a token id: -5"})");
  EXPECT_NE(lines[2].find("\"error\":\"invalid JSON"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find("ids[0] is not a token id"), std::string::npos) << lines[3];
  EXPECT_NE(lines[4].find("ids[0] is not a token id"), std::string::npos) << lines[4];
  EXPECT_EQ(lines[5], R"({"text":""})");
}

TEST(Tokenize, NamesTheFileThatIsNotThere) {
  const CliRun run = run_cli({"tokenize", "--tokenizer", "/nowhere/tokenizer.json"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("/nowhere/tokenizer.json does not exist"), std::string::npos) << run.err;
}

TEST(CommandLine, TellsUsageErrorsFromFailures) {
  EXPECT_EQ(run_cli({}).exit_code, kExitUsage);
  EXPECT_EQ(run_cli({"tokenise"}).exit_code, kExitUsage);
  EXPECT_EQ(run_cli({"tokenize"}).exit_code, kExitUsage);
  EXPECT_EQ(run_cli({"tokenize", "--tokenizer", "x", "--skip-special"}).exit_code, kExitUsage);
  const CliRun help = run_cli({"--help"});
  EXPECT_EQ(help.exit_code, kExitSuccess);
  EXPECT_NE(help.out.find("tokenize"), std::string::npos);
  EXPECT_TRUE(help.err.empty());
}

}  // namespace
}  // namespace falconet
