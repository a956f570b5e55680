// Studies from their making to what the analysis says of them.
#include <gmock/gmock.h>

#include "server/credentials.h"
#include "server/study_api_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class StudiesApi : public StudyApiTest {};

TEST_F(StudiesApi, AStudyGoesFromALinkToItsAnalysis) {
  const std::string study = running();
  const std::string asked = questionnaire(study, usual_definition());
  const std::string token = link(study, {{"max_uses", 3}, {"channel", "mail"}});
  const Json invitation = send_as(bob, "GET", "/study-links/" + token).json();
  EXPECT_EQ(invitation["study"]["name"], "Is it enough?");
  EXPECT_EQ(invitation["study"]["consent"]["text_zh"], "我们保存评分。");
  EXPECT_TRUE(invitation["needs_account"]);
  EXPECT_EQ(analysis(study)["flow"]["total"]["invited"], 3);
  EXPECT_EQ(analysis(study)["flow"]["total"]["consented"], 0) << "nobody has come yet";

  const Json joined = join(bob, token);
  EXPECT_EQ(joined["segment"], "leads");
  EXPECT_EQ(joined["questionnaires"][0]["id"], asked);
  rate(bob, ask(bob, "我叫什么名字？"), {{"value", -1}, {"comment", "忘了我前面说的话"}});
  ask(cleo, "not in the study");
  ask(ada, "nor this");
  EXPECT_EQ(answer(bob, asked,
                   {{"problems", {"memory", "praise/speed"}},
                    {"turns", 5},
                    {"recommend", 8},
                    {"why", "语气生硬，像公文"}})
                .status,
            200);

  const Json found = analysis(study);
  const Json flow = found["flow"]["total"];
  EXPECT_EQ(flow["invited"], 3) << "places of the link";
  EXPECT_EQ(flow["consented"], 1);
  EXPECT_EQ(flow["active"], 1);
  EXPECT_EQ(flow["rated"], 1);
  EXPECT_EQ(flow["surveyed"], 1);
  EXPECT_EQ(found["flow"]["answers"], 1) << "of three on this server";
  EXPECT_EQ(reported(found, "memory"), 1);
  EXPECT_EQ(reported(found, "style"), 1) << "from the text";
  EXPECT_EQ(reported(found, "long_text"), 0);
  EXPECT_EQ(research("GET", "/analysis")["analysis"]["flow"]["answers"], 3) << "as ever";
  const TestResponse report = send_as(rita, "GET", "/api/feedback/report?study=" + study);
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(refusal(rita, "GET", "/api/feedback/analysis?study=nothing"), 404);

  const Json progress = research("GET", "/studies/" + study + "/progress");
  EXPECT_EQ(progress["total"]["invited"], 3);
  EXPECT_EQ(progress["total"]["answered"], 1);
  EXPECT_EQ(progress["segments"][0]["name"], "leads");
  EXPECT_EQ(progress["segments"][0]["active"], 1);
  EXPECT_EQ(progress["channels"][0]["name"], "mail");
  EXPECT_EQ(progress["channels"][0]["consented"], 1);
}

TEST_F(StudiesApi, WhoWithdrawsLeavesTheAnalysisAndKeepsTheirChats) {
  const std::string study = running({{"is_open", true}});
  const std::string asked = questionnaire(study, usual_definition());
  const std::string token = link(study, {{"max_uses", 2}});
  const Json mine = join(bob, token);
  join(cleo, token);
  for (const Person* person : {&bob, &cleo}) {
    rate(*person, ask(*person, "one"), {{"value", -1}, {"reasons", {"forgot"}}});
    EXPECT_EQ(answer(*person, asked, {{"recommend", 3}}).status, 200);
  }
  EXPECT_EQ(reported(analysis(study), "memory"), 2);
  const std::string chats = send_as(bob, "GET", "/conversations").body;
  EXPECT_EQ(refusal(cleo, "DELETE", "/participations/" + id_of(mine)), 404) << "somebody else's";
  EXPECT_EQ(refusal(bob, "DELETE", "/participations/" + id_of(mine)), 204);

  const Json found = analysis(study);
  EXPECT_EQ(found["flow"]["total"]["active"], 1);
  EXPECT_EQ(found["flow"]["total"]["surveyed"], 1);
  EXPECT_EQ(reported(found, "memory"), 1);
  EXPECT_EQ(send_as(bob, "GET", "/conversations").body, chats);
  EXPECT_EQ(research("GET", "/questionnaires/" + asked + "/answers")["responses"].size(), 1u);
  const Json left = research("GET", "/studies/" + study + "/progress")["total"];
  EXPECT_EQ(left["withdrawn"], 1);
  EXPECT_EQ(left["active"], 1);
  EXPECT_TRUE(send_as(bob, "GET", "/participations").json()["participations"].empty());
  EXPECT_EQ(refusal(bob, "GET", "/questionnaires/" + asked), 404);
}

