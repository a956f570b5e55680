// Every endpoint of the page's API, called by somebody else: nothing of another user's can be read
// or changed by its id.
#include <gmock/gmock.h>

#include <set>

#include "server/accounts_test.h"
#include "server/annotation_routes_test.h"
#include "server/routes.h"
#include "server/study_routes_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Expected {
  Refused,    // 403 or 404, and nothing has changed
  OwnAlone,   // 200, with nothing of the other user's in it
  TakesNoId,  // it concerns the caller alone, or nobody yet
};

struct Probe {
  std::string route;  // as in all_routes()
  std::string path;   // below /api/app, with the other user's ids
  Expected expected = Expected::Refused;
  Json body = nullptr;
};

/// What Ada has; Bob is the one who tries.
struct Belongings {
  std::string user = {};
  std::string conversation = {};
  std::string question = {};
  std::string answer = {};
  std::string generation = {};
  std::string comparison = {};
  std::string folder = {};
  std::string prompt = {};
  std::string share = {};
  std::string session = {};
  std::string invitation = {};
  std::string endpoint = {};
  StudyBelongings study = {};
  AnnotationBelongings annotation = {};
};

class OtherUsers : public AccountsTest {
 protected:
  void SetUp() override {
    AccountsTest::SetUp();
    ada = first_person();
    bob = new_person(ada, "bob");
    hers = belongings_of(ada);
    his = belongings_of(bob);
    hers.study = study_of(ada);
    hers.comparison = comparison_of(ada);
  }

  /// Two answers that Ada could judge.
  std::string comparison_of(const Person& person) {
    const std::string experiments = "/api/feedback/experiments";
    const Json second = {{"name", "b"}, {"parameters", {{"system", "Be brief."}}}};
    const TestResponse begun = send_as(person, "POST", experiments,
                                       {{"name", "x"},
                                        {"hypothesis", "y"},
                                        {"kind", "side_by_side"},
                                        {"people_per_arm", 5},
                                        {"first", {{"name", "as it is"}}},
                                        {"second", second}});
    const std::string path = "/conversations/" + hers.conversation;
    const Json which = {{"content", "which?"}};
    const Json question = send_as(person, "POST", path + "/messages", which).json();
    const Json started =
        send_as(person, "POST", path + "/generations", {{"parent_id", id_of(question)}}).json();
    EXPECT_TRUE(eventually([&] {
      return send_as(person, "GET", "/generations?active=1").json()["generations"].empty();
    }));
    const std::string id = id_of(begun.json()["experiment"]);
    send_as(person, "POST", experiments + "/" + id + "/end");
    return id_of(started["message"]["comparison"]);
  }

  /// A study that Ada runs and takes part in.
  StudyBelongings study_of(const Person& person) {
    const auto make = [&](const std::string& method, const std::string& path, const Json& body) {
      const TestResponse response = send_as(person, method, path, body);
      EXPECT_LT(response.status, 300) << path << response.body;
      return response.json();
    };
    const std::string studies = "/api/feedback/studies";
    StudyBelongings all{.study =
                            id_of(make("POST", studies, {{"name", "secret of ada"}})["study"])};
    const std::string study = studies + "/" + all.study;
    make("PUT", study + "/consent",
         {{"text_en", "x"}, {"text_zh", "y"}, {"scopes", {"ratings_and_logs"}}});
    const Json text = {{"en", "x"}, {"zh", "y"}};
    const Json question = {{"id", "recommend"}, {"type", "nps"}, {"text", text}};
    all.questionnaire =
        id_of(make("POST", study + "/questionnaires",
                   {{"definition", {{"title", text}, {"questions", Json::array({question})}}}}));
    make("POST", study + "/start", Json::object());
    const Json link = make("POST", study + "/links", {{"max_uses", 2}})["link"];
    all.link = id_of(link);
    const std::string path = string_member(link, "path").value_or("?");
    all.participation = id_of(make("POST", "/participations",
                                   {{"token", path.substr(path.rfind('/') + 1)},
                                    {"locale", "en"},
                                    {"consent_version", 1},
                                    {"scopes", {"ratings_and_logs"}}}));
    return all;
  }

