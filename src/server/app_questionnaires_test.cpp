// Filling in questionnaires: what is shown, what is wrong, once each, with an account or a link.
#include <gmock/gmock.h>

#include "server/study_api_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class QuestionnairesApi : public StudyApiTest {
 protected:
  Json waiting(const Person& person) {
    return send_as(person, "GET", "/participations").json()["participations"][0]["questionnaires"];
  }
};

TEST_F(QuestionnairesApi, AreSavedTakenUpAgainAndSubmittedOnce) {
  const std::string study = running();
  const std::string asked = questionnaire(study, usual_definition());
  EXPECT_EQ(answer(bob, asked, {}).status, 404) << "bob takes no part";
  join(bob, link(study, {{"max_uses", 1}}));
  EXPECT_EQ(answer(bob, asked, {{"recommend", 4}}, false).status, 200);
  EXPECT_EQ(waiting(bob)[0]["has_begun"], true);
  EXPECT_TRUE(waiting(bob)[0]["submitted"].is_null());
  const Json resumed = send_as(bob, "GET", "/questionnaires/" + asked).json();
  EXPECT_EQ(resumed["answers"]["recommend"], 4);
  EXPECT_EQ(research("GET", "/questionnaires/" + asked + "/answers")["responses"].size(), 0u)
      << "it is not submitted";
  const Json exported = send_as(bob, "GET", "/export").json()["studies"];
  EXPECT_EQ(exported[0]["study"], "Is it enough?");
  EXPECT_EQ(exported[0]["answers"][0]["recommend"], 4) << "what is theirs goes with them";

  // Whoever has begun goes on with the version that they saw.
  research("PATCH", "/questionnaires/" + asked,
           {{"definition", definition({question("other", "short_text", {{"required", true}})})}});
  EXPECT_EQ(send_as(bob, "GET", "/questionnaires/" + asked).json()["version"], 1);
  EXPECT_EQ(answer(bob, asked, {{"recommend", 5}}).status, 200);
  EXPECT_EQ(answer(bob, asked, {{"recommend", 6}}).status, 409);
  EXPECT_EQ(answer(bob, asked, {{"recommend", 6}}, false).status, 409);
  const Json responses = research("GET", "/questionnaires/" + asked + "/answers")["responses"];
  ASSERT_EQ(responses.size(), 1u);
  EXPECT_EQ(responses[0]["answers"]["recommend"], 5);
  EXPECT_EQ(responses[0]["version"], 1);
}

TEST_F(QuestionnairesApi, AskForWhatIsShownAndNothingElse) {
  const std::string study = running();
  const std::string asked = questionnaire(study, usual_definition());
  join(bob, link(study, {{"max_uses", 1}}));
  const TestResponse missing = answer(bob, asked, {{"problems", {"memory"}}, {"recommend", 3}});
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.error("message"), "answers.turns: an answer is required");
  EXPECT_EQ(missing.error("param"), "answers.turns");
  const TestResponse wrong = answer(
      bob, asked, {{"problems", {"memory"}}, {"turns", 99}, {"recommend", "often"}, {"x", 1}});
  EXPECT_THAT(wrong.error("message"), HasSubstr("answers.turns: expected a number from 1 to 50"));
  EXPECT_THAT(wrong.error("message"),
              HasSubstr("answers.recommend: expected a number from 0 to 10"));
  EXPECT_THAT(wrong.error("message"), HasSubstr("answers.x: there is no such question"));
  EXPECT_EQ(answer(bob, asked, {{"problems", {"magic"}}, {"recommend", 3}}).status, 400);
  EXPECT_EQ(answer(bob, asked, {{"recommend", 99}}, false).status, 400) << "not even as a draft";
  // What was answered while the question was shown goes with it.
  EXPECT_EQ(answer(bob, asked, {{"problems", {"style"}}, {"turns", 7}, {"recommend", 3}}).status,
            200);
  const Json kept = send_as(bob, "GET", "/questionnaires/" + asked).json()["answers"];
  EXPECT_FALSE(kept.contains("turns"));
  EXPECT_EQ(kept["problems"], Json::array({"style"}));
}

