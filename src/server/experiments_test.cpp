// Experiments and published changes over HTTP.
#include <gmock/gmock.h>

#include <set>

#include "server/accounts_test.h"

namespace falconet {
namespace {

class ExperimentsApi : public AccountsTest {
 protected:
  static Json wanted() {
    return {{"name", "Brief"},
            {"hypothesis", "brief answers are less often poor"},
            {"people_per_arm", 5},
            {"first", {{"name", "as it is"}, {"parameters", Json::object()}}},
            {"second", {{"name", "brief"}, {"parameters", {{"system", "Be brief."}}}}}};
  }
  /// The ledger of an answer to the person.
  Json asked_by(const Person& person, const Json& parameters = Json::object()) {
    const std::string chat =
        id_of(send_as(person, "POST", "/conversations", {{"parameters", parameters}}).json());
    const std::string path = "/conversations/" + chat;
    const std::string question = id_of(
        send_as(person, "POST", path + "/messages", {{"role", "user"}, {"content", "hi"}}).json());
    const Json started =
        send_as(person, "POST", path + "/generations", {{"parent_id", question}}).json();
    EXPECT_TRUE(eventually([&] {
      return send_as(person, "GET", "/generations?active=1").json()["generations"].empty();
    }));
    const Json conversation = send_as(person, "GET", path).json();
    for (const Json& message : conversation["messages"]) {
      if (message["id"] == started["message"]["id"]) return message["generation"];
    }
    return {};
  }
};

TEST_F(ExperimentsApi, GiveEachPersonTheSettingsOfOneArm) {
  const Person ada = first_person();
  const Person rita = new_person(ada, "rita", "researcher");
  EXPECT_EQ(asked_by(ada)["arm"], "") << "nothing is running";
  const TestResponse started = send_as(rita, "POST", "/api/feedback/experiments", wanted());
  ASSERT_EQ(started.status, 201) << started.body;
  const std::string id = id_of(started.json()["experiment"]);
  EXPECT_EQ(send_as(rita, "POST", "/api/feedback/experiments", wanted()).status, 409);
  std::set<std::string> arms;
  for (int i = 0; i < 12 && arms.size() < 2; ++i) {
    const Person person = new_person(ada, "p" + std::to_string(i));
    const Json ledger = asked_by(person);
    const std::string arm = string_member(ledger, "arm").value_or("?");
    EXPECT_EQ(asked_by(person)["arm"], arm) << "always the same for a person";
    EXPECT_EQ(ledger["parameters"].contains("system"), arm == id + "/second");
    arms.insert(arm);
    const Json own = asked_by(person, {{"system", "Mine."}});
    EXPECT_EQ(own["arm"], "") << "who has set it themselves is no part of it";
    EXPECT_EQ(own["parameters"]["system"], "Mine.");
  }
  EXPECT_EQ(arms, (std::set<std::string>{id + "/first", id + "/second"}));
  const Json all = send_as(rita, "GET", "/api/feedback/experiments").json()["experiments"];
  EXPECT_FALSE(all[0]["is_decided"].get<bool>());
  EXPECT_TRUE(all[0]["first"]["poor"].is_null());
  EXPECT_EQ(all[0]["verdict"], "not enough data");
  EXPECT_EQ(send_as(rita, "POST", "/api/feedback/experiments/" + id + "/end").status, 200);
  EXPECT_EQ(asked_by(ada)["arm"], "");
}

TEST_F(ExperimentsApi, RefuseWhatCannotBeCompared) {
  const Person ada = first_person();
  const auto refused = [&](const Json& body) {
    return send_as(ada, "POST", "/api/feedback/experiments", body).status;
  };
  Json same = wanted();
  same["second"]["parameters"] = Json::object();
  EXPECT_EQ(refused(same), 400);
  Json wrong = wanted();
  wrong["second"]["parameters"]["temperature"] = "hot";
  const TestResponse answer = send_as(ada, "POST", "/api/feedback/experiments", wrong);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, testing::HasSubstr("second: parameters.temperature"));
  EXPECT_EQ(refused(Json::object()), 400);
  EXPECT_EQ(send_as(ada, "POST", "/api/feedback/experiments/x/end").status, 404);
}

TEST_F(ExperimentsApi, TellEverybodyWhatHasChanged) {
  const Person ada = first_person();
  const Person bob = new_person(ada, "bob");
  EXPECT_TRUE(send_as(bob, "GET", "/changes").json()["changes"].empty());
  EXPECT_EQ(send_as(ada, "POST", "/api/feedback/changes", {{"en", "Shorter"}}).status, 400);
  const Json both = {{"en", "3 people reported it; JSON failures 4.1% -> 0%"}, {"zh", "3 人反映"}};
  const TestResponse made = send_as(ada, "POST", "/api/feedback/changes", both);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(send_as(bob, "GET", "/changes").json()["changes"][0]["zh"], "3 人反映");
  const std::string id = id_of(made.json()["change"]);
  EXPECT_EQ(send_as(bob, "DELETE", "/api/feedback/changes/" + id).status, 403);
  EXPECT_EQ(send_as(ada, "DELETE", "/api/feedback/changes/" + id).status, 204);
  EXPECT_EQ(send_as(ada, "DELETE", "/api/feedback/changes/" + id).status, 404);
  EXPECT_TRUE(send_as(bob, "GET", "/changes").json()["changes"].empty());
}

}  // namespace
}  // namespace falconet
