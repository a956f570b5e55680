#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "cli/cli_test.h"

namespace falconet {
namespace {

class SchemaCommand : public testing::Test {
 protected:
  std::string write(const char* name, const std::string& text) {
    const auto path = std::filesystem::path(testing::TempDir()) / name;
    std::ofstream(path) << text;
    return path;
  }
};

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

TEST_F(SchemaCommand, ValidatesInstancesWhateverTheOrderOfTheirKeys) {
  const std::string schema = write("person.json", R"({"type":"object","required":["name"],
      "properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0}},
      "additionalProperties":false})");
  const CliRun run =
      run_cli({"schema", "--schema", schema, "--validate"},
              "{\"age\":3,\"name\":\"Ada\"}\n{\"age\":-1,\"name\":\"Ada\"}\n{\"age\":1}\n");
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  const auto answers = json_lines(run.out);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0], (Json{{"valid", true}}));
  EXPECT_EQ(answers[1]["valid"], false);
  EXPECT_NE(answers[1]["error"].get<std::string>().find("/age"), std::string::npos);
  EXPECT_EQ(answers[2]["valid"], false);
}

TEST_F(SchemaCommand, SaysWhatItCompiledAndWhyNot) {
  const std::string file = write("schemas.jsonl",
                                 "{\"type\":\"string\"}\n"
                                 "{\"properties\":{\"a\":{\"unevaluatedItems\":false}}}\n"
                                 "not json\n");
  const CliRun run = run_cli({"schema", "--compile-only", file}, "");
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  const auto answers = json_lines(run.out);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0]["compiled"], true);
  EXPECT_GT(answers[0]["states"].get<int>(), 0);
  EXPECT_EQ(answers[1]["code"], "unsupported");
  EXPECT_EQ(answers[1]["error"].get<std::string>().find("/properties/a/unevaluatedItems"), 0u);
  EXPECT_EQ(answers[2]["compiled"], false);
}

TEST_F(SchemaCommand, RefusesASchemaThatCannotBeEnforced) {
  const std::string schema = write("refused.json", R"({"$ref":"#"})");
  const CliRun run = run_cli({"schema", "--schema", schema, "--validate"}, "1\n");
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("$ref"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace falconet
