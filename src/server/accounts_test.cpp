#include "server/accounts_test.h"

#include <gmock/gmock.h>

#include <ctime>
#include <limits>

#include "server/sign_up_limiter.h"
#include "store/sign_up.h"

namespace falconet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SigningUp : public AccountsTest {};

TEST_F(SigningUp, TheFirstOneIsTheAdministrator) {
  const Json before = get("/session").json();
  EXPECT_EQ(
      before,
      (Json{{"user", nullptr}, {"is_local", false}, {"sign_up", "first"}, {"version", "1.2.3"}}));
  const TestResponse response =
      post("/sign-up", {{"name", "Ada"}, {"password", kTestPassword}, {"display_name", "Ada L."}});
  EXPECT_EQ(response.status, 201);
  const Json session = response.json();
  EXPECT_EQ(session["user"]["name"], "Ada");
  EXPECT_EQ(session["user"]["display_name"], "Ada L.");
  EXPECT_EQ(session["user"]["role"], "administrator");
  EXPECT_EQ(session["user"]["groups"], Json::array());
  EXPECT_EQ(session["user"]["must_change_password"], false);
  EXPECT_EQ(session["policy"], (Json{{"administrators_may_read", false}}));
  EXPECT_EQ(session["models"].size(), 1u);
  EXPECT_EQ(send_as(person_in(response), "GET", "/session").json(), session);
  EXPECT_EQ(get("/session").json()["sign_up"], "invitation");
  EXPECT_EQ(try_sign_up("eve").error("code"), "invitation_invalid");
}

TEST_F(SigningUp, AnInvitationWorksOnceAndGivesItsRole) {
  const Person ada = first_person();
  const Json invitation =
      send_as(ada, "POST", "/invitations", {{"role", "researcher"}}).json()["invitation"];
  const std::string token = string_member(invitation, "token").value_or("");
  EXPECT_EQ(invitation["path"], "/?invitation=" + token);
  const Json listed = send_as(ada, "GET", "/invitations").json()["invitations"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["id"], invitation["id"]);
  EXPECT_FALSE(listed[0].contains("token"));
  EXPECT_THAT(everything(), Not(HasSubstr(token))) << "only its digest is kept";
  EXPECT_EQ(try_sign_up("eve", token).json()["user"]["role"], "researcher");
  const TestResponse again = try_sign_up("bob", token);
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(again.error("code"), "invitation_invalid");
  const std::string id =
      id_of(send_as(ada, "POST", "/invitations", Json::object()).json()["invitation"]);
  EXPECT_EQ(send_as(ada, "DELETE", "/invitations/" + id).status, 204);
  EXPECT_EQ(send_as(ada, "DELETE", "/invitations/" + id).status, 404);
}

TEST_F(SigningUp, IsOpenOrClosedAsTheAdministratorSays) {
  const Person ada = first_person();
  const auto set = [&](const char* policy) {
    return send_as(ada, "PATCH", "/policy", {{"sign_up", policy}});
  };
  EXPECT_EQ(set("open").json(), (Json{{"sign_up", "open"}, {"administrators_may_read", false}}));
  EXPECT_EQ(try_sign_up("eve").json()["user"]["role"], "user");
  EXPECT_EQ(set("closed").status, 200);
  EXPECT_EQ(send_as(ada, "GET", "/policy").json()["sign_up"], "closed");
  const TestResponse closed = try_sign_up("bob");
  EXPECT_EQ(closed.status, 403);
  EXPECT_EQ(closed.error("code"), "sign_up_closed");
  EXPECT_EQ(set("ajar").error("param"), "sign_up");
}

