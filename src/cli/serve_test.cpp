// The command from its flags to its exit code, in a process of its own: signals end processes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "cli/cli_test.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"
#include "hub/http.h"

namespace falconet {
namespace {

// Longer than anything here takes, even under a sanitizer on a busy machine.
constexpr std::chrono::seconds kPatience{60};

/// `falconet serve` with these arguments, in a child.
class ServeProcess {
 public:
  explicit ServeProcess(std::vector<std::string> arguments)
      : out_(folder_.path() / "out"), err_(folder_.path() / "err") {
    std::vector<const char*> argv = {"falconet", "serve"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    const std::string data = (folder_.path() / "data").string();  // never the user's own
    const bool has_data =
        std::find(arguments.begin(), arguments.end(), "--data") != arguments.end();
    if (!has_data) argv.insert(argv.end(), {"--data", data.c_str()});
    child_ = ::fork();
    if (child_ != 0) return;
    std::istringstream in;
    std::ofstream out(out_);
    std::ofstream err(err_);
    const int code = run_falconet(static_cast<int>(argv.size()), argv.data(), {in, out, err});
    out.close();
    err.close();
    ::_exit(code);
  }
  ~ServeProcess() {
    if (child_ > 0) ::kill(child_, SIGKILL), wait_for_end();
  }

  /// "http://127.0.0.1:PORT", once it says that it is ready.
  std::string url() const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      const std::string said = text_of(out_);
      const auto begin = said.find("http://");
      if (begin != std::string::npos && said.ends_with('\n')) {
        return said.substr(begin, said.find(' ', begin) - begin);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return "it did not say its address";
  }

  void signal(int number) const { ::kill(child_, number); }

  int wait_for_end() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string err() const { return text_of(err_); }

 private:
  static std::string text_of(const std::filesystem::path& path) {
    return read_file(path, 1 << 20).value_or("");
  }

  TemporaryFolder folder_;
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t child_ = -1;
};

class Serve : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const Status written =
        write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0"}, model_path());
    ASSERT_TRUE(written) << written.error().message;
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string model_path() { return (folder_->path() / "tiny.gguf").string(); }

  static TemporaryFolder* folder_;
};
TemporaryFolder* Serve::folder_ = nullptr;

TEST_F(Serve, AnswersUntilASignalEndsIt) {
  ServeProcess process({model_path(), "--port", "0", "--max-model-len", "512"});
  const std::string url = process.url();
  const auto models = http_get_text({.url = url + "/v1/models"}, 1 << 20);
  ASSERT_TRUE(models) << models.error().message << process.err();
  EXPECT_EQ(models->head.status, 200);
  EXPECT_NE(models->body.find("\"id\":\"tiny\""), std::string::npos) << models->body;
  EXPECT_NE(models->body.find("\"max_model_len\":512"), std::string::npos) << models->body;
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
}

TEST_F(Serve, EndsOnCtrlCToo) {
  ServeProcess process({"--model", model_path(), "--port", "0", "--served-model-name", "a", "b"});
  const auto models = http_get_text({.url = process.url() + "/v1/models/b"}, 1 << 20);
  ASSERT_TRUE(models) << process.err();
  EXPECT_EQ(models->head.status, 200);
  process.signal(SIGINT);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
}

TEST_F(Serve, KeepsConversationsInAFolderOfItsOwn) {
  const auto data = folder_->path() / "deep" / "data";
  const std::vector<std::string> arguments = {model_path(), "--port", "0", "--data", data.string()};
  ServeProcess process(arguments);
  const auto session = http_get_text({.url = process.url() + "/api/app/session"}, 1 << 20);
  ASSERT_TRUE(session) << process.err();
  EXPECT_EQ(session->head.status, 200) << session->body;
  EXPECT_EQ(std::filesystem::status(data).permissions(), std::filesystem::perms::owner_all);
  EXPECT_TRUE(std::filesystem::exists(data / "falconet.db"));
  ServeProcess second(arguments);
  EXPECT_EQ(second.wait_for_end(), kExitFailure);
  EXPECT_NE(second.err().find("another Falconet uses the data folder"), std::string::npos)
      << second.err();
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
}

TEST_F(Serve, SaysWhatIsWrongWithAModel) {
  const std::string path = (folder_->path() / "broken.gguf").string();
  std::ofstream(path) << "GGUF";
  ServeProcess process({path, "--port", "0"});
  EXPECT_EQ(process.wait_for_end(), kExitFailure);
  EXPECT_NE(process.err().find("error: " + path), std::string::npos) << process.err();
}

TEST_F(Serve, RefusesAContextThatTheMemoryDoesNotHold) {
  ServeProcess process(
      {model_path(), "--port", "0", "--kv-cache-memory", "64KiB", "--max-model-len", "1024"});
  EXPECT_EQ(process.wait_for_end(), kExitFailure);
  EXPECT_NE(process.err().find("lower --max-model-len or raise --kv-cache-memory"),
            std::string::npos)
      << process.err();
}

TEST(ServeUsage, AsksWhetherAMisspelledFlagWasMeant) {
  const CliRun run = run_cli({"serve", "x.gguf", "--prot", "9000"});
  EXPECT_EQ(run.exit_code, kExitUsage);
  EXPECT_NE(run.err.find("--prot is unknown; did you mean --port?"), std::string::npos) << run.err;
}

TEST(ServeUsage, SaysHowToGetAModelThatIsNotThere) {
  const CliRun run = run_cli({"serve", "./no-such.gguf"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("there is no file ./no-such.gguf"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace falconet
