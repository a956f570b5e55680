// The command from its flags to its exit code, in a process of its own: signals end processes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "cli/cli_test.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"
#include "hub/http.h"
#include "server/server_test.h"
#include "store/test_database.h"

namespace falconet {
namespace {

// Longer than anything here takes, even under a sanitizer on a busy machine.
constexpr std::chrono::seconds kPatience{60};

/// `falconet serve` with these arguments, in a child; or another command that starts a server.
class ServeProcess {
 public:
  explicit ServeProcess(std::vector<std::string> arguments, const char* command = "serve")
      : out_(folder_.path() / "out"), err_(folder_.path() / "err"), log_(folder_.path() / "log") {
    std::vector<const char*> argv = {"falconet", command};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    const std::string data = (folder_.path() / "data").string();  // never the user's own
    const bool wants_data =
        argv[1] == std::string_view("serve") &&
        std::find(arguments.begin(), arguments.end(), "--data") == arguments.end();
    if (wants_data) argv.insert(argv.end(), {"--data", data.c_str()});
    child_ = ::fork();
    if (child_ != 0) return;
    ::dup2(::open(log_.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
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

  std::string out() const { return text_of(out_); }
  std::string err() const { return text_of(err_); }

  /// What `falconet demo` has made for itself.
  std::vector<std::filesystem::path> demo_folders() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().starts_with("falconet-demo-")) found.push_back(entry);
    }
    return found;
  }

  std::string log() const { return text_of(log_); }

  int port() const {
    const std::string address = url();
    return parse_number<int>(std::string_view(address).substr(address.rfind(':') + 1)).value_or(0);
  }

  /// Of all its threads, in user and kernel.
  std::chrono::milliseconds processor_time() const {
    std::string stat;
    std::getline(std::ifstream(cat("/proc/", child_, "/stat")), stat);
    // The name, in brackets, may hold anything; behind it come the fields from the third on.
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    constexpr int kUserTimeField = 14;
    std::string skipped;
    for (int field = 3; field < kUserTimeField; ++field) fields >> skipped;
    std::int64_t user = 0;
    std::int64_t kernel = 0;
    fields >> user >> kernel;
    EXPECT_TRUE(fields) << stat;
    return std::chrono::milliseconds((user + kernel) * 1000 / ::sysconf(_SC_CLK_TCK));
  }

 private:
  static std::string text_of(const std::filesystem::path& path) {
    return read_file(path, 1 << 20).value_or("");
  }