TEST_F(SigningUp, RefusesBadNamesAndWeakPasswords) {
  EXPECT_EQ(try_sign_up("a").error("code"), "name_invalid");
  EXPECT_EQ(try_sign_up("a b").error("code"), "name_invalid");
  EXPECT_EQ(try_sign_up("ada", "", "short").error("code"), "password_too_weak");
  EXPECT_EQ(try_sign_up("ada", "", "password123").status, 400);
  EXPECT_EQ(try_sign_up("longlongname", "", "LongLongName").error("code"), "password_too_weak");
  EXPECT_EQ(send("POST", "/sign-up", "{").status, 400);
  EXPECT_EQ(send("POST", "/sign-up", std::string(20'000, ' ')).status, 413);
  const Person ada = first_person();
  send_as(ada, "PATCH", "/policy", {{"sign_up", "open"}});
  const TestResponse taken = try_sign_up("ADA");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.error("code"), "name_taken");
  EXPECT_EQ(try_sign_up("local").status, 409) << "the user that servers without accounts have";
}

TEST_F(SigningUp, IsBoundedForEachAddress) {
  ServerOptions options = account_options();
  options.clock = &still_clock;
  start(options);
  const Person ada = first_person();
  send_as(ada, "PATCH", "/policy", {{"sign_up", "open"}});
  EXPECT_EQ(try_sign_up("ada").status, 409) << "whoever looks for names is counted as well";
  for (int i = 2; i < kSignUpsAtOnce; ++i) EXPECT_EQ(try_sign_up(cat("user", i)).status, 201) << i;
  const TestResponse refused = try_sign_up("late");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.error("code"), "too_many_sign_ups");
  EXPECT_EQ(refused.headers.at("retry-after"), cat(kSignUpInterval.count()));
  EXPECT_THAT(refused.error("message"), HasSubstr("try again in 90 s"));
  EXPECT_THAT(everything(), Not(HasSubstr("late")));
  EXPECT_EQ(try_log_in("ada").status, 200) << "logging in has bounds of its own";
  EXPECT_EQ(new_person(ada, "guest").name, "guest") << "an invitation works once, and always";
  const std::string body = to_text(Json{{"name", "elsewhere"}, {"password", kTestPassword}});
  const std::string proxied = "X-Falconet: 1\r\nX-Forwarded-For: 192.0.2.7\r\n";
  EXPECT_EQ(send("POST", "/sign-up", body, proxied).status, 201);
  still_clock.pass(kSignUpInterval);
  EXPECT_EQ(try_sign_up("late").status, 201);
  EXPECT_EQ(try_sign_up("later").status, 429);
}

class LoggingIn : public AccountsTest {};

TEST_F(LoggingIn, GivesACookieThatScriptsCannotRead) {
  first_person();
  const TestResponse response = try_log_in("ADA");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.json()["user"]["name"], "ada");
  const std::string cookie = response.headers.at("set-cookie");
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("; SameSite=Lax"));
  EXPECT_THAT(cookie, HasSubstr("; Path=/"));
  EXPECT_THAT(cookie, HasSubstr("; Max-Age=2592000"));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  const std::string body = to_text(Json{{"name", "ada"}, {"password", kTestPassword}});
  const std::string tls = "X-Falconet: 1\r\nX-Forwarded-Proto: https\r\n";
  EXPECT_THAT(send("POST", "/log-in", body, tls).headers.at("set-cookie"), HasSubstr("; Secure"));
  const std::string secret = person_in(response).cookie.substr(17);
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_THAT(everything(), Not(HasSubstr(secret))) << "only its digest is kept";
}

TEST_F(LoggingIn, AWrongNameAndAWrongPasswordLookTheSame) {
  const Person ada = first_person();
  const TestResponse wrong = try_log_in("ada", "wrong horse");
  const TestResponse unknown = try_log_in("zorro", "wrong horse");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.error("code"), "wrong_name_or_password");
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_FALSE(wrong.headers.contains("set-cookie"));
  EXPECT_THAT(audited_actions(ada), ElementsAre("sign-up", "log-in-failed", "log-in-failed"));
  EXPECT_THAT(everything(), Not(HasSubstr("zorro"))) << "people type passwords into the name";
}

TEST_F(LoggingIn, AnUnknownNameTakesAsLongAsAWrongPassword) {
  ServerOptions slow = account_options();
  slow.password_cost = {.num_passes = 4, .memory_bytes = 32u << 20};
  start(slow);
  first_person();
  // The processor's time and not the clock's: the server runs in this process, and a busy machine
  // makes one of two equal tasks wait.
  const auto time_of = [&](const std::string& name) {
    std::clock_t best = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 2; ++i) {
      const std::clock_t begin = std::clock();
      EXPECT_EQ(try_log_in(name, "wrong horse").status, 401);
      best = std::min(best, std::clock() - begin);
    }
    return best;
  };
  const auto known = time_of("ada");
  const auto unknown = time_of("nobody");
  // Without hashing it takes a tenth; twice leaves room for a busy machine.
  EXPECT_LT(known, 2 * unknown);
  EXPECT_LT(unknown, 2 * known);
}

