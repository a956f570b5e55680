// Two answers side by side over HTTP, from the experiment to the verdict.
#include <gmock/gmock.h>

#include "server/accounts_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class ComparisonsApi : public AccountsTest {
 protected:
  void SetUp() override {
    AccountsTest::SetUp();
    models.serve({"large"}, other_model);
    ada = first_person();
  }

  Json begin(Json members = Json::object()) {
    Json body = {{"name", "Larger"},
                 {"hypothesis", "people prefer the larger model"},
                 {"kind", "side_by_side"},
                 {"people_per_arm", 5},
                 {"first", {{"name", "small one"}}},
                 {"second", {{"name", "large one"}, {"model", "large"}}}};
    body.update(members);
    const TestResponse response = send_as(ada, "POST", "/api/feedback/experiments", body);
    EXPECT_EQ(response.status, 201) << response.body;
    return response.json()["experiment"];
  }

  struct Asked {
    std::string path;  // of the conversation
    std::string question;
    Json answer;  // to the question for answers
  };
  Asked ask(const Person& person, const Json& conversation = Json::object()) {
    Asked asked;
    asked.path =
        "/conversations/" + id_of(send_as(person, "POST", "/conversations", conversation).json());
    asked.question = id_of(
        send_as(person, "POST", asked.path + "/messages", {{"role", "user"}, {"content", "hi"}})
            .json());
    asked.answer = answer_again(person, asked);
    return asked;
  }
  Json answer_again(const Person& person, const Asked& asked) {
    const Json started =
        send_as(person, "POST", asked.path + "/generations", {{"parent_id", asked.question}})
            .json();
    EXPECT_TRUE(eventually([&] {
      return send_as(person, "GET", "/generations?active=1").json()["generations"].empty();
    }));
    return started;
  }
  static std::string comparison_of(const Asked& asked) {
    return id_of(asked.answer["message"]["comparison"]);
  }
  TestResponse judge(const Person& person, const Asked& asked, const Json& verdict) {
    return send_as(person, "PUT", "/comparisons/" + comparison_of(asked), verdict);
  }

  std::shared_ptr<FakeCompleter> other_model =
      std::make_shared<FakeCompleter>(FakeCompleter::saying("Four, of course."));
  Person ada;
};

TEST_F(ComparisonsApi, GiveTwoAnswersAndTellWhoseTheyAreAfterwards) {
  begin();
  const Asked asked = ask(ada);
  ASSERT_TRUE(asked.answer.contains("other")) << to_text(asked.answer);
  EXPECT_EQ(asked.answer["message"]["parent_id"], asked.question);
  EXPECT_EQ(asked.answer["other"]["message"]["parent_id"], asked.question);
  EXPECT_EQ(asked.answer["message"]["comparison"]["side"], "left");
  EXPECT_EQ(asked.answer["other"]["message"]["comparison"]["side"], "right");
  for (const char* which : {"generation", "other"}) {
    const Json& started = std::string(which) == "other" ? asked.answer["other"]["generation"]
                                                        : asked.answer["generation"];
    const TestResponse events =
        send_as(ada, "GET", cat("/generations/", id_of(started), "/events"));
    EXPECT_THAT(events.body, HasSubstr("event: done"));
    EXPECT_THAT(events.body, Not(HasSubstr("\"model\"")));
    EXPECT_THAT(events.body, Not(HasSubstr("large")));
  }
  EXPECT_THAT(send_as(ada, "GET", asked.path).json()["messages"].dump(), Not(HasSubstr("large")));
  EXPECT_EQ(judge(ada, asked, {{"choice", "neither"}}).status, 400);
  EXPECT_EQ(judge(ada, asked, {{"choice", nullptr}, {"names", true}}).status, 400);
  const TestResponse judged = judge(ada, asked, {{"choice", "right"}});
  ASSERT_EQ(judged.status, 200) << judged.body;
  EXPECT_THAT(judged.body, Not(HasSubstr("large")));
  const Json named = judge(ada, asked, {{"choice", "right"}, {"names", true}}).json()["messages"];
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named[1]["comparison"]["choice"], "right");
  for (const Json& message : named) {
    const bool is_large = message["content"] == "Four, of course.";
    EXPECT_EQ(message["comparison"]["arm"], is_large ? "large one" : "small one");
    EXPECT_EQ(message["generation"]["model"], is_large ? "large" : "fake");
  }
}

TEST_F(ComparisonsApi, AreNotOfferedTwiceNorAgainstAChoice) {
  begin();
  const Asked asked = ask(ada);
  EXPECT_FALSE(answer_again(ada, asked).contains("other")) << "the question was answered";
  EXPECT_TRUE(ask(ada, {{"model", "large"}}).answer["message"]["comparison"].is_null())
      << "both arms would be the same model";
  EXPECT_FALSE(ask(ada, {{"is_temporary", true}}).answer.contains("other"));
  const std::string id =
      id_of(send_as(ada, "GET", "/api/feedback/experiments").json()["experiments"][0]);
  EXPECT_EQ(send_as(ada, "POST", "/api/feedback/experiments/" + id + "/end").status, 200);
  begin({{"first", {{"name", "small one"}, {"model", "fake"}}}});
  models.serve({"third"}, model);
  EXPECT_FALSE(ask(ada, {{"model", "third"}}).answer.contains("other"))
      << "a model of neither arm was chosen";
  EXPECT_TRUE(ask(ada, {{"model", "large"}}).answer.contains("other"));
}

TEST_F(ComparisonsApi, LeaveOneAnswerWhereTheOtherModelRefuses) {
  begin();
  models.serve({"large"}, std::make_shared<FakeCompleter>(
                              FakeCompleter::refusing(error(ErrorCode::Exhausted, "queue full"))));
  const Asked asked = ask(ada);
  EXPECT_FALSE(asked.answer.contains("other"));
  const Json messages = send_as(ada, "GET", asked.path).json()["messages"];
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1]["content"], "It is 4.");
  EXPECT_TRUE(messages[1]["comparison"].is_null());
  EXPECT_EQ(messages[1]["generation"]["model"], "fake");
}

TEST_F(ComparisonsApi, AreDecidedByPeopleAndNobodyElsesToJudge) {
  const std::string id = id_of(begin());
  std::vector<Asked> all;
  for (int i = 0; i < 6; ++i) {
    const Person person = new_person(ada, "p" + std::to_string(i));
    all.push_back(ask(person));
    if (i == 0) {
      EXPECT_EQ(judge(ada, all[0], {{"choice", "left"}}).status, 404);
    }
    const Json& first = all.back().answer["message"];
    const Json conversation = send_as(person, "GET", all.back().path).json();
    std::string better = "tie";
    for (const Json& message : conversation["messages"]) {
      const bool is_large = message["content"] == "Four, of course.";
      if (is_large && i != 0) better = message["id"] == first["id"] ? "left" : "right";
    }
    EXPECT_EQ(judge(person, all.back(), {{"choice", better}}).status, 200);
  }
  const Json experiment = send_as(ada, "GET", "/api/feedback/experiments").json()["experiments"][0];
  EXPECT_EQ(experiment["id"], id);
  EXPECT_EQ(experiment["kind"], "side_by_side");
  EXPECT_TRUE(experiment["is_decided"].get<bool>());
  const Json& pairs = experiment["pairs"];
  EXPECT_EQ(pairs["people"], 5) << "those after the planned number change nothing";
  EXPECT_EQ(pairs["second_wins"], 4);
  EXPECT_EQ(pairs["ties"], 1);
  EXPECT_EQ(pairs["first_wins"], 0);
}

}  // namespace
}  // namespace falconet
