// `falconet run` as a person has it: on a terminal, which a pseudo terminal stands in for.
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>

#include "base/file.h"
#include "cli/cli_test.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

// Longer than anything here takes, even under a sanitizer on a busy machine.
constexpr std::chrono::seconds kPatience{60};

constexpr const char* kSpark = FALCONET_SOURCE_DIR "/models/spark/spark.gguf";
constexpr const char* kPrompt = ">>> ";

/// `falconet run` with these arguments, on a terminal of its own.
class RunOnTerminal {
 public:
  explicit RunOnTerminal(const std::vector<std::string>& arguments) {
    std::vector<const char*> argv = {"falconet", "run"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    std::fflush(nullptr);  // or the child would write it again
    winsize size{.ws_row = 50, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ != 0) return;
    ::setenv("TERM", "xterm", 1);
    ::setenv("HOME", folder_.path().c_str(), 1);  // no ~/.editrc of the user's
    ::setenv("FALCONET_HOME", folder_.path().c_str(), 1);
    ::unsetenv("NO_COLOR");
    const int code =
        run_falconet(static_cast<int>(argv.size()), argv.data(), {std::cin, std::cout, std::cerr});
    std::cout.flush();
    ::_exit(code);
  }
  ~RunOnTerminal() {
    if (child_ > 0) ::kill(child_, SIGKILL), wait_for_end();
    ::close(terminal_);
  }

  void type(std::string_view keys) {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  /// What the screen got, up to and with `text`; fails where it does not come.
  std::string read_until(std::string_view text) {
    EXPECT_TRUE(comes(text, kPatience)) << "there is no \"" << text << "\" in:\n" << unread_;
    const std::size_t found = unread_.find(text);
    const std::size_t end = found == std::string::npos ? unread_.size() : found + text.size();
    std::string read = unread_.substr(0, end);
    unread_.erase(0, end);
    return read;
  }

  /// Types again and again: a signal between prompt and read is noted and ends nothing, and the
  /// terminal then drops what is not read yet.
  std::string type_until(std::string_view keys, std::string_view text) {
    for (int i = 0; i < 60; ++i) {
      type(keys);
      if (comes(text, std::chrono::seconds(1))) break;
    }
    return read_until(text);
  }

  /// Reads until so many bytes more have come.
  void read_some(std::size_t num_bytes) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (unread_.size() < num_bytes && std::chrono::steady_clock::now() < deadline &&
           read_more()) {
    }
    EXPECT_GE(unread_.size(), num_bytes) << unread_;
    unread_.clear();
  }

  int wait_for_end() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string history() const {
    return read_file(folder_.path() / "history", 1 << 20).value_or("");
  }

 private:
  bool comes(std::string_view text, std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (unread_.find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline || !read_more()) return false;
    }
    return true;
  }

  /// False at the end.
  bool read_more() {
    pollfd ready{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, /*ms=*/100) <= 0) return true;
    char buffer[4096];
    const ssize_t num_read = ::read(terminal_, buffer, sizeof buffer);
    if (num_read <= 0) return false;
    unread_.append(buffer, static_cast<std::size_t>(num_read));
    return true;
  }

  TemporaryFolder folder_;
  int terminal_ = -1;
  pid_t child_ = -1;
  std::string unread_;
};

TEST(RunTerminal, DimsTheReasoningAndNotTheAnswer) {
  RunOnTerminal run({kSpark, "--set", "temperature=0"});
  run.read_until(kPrompt);
  run.type("Tell me what you get for 50-27\r");
  run.read_until("50-27");
  const std::string reasoning = run.read_until("\x1b[0m\r\n\r\n");
  const std::string answer = run.read_until(kPrompt);
  const std::size_t dim = reasoning.find("\x1b[2m");
  ASSERT_NE(dim, std::string::npos) << reasoning;
  EXPECT_NE(reasoning.find("23", dim), std::string::npos) << reasoning;
  EXPECT_NE(answer.find("\\boxed{23}"), std::string::npos) << answer;
  const std::string before = answer.substr(0, answer.find("\\boxed{23}"));
  EXPECT_EQ(before.find('\x1b'), std::string::npos) << "the answer has no style: " << answer;
  run.type("/exit\r");
  EXPECT_EQ(run.wait_for_end(), kExitSuccess);
}

TEST(RunTerminal, BringsTheLastLineBackAndKeepsItForTheNextTime) {
  RunOnTerminal run({kSpark, "--set", "max_tokens=2"});
  run.read_until(kPrompt);
  run.type("an unlikely line\r");
  run.read_until("an unlikely line");
  run.read_until(kPrompt);
  run.type("\x1b[A");  // arrow up
  run.read_until("an unlikely line");
  run.type("\x15/exit\r");  // Ctrl-U empties the line
  EXPECT_EQ(run.wait_for_end(), kExitSuccess);
  // libedit writes a space as \040.
  EXPECT_NE(run.history().find("an\\040unlikely\\040line"), std::string::npos) << run.history();
}

TEST(RunTerminal, CtrlCStopsTheAnswerAndNotTheProgram) {
#ifdef NDEBUG
  GTEST_SKIP() << "optimised, the small model fills its context before anybody can press a key";
#endif
  const TemporaryFolder folder;
  const std::string model = (folder.path() / "tiny.gguf").string();
  // Random weights talk until their context is full, but for an end token that they hit by chance.
  ASSERT_TRUE(write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0"}, model));
  RunOnTerminal run({model, "--set", "temperature=1"});
  run.read_until(kPrompt);
  bool is_stopped = false;
  for (int attempt = 0; attempt < 8 && !is_stopped; ++attempt) {
    run.type("/clear\r");
    run.read_until("a new conversation");
    run.read_until(kPrompt);
    run.type("Hello\r");
    run.read_until("Hello\r\n");
    run.read_some(40);
    is_stopped = run.type_until("\x03", kPrompt).find("(stopped)") != std::string::npos;
  }
  EXPECT_TRUE(is_stopped);
  run.type_until("\x03", kPrompt);  // at the prompt it only begins a new line
  run.type("/exit\r");
  EXPECT_EQ(run.wait_for_end(), kExitSuccess);
}

}  // namespace
}  // namespace falconet
