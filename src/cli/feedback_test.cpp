#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/cli_test.h"
#include "feedback/training_export.h"
#include "store/conversations.h"
#include "store/generations.h"
#include "store/messages.h"
#include "store/participants.h"
#include "store/ratings.h"
#include "store/users.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class FeedbackCommand : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            cat("feedback_cli_", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string path(const char* name) const { return root_ / name; }

  static std::string contents(const std::filesystem::path& file) {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
  }

  std::filesystem::path root_;
};

const Json* finding_of(const Json& report, std::string_view category) {
  for (const Json& finding : report["findings"]) {
    if (finding.value("category", "") == category) return &finding;
  }
  return nullptr;
}

TEST_F(FeedbackCommand, SimulatesAStudyAndFindsInItWhatWasPlanted) {
  const CliRun simulated =
      run_cli({"feedback", "simulate", "--seed", "7", "-o", path("study"), "--json"});
  ASSERT_EQ(simulated.exit_code, kExitSuccess) << simulated.err;
  const Json truth = Json::parse(contents(path("study.truth.json")));
  const CliRun run = run_cli({"feedback", "analyze", "--data", path("study"), "--json"});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_EQ(run.err, "");
  const Json report = Json::parse(run.out);
  EXPECT_EQ(report["flow"]["total"]["active"], 32);
  EXPECT_EQ(report["answers_by_provenance"]["simulated"], truth["answers"]);
  const Json* calls = finding_of(report, "function_calling");
  ASSERT_NE(calls, nullptr);
  EXPECT_EQ((*calls)["suggestion"]["id"], "constrain_output");
  EXPECT_LE((*calls)["interval"][0], truth["malformed_rate"]);
  EXPECT_GE((*calls)["interval"][1], truth["malformed_rate"]);
  const Json* safety = finding_of(report, "safety");
  ASSERT_NE(safety, nullptr);
  EXPECT_EQ((*safety)["kind"], "none_observed");
}

TEST_F(FeedbackCommand, GivesTheSameBytesForTheSameSeed) {
  for (const char* name : {"a", "b"}) {
    const CliRun run = run_cli({"feedback", "simulate", "--seed", "3", "-o", path(name)});
    ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  }
  for (const char* file : {"participants.jsonl", "generations.jsonl", "ratings.jsonl"}) {
    EXPECT_EQ(contents(root_ / "a" / file), contents(root_ / "b" / file)) << file;
  }
  const CliRun a = run_cli({"feedback", "analyze", "--data", path("a"), "--json"});
  const CliRun b = run_cli({"feedback", "analyze", "--data", path("b"), "--json"});
  EXPECT_EQ(a.out, b.out);
}

TEST_F(FeedbackCommand, WritesForPeopleInBothLanguages) {
  run_cli({"feedback", "simulate", "--seed", "7", "-o", path("study")});
  const CliRun english = run_cli({"feedback", "analyze", "--data", path("study")});
  EXPECT_THAT(english.out, HasSubstr("of 32 people"));
  const CliRun chinese =
      run_cli({"feedback", "analyze", "--data", path("study"), "--language", "zh"});
  EXPECT_THAT(chinese.out, HasSubstr("32 人中"));
  const CliRun other =
      run_cli({"feedback", "analyze", "--data", path("study"), "--language", "fr"});
  EXPECT_EQ(other.exit_code, kExitFailure);
}