TEST_F(QuestionnairesApi, AreRefusedWhereTheyCannotBeAsked) {
  const std::string path = "/api/feedback/studies/" + draft() + "/questionnaires";
  const auto message = [&](const Json& asked) {
    const TestResponse response = send_as(rita, "POST", path, {{"definition", asked}});
    EXPECT_EQ(response.status, 400);
    return response.error("message");
  };
  EXPECT_THAT(message(definition({})), HasSubstr("questions: expected a list"));
  EXPECT_THAT(message(definition({question("a", "guess")})), HasSubstr("questions[0].type"));
  Json english = question("a", "nps");
  english["text"].erase("zh");
  EXPECT_THAT(message(definition({english})),
              HasSubstr("questions[0].text.zh: expected a text in Chinese"));
  EXPECT_THAT(
      message(definition({question("a", "nps", {{"show_if", {{"question", "b"}, {"is", 1}}}}),
                          question("b", "nps")})),
      HasSubstr("no question 'b' comes before it"));
  EXPECT_EQ(research("GET", "/questionnaire-templates")["templates"].size(), 3u);
}

TEST_F(QuestionnairesApi, AreAskedForWhenTheyAreDue) {
  const std::string study = running();
  const Json asked = definition({question("recommend", "nps")});
  const std::string chats = questionnaire(study, asked, {{"due", "after_chats"}, {"due_after", 2}});
  const std::string end = questionnaire(study, asked, {{"due", "at_end"}});
  const std::string failed = questionnaire(study, asked, {{"due", "after_first_error"}});
  questionnaire(study, asked, {{"due", "by_link"}});
  join(bob, link(study, {{"max_uses", 1}}));
  ask(bob, "one");
  EXPECT_TRUE(waiting(bob).empty());
  ask(bob, "two");
  ASSERT_EQ(waiting(bob).size(), 1u);
  EXPECT_EQ(waiting(bob)[0]["id"], chats);
  use([](const CompletionRequest&) -> Result<FakeCompleter::Events> {
    return FakeCompleter::Events{error(ErrorCode::Unavailable, "gone")};
  });
  ask(bob, "three");
  ASSERT_EQ(waiting(bob).size(), 2u);
  EXPECT_EQ(waiting(bob)[1]["id"], failed);
  research("POST", "/studies/" + study + "/end", Json::object());
  ASSERT_EQ(waiting(bob).size(), 1u);
  EXPECT_EQ(waiting(bob)[0]["id"], end);
  EXPECT_EQ(answer(bob, chats, {{"recommend", 1}}).status, 403) << "the study has ended";
  EXPECT_EQ(answer(bob, end, {{"recommend", 1}}).status, 200);
}

TEST_F(QuestionnairesApi, AreAnsweredByLinkWithoutAnAccount) {
  const std::string study = running();
  const std::string asked = questionnaire(study, usual_definition(), {{"due", "by_link"}});
  const std::string token =
      link(study, {{"max_uses", 2}, {"questionnaire_id", asked}, {"channel", "forum"}});
  const auto stranger = [&](const std::string& method, const std::string& path,
                            const Json& body = nullptr) {
    return send(method, path, body.is_null() ? "" : to_text(body));
  };
  EXPECT_EQ(stranger("GET", "/study-links/" + token).json()["needs_account"], false);
  EXPECT_EQ(try_join(bob, {{"token", token}, {"segment", "leads"}}).status, 404)
      << "this link is not for accounts";
  const Json agreement = {{"segment", "leads"}, {"locale", "en"}, {"consent_version", 1}};
  const TestResponse joined = stranger("POST", "/study-links/" + token + "/respondents", agreement);
  ASSERT_EQ(joined.status, 201) << joined.body;
  const std::string mine = "/respondents/" + string_member(joined.json(), "secret").value_or("?");
  EXPECT_EQ(stranger("PUT", mine, {{"answers", {{"recommend", 2}}}}).status, 200);
  EXPECT_EQ(stranger("GET", mine).json()["questionnaire"]["answers"]["recommend"], 2);
  EXPECT_EQ(stranger("PUT", mine,
                     {{"answers", {{"problems", {"style"}}, {"recommend", 2}}}, {"submit", true}})
                .status,
            200);
  EXPECT_EQ(stranger("PUT", mine, {{"answers", {{"recommend", 9}}}, {"submit", true}}).status, 409);
  EXPECT_EQ(reported(analysis(study), "style"), 1);
  EXPECT_EQ(research("GET", "/studies/" + study + "/progress")["channels"][0]["name"], "forum");

  const TestResponse second = stranger("POST", "/study-links/" + token + "/respondents", agreement);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(stranger("POST", "/study-links/" + token + "/respondents", agreement).status, 404)
      << "the link is used up";
  EXPECT_EQ(stranger("GET", "/study-links/" + token).status, 404);
  EXPECT_EQ(stranger("DELETE", mine).status, 204);
  EXPECT_EQ(stranger("GET", mine).status, 404);
  EXPECT_EQ(reported(analysis(study), "style"), 0);
  EXPECT_EQ(analysis(study)["flow"]["total"]["surveyed"], 0);
}

}  // namespace
}  // namespace falconet