  TemporaryFolder folder_;
  std::filesystem::path out_;
  std::filesystem::path err_;
  std::filesystem::path log_;  // what the process itself writes to standard error
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
  const auto models = http_fetch_text({.url = url + "/v1/models"}, 1 << 20);
  ASSERT_TRUE(models) << models.error().message << process.err();
  EXPECT_EQ(models->head.status, 200);
  EXPECT_NE(models->body.find("\"id\":\"tiny\""), std::string::npos) << models->body;
  EXPECT_NE(models->body.find("\"max_model_len\":512"), std::string::npos) << models->body;
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
}

/// The tiny model, which claims to have been made for twice vLLM's usual 4096 tokens.
std::string with_long_context(std::string gguf) {
  const std::string key = "qwen2.context_length";
  const std::size_t value = gguf.find(key) + key.size() + sizeof(std::uint32_t);  // after its type
  const std::uint32_t context = 8192;
  std::memcpy(gguf.data() + value, &context, sizeof context);
  return gguf;
}

TEST_F(Serve, TakesVllmsCommandLineAndSaysWhatEachFlagMeans) {
  const std::string path = (folder_->path() / "long.gguf").string();
  std::ofstream(path, std::ios::binary)
      << with_long_context(read_file(model_path(), 1 << 24).value());
  ServeProcess process({"--model", path, "--tensor-parallel-size", "1", "--gpu-memory-utilization",
                        "0.8", "--max-model-len", "4096", "--dtype", "half", "--port", "0"});
  TestClient client(process.port());
  const TestResponse models = client.get("/v1/models");
  EXPECT_EQ(models.status, 200) << process.err() << process.log();
  EXPECT_EQ(models.json()["data"][0]["max_model_len"], 4096) << models.body;
  const TestResponse answer =
      client.post("/v1/completions", R"({"prompt":"Hello","max_tokens":4,"ignore_eos":true})");
  EXPECT_EQ(answer.json()["usage"]["completion_tokens"], 4) << answer.body;
  for (const char* remark :
       {"--tensor-parallel-size 1: one process computes the whole model",
        "--gpu-memory-utilization 0.8: weights and KV cache may take",
        "--max-model-len 4096: prompt and answer have 4096 tokens together at most",
        "--dtype half: on a CPU weights stay in their file's type"}) {
    EXPECT_NE(process.log().find(remark), std::string::npos) << process.log();
  }
  EXPECT_EQ(process.log().find("no effect"), std::string::npos) << process.log();
}

TEST_F(Serve, NamesFlagsThatNobodyKnowsAndStartsAllTheSame) {
  ServeProcess process({"--model", model_path(), "--no-such-flag", "--another-one=3",
                        "--enforce-eager", "--port", "0"});
  EXPECT_EQ(TestClient(process.port()).get("/health").status, 200) << process.err();
  for (const char* warning :
       {"--no-such-flag is unknown and has no effect", "--another-one is unknown and has no effect",
        "--enforce-eager has no effect: it is about GPUs"}) {
    EXPECT_NE(process.log().find(warning), std::string::npos) << process.log();
  }
}

// Nothing polls: between requests the whole process sleeps, whatever it did before.
TEST_F(Serve, LeavesTheProcessorAloneWhileNobodyAsks) {
  ServeProcess process({model_path(), "--port", "0", "--max-model-len", "512"});
  TestClient client(process.port());
  const TestResponse answer = client.post("/v1/completions", R"({"prompt":"a","max_tokens":8})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  // A poll would show in every stretch; what a start leaves to be done, in the first alone.
  constexpr int kNumStretches = 3;
  auto least = std::chrono::milliseconds::max();
  for (int i = 0; i < kNumStretches && least.count() > 20; ++i) {
    const auto before = process.processor_time();
    ASSERT_GT(before.count(), 0) << "it has loaded a model";
    std::this_thread::sleep_for(std::chrono::seconds(2));
    least = std::min(least, process.processor_time() - before);
  }
  EXPECT_LE(least.count(), 40) << "ms of processor time in 2 s";
  EXPECT_EQ(client.get("/health").status, 200) << "it only slept";
}

TEST_F(Serve, EndsOnCtrlCToo) {
  ServeProcess process({"--model", model_path(), "--port", "0", "--served-model-name", "a", "b"});
  const auto models = http_fetch_text({.url = process.url() + "/v1/models/b"}, 1 << 20);
  ASSERT_TRUE(models) << process.err();
  EXPECT_EQ(models->head.status, 200);
  process.signal(SIGINT);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
}

TEST_F(Serve, KeepsConversationsInAFolderOfItsOwn) {
  const auto data = folder_->path() / "deep" / "data";
  const std::vector<std::string> arguments = {model_path(), "--port", "0", "--data", data.string()};
  ServeProcess process(arguments);
  const auto session = http_fetch_text({.url = process.url() + "/api/app/session"}, 1 << 20);
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

TEST_F(Serve, DemoHasAnAccountAndConversationsAndLeavesNothing) {
  ServeProcess process({model_path(), "--port", "0"}, "demo");
  const std::string url = process.url();
  EXPECT_NE(process.out().find("Log in as demo with the password "), std::string::npos);
  const auto session = http_fetch_text({.url = url + "/api/app/session"}, 1 << 20);
  ASSERT_TRUE(session) << process.err();
  EXPECT_NE(session->body.find("\"is_local\":false"), std::string::npos) << session->body;
  EXPECT_EQ(process.demo_folders().size(), 1u);
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_end(), kExitSuccess) << process.err();
  EXPECT_TRUE(process.demo_folders().empty());
}

/// Of the page's API.
TestResponse app(const ServeProcess& process, const std::string& method, const std::string& path,
                 const std::string& body = "") {
  TestClient client(process.port());
  client.send(TestClient::request_text(method, "/api/app" + path, body, "X-Falconet: 1\r\n"));
  return client.read_response();
}

TEST_F(Serve, KeepsConversationsInPostgresWhenItIsKilled) {
  if (tested_postgres().empty()) GTEST_SKIP() << "FALCONET_TEST_POSTGRES names no server";
  const TestDatabase database(SqlDialect::Postgres);
  // A password that nobody asks for must not be seen either.
  const std::string url = replace_all(database.url(), "falconet@", "falconet:s3cret@");
  const std::vector<std::string> arguments = {model_path(), "--port", "0", "--database", url};
  ServeProcess process(arguments);
  const TestResponse made = app(process, "POST", "/conversations", R"({"title":"Kept"})");
  const std::string id = string_member(made.json(), "id").value_or(made.body);
  ServeProcess second(arguments);
  EXPECT_EQ(second.wait_for_end(), kExitFailure);
  EXPECT_NE(second.err().find("another Falconet uses the database postgresql://falconet@"),
            std::string::npos)
      << second.err();
  process.signal(SIGKILL);
  process.wait_for_end();

  ServeProcess third(arguments);
  const Json kept = app(third, "GET", "/conversations/" + id).json();
  EXPECT_EQ(kept["conversation"]["title"], "Kept") << kept;
  third.signal(SIGTERM);
  EXPECT_EQ(third.wait_for_end(), kExitSuccess) << third.err();
  for (const ServeProcess* each : {&process, &second, &third}) {
    EXPECT_EQ((each->log() + each->err()).find("s3cret"), std::string::npos) << each->log();
  }
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
