#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

std::string bytes_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Synth, WritesAModelThatRunsTheSameForTheSameSeed) {
  const TemporaryFolder folder;
  const std::string first = (folder.path() / "first.gguf").string();
  const std::string second = (folder.path() / "second.gguf").string();
  const std::string other = (folder.path() / "other.gguf").string();
  const auto synth = [](const std::string& path, const std::string& seed) {
    const CliRun run =
        run_cli({"synth", "--shape", "tiny-qwen2", "--type", "q4_0", "--seed", seed, "-o", path});
    EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
    EXPECT_NE(run.out.find("tiny-qwen2, q4_0, random weights of seed " + seed), std::string::npos)
        << run.out;
  };
  synth(first, "7");
  synth(second, "7");
  synth(other, "8");
  EXPECT_EQ(bytes_of(first), bytes_of(second));
  EXPECT_NE(bytes_of(first), bytes_of(other));
  const CliRun logits = run_cli({"logits", "--model", first}, "{\"ids\":[1,2,3]}");
  EXPECT_EQ(logits.exit_code, kExitSuccess) << logits.out;
}

TEST(Synth, ListsItsShapes) {
  const CliRun table = run_cli({"synth", "--list"});
  EXPECT_EQ(table.exit_code, kExitSuccess);
  EXPECT_NE(table.out.find("deepseek-r1-distill-qwen-1.5b   28"), std::string::npos) << table.out;
  const Json list = Json::parse(run_cli({"synth", "--list", "--json"}).out);
  EXPECT_EQ(list["shapes"][0]["vocab_size"], 151936);
  EXPECT_EQ(list["shapes"][0]["layers"], 28);
  EXPECT_FALSE(list["types"].empty());
}

TEST(Synth, SaysWhatIsMissingOrUnknown) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "m.gguf").string();
  EXPECT_NE(run_cli({"synth"}).err.find("-o FILE.gguf"), std::string::npos);
  EXPECT_NE(run_cli({"synth", "--shape", "huge", "-o", path}).err.find("tiny-qwen3"),
            std::string::npos);
  EXPECT_NE(run_cli({"synth", "--type", "q9", "-o", path}).err.find("q4_k_m"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path));
  std::ofstream(path) << "precious";
  const CliRun refused = run_cli({"synth", "--shape", "tiny-llama", "-o", path});
  EXPECT_EQ(refused.exit_code, kExitFailure);
  EXPECT_NE(refused.err.find("exists already"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace falconet