TEST_F(LoggingIn, IsSlowedDownAfterFiveFailures) {
  first_person();
  TestResponse response = try_log_in("ada", "wrong horse");
  int num_failures = 0;
  for (; response.status == 401; ++num_failures) response = try_log_in("ada", "wrong horse");
  EXPECT_GE(num_failures, 5);  // more if the machine is so busy that the pause is over
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.error("code"), "too_many_attempts");
  EXPECT_GE(parse_number<int>(response.headers["retry-after"]).value_or(0), 1);
  EXPECT_TRUE(eventually([&] { return try_log_in("ada").status == 200; }));
}

TEST_F(LoggingIn, EndsByLoggingOut) {
  const Person ada = first_person();
  EXPECT_EQ(send_as(ada, "GET", "/conversations").status, 200);
  const TestResponse out = send_as(ada, "POST", "/log-out");
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.headers.at("set-cookie"), HasSubstr("falconet_session=; "));
  EXPECT_THAT(out.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(send_as(ada, "GET", "/conversations").error("code"), "log_in_first");
  EXPECT_EQ(send_as(ada, "GET", "/session").json()["user"], nullptr);
  EXPECT_EQ(send_as(ada, "POST", "/log-out").status, 204) << "again does no harm";
}

TEST_F(LoggingIn, ABrowserThatLogsInAgainHasOneSession) {
  const Person ada = first_person();
  const TestResponse again =
      send_as(ada, "POST", "/log-in", {{"name", "ada"}, {"password", kTestPassword}});
  EXPECT_EQ(send_as(ada, "GET", "/conversations").status, 401) << "the old cookie is void";
  const Json sessions = send_as(person_in(again), "GET", "/sessions").json()["sessions"];
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0]["is_current"], true);
}

class OwnAccount : public AccountsTest {};

TEST_F(OwnAccount, AChangedPasswordEndsAllOtherSessions) {
  const Person here = first_person();
  const Person elsewhere = person_in(try_log_in("ada"));
  const auto change = [&](const char* old_password, const char* new_password) {
    return send_as(here, "POST", "/password",
                   {{"old_password", old_password}, {"new_password", new_password}});
  };
  EXPECT_EQ(change("wrong horse", "battery staple").error("code"), "wrong_password");
  EXPECT_EQ(change("correct horse", "short").error("code"), "password_too_weak");
  EXPECT_EQ(change("correct horse", "correct horse").error("code"), "password_too_weak");
  EXPECT_EQ(send_as(elsewhere, "GET", "/conversations").status, 200);
  EXPECT_EQ(change("correct horse", "battery staple").status, 204);
  EXPECT_EQ(send_as(here, "GET", "/conversations").status, 200);
  EXPECT_EQ(send_as(elsewhere, "GET", "/conversations").status, 401);
  EXPECT_EQ(try_log_in("ada").status, 401);
  EXPECT_EQ(try_log_in("ada", "battery staple").status, 200);
}

TEST_F(OwnAccount, DevicesAreListedAndLoggedOut) {
  const Person here = first_person();
  const std::string body = to_text(Json{{"name", "ada"}, {"password", kTestPassword}});
  const Person phone =
      person_in(send("POST", "/log-in", body, "X-Falconet: 1\r\nUser-Agent: Phone \xff/1.0\r\n"));
  const Json sessions = send_as(here, "GET", "/sessions").json()["sessions"];
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0]["is_current"], false);
  EXPECT_THAT(string_member(sessions[0], "user_agent").value_or(""), HasSubstr("Phone"));
  EXPECT_EQ(sessions[1]["is_current"], true);
  EXPECT_EQ(send_as(here, "DELETE", "/sessions/" + id_of(sessions[0])).status, 204);
  EXPECT_EQ(send_as(phone, "GET", "/conversations").status, 401);
}

