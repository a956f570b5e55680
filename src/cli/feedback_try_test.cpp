// Two settings of the bundled model on the same items.
#include <gmock/gmock.h>

#include <fstream>

#include "base/json.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class FeedbackTry : public testing::Test {
 protected:
  std::string items(const std::string& text) {
    const std::string path = (folder_.path() / "items.jsonl").string();
    std::ofstream(path) << text;
    return path;
  }

  /// Sums that the bundled model gets right.
  std::string sums() {
    std::string text;
    for (int i = 1; i <= 12; ++i) {
      const Json item = {
          {"messages", {{{"role", "user"}, {"content", cat("What is ", i, " + ", 2 * i, "?")}}}},
          {"check", {{"kind", "boxed"}, {"value", cat(3 * i)}}}};
      text += to_text(item) + "\n";
    }
    return items(text);
  }

  TemporaryFolder folder_;
};

TEST_F(FeedbackTry, FindsASettingThatSpoilsAnswers) {
  const CliRun run = run_cli({"feedback", "try", sums(), "-m", "spark", "--a", "temperature=0",
                              "--b", "temperature=0", "max_tokens=2", "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  const Json result = Json::parse(run.out);
  EXPECT_EQ(result["verdict"], "worse") << run.out;
  EXPECT_GE(result["only_a"], 10);
  EXPECT_EQ(result["only_b"], 0);
}

TEST_F(FeedbackTry, FindsNoDifferenceOfASettingFromItself) {
  const CliRun run = run_cli({"feedback", "try", sums(), "-m", "spark", "--a", "temperature=0.7",
                              "--b", "temperature=0.7", "--half", "first"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_THAT(run.out, HasSubstr("only A 0, only B 0"));
  EXPECT_THAT(run.out, HasSubstr("of 6"));
  EXPECT_THAT(run.out, HasSubstr("not enough data"));
}

TEST_F(FeedbackTry, SaysWhatIsWrong) {
  const auto failure = [&](const std::string& path, const std::vector<std::string>& more) {
    std::vector<std::string> line = {"feedback", "try", path, "-m", "spark"};
    line.insert(line.end(), more.begin(), more.end());
    return run_cli(line).err;
  };
  EXPECT_THAT(failure(sums(), {"--b", "heat=1"}), HasSubstr("there is no parameter 'heat'"));
  EXPECT_THAT(failure(sums(), {"--b", "output=xml"}), HasSubstr("output=free, json or schema"));
  EXPECT_THAT(failure(sums(), {"--b", "output=schema"}), HasSubstr("no \"schema\""));
  EXPECT_THAT(failure(sums(), {"--b", "top_k=1", "--half", "third"}), HasSubstr("--half"));
  EXPECT_THAT(failure(sums(), {"--b", "top_k=1", "--family", "x"}), HasSubstr("no such item"));
  EXPECT_THAT(failure(items("{\"messages\": []}\n"), {"--b", "top_k=1"}),
              HasSubstr("item 1: messages"));
  EXPECT_THAT(failure(items("\nnonsense\n"), {"--b", "top_k=1"}), HasSubstr("line 2"));
  EXPECT_THAT(failure(items("\n"), {"--b", "top_k=1"}), HasSubstr("holds no item"));
}

}  // namespace
}  // namespace falconet
