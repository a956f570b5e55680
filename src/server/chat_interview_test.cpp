// Interviews in the chat: from the guide that a researcher writes to what the analysis says of
// them.
#include <gmock/gmock.h>

#include "server/study_api_test.h"

namespace falconet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ChatInterviewApi : public StudyApiTest {
 protected:
  /// What bothers people, with a probe of each kind that the tests use; and a wish.
  static Json guide() {
    const Json probes = {
        {{"rule", "short"}, {"words", 3}, {"characters", 5}, {"text", text("Say more?")}},
        {{"rule", "no_example"}, {"text", text("An example?")}}};
    return {{"title", text("Talk")},
            {"intro", text("Hello.")},
            {"closing", text("Thanks.")},
            {"questions",
             {{{"text", text("What bothers you?")}, {"probes", probes}},
              {{"text", text("What do you wish?")}}}}};
  }

  /// A study that runs, asks for an interview and offers it.
  std::string interviewing(const Json& more = Json::object()) {
    const std::string study = draft();
    research("PUT", "/studies/" + study + "/consent",
             {{"text_en", "x"},
              {"text_zh", "y"},
              {"scopes", {"ratings_and_logs", "quotes", "interview"}}});
    research("POST", "/studies/" + study + "/start", Json::object());
    Json fields = {{"definition", guide()}, {"is_offered", true}};
    fields.update(more);
    research("PUT", "/studies/" + study + "/interview-guide", fields);
    return study;
  }

  Json take_part(const Person& person, const std::string& study,
                 const std::vector<std::string>& scopes) {
    return join(person, link(study, {{"max_uses", 1}}), scopes);
  }

  static std::string path_of(const Json& participation) {
    return "/participations/" + id_of(participation) + "/interview";
  }
  Json begin(const Person& person, const Json& participation, const std::string& locale = "en") {
    const TestResponse begun =
        send_as(person, "POST", path_of(participation), {{"locale", locale}});
    EXPECT_EQ(begun.status, 200) << begun.body;
    return begun.json();
  }
  TestResponse say(const Person& person, const Json& participation, std::int64_t turn,
                   const std::string& words) {
    return send_as(person, "POST", path_of(participation) + "/turns",
                   {{"turn", turn}, {"text", words}});
  }
  TestResponse skip(const Person& person, const Json& participation, std::int64_t turn) {
    return send_as(person, "POST", path_of(participation) + "/turns",
                   {{"turn", turn}, {"skip", true}});
  }
  Json offered_to(const Person& person) {
    return send_as(person, "GET", "/participations").json()["participations"][0]["interview"];
  }
  static std::vector<std::string> turns_of(const Json& interview) {
    std::vector<std::string> turns;
    for (const Json& turn : interview["turns"]) turns.push_back(turn["text"]);
    return turns;
  }
  Json interviews() { return research("GET", "/interviews")["interviews"]; }
};