TEST_F(OwnAccount, IsRenamedAndDeleted) {
  const Person ada = first_person();
  const Person eve = new_person(ada, "eve");
  EXPECT_EQ(send_as(eve, "PATCH", "/account", {{"display_name", "Eve"}}).json()["display_name"],
            "Eve");
  send_as(eve, "POST", "/conversations", {{"title", "evestitle"}});
  EXPECT_EQ(send_as(eve, "DELETE", "/account", {{"password", "wrong horse"}}).error("code"),
            "wrong_password");
  EXPECT_EQ(send_as(eve, "GET", "/session").json()["user"]["name"], "eve");
  EXPECT_THAT(everything(), HasSubstr(eve.id));
  EXPECT_EQ(send_as(eve, "DELETE", "/account", {{"password", kTestPassword}}).status, 204);
  EXPECT_EQ(send_as(eve, "GET", "/conversations").status, 401);
  const std::string left = everything();
  EXPECT_THAT(left, Not(HasSubstr(eve.id)));
  EXPECT_THAT(left, Not(HasSubstr("evestitle")));
  const TestResponse last = send_as(ada, "DELETE", "/account", {{"password", kTestPassword}});
  EXPECT_EQ(last.status, 409);
  EXPECT_EQ(last.error("code"), "last_administrator");
}

TEST_F(OwnAccount, DeletingItStopsWhatIsBeingWritten) {
  const Person ada = first_person();
  const Person eve = new_person(ada, "eve");
  model->hold_after(3);
  const std::string conversation =
      id_of(send_as(eve, "POST", "/conversations", Json::object()).json());
  const std::string path = "/conversations/" + conversation;
  const std::string said =
      id_of(send_as(eve, "POST", path + "/messages",
                    {{"parent_id", nullptr}, {"role", "user"}, {"content", "x"}})
                .json());
  EXPECT_EQ(send_as(eve, "POST", path + "/generations", {{"parent_id", said}}).status, 201);
  EXPECT_EQ(send_as(ada, "DELETE", "/users/" + eve.id).status, 204);
  EXPECT_TRUE(eventually([&] { return model->num_live_streams() == 0; }));
  EXPECT_THAT(everything(), Not(HasSubstr(eve.id)));
}

TEST_F(OwnAccount, WhoIsLoggedOutReadsNoMoreOfAnAnswer) {
  ServerOptions options = account_options();
  options.limits.sse_keep_alive = std::chrono::milliseconds(20);
  start(options);
  const Person ada = first_person();
  model->hold_after(3);
  const std::string conversation =
      id_of(send_as(ada, "POST", "/conversations", Json::object()).json());
  const std::string path = "/conversations/" + conversation;
  const std::string said =
      id_of(send_as(ada, "POST", path + "/messages",
                    {{"parent_id", nullptr}, {"role", "user"}, {"content", "x"}})
                .json());
  const Json started = send_as(ada, "POST", path + "/generations", {{"parent_id", said}}).json();
  TestClient client(server->port());
  client.send(TestClient::request_text(
      "GET", "/api/app/generations/" + id_of(started["generation"]) + "/events", "",
      ada.headers()));
  ASSERT_TRUE(client.read_until(": keep-alive"));
  EXPECT_EQ(send_as(ada, "POST", "/log-out").status, 204);
  EXPECT_TRUE(client.read_until("\r\n0\r\n")) << "the stream is ended";
  EXPECT_EQ(client.received().find("event: done"), std::string::npos);
  model->release();
}

class Administrators : public AccountsTest {};

TEST_F(Administrators, MakeAccountsWhosePasswordMustBeChanged) {
  const Person ada = first_person();
  const Json made = {{"name", "eve"}, {"password", "temporary horse"}, {"role", "annotator"}};
  const TestResponse response = send_as(ada, "POST", "/users", made);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.json()["must_change_password"], true);
  EXPECT_EQ(response.json()["role"], "annotator");
  EXPECT_EQ(response.json()["last_seen"], nullptr);
  EXPECT_EQ(send_as(ada, "POST", "/users", made).error("code"), "name_taken");
  const Person eve = person_in(try_log_in("eve", "temporary horse"));
  EXPECT_EQ(send_as(eve, "GET", "/session").json()["user"]["must_change_password"], true);
  const TestResponse refused = send_as(eve, "GET", "/conversations");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.error("code"), "change_password_first");
  EXPECT_EQ(send_as(eve, "POST", "/password",
                    {{"old_password", "temporary horse"}, {"new_password", "battery staple"}})
                .status,
            204);
  EXPECT_EQ(send_as(eve, "GET", "/conversations").status, 200);
}