TEST_F(FeedbackCommand, AnalysesAPartOfAStudy) {
  run_cli({"feedback", "simulate", "--seed", "7", "-o", path("study")});
  const auto analyzed = [&](std::vector<std::string> filters) {
    std::vector<std::string> line = {"feedback", "analyze", "--data", path("study"), "--json"};
    line.insert(line.end(), filters.begin(), filters.end());
    const CliRun run = run_cli(line);
    EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
    return Json::parse(run.out);
  };
  const std::int64_t num_answers = analyzed({})["flow"]["answers"];
  const Json chinese = analyzed({"--prompt-language", "zh"});
  const Json english = analyzed({"--prompt-language", "en"});
  EXPECT_GT(chinese["flow"]["answers"], 0);
  EXPECT_EQ(chinese["flow"]["answers"].get<std::int64_t>() +
                english["flow"]["answers"].get<std::int64_t>(),
            num_answers);
  EXPECT_EQ(chinese["filter"], (Json{{"prompt_language", "zh"}}));
  const Json before = analyzed({"--until", "2999-12-31", "--from", "1970-01-01"});
  EXPECT_EQ(before["flow"]["answers"], num_answers);
  EXPECT_THAT(run_cli({"feedback", "analyze", "--data", path("study"), "--segment", "hobbyist",
                       "--language", "zh"})
                  .out,
              HasSubstr("仅限于：人群 hobbyist"));
  EXPECT_THAT(run_cli({"feedback", "analyze", "--data", path("study"), "--model", "gpt"}).err,
              HasSubstr("no answer is left of {\"model\":\"gpt\"}. There are the models "));
  for (const char* date : {"2026-02-30", "yesterday", "2026-1-01", "2026-01-0x"}) {
    EXPECT_THAT(run_cli({"feedback", "analyze", "--data", path("study"), "--from", date}).err,
                HasSubstr("--from must be a date"))
        << date;
  }
}

TEST_F(FeedbackCommand, NamesWhatIsWrongAndWhere) {
  EXPECT_THAT(run_cli({"feedback", "analyze", "--data", path("absent")}).err,
              HasSubstr("is not a folder"));
  EXPECT_EQ(run_cli({"feedback"}).exit_code, kExitUsage);
  std::ofstream(path("spec.json")) << R"({"malformd_rate":0.1})";
  EXPECT_THAT(run_cli({"feedback", "simulate", "--spec", path("spec.json"), "-o", path("x")}).err,
              HasSubstr("malformd_rate"));
  std::filesystem::create_directories(path("bad"));
  std::ofstream(path("bad/generations.jsonl"))
      << "{\"id\":\"g\",\"participant_id\":\"p\"}\n{\"id\":\"h\"}\n";
  const CliRun run = run_cli({"feedback", "analyze", "--data", path("bad")});
  EXPECT_EQ(run.exit_code, kExitSuccess);
  EXPECT_THAT(run.err, HasSubstr("generations.jsonl:2: \"participant_id\" is missing"));
}

TEST_F(FeedbackCommand, NeverWritesOverAStudy) {
  run_cli({"feedback", "simulate", "-o", path("study")});
  const CliRun again = run_cli({"feedback", "simulate", "--seed", "2", "-o", path("study")});
  EXPECT_EQ(again.exit_code, kExitFailure);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
}

TEST_F(FeedbackCommand, ReportIsWrittenAsItsNameSays) {
  run_cli({"feedback", "simulate", "--seed", "7", "-o", path("study")});
  const auto report = [&](const char* name, std::vector<std::string> more = {}) {
    std::vector<std::string> line = {"feedback", "report",   "--data",      path("study"),
                                     "-o",       path(name), "--resamples", "100"};
    line.insert(line.end(), more.begin(), more.end());
    return run_cli(line);
  };
  const CliRun html = report("r.html", {"--language", "zh"});
  EXPECT_EQ(html.exit_code, kExitSuccess) << html.err;
  EXPECT_THAT(html.out, HasSubstr("r.html: "));
  EXPECT_THAT(contents(path("r.html")), HasSubstr("多轮记忆"));
  EXPECT_THAT(report("r.html").err, HasSubstr("--force"));
  EXPECT_EQ(report("r.md").exit_code, kExitSuccess);
  EXPECT_THAT(contents(path("r.md")), HasSubstr("## Limits"));
  EXPECT_THAT(contents(path("r.md")), testing::Not(HasSubstr("hobbyist"))) << "three people";
  EXPECT_EQ(report("all.md", {"--k", "1"}).exit_code, kExitSuccess);
  EXPECT_THAT(contents(path("all.md")), HasSubstr("hobbyist"));
  EXPECT_EQ(report("r.json").exit_code, kExitSuccess);
  EXPECT_TRUE(parse_json(contents(path("r.json"))));
  EXPECT_THAT(report("r.pdf").err, HasSubstr("must end in .html, .md or .json"));
}