TEST_F(StudiesApi, UsesNothingThatWasNotAllowed) {
  const std::string study = running();
  const std::string token = link(study, {{"max_uses", 3}});
  const auto num_answers = [&] { return analysis(study)["flow"]["answers"]; };
  rate(bob, ask(bob, "before"), {{"value", -1}, {"reasons", {"forgot"}}});
  join(bob, token);
  EXPECT_EQ(num_answers(), 0) << "what was said before joining is no part of it";
  join(cleo, token, {});
  rate(cleo, ask(cleo, "one"), {{"value", -1}, {"reasons", {"forgot"}}});
  EXPECT_EQ(num_answers(), 0) << "cleo allows neither ratings nor logs";
  join(ada, token, {"ratings_and_logs"});
  rate(ada, ask(ada, "two"), {{"value", -1}, {"comment", "it is far too slow"}});
  EXPECT_EQ(num_answers(), 1);
  EXPECT_EQ(reported(analysis(study), "speed"), 1);
  EXPECT_TRUE(category(analysis(study), "speed")["problem_quotes"].empty())
      << "ada does not want to be quoted";
  const std::string id = id_of(send_as(ada, "GET", "/participations").json()["participations"][0]);
  EXPECT_EQ(refusal(ada, "PATCH", "/participations/" + id,
                    {{"consent_version", 1}, {"scopes", {"ratings_and_logs", "quotes"}}}),
            200);
  EXPECT_EQ(category(analysis(study), "speed")["problem_quotes"].size(), 1u);
  EXPECT_EQ(refusal(ada, "PATCH", "/participations/" + id,
                    {{"consent_version", 1}, {"scopes", {"fine_tuning"}}}),
            400)
      << "the study does not ask for it";
}

TEST_F(StudiesApi, FixesItsHypothesesAndProvesIt) {
  const std::string study = draft({{"hypotheses", {"Quality falls beyond 2,000 tokens"}}});
  const std::string path = "/studies/" + study;
  research("PATCH", path, {{"hypotheses", {"Quality falls beyond 1,500 tokens"}}});
  const Json started = research("POST", path + "/start", Json::object())["study"];
  EXPECT_EQ(started["state"], "running");
  EXPECT_EQ(refusal(rita, "PATCH", "/api/feedback" + path, {{"hypotheses", {"what we saw"}}}), 403);
  const Json protocol = research("GET", path + "/protocol");
  const std::string fixed = string_member(protocol, "text").value_or("?");
  EXPECT_THAT(fixed, HasSubstr("beyond 1,500 tokens"));
  EXPECT_THAT(fixed, HasSubstr("我们保存评分。"));
  EXPECT_EQ(protocol["sha256"], secret_digest(fixed));
  EXPECT_EQ(protocol["sha256"], started["protocol_digest"]);
  EXPECT_EQ(protocol["started"], started["started"]);
  EXPECT_THAT(audited_actions(ada), testing::Contains("study-started"));
  EXPECT_EQ(refusal(rita, "DELETE", "/api/feedback" + path), 403) << "it runs";
  EXPECT_EQ(research("POST", path + "/end", Json::object())["study"]["state"], "ended");
  EXPECT_EQ(try_join(bob, {{"study_id", study}}).status, 403);
  EXPECT_EQ(refusal(rita, "DELETE", "/api/feedback" + path), 204);
}

TEST_F(StudiesApi, ShowsResearchersPseudonymsOnly) {
  const std::string study = running();
  const std::string asked = questionnaire(study, usual_definition());
  const std::string token = link(study, {{"max_uses", 2}});
  join(bob, token);
  join(cleo, token);
  ask(bob, "one");
  answer(bob, asked, {{"recommend", 3}});
  const std::string path = "/api/feedback/studies/" + study;
  for (const std::string& each :
       {path + "/participants", path + "/progress", path + "/links", path,
        "/api/feedback/questionnaires/" + asked + "/answers",
        "/api/feedback/analysis?study=" + study, "/api/feedback/report?study=" + study}) {
    const TestResponse response = send_as(rita, "GET", each);
    EXPECT_EQ(response.status, 200) << each;
    for (const std::string& account : {bob.id, cleo.id, bob.name, cleo.name}) {
      EXPECT_THAT(response.body, Not(HasSubstr(account))) << each;
    }
  }
  const Json people = research("GET", "/studies/" + study + "/participants")["participants"];
  ASSERT_EQ(people.size(), 2u);
  const std::int64_t day = 24 * 60 * 60 * 1000;
  EXPECT_EQ(people[0]["consented"].get<std::int64_t>() % day, 0)
      << "the moment would tell who was logged in";
  EXPECT_THAT(audited_actions(ada), Not(testing::Contains(HasSubstr("joined"))));
}

}  // namespace
}  // namespace falconet