TEST_F(Administrators, SeeAccountsAndNoConversations) {
  const Person ada = first_person();
  const Person eve = new_person(ada, "eve");
  send_as(eve, "POST", "/conversations", {{"title", "secret title"}});
  const TestResponse response = send_as(ada, "GET", "/users");
  const Json users = response.json()["users"];
  ASSERT_EQ(users.size(), 2u);
  EXPECT_EQ(users[1]["name"], "eve");
  EXPECT_EQ(users[1]["num_conversations"], 1);
  EXPECT_EQ(users[1]["is_disabled"], false);
  EXPECT_THAT(response.body, Not(HasSubstr("secret title")));
  EXPECT_THAT(response.body, Not(HasSubstr("argon2")));
  EXPECT_THAT(send_as(ada, "GET", "/audit").body, Not(HasSubstr("secret title")));
}

TEST_F(Administrators, DisableAccountsAndResetPasswords) {
  const Person ada = first_person();
  const Person eve = new_person(ada, "eve");
  const auto change = [&](const Json& body) {
    return send_as(ada, "PATCH", "/users/" + eve.id, body);
  };
  const Json changed =
      change({{"role", "researcher"}, {"groups", {"lab", "pilot"}}, {"is_disabled", true}}).json();
  EXPECT_EQ(changed["role"], "researcher");
  EXPECT_EQ(changed["groups"], Json({"lab", "pilot"}));
  EXPECT_EQ(send_as(eve, "GET", "/conversations").status, 401);
  const TestResponse disabled = try_log_in("eve");
  EXPECT_EQ(disabled.status, 403);
  EXPECT_EQ(disabled.error("code"), "account_disabled");
  EXPECT_EQ(try_log_in("eve", "wrong horse").status, 401) << "only the owner learns that it is";
  change({{"is_disabled", false}});
  const Person back = person_in(try_log_in("eve"));
  EXPECT_EQ(send_as(back, "GET", "/session").json()["user"]["groups"], Json({"lab", "pilot"}));
  EXPECT_EQ(change({{"new_password", "short"}}).error("code"), "password_too_weak");
  EXPECT_EQ(change({{"new_password", "temporary horse"}}).json()["must_change_password"], true);
  EXPECT_EQ(send_as(back, "GET", "/session").json()["user"], nullptr);
  EXPECT_EQ(try_log_in("eve", "temporary horse").status, 200);
  EXPECT_EQ(change({{"role", "king"}}).error("param"), "role");
  EXPECT_EQ(send_as(ada, "PATCH", "/users/none", {{"role", "user"}}).status, 404);
  EXPECT_EQ(send_as(ada, "DELETE", "/users/none").status, 404);
}

TEST_F(Administrators, OneIsAlwaysLeft) {
  const Person ada = first_person();
  for (const Json& change : {Json{{"role", "user"}}, Json{{"is_disabled", true}}}) {
    const TestResponse refused = send_as(ada, "PATCH", "/users/" + ada.id, change);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.error("code"), "last_administrator");
  }
  EXPECT_EQ(send_as(ada, "DELETE", "/users/" + ada.id).error("code"), "last_administrator");
  const Person eve = new_person(ada, "eve", "administrator");
  EXPECT_EQ(send_as(eve, "DELETE", "/users/" + ada.id).status, 204);
  EXPECT_EQ(send_as(ada, "GET", "/users").status, 401);
}

TEST_F(Administrators, ReadWhatWasDone) {
  const Person ada = first_person();
  const Person eve = new_person(ada, "eve");
  send_as(ada, "PATCH", "/users/" + eve.id, {{"new_password", "temporary horse"}});
  EXPECT_THAT(audited_actions(ada),
              ElementsAre("sign-up", "invitation-created", "sign-up", "user-changed"));
  const Json page = send_as(ada, "GET", "/audit?limit=1").json();
  const Json newest = page["events"][0];
  EXPECT_EQ(newest["actor"], "ada");
  EXPECT_EQ(newest["subject"], "eve");
  EXPECT_EQ(newest["address"], "127.0.0.1");
  EXPECT_EQ(newest["detail"], (Json{{"new_password", true}}));
  const std::string next = string_member(page, "next").value_or("");
  EXPECT_EQ(send_as(ada, "GET", "/audit?before=" + next).json()["events"].size(), 3u);
  send_as(ada, "DELETE", "/users/" + eve.id);
  const Json last = send_as(ada, "GET", "/audit?limit=1").json()["events"][0];
  EXPECT_EQ(last["action"], "user-deleted");
  EXPECT_EQ(last["subject"], nullptr);
}

}  // namespace
}  // namespace falconet