  Belongings belongings_of(const Person& person) {
    const auto make = [&](const std::string& path, const Json& body) {
      const TestResponse response = send_as(person, "POST", path, body);
      EXPECT_EQ(response.status, 201) << path << response.body;
      return response.json();
    };
    Belongings all{.user = person.id};
    all.folder = id_of(make("/folders", {{"name", person.name + "folder"}}));
    all.prompt = id_of(make("/prompts", {{"name", person.name + "prompt"}, {"text", "x"}}));
    all.conversation = id_of(make("/conversations", {{"title", person.name + "title"}}));
    const std::string path = "/conversations/" + all.conversation;
    all.question = id_of(
        make(path + "/messages", {{"role", "user"}, {"content", "secret of " + person.name}}));
    const Json started = make(path + "/generations", {{"parent_id", all.question}});
    all.generation = id_of(started["generation"]);
    all.answer = id_of(started["message"]);
    send_as(person, "GET", "/generations/" + all.generation + "/events");
    EXPECT_TRUE(eventually([&] {
      return send_as(person, "GET", "/generations?active=1").json()["generations"].empty();
    }));
    const Json share = make(path + "/share", {{"leaf_id", all.answer}})["share"];
    all.share = string_member(share, "token").value_or("?");
    all.session = id_of(send_as(person, "GET", "/sessions").json()["sessions"][0]);
    const TestResponse invited = send_as(person, "POST", "/invitations", Json::object());
    if (invited.status == 201) all.invitation = id_of(invited.json()["invitation"]);
    const TestResponse added =
        send_as(person, "POST", "/endpoints",
                {{"name", "elsewhere"}, {"url", "http://127.0.0.1:1"}, {"is_enabled", false}});
    if (added.status == 201) all.endpoint = id_of(added.json());
    if (person.name == ada.name) allow_use(ada, {ada});
    const TestResponse drawn = send_as(person, "POST", "/api/feedback/samples",
                                       {{"title", person.name + "sample"}, {"rubrics", {"tone"}}});
    if (drawn.status != 201) return all;
    all.annotation.sample = id_of(drawn.json()["sample"]);
    const Json sample =
        send_as(person, "GET", "/api/feedback/samples/" + all.annotation.sample).json();
    all.annotation.item = id_of(sample["items"][0]);
    const Json talk = {
        {"title", "x"}, {"participant", "P"}, {"file_name", "x.txt"}, {"text", "P: x"}};
    all.annotation.interview = id_of(make("/api/feedback/interviews", talk)["interview"]);
    all.annotation.code = id_of(make("/api/feedback/codes", {{"name", person.name}})["code"]);
    return all;
  }