TEST_F(ChatInterviewApi, GoesFromTheGuideToTheAnalysis) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"interview", "quotes"});
  EXPECT_EQ(mine["interview"]["num_questions"], 2);
  EXPECT_EQ(mine["interview"]["has_begun"], false);
  EXPECT_EQ(send_as(bob, "GET", path_of(mine)).json()["intro"]["en"], "Hello.");
  const Json begun = begin(bob, mine);
  EXPECT_THAT(turns_of(begun), ElementsAre("Hello.", "What bothers you?"));
  EXPECT_EQ(begun["turn"], 1);
  EXPECT_TRUE(interviews()[0]["study_id"] == study) << "marked as asked in the chat";
  EXPECT_EQ(analysis(study)["flow"]["total"]["interviewed"], 0) << "nothing is said yet";

  const Json probed = say(bob, mine, 1, "It forgets what I told it before.").json();
  EXPECT_THAT(turns_of(probed), ElementsAre("Hello.", "What bothers you?",
                                            "It forgets what I told it before.", "An example?"));
  EXPECT_EQ(probed["question"], 1);
  const Json second = say(bob, mine, 3, "Yesterday: my name.").json();
  EXPECT_EQ(turns_of(second).back(), "What do you wish?");
  EXPECT_EQ(second["question"], 2);
  const Json done = say(bob, mine, 5, "A longer memory.").json();
  EXPECT_EQ(turns_of(done).back(), "Thanks.");
  EXPECT_FALSE(done["ended"].is_null());
  EXPECT_FALSE(offered_to(bob)["ended"].is_null());

  const Json row = interviews()[0];
  EXPECT_EQ(row["participant"], id_of(mine));
  EXPECT_EQ(row["utterances"], 8);
  EXPECT_EQ(row["created"].get<std::int64_t>() % 86'400'000, 0) << "by the day";
  const Json talk = research("GET", "/interviews/" + id_of(row));
  EXPECT_EQ(talk["utterances"][1]["is_participant"], false);
  const Json said = talk["utterances"][2];
  EXPECT_EQ(said["text"], "It forgets what I told it before.") << "word for word";
  EXPECT_EQ(said["is_participant"], true);
  const std::string code =
      id_of(research("POST", "/codes", {{"name", "forgets"}, {"category", "memory"}})["code"]);
  research("POST", "/interviews/" + id_of(row) + "/spans",
           {{"utterance_id", id_of(said)}, {"code_id", code}, {"begin", 3}, {"end", 15}});

  for (const Json& found : {analysis(study), research("GET", "/analysis")["analysis"]}) {
    EXPECT_EQ(found["flow"]["total"]["interviewed"], 1);
    EXPECT_EQ(reported(found, "memory"), 1);
    const Json quotes = category(found, "memory")["problem_quotes"];
    ASSERT_EQ(quotes.size(), 1u);
    EXPECT_EQ(quotes[0]["begin"], 3);
    EXPECT_EQ(quotes[0]["end"], 15);
  }
  const Json own = send_as(bob, "GET", "/export").json()["studies"][0]["interview"];
  EXPECT_EQ(own.size(), 8u) << "what one said is one's own to take along";
}

// As transcripts are: word for word, but for what tells who somebody is.
TEST_F(ChatInterviewApi, IsQuotedWithoutPersonalData) {
  const std::string study = interviewing();
  const std::string code =
      id_of(research("POST", "/codes", {{"name", "quick"}, {"category", "praise/speed"}})["code"]);
  for (const Person* person : {&ada, &bob, &cleo}) {
    const bool may_be_quoted = person != &bob;
    const std::vector<std::string> scopes = may_be_quoted
                                                ? std::vector<std::string>{"interview", "quotes"}
                                                : std::vector<std::string>{"interview"};
    const Json theirs = take_part(*person, study, scopes);
    begin(*person, theirs);
    const std::string words = "So quick, says " + person->name + "@example.org today.";
    EXPECT_EQ(say(*person, theirs, 1, words).status, 200);
    for (const Json& row : interviews()) {
      if (row["participant"] != id_of(theirs)) continue;
      const std::string path = "/interviews/" + id_of(row);
      const Json said = research("GET", path)["utterances"][2];
      EXPECT_EQ(said["text"], words);
      research(
          "POST", path + "/spans",
          {{"utterance_id", id_of(said)}, {"code_id", code}, {"begin", 0}, {"end", words.size()}});
    }
  }
  const std::string report = send_as(rita, "GET", "/api/feedback/report?study=" + study).body;
  EXPECT_THAT(report, HasSubstr("So quick, says"));
  EXPECT_THAT(report, HasSubstr("[e-mail]"));
  EXPECT_THAT(report, Not(HasSubstr("@example.org")));
}

TEST_F(ChatInterviewApi, CountsOnePersonOnce) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"interview", "ratings_and_logs"});
  ask(bob, "one");
  begin(bob, mine);
  say(bob, mine, 1, "It is far too slow, for example with long texts.");
  for (const Json& found : {analysis(study), research("GET", "/analysis")["analysis"]}) {
    const Json total = found["flow"]["total"];
    EXPECT_EQ(total["interviewed"], 1);
    EXPECT_EQ(total["active"], 1);
    EXPECT_EQ(total["consented"], 1) << "under one pseudonym";
  }
  EXPECT_EQ(reported(analysis(study), "speed"), 1) << "by its words, without any code";
}