TEST_F(FeedbackCommand, ExportOfAServerIsAStudy) {
  const auto export_it = [&] {
    return run_cli({"feedback", "export", "--data", path("data"), "-o", path("live"), "--json"});
  };
  EXPECT_THAT(export_it().err, HasSubstr("nobody has asked anything"));
  const SystemClock clock;
  const auto kept = ClaimedStore::open({.folder = path("data")}, clock).value();
  const Status asked = kept->store().write([](Transaction& t) -> Status {
    TRY_ASSIGN(const User user, ensure_user(t, kLocalUser, "owner"));
    TRY_ASSIGN(const Conversation chat, create_conversation(t, user.id, {}));
    TRY_ASSIGN(
        const Message question,
        add_message(t, user.id,
                    {.conversation_id = chat.id, .role = "user", .content = "a secret question"}));
    TRY_ASSIGN(
        const StartedGeneration started,
        start_generation(t, user.id, {.conversation_id = chat.id, .parent_id = question.id}));
    TRY(finish_generation(t, user.id, {.id = started.record.id, .content = "a secret answer"}));
    TRY(rate_message(t, user.id, started.message.id,
                     Rating{.value = -1, .comment = "It forgot. Mail zhang@example.com"}));
    return {};
  });
  ASSERT_TRUE(asked) << asked.error().message;
  const CliRun exported = export_it();
  ASSERT_EQ(exported.exit_code, kExitSuccess) << exported.err;
  EXPECT_EQ(Json::parse(exported.out)["ratings"], 1);
  EXPECT_EQ(Json::parse(exported.out)["personal_data_redacted"]["e_mail"], 1);
  EXPECT_THAT(contents(path("live/ratings.jsonl")), HasSubstr("It forgot. Mail [e-mail]"));
  for (const auto& file : std::filesystem::directory_iterator(path("live"))) {
    EXPECT_THAT(contents(file.path()), testing::Not(HasSubstr("secret")));
  }
  const Json report =
      Json::parse(run_cli({"feedback", "analyze", "--data", path("live"), "--json"}).out);
  EXPECT_EQ(report["flow"]["voluntary_ratings"], 1);
  const CliRun whole = run_cli({"feedback", "export", "--data", path("data"), "-o", path("whole"),
                                "--keep-personal-data", "the people asked to be written to"});
  EXPECT_THAT(whole.out, HasSubstr("the people asked to be written to"));
  EXPECT_THAT(contents(path("whole/ratings.jsonl")), HasSubstr("zhang@example.com"));
}

TEST_F(FeedbackCommand, ExportsExamplesToTrainOnWithConsentOnly) {
  const SystemClock clock;
  const auto kept = ClaimedStore::open({.folder = path("data")}, clock).value();
  const auto agree = [&](bool may_train) {
    return kept->store().write([&](Transaction& t) -> Status {
      TRY_ASSIGN(const User user, ensure_user(t, kLocalUser, "owner"));
      TRY(change_settings(t, user.id, {{kMayTrainSetting, may_train}}));
      return {};
    });
  };
  const Status said = kept->store().write([&](Transaction& t) -> Status {
    TRY_ASSIGN(const User user, ensure_user(t, kLocalUser, "owner"));
    TRY_ASSIGN(const Conversation chat, create_conversation(t, user.id, {}));
    NewMessage message{.conversation_id = chat.id, .role = "user", .content = "2+2?"};
    TRY_ASSIGN(const Message question, add_message(t, user.id, message));
    message = {.conversation_id = chat.id, .parent_id = question.id, .role = "assistant"};
    message.content = "5";
    TRY_ASSIGN(const Message answer, add_message(t, user.id, message));
    TRY(rate_message(t, user.id, answer.id, Rating{.value = -1, .better = "4"}));
    return {};
  });
  ASSERT_TRUE(said) << said.error().message;
  const auto export_it = [&] {
    return run_cli({"feedback", "export", "--for-training", "--data", path("data"), "-o",
                    path("examples"), "--json"});
  };
  EXPECT_THAT(export_it().err, HasSubstr("1 judged answers are of people who did not"));
  ASSERT_TRUE(agree(true));
  const CliRun exported = export_it();
  ASSERT_EQ(exported.exit_code, kExitSuccess) << exported.err;
  EXPECT_EQ(Json::parse(exported.out)["preferences"], 1);
  EXPECT_EQ(Json::parse(contents(path("examples") + "/chats.jsonl"))["messages"][1]["content"],
            "4");
  EXPECT_THAT(export_it().err, HasSubstr("exists already"));
}

