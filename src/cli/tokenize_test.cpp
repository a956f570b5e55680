#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/file.h"
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

TEST(Tokenize, ReadsTheTokenizerOfAGgufFile) {
  const auto model = test_data("models/stories260K/stories260K-f32.gguf");
  const auto golden = test_data("models/stories260K/tokenizer_golden.jsonl");
  if (!model || !golden) GTEST_SKIP() << "no golden data";
  expect_golden({"tokenize", "--tokenizer", model->string(), "--special"},
                read_golden(*golden, "text", "text", "ids_special", "ids"));
  expect_golden({"tokenize", "--tokenizer", model->string(), "--decode"},
                read_golden(*golden, "ids", "ids", "decoded", "text"));
}

std::vector<std::string> pieces_of(const std::string& text, const std::string& separator) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find(separator, begin)) != std::string::npos;) {
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

// llama.cpp's own tests of GPT-2's vocabulary: texts, and a line of ids for each.
TEST(Tokenize, AgreesWithLlamaCppOnItsVocabularyFile) {
  const auto model = test_data("tokenizer/llama.cpp/ggml-vocab-gpt-2.gguf");
  if (!model) GTEST_SKIP() << "no golden data";
  const auto texts =
      pieces_of(read_file(model->string() + ".inp", 1 << 20).value(), "\n__ggml_vocab_test__\n");
  const auto ids = lines_of(read_file(model->string() + ".out", 1 << 20).value());
  ASSERT_GE(ids.size(), 40u);
  ASSERT_GE(texts.size(), ids.size());
  Golden golden;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    golden.input += Json{{"text", texts[i]}}.dump() + "\n";
    Json expected = Json::array();
    std::istringstream numbers(ids[i]);
    for (int id = 0; numbers >> id;) expected.push_back(id);
    golden.expected.push_back({{"ids", expected}});
  }
  expect_golden({"tokenize", "--tokenizer", model->string()}, golden);
}

TEST(Tokenize, LeavesSpecialTokensOutWhereAsked) {
  const auto folder = test_data("tokenizer/deepseek-r1-distill-qwen");
  if (!folder) GTEST_SKIP() << "no golden data";
  const std::string path = folder->string();
  const Golden without =
      read_golden(*folder / "golden.jsonl", "ids_special", "ids", "decoded_skip_special", "text");
  EXPECT_GT(without.expected.size(), 100u);
  expect_golden({"tokenize", "--tokenizer", path, "--decode", "--skip-special"}, without);
  const CliRun with = run_cli({"tokenize", "--tokenizer", path, "--decode"}, "{\"ids\":[151646]}");
  EXPECT_EQ(with.out, "{\"text\":\"<｜begin▁of▁sentence｜>\"}\n");
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
