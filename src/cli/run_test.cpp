#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "cli/chat_commands.h"
#include "cli/cli_test.h"
#include "completion/fake_completer.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

class Run : public testing::Test {
 protected:
  void SetUp() override {
    const Status written =
        write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0"}, model_path());
    ASSERT_TRUE(written) << written.error().message;
  }
  std::string model_path() const { return (folder_.path() / "tiny.gguf").string(); }

  TemporaryFolder folder_;
};

TEST_F(Run, AnswersAPipe) {
  const CliRun run = run_cli({"run", model_path(), "--set", "max_tokens=8"}, "Hello\n");
  EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_TRUE(run.out.ends_with('\n'));
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos) << "no styles in a pipe";
}

TEST_F(Run, GivesTheSameAnswerForTheSameSeed) {
  const std::vector<std::string> arguments = {"run",   model_path(),    "Hello", "--json",
                                              "--set", "max_tokens=12", "seed=7"};
  const Json first = Json::parse(run_cli(arguments).out);
  const Json second = Json::parse(run_cli(arguments).out);
  EXPECT_EQ(first["content"], second["content"]);
  EXPECT_EQ(first["reasoning"], second["reasoning"]);
  EXPECT_EQ(first["completion_tokens"], 12);
  EXPECT_EQ(first["finish_reason"], "length");
  EXPECT_EQ(first["seed"], 7);
}

TEST_F(Run, SaysWhichSettingsThereAre) {
  const CliRun run = run_cli({"run", model_path(), "Hello", "--set", "heat=1"});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("there is no parameter 'heat'; there are temperature"), std::string::npos);
}

TEST_F(Run, SaysThatThereIsNothingToAnswer) {
  const CliRun run = run_cli({"run", model_path()}, " \n");
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_NE(run.err.find("there is nothing to answer"), std::string::npos) << run.err;
}

/// A conversation with a scripted model.
struct Conversation {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Streams io{in, out, err};
  FakeCompleter model{FakeCompleter::saying("Good day.", "A greeting.")};
  ChatSession session{model, {}, io};

  AfterCommand type(std::string_view line) { return run_chat_command(line, session, io); }
};

TEST(ChatCommands, ChangeSettings) {
  Conversation chat;
  chat.type("/set temperature 0.25");
  chat.type("/system Be brief.");
  chat.type("/think off");
  EXPECT_EQ(chat.session.settings().sampling.temperature, 0.25);
  EXPECT_EQ(chat.session.settings().system, "Be brief.");
  EXPECT_EQ(chat.session.settings().stopping.thinking_budget, 0);
  EXPECT_EQ(chat.err.str(), "");
}

TEST(ChatCommands, SayWhatIsWrongAndChangeNothing) {
  Conversation chat;
  chat.type("/set temperature warm");
  chat.type("/set heat 3");
  chat.type("/think hard");
  chat.type("/dance");
  EXPECT_EQ(chat.session.settings().sampling.temperature, std::nullopt);
  EXPECT_NE(chat.err.str().find("temperature: expected a number, found 'warm'"), std::string::npos);
  EXPECT_NE(chat.err.str().find("there is no parameter 'heat'"), std::string::npos);
  EXPECT_NE(chat.err.str().find("there is no command /dance"), std::string::npos);
}

TEST(ChatCommands, SaveAndClearTheConversation) {
  Conversation chat;
  ASSERT_TRUE(chat.session.answer("Hello"));
  ASSERT_EQ(chat.session.messages().size(), 2u);
  const TemporaryFolder folder;
  const auto path = folder.path() / "chat.json";
  chat.type("/save " + path.string());
  std::ifstream file(path);
  EXPECT_EQ(Json::parse(file), chat.session.messages());
  chat.type("/clear");
  EXPECT_TRUE(chat.session.messages().empty());
}

TEST(ChatCommands, Leave) {
  Conversation chat;
  EXPECT_EQ(chat.type("/help"), AfterCommand::GoOn);
  for (const char* word : {"/exit", "/bye", "/quit"}) {
    EXPECT_EQ(chat.type(word), AfterCommand::Leave) << word;
  }
}

TEST(ChatSession, WritesTheAnswerAloneWhereNobodyWatches) {
  Conversation chat;
  const auto answer = chat.session.answer("Hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reasoning, "A greeting.");
  EXPECT_EQ(chat.out.str(), "Good day.\n");
}

TEST(ChatSession, KeepsTheConversationAsItWasWhenAnAnswerFails) {
  std::istringstream in;
  std::ostringstream out;
  const Streams io{in, out, out};
  FakeCompleter model{FakeCompleter::refusing(error(ErrorCode::TooLarge, "too long"))};
  ChatSession session(model, {}, io);
  const auto answer = session.answer("Hello");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "too long");
  EXPECT_TRUE(session.messages().empty());
}

}  // namespace
}  // namespace falconet