TEST_F(ChatInterviewApi, GoesOnAfterARestartAndTakesATurnOnce) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"interview"});
  begin(bob, mine, "zh");
  EXPECT_THAT(turns_of(begin(bob, mine, "en")).front(), HasSubstr("中文")) << "begun once";
  const std::string first = say(bob, mine, 1, "  它总是忘记我前面说过的话。\n").body;
  start(account_options());
  EXPECT_EQ(send_as(bob, "GET", path_of(mine)).body, first);
  const TestResponse again = say(bob, mine, 1, "它总是忘记我前面说过的话。");
  EXPECT_EQ(again.status, 200) << "its answer may have been lost on the way";
  EXPECT_EQ(again.body, first);
  EXPECT_EQ(say(bob, mine, 1, "其他").status, 409) << "nothing is written over";
  EXPECT_EQ(skip(bob, mine, 1).status, 409);
  EXPECT_EQ(say(bob, mine, 2, "x").status, 400) << "that is what bob said himself";
  EXPECT_EQ(say(bob, mine, 99, "x").status, 400);
  EXPECT_EQ(say(bob, mine, -1, "x").status, 400);
  EXPECT_EQ(send_as(bob, "GET", path_of(mine)).body, first);
  EXPECT_THAT(turns_of(skip(bob, mine, 3).json()).back(), HasSubstr("What do you wish?"))
      << "the probe was skipped";
  EXPECT_EQ(skip(bob, mine, 3).status, 200) << "once more, after a lost answer";
  const std::string done = skip(bob, mine, 4).body;
  EXPECT_EQ(skip(bob, mine, 4).body, done);
  EXPECT_EQ(say(bob, mine, 4, "late").status, 409);
  EXPECT_EQ(interviews()[0]["utterances"], 6);
}

TEST_F(ChatInterviewApi, KeepsToTheGuideThatItBeganWith) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"interview"});
  begin(bob, mine);
  Json changed = guide();
  changed["questions"] = Json::array({Json{{"text", text("Anything new?")}}});
  const Json kept =
      research("PUT", "/studies/" + study + "/interview-guide", {{"definition", changed}});
  EXPECT_EQ(kept["guide"]["version"], 2);
  EXPECT_EQ(kept["guide"]["num_begun"], 1);
  EXPECT_EQ(kept["guide"]["is_offered"], true) << "as before";
  EXPECT_EQ(turns_of(skip(bob, mine, 1).json()).back(), "What do you wish?");
  const Json other = take_part(cleo, study, {"interview"});
  EXPECT_EQ(other["interview"]["num_questions"], 1);
  EXPECT_EQ(turns_of(begin(cleo, other)).back(), "Anything new?");
}