  std::vector<Probe> probes() const {
    std::vector<Probe> all = account_probes();
    for (const auto& more : {conversation_probes(), message_probes(), filing_probes()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    for (const auto& more :
         {researchers_study_routes(hers.study), participants_study_routes(hers.study),
          annotation_routes(hers.annotation)}) {
      for (const StudyRoute& row : more) {
        const Expected expected = row.shows_own_alone ? Expected::OwnAlone : Expected::Refused;
        all.push_back({row.route, row.path, expected, row.body});
      }
    }
    return all;
  }

  std::vector<Probe> account_probes() const {
    return {
        {"GET /api/app/session", "/session", Expected::OwnAlone},
        {"POST /api/app/sign-up", "/sign-up", Expected::TakesNoId},
        {"POST /api/app/log-in", "/log-in", Expected::TakesNoId},
        {"POST /api/app/log-out", "/log-out", Expected::TakesNoId},
        {"POST /api/app/password", "/password", Expected::TakesNoId},
        {"PATCH /api/app/account", "/account", Expected::TakesNoId},
        {"DELETE /api/app/account", "/account", Expected::TakesNoId},
        {"POST /api/app/totp", "/totp", Expected::TakesNoId},
        {"POST /api/app/totp/confirm", "/totp/confirm", Expected::TakesNoId},
        {"DELETE /api/app/totp", "/totp", Expected::TakesNoId},
        {"POST /api/app/oidc/start", "/oidc/start", Expected::TakesNoId},
        {"GET /api/app/oidc/callback", "/oidc/callback", Expected::TakesNoId},
        {"POST /api/app/oidc/link", "/oidc/link", Expected::TakesNoId},
        {"DELETE /api/app/oidc/link", "/oidc/link", Expected::TakesNoId},
        {"GET /api/app/sessions", "/sessions", Expected::OwnAlone},
        {"DELETE /api/app/sessions/ID", "/sessions/" + hers.session},
        {"GET /api/app/users", "/users"},
        {"POST /api/app/users",
         "/users",
         Expected::Refused,
         {{"name", "eve"}, {"password", kTestPassword}, {"role", "administrator"}}},
        {"PATCH /api/app/users/ID", "/users/" + hers.user, Expected::Refused, {{"role", "user"}}},
        {"PATCH /api/app/users/ID",
         "/users/" + his.user,
         Expected::Refused,
         {{"role", "administrator"}}},
        {"PATCH /api/app/users/ID",
         "/users/" + hers.user,
         Expected::Refused,
         {{"has_totp", false}}},
        {"DELETE /api/app/users/ID", "/users/" + hers.user},
        {"GET /api/app/invitations", "/invitations"},
        {"POST /api/app/invitations", "/invitations", Expected::Refused, {{"role", "user"}}},
        {"DELETE /api/app/invitations/ID", "/invitations/" + hers.invitation},
        {"GET /api/app/policy", "/policy"},
        {"PATCH /api/app/policy", "/policy", Expected::Refused, {{"sign_up", "open"}}},
        {"GET /api/app/audit", "/audit"},
        {"GET /api/app/models/fetch", "/models/fetch"},
        {"POST /api/app/models/fetch",
         "/models/fetch",
         Expected::Refused,
         {{"name", "deepseek-r1:1.5b"}}},
        {"GET /api/app/endpoints", "/endpoints"},
        {"POST /api/app/endpoints",
         "/endpoints",
         Expected::Refused,
         {{"name", "x"}, {"url", "http://127.0.0.1:1/v1"}}},
        {"POST /api/app/endpoints/test",
         "/endpoints/test",
         Expected::Refused,
         {{"url", "http://127.0.0.1:1/v1"}}},
        {"PATCH /api/app/endpoints/ID",
         "/endpoints/" + hers.endpoint,
         Expected::Refused,
         {{"is_enabled", false}}},
        {"DELETE /api/app/endpoints/ID", "/endpoints/" + hers.endpoint},
        {"GET /api/app/settings", "/settings", Expected::OwnAlone},
        {"PATCH /api/app/settings", "/settings", Expected::TakesNoId},
        {"GET /api/feedback/analysis", "/api/feedback/analysis"},
        {"GET /api/feedback/report", "/api/feedback/report"},
        {"GET /api/feedback/comments", "/api/feedback/comments"},
        {"GET /api/feedback/settings", "/api/feedback/settings"},
        {"PATCH /api/feedback/settings",
         "/api/feedback/settings",
         Expected::Refused,
         {{"probe_probability", 1}}},
        {"GET /api/feedback/experiments", "/api/feedback/experiments"},
        {"POST /api/feedback/experiments", "/api/feedback/experiments"},
        {"POST /api/feedback/experiments/ID/end", "/api/feedback/experiments/x/end"},
        {"GET /api/feedback/trials", "/api/feedback/trials"},
        {"POST /api/feedback/trials", "/api/feedback/trials"},
        {"GET /api/feedback/trials/items", "/api/feedback/trials/items"},
        {"POST /api/feedback/trials/stop", "/api/feedback/trials/stop"},
        {"DELETE /api/feedback/trials/ID", "/api/feedback/trials/x"},
        {"GET /api/app/changes", "/changes", Expected::TakesNoId},
        {"POST /api/feedback/changes", "/api/feedback/changes"},
        {"DELETE /api/feedback/changes/ID", "/api/feedback/changes/x"},
        {"GET /api/app/export", "/export", Expected::OwnAlone},
        {"POST /api/app/import", "/import", Expected::TakesNoId},
    };
  }

  std::vector<Probe> conversation_probes() const {
    const std::string theirs = "/conversations/" + hers.conversation;
    const std::string own = "/conversations/" + his.conversation;
    return {
        {"GET /api/app/conversations", "/conversations", Expected::OwnAlone},
        {"GET /api/app/conversations", "/conversations?folder=" + hers.folder, Expected::OwnAlone},
        {"POST /api/app/conversations",
         "/conversations",
         Expected::Refused,
         {{"folder_id", hers.folder}}},
        {"GET /api/app/conversations/search", "/conversations/search?q=secret", Expected::OwnAlone},
        {"GET /api/app/conversations/ID", theirs},
        {"PATCH /api/app/conversations/ID", theirs, Expected::Refused, {{"title", "x"}}},
        {"PATCH /api/app/conversations/ID", own, Expected::Refused, {{"leaf_id", hers.answer}}},
        {"PATCH /api/app/conversations/ID", own, Expected::Refused, {{"folder_id", hers.folder}}},
        {"DELETE /api/app/conversations/ID", theirs},
        {"GET /api/app/conversations/ID/share", theirs + "/share"},
        {"POST /api/app/conversations/ID/share",
         theirs + "/share",
         Expected::Refused,
         {{"leaf_id", hers.answer}}},
        {"POST /api/app/conversations/ID/share",
         own + "/share",
         Expected::Refused,
         {{"leaf_id", hers.answer}}},
        {"DELETE /api/app/conversations/ID/share", theirs + "/share"},
        {"GET /api/app/shared/ID", "/shared/" + hers.conversation},
        {"GET /api/app/shared/ID", "/shared/" + hers.answer},
        {"POST /api/app/count",
         "/count",
         Expected::Refused,
         {{"conversation_id", hers.conversation}}},
        {"POST /api/app/count",
         "/count",
         Expected::Refused,
         {{"conversation_id", his.conversation}, {"leaf_id", hers.answer}}},
    };
  }

  std::vector<Probe> message_probes() const {
    const std::string theirs = "/conversations/" + hers.conversation;
    const std::string own = "/conversations/" + his.conversation;
    const Json message = {{"role", "user"}, {"content", "x"}, {"parent_id", hers.answer}};
    const Json generation = {{"parent_id", hers.question}};
    const Json continuation = {{"parent_id", hers.answer}, {"continue", true}};
    const std::string events = "/generations/" + hers.generation + "/events?after=0";
    return {
        {"POST /api/app/conversations/ID/messages", theirs + "/messages", Expected::Refused,
         message},
        {"POST /api/app/conversations/ID/messages", own + "/messages", Expected::Refused, message},
        {"POST /api/app/conversations/ID/generations", theirs + "/generations", Expected::Refused,
         generation},
        {"POST /api/app/conversations/ID/generations", own + "/generations", Expected::Refused,
         generation},
        {"POST /api/app/conversations/ID/generations", own + "/generations", Expected::Refused,
         continuation},
        {"DELETE /api/app/messages/ID", "/messages/" + hers.question},
        {"PUT /api/app/messages/ID/rating",
         "/messages/" + hers.answer + "/rating",
         Expected::Refused,
         {{"value", 1}}},
        {"POST /api/app/messages/ID/probe", "/messages/" + hers.answer + "/probe"},
        {"POST /api/app/messages/ID/signals",
         "/messages/" + hers.answer + "/signals",
         Expected::Refused,
         {{"kind", "copied"}}},
        {"PUT /api/app/comparisons/ID",
         "/comparisons/" + hers.comparison,
         Expected::Refused,
         {{"choice", "left"}}},
        {"GET /api/app/generations", "/generations?active=1", Expected::OwnAlone},
        {"GET /api/app/generations/ID/events", events},
        {"POST /api/app/generations/ID/stop", "/generations/" + hers.generation + "/stop"},
    };
  }

  std::vector<Probe> filing_probes() const {
    return {
        {"GET /api/app/folders", "/folders", Expected::OwnAlone},
        {"POST /api/app/folders",
         "/folders",
         Expected::Refused,
         {{"name", "x"}, {"parent_id", hers.folder}}},
        {"PATCH /api/app/folders/ID",
         "/folders/" + hers.folder,
         Expected::Refused,
         {{"name", "x"}}},
        {"PATCH /api/app/folders/ID",
         "/folders/" + his.folder,
         Expected::Refused,
         {{"parent_id", hers.folder}}},
        {"DELETE /api/app/folders/ID", "/folders/" + hers.folder},
        {"GET /api/app/prompts", "/prompts", Expected::OwnAlone},
        {"POST /api/app/prompts", "/prompts", Expected::TakesNoId},
        {"PATCH /api/app/prompts/ID",
         "/prompts/" + hers.prompt,
         Expected::Refused,
         {{"name", "x"}}},
        {"DELETE /api/app/prompts/ID", "/prompts/" + hers.prompt},
    };
  }

  void expect_refused(const Probe& probe) {
    const std::string before = everything();
    const TestResponse response = send_as(bob, method_of(probe.route), probe.path, probe.body);
    EXPECT_TRUE(response.status == 404 || response.status == 403)
        << response.status << response.body;
    EXPECT_THAT(response.body, Not(HasSubstr("secret of ada")));
    EXPECT_EQ(before, everything());
  }

  void expect_own_alone(const Probe& probe) {
    const TestResponse response = send_as(bob, method_of(probe.route), probe.path, probe.body);
    EXPECT_EQ(response.status, 200) << response.body;
    for (const std::string& text :
         {hers.user, hers.conversation, hers.question, hers.answer, hers.generation, hers.folder,
          hers.prompt, hers.share, hers.session, hers.study.participation,
          std::string("secret of ada")}) {
      EXPECT_THAT(response.body, Not(HasSubstr(text)));
    }
  }

  /// A link's token or a secret stands for a log-in.
  static bool is_by_link(const std::string& route) {
    return route.find("/study-links/ID") != std::string::npos
               ? route.find("/api/app/") != std::string::npos
               : route.find("/respondents/ID") != std::string::npos;
  }

  static std::string method_of(const std::string& route) {
    return route.substr(0, route.find(' '));
  }

  Person ada;
  Person bob;
  Belongings hers;
  Belongings his;
};

TEST_F(OtherUsers, ReadAndChangeNothing) {
  for (const Probe& probe : probes()) {
    SCOPED_TRACE(cat(probe.route, ": ", probe.path));
    if (probe.expected == Expected::Refused) expect_refused(probe);
    if (probe.expected == Expected::OwnAlone) expect_own_alone(probe);
  }
  // The same requests by their owner show that it was the user that made the difference.
  EXPECT_THAT(send_as(ada, "GET", "/conversations/" + hers.conversation).body,
              HasSubstr("secret of ada"));
  EXPECT_EQ(send_as(ada, "PATCH", "/folders/" + hers.folder, {{"name", "x"}}).status, 200);
}

/// If this fails, an endpoint was added: say in the table above what another user gets from it.
TEST_F(OtherUsers, AreAskedAboutEveryEndpoint) {
  std::set<std::string> asked;
  for (const Probe& probe : probes()) asked.insert(probe.route);
  std::set<std::string> there;
  for (const std::string& route : all_routes()) {
    if (route.find(" /api/") != std::string::npos) there.insert(route);
  }
  EXPECT_EQ(asked, there);
}

TEST_F(OtherUsers, CannotWatchNorStopWhatIsBeingWritten) {
  model->hold_after(5);
  const Json started = send_as(ada, "POST", "/conversations/" + hers.conversation + "/generations",
                               {{"parent_id", hers.question}})
                           .json();
  const std::string path = "/generations/" + id_of(started["generation"]);
  EXPECT_EQ(send_as(bob, "GET", path + "/events").status, 404);
  EXPECT_EQ(send_as(bob, "POST", path + "/stop").status, 404);
  EXPECT_EQ(send_as(bob, "GET", "/generations?active=1").json()["generations"].size(), 0u);
  EXPECT_EQ(send_as(ada, "GET", "/generations?active=1").json()["generations"].size(), 1u);
  model->release();
  EXPECT_EQ(events_in(send_as(ada, "GET", path + "/events").body).back().data["message"]["status"],
            "done");
}

class Strangers : public OtherUsers {
 protected:
  static bool is_open(const std::string& route) {
    static const std::set<std::string> kOpen = {
        "GET /api/app/session",      "POST /api/app/sign-up",  "POST /api/app/log-in",
        "POST /api/app/log-out",     "GET /api/app/shared/ID", "POST /api/app/oidc/start",
        "GET /api/app/oidc/callback"};
    if (is_by_link(route)) return true;
    return kOpen.contains(route);
  }
};

TEST_F(Strangers, MustLogInForEverythingElse) {
  for (const Probe& probe : probes()) {
    if (is_open(probe.route)) continue;
    SCOPED_TRACE(cat(probe.route, ": ", probe.path));
    const std::string before = everything();
    const std::string body = probe.body.is_null() ? "" : to_text(probe.body);
    const std::string forged =
        cat("X-Falconet: 1\r\nCookie: falconet_session=", std::string(43, 'A'), "\r\n");
    for (const std::string& headers : {std::string("X-Falconet: 1\r\n"), forged}) {
      const TestResponse response = send(method_of(probe.route), probe.path, body, headers);
      EXPECT_EQ(response.status, 401);
      EXPECT_EQ(response.error("code"), "log_in_first");
    }
    EXPECT_EQ(before, everything());
  }
}

TEST_F(Strangers, CannotUseABrowserThatHasLoggedIn) {
  for (const Probe& probe : probes()) {
    const std::string method = method_of(probe.route);
    if (method == "GET") continue;
    SCOPED_TRACE(cat(probe.route, ": ", probe.path));
    const std::string before = everything();
    const std::string cookie = cat("Cookie: ", ada.cookie, "\r\n");
    const std::string body = probe.body.is_null() ? "{}" : to_text(probe.body);
    EXPECT_EQ(send(method, probe.path, body, cookie).error("code"), "missing_header");
    const std::string foreign = cat(cookie, "X-Falconet: 1\r\nOrigin: https://evil.example\r\n");
    EXPECT_EQ(send(method, probe.path, body, foreign).error("code"), "origin_not_allowed");
    EXPECT_EQ(before, everything());
  }
}

TEST_F(Strangers, ReadWhatWasSharedWithThem) {
  const TestResponse shared = send("GET", "/shared/" + hers.share, "", "");
  EXPECT_EQ(shared.status, 200);
  EXPECT_THAT(shared.body, HasSubstr("secret of ada"));
  EXPECT_EQ(TestClient(server->port()).get("/s/" + hers.share).status,
            TestClient(server->port()).get("/").status);
}

TEST_F(OtherUsers, MustChangeAPasswordThatAnotherChoseBeforeAnythingElse) {
  send_as(ada, "PATCH", "/users/" + bob.id, {{"new_password", "temporary horse"}});
  bob = person_in(try_log_in("bob", "temporary horse"));
  const std::set<std::string> open = {"GET /api/app/session",     "POST /api/app/sign-up",
                                      "POST /api/app/log-in",     "POST /api/app/log-out",
                                      "GET /api/app/shared/ID",   "POST /api/app/password",
                                      "POST /api/app/oidc/start", "GET /api/app/oidc/callback"};
  for (const Probe& probe : probes()) {
    if (open.contains(probe.route) || is_by_link(probe.route)) continue;
    SCOPED_TRACE(cat(probe.route, ": ", probe.path));
    const TestResponse response = send_as(bob, method_of(probe.route), probe.path, probe.body);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.error("code"), "change_password_first");
  }
}

}  // namespace
}  // namespace falconet