TEST_F(FeedbackCommand, ExportOfAStudyHoldsItsPeopleAlone) {
  const SystemClock clock;
  std::string study;
  std::string pseudonym;
  const auto kept = ClaimedStore::open({.folder = path("data")}, clock).value();
  const Status ran = kept->store().write([&](Transaction& t) -> Status {
    TRY_ASSIGN(const User user, ensure_user(t, kLocalUser, "owner"));
    TRY_ASSIGN(const StudyRecord made, create_study(t, {.name = "Enough?", .is_open = true}));
    TRY(set_consent_text(t, made.id, {.text_en = "x", .text_zh = "y"}));
    TRY(start_study(t, made.id, {"text", "digest"}));
    TRY_ASSIGN(
        const Participant joined,
        join_study(t, {.study_id = made.id, .user = user.id, .locale = "en", .consent_version = 1},
                   {}));
    study = made.id.value;
    pseudonym = joined.id.value;
    return {};
  });
  ASSERT_TRUE(ran) << ran.error().message;
  const auto export_it = [&](const std::string& id) {
    return run_cli({"feedback", "export", "--study", id, "--data", path("data"), "-o", path("s")});
  };
  EXPECT_THAT(export_it("nothing").err, HasSubstr("there is no study nothing"));
  const CliRun exported = export_it(study);
  ASSERT_EQ(exported.exit_code, kExitSuccess) << exported.err;
  EXPECT_THAT(contents(path("s/participants.jsonl")), HasSubstr(pseudonym));
  EXPECT_THAT(contents(path("s/studies.jsonl")), HasSubstr("Enough?"));
  EXPECT_FALSE(std::filesystem::exists(path("s/generations.jsonl")));
}

TEST_F(FeedbackCommand, ImportsLogsOfOtherSystemsAsAStudy) {
  std::ofstream(path("log.jsonl"))
      << R"({"user":"u","request":{"messages":[{"role":"user","content":"Hi"}]},"response":)"
      << R"({"id":"a","model":"m","choices":[{"message":{"content":"Hello"}}]}})"
      << "\nbroken\n";
  std::ofstream(path("feedback.json"))
      << R"([{"id":"f","user_id":"v","data":{"rating":-1,"comment":"write to eve@example.org"},)"
      << R"("meta":{"message_id":"b"}}])";
  const CliRun run = run_cli({"feedback", "import", "-o", path("study"), "--json",
                              path("log.jsonl"), path("feedback.json")});
  ASSERT_EQ(run.exit_code, kExitSuccess) << run.err;
  EXPECT_THAT(run.err, HasSubstr("log.jsonl:2: "));
  const Json report = Json::parse(run.out);
  EXPECT_EQ(report["generations"], 2);
  EXPECT_EQ(report["participants"], 2);
  EXPECT_EQ(report["ratings"], 1);
  EXPECT_EQ(report["bad_lines"], 1);
  EXPECT_THAT(contents(path("study/ratings.jsonl")), Not(HasSubstr("eve@example.org")));
  const CliRun analysis = run_cli({"feedback", "analyze", "--data", path("study"), "--json"});
  ASSERT_EQ(analysis.exit_code, kExitSuccess) << analysis.err;
  EXPECT_EQ(analysis.err, "") << "what was written is whole";
  EXPECT_EQ(Json::parse(analysis.out)["answers_by_provenance"]["imported"], 2);
}

}  // namespace
}  // namespace falconet
