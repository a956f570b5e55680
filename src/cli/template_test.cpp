#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "base/testdata.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

// Every so manieth golden case goes through the program; the renderer's own test takes them all.
constexpr int kSampleStep = 7;
constexpr const char* kNow = "2025-07-26T12:34:56";

/// Golden cases of one template: contexts as input lines, and the answers expected of them.
struct Cases {
  std::string input;
  std::vector<Json> expected;
};

std::map<std::string, Cases> sample_cases(const std::filesystem::path& path) {
  std::map<std::string, Cases> by_template;
  std::ifstream file(path);
  int index = 0;
  for (std::string line; std::getline(file, line);) {
    const Json test = Json::parse(line);
    const bool is_comparable = test.contains("expected") || test["error_kind"] == "raise_exception";
    if (index++ % kSampleStep != 0 || !is_comparable || test["now"] != kNow) continue;
    Cases& cases = by_template[test["template"].get<std::string>()];
    cases.input += test["context"].dump() + "\n";
    cases.expected.push_back(test.contains("expected") ? Json{{"text", test["expected"]}}
                                                       : Json{{"error", test["error"]}});
  }
  return by_template;
}

TEST(Template, AnswersGoldenContextsAsJinja2Does) {
  const auto folder = test_data("chat_templates");
  if (!folder) GTEST_SKIP() << "no golden data";
  std::size_t num_texts = 0;
  std::size_t num_errors = 0;
  for (const auto& [name, cases] : sample_cases(*folder / "golden.jsonl")) {
    SCOPED_TRACE(name);
    const std::string path = (*folder / "templates" / name).string();
    const CliRun run = run_cli({"template", "--template", path, "--now", kNow}, cases.input);
    EXPECT_EQ(run.err, "");
    std::istringstream out(run.out);
    std::string line;
    for (const Json& expected : cases.expected) {
      ASSERT_TRUE(std::getline(out, line));
      EXPECT_EQ(Json::parse(line), expected);
      (expected.contains("text") ? num_texts : num_errors) += 1;
    }
    EXPECT_FALSE(std::getline(out, line));
  }
  EXPECT_GT(num_texts, 50u);
  EXPECT_GT(num_errors, 0u);
}

TEST(Template, AnswersABadLineWithItsErrorAndGoesOn) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t.jinja").string();
  std::ofstream(path) << "{% if x == 1 %}{{ raise_exception('x is one') }}{% endif %}x={{ x }}";
  const CliRun run = run_cli({"template", "--template", path}, "{\"x\":1}\n[]\n{\n{\"x\":2}\n");
  EXPECT_EQ(run.exit_code, kExitFailure);
  std::istringstream out(run.out);
  std::string line;
  ASSERT_TRUE(std::getline(out, line));
  EXPECT_EQ(line, R"({"error":"x is one"})");
  ASSERT_TRUE(std::getline(out, line));
  EXPECT_NE(line.find("expected an object"), std::string::npos) << line;
  ASSERT_TRUE(std::getline(out, line));
  EXPECT_NE(line.find("invalid JSON"), std::string::npos) << line;
  ASSERT_TRUE(std::getline(out, line));
  EXPECT_EQ(line, R"({"text":"x=2"})");
}

TEST(Template, ShowsTheTimeItIsGiven) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t.jinja").string();
  std::ofstream(path) << "{{ strftime_now('%d %b %Y %H:%M:%S') }}";
  const CliRun run =
      run_cli({"template", "--template", path, "--now", "2024-02-29T23:05:09"}, "{}");
  EXPECT_EQ(run.out, "{\"text\":\"29 Feb 2024 23:05:09\"}\n");
  for (const char* bad : {"2023-02-29T00:00:00", "2024-02-29", "2024-02-29T24:00:00", "now",
                          "2024-02-29T23:05:0x", "2024-13-01T00:00:00"}) {
    const CliRun refused = run_cli({"template", "--template", path, "--now", bad}, "{}");
    EXPECT_EQ(refused.exit_code, kExitFailure) << bad;
    EXPECT_NE(refused.err.find("must be a time like"), std::string::npos) << refused.err;
  }
}

TEST(Template, NamesTheFileThatIsNotThere) {
  const CliRun run = run_cli({"template", "--template", "no-such.jinja"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("no-such.jinja"), std::string::npos) << run.err;
}

TEST(Template, AnswersWithTheLineThatIsNoJinja) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t.jinja").string();
  std::ofstream(path) << "one\n{% if %}";
  const CliRun run = run_cli({"template", "--template", path}, "{}");
  EXPECT_EQ(run.exit_code, kExitSuccess);
  EXPECT_NE(Json::parse(run.out)["error"].get<std::string>().find("line 2"), std::string::npos)
      << run.out;
}

TEST(Template, TakesWhatATemplateRaisesForAnAnswer) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t.jinja").string();
  std::ofstream(path) << "{{ raise_exception('no') }}";
  const CliRun run = run_cli({"template", "--template", path}, "{}");
  EXPECT_EQ(run.exit_code, kExitSuccess);
  EXPECT_EQ(run.out, "{\"error\":\"no\"}\n");
}

}  // namespace
}  // namespace falconet