TEST_F(ChatInterviewApi, IsForThoseWhoAllowIt) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"ratings_and_logs"});
  EXPECT_TRUE(mine["interview"].is_null());
  EXPECT_EQ(refusal(bob, "GET", path_of(mine)), 403);
  EXPECT_EQ(refusal(bob, "POST", path_of(mine), {{"locale", "en"}}), 403);
  const auto allow = [&](const std::vector<std::string>& scopes) {
    const std::string path = "/participations/" + id_of(mine);
    EXPECT_EQ(refusal(bob, "PATCH", path, {{"consent_version", 1}, {"scopes", scopes}}), 200);
  };
  allow({"interview"});
  EXPECT_EQ(refusal(cleo, "POST", path_of(mine), {{"locale", "en"}}), 404) << "somebody else's";
  EXPECT_EQ(refusal(bob, "POST", path_of(mine), {{"locale", "fr"}}), 400);
  EXPECT_EQ(say(bob, mine, 1, "x").status, 400) << "it has not begun";
  begin(bob, mine);
  EXPECT_EQ(say(bob, mine, 1, " \n").status, 400);
  EXPECT_EQ(say(bob, mine, 1, std::string(20'001, 'x')).status, 400);
  EXPECT_EQ(say(bob, mine, 1, "It is slow, for example today.").status, 200);
  const std::string row = "/api/feedback/interviews/" + id_of(interviews()[0]);
  EXPECT_EQ(refusal(rita, "PATCH", row, {{"may_be_quoted", true}}), 403)
      << "bob has not allowed to be quoted";
  EXPECT_EQ(analysis(study)["flow"]["total"]["interviewed"], 1);
  allow({"ratings_and_logs"});
  EXPECT_EQ(analysis(study)["flow"]["total"]["interviewed"], 0) << "taken back";
  EXPECT_EQ(say(bob, mine, 3, "x").status, 403);
}

TEST_F(ChatInterviewApi, GoesWithWhoWithdraws) {
  const std::string study = interviewing();
  const Json mine = take_part(bob, study, {"interview", "quotes"});
  begin(bob, mine);
  say(bob, mine, 1, "secret of bob");
  EXPECT_EQ(refusal(bob, "DELETE", "/participations/" + id_of(mine)), 204);
  EXPECT_TRUE(interviews().empty());
  EXPECT_THAT(everything(), Not(HasSubstr("secret of bob"))) << "in no table";
  EXPECT_EQ(refusal(bob, "GET", path_of(mine)), 404);
}

TEST_F(ChatInterviewApi, WaitsUntilItIsDue) {
  const std::string study = interviewing({{"due", "after_chats"}, {"due_after", 1}});
  const Json mine = take_part(bob, study, {"interview"});
  EXPECT_TRUE(mine["interview"].is_null());
  EXPECT_EQ(refusal(bob, "POST", path_of(mine), {{"locale", "en"}}), 404);
  ask(bob, "one");
  EXPECT_EQ(offered_to(bob)["num_questions"], 2);
  research("PUT", "/studies/" + study + "/interview-guide", {{"is_offered", false}});
  EXPECT_TRUE(offered_to(bob).is_null());
  research("PUT", "/studies/" + study + "/interview-guide", {{"is_offered", true}});
  begin(bob, mine);
  research("POST", "/studies/" + study + "/end");
  EXPECT_TRUE(offered_to(bob).is_null()) << "it can no longer be finished";
  EXPECT_EQ(say(bob, mine, 1, "late").status, 403);
  EXPECT_EQ(send_as(bob, "GET", path_of(mine)).json()["is_open"], false);
}

TEST_F(ChatInterviewApi, TellsResearchersWhatIsWrongWithTheirGuide) {
  const std::string study = draft();
  const std::string path = "/api/feedback/studies/" + study + "/interview-guide";
  const Json none = research("GET", "/studies/" + study + "/interview-guide");
  EXPECT_TRUE(none["guide"].is_null());
  EXPECT_EQ(none["template"]["questions"].size(), 9u);
  EXPECT_EQ(send_as(rita, "PUT", path, {{"is_offered", true}}).status, 400);
  Json wrong = guide();
  wrong["questions"][0]["probes"][1]["text"]["zh"] = "";
  const TestResponse refused = send_as(rita, "PUT", path, {{"definition", wrong}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body,
              HasSubstr("questions[0].probes[1].text.zh: expected a text in Chinese"));
  EXPECT_THAT(send_as(rita, "PUT", path, {{"definition", guide()}, {"due", "by_link"}}).body,
              HasSubstr("an interview needs an account"));
  EXPECT_TRUE(research("GET", "/studies/" + study + "/interview-guide")["guide"].is_null());
  EXPECT_EQ(send_as(rita, "PUT", path, {{"definition", none["template"]}}).status, 200);
  EXPECT_EQ(refusal(bob, "GET", path), 403);
  EXPECT_EQ(refusal(rita, "GET", "/api/feedback/studies/x/interview-guide"), 404);
  research("POST", "/studies/" + study + "/start", Json::object());
  const std::string protocol = research("GET", "/studies/" + study + "/protocol")["text"];
  EXPECT_THAT(protocol, HasSubstr("interview_guide")) << "fixed with the rest of the plan";
}

}  // namespace
}  // namespace falconet
