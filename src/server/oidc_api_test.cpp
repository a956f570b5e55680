// Logging in with a provider, over HTTP on both sides: a browser of the test's, the server, and a
// provider on loopback (test_provider.h).
#include <gmock/gmock.h>

#include "server/accounts_test.h"
#include "server/log_in_limiter.h"
#include "server/oidc.h"
#include "server/test_provider.h"
#include "store/accounts.h"

namespace falconet {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class LoggingInWithAProvider : public AccountsTest {
 protected:
  void SetUp() override { restart(); }

  void restart(OidcSignUp sign_up = OidcSignUp::Open) { restart_with(provider, sign_up); }
  void restart_with(TestProvider& other, OidcSignUp sign_up) {
    ServerOptions options = account_options();
    options.clock = &still_clock;
    options.oidc = OidcSettings{.client = {.issuer = other.issuer(),
                                           .client_id = "falconet",
                                           .client_secret = "a secret/of ours"},
                                .name = "Company",
                                .sign_up = sign_up};
    start(options);
    other.now = still_clock.wall_time();
  }

  struct Trip {
    std::string url;     // where the browser is sent
    std::string ticket;  // its cookie
  };
  Trip set_out(const std::string& cookie = "", const Json& body = Json::object()) {
    const std::string headers =
        cat("X-Falconet: 1\r\n", cookie.empty() ? "" : cat("Cookie: ", cookie, "\r\n"));
    const TestResponse response = send("POST", "/oidc/start", to_text(body), headers);
    EXPECT_EQ(response.status, 200) << response.body;
    return {string_member(response.json(), "url").value_or("?"), cookie_of(response)};
  }
  TestResponse come_back(const std::string& query, const std::string& cookies) {
    return send("GET", "/oidc/callback?" + query, "", cat("Cookie: ", cookies, "\r\n"));
  }
  /// The whole way; "/" or why not.
  TestResponse log_in() { return log_in_with(provider); }
  TestResponse log_in_with(TestProvider& other) {
    const Trip trip = set_out();
    return come_back(other.log_in(trip.url), trip.ticket);
  }
  static std::string place(const TestResponse& response) {
    EXPECT_EQ(response.status, 303) << response.body;
    const auto location = response.headers.find("location");
    return location == response.headers.end() ? "nowhere" : location->second;
  }
  static Person browser_of(const TestResponse& response) { return {.cookie = cookie_of(response)}; }
  Json user_of_browser(const Person& person) {
    return send_as(person, "GET", "/session").json()["user"];
  }
  /// What is in the audit log of the newest refusal.
  std::string last_reason() {
    const auto rows = store->read([](Transaction& t) {
      return t.execute(
          "SELECT detail FROM audit_events WHERE action = 'log-in-failed' "
          "ORDER BY id DESC LIMIT 1");
    });
    return rows && !rows->empty() ? rows->front().text(0) : "none";
  }
  void expect_refused(const std::string& why) {
    const TestResponse response = log_in();
    EXPECT_EQ(place(response), "/?oidc=failed");
    EXPECT_THAT(last_reason(), HasSubstr(why));
    EXPECT_THAT(cookie_of(response), Not(HasSubstr("falconet_session")));
  }

  /// Until what failed no longer counts.
  void wait_out() {
    still_clock.pass(kLogInMemory);
    provider.now = still_clock.wall_time();
  }

  TestProvider provider;
};

TEST_F(LoggingInWithAProvider, SendsTheBrowserThereAsTheStandardSays) {
  const Trip trip = set_out();
  EXPECT_EQ(trip.url.rfind(provider.issuer() + "/authorize?", 0), 0u);
  provider.log_in(trip.url);
  auto asked = provider.asked();
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["scope"], "openid profile email");
  EXPECT_EQ(asked["client_id"], "falconet");
  EXPECT_EQ(asked["redirect_uri"], "http://localhost/api/app/oidc/callback");
  EXPECT_EQ(asked["code_challenge_method"], "S256");
  EXPECT_EQ(asked["code_challenge"].size(), 43u);
  EXPECT_EQ(asked["state"].size(), 43u);
  EXPECT_EQ(asked["nonce"].size(), 43u);
  const TestResponse other = send("POST", "/oidc/start", "{}");
  const std::string cookie = other.headers.at("set-cookie");
  for (const char* part : {"falconet_oidc=", "; HttpOnly", "; SameSite=Lax", "; Path=/api/app/oidc",
                           "; Max-Age=600"}) {
    EXPECT_THAT(cookie, HasSubstr(part));
  }
  EXPECT_THAT(other.body, Not(HasSubstr(asked["state"]))) << "each trip has its own";
  EXPECT_EQ(get("/session").json()["oidc"], (Json{{"name", "Company"}}));
}

TEST_F(LoggingInWithAProvider, MakesAnAccountOnceAndFindsItAgain) {
  const Person ada = browser_of(log_in());
  const Json user = user_of_browser(ada);
  EXPECT_EQ(user["name"], "ada") << "the first one";
  EXPECT_EQ(user["role"], "administrator");
  EXPECT_EQ(user["display_name"], "Ada L.");
  EXPECT_EQ(user["has_password"], false);
  EXPECT_EQ(user["is_linked"], true);
  provider.claims["preferred_username"] = "renamed";
  EXPECT_EQ(user_of_browser(browser_of(log_in()))["id"], user["id"]) << "by the subject alone";
  provider.claims = {{"sub", "5678"}, {"email", "ada@example.org"}};
  const Json namesake = user_of_browser(browser_of(log_in()));
  EXPECT_NE(namesake["id"], user["id"]) << "a name or an address proves nothing";
  EXPECT_EQ(namesake["name"], "ada-2");
  EXPECT_EQ(namesake["role"], "user");
  EXPECT_EQ(try_log_in("ada").error("code"), "wrong_name_or_password") << "it has no password";
  EXPECT_THAT(audited_actions(ada), Contains("sign-up").Times(2));
}

TEST_F(LoggingInWithAProvider, WorksWithEllipticCurvesAsWell) {
  TestProvider modern("ES256");
  restart_with(modern, OidcSignUp::Open);
  EXPECT_EQ(user_of_browser(browser_of(log_in_with(modern)))["name"], "ada");
}

TEST_F(LoggingInWithAProvider, RefusesTokensThatAreNotForThisLogIn) {
  provider.claims["nonce"] = "another";
  expect_refused("(nonce)");
  provider.claims["nonce"] = nullptr;
  expect_refused("(nonce)");
  provider.claims.erase("nonce");
  provider.claims["aud"] = "somebody else";
  expect_refused("(aud)");
  provider.claims.erase("aud");
  wait_out();
  provider.claims["iss"] = "https://evil.example";
  expect_refused("(iss)");
  provider.claims.erase("iss");
  provider.now -= std::chrono::seconds(300 + 60);
  expect_refused("(exp)");
  provider.now += std::chrono::seconds(300 + 60);
  const TestSigner wrong("RS256");
  provider.used_signer = &wrong;
  expect_refused("signature");
  provider.used_signer = nullptr;
  EXPECT_EQ(place(log_in()), "/") << "and a right one is let in";
  EXPECT_THAT(everything(), Not(HasSubstr("eyJ"))) << "no token is written down";
}

TEST_F(LoggingInWithAProvider, RefusesAStateThatIsWrongLateOrUsed) {
  const Trip trip = set_out();
  const std::string query = provider.log_in(trip.url);
  EXPECT_EQ(place(come_back(query, "falconet_oidc=" + std::string(43, 'A'))), "/?oidc=over");
  EXPECT_EQ(place(come_back(query, "other=1")), "/?oidc=over") << "another browser";
  EXPECT_EQ(place(come_back(query, trip.ticket)), "/");
  EXPECT_EQ(place(come_back(query, trip.ticket)), "/?oidc=over") << "a second time";
  const Trip second = set_out();
  provider.log_in(second.url);
  EXPECT_EQ(place(come_back(query, second.ticket)), "/?oidc=over") << "another trip's state";
  const Trip late = set_out();
  const std::string slow = provider.log_in(late.url);
  still_clock.pass(kOidcLogInTime);
  EXPECT_EQ(place(come_back(slow, late.ticket)), "/?oidc=over");
  EXPECT_EQ(last_reason(), "none") << "strangers do not fill the audit log";
}

TEST_F(LoggingInWithAProvider, SaysWhatTheProviderRefuses) {
  const Trip trip = set_out();
  provider.log_in(trip.url);
  const std::string denied = cat("error=access_denied%3Cb%3E&state=", provider.asked()["state"]);
  EXPECT_EQ(place(come_back(denied, trip.ticket)), "/?oidc=denied");
  const Trip other = set_out();
  const std::string query = provider.log_in(other.url);
  const std::string forged = replace_all(query, "code=", "code=x");
  EXPECT_EQ(place(come_back(forged, other.ticket)), "/?oidc=failed");
  EXPECT_THAT(last_reason(), HasSubstr("400 invalid_grant"));
}

TEST_F(LoggingInWithAProvider, CodesThatAreNoneAreSlowedDown) {
  const auto try_one = [&] {
    const Trip trip = set_out();
    return place(come_back(replace_all(provider.log_in(trip.url), "code=", "code=x"), trip.ticket));
  };
  for (int i = 0; i < kFreeLogInFailures; ++i) EXPECT_EQ(try_one(), "/?oidc=failed") << i;
  EXPECT_EQ(try_one(), "/?oidc=many");
  still_clock.pass(std::chrono::seconds(1));
  EXPECT_EQ(place(log_in()), "/");
}

TEST_F(LoggingInWithAProvider, SaysThatAProviderIsAway) {
  std::string address;
  {
    const TestProvider gone;
    address = gone.issuer();
  }
  ServerOptions options = account_options();
  options.oidc =
      OidcSettings{.client = {.issuer = address, .client_id = "falconet"}, .name = "Gone"};
  start(options);
  const TestResponse response = send("POST", "/oidc/start", "{}");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.error("code"), "oidc_unavailable");
  EXPECT_THAT(response.error("message"), HasSubstr("Gone cannot be asked now"));
}

TEST_F(LoggingInWithAProvider, FollowsThePolicyForNewPeople) {
  restart(OidcSignUp::Policy);
  const Person root = first_person("root");
  EXPECT_EQ(place(log_in()), "/?oidc=invitation") << "as it is by itself";
  send_as(root, "PATCH", "/policy", {{"sign_up", "closed"}});
  EXPECT_EQ(place(log_in()), "/?oidc=closed");
  send_as(root, "PATCH", "/policy", {{"sign_up", "open"}});
  EXPECT_EQ(place(log_in()), "/");
  restart(OidcSignUp::Closed);
  EXPECT_EQ(place(log_in()), "/") << "who has an account already comes in";
  provider.claims["sub"] = "5678";
  EXPECT_EQ(place(log_in()), "/?oidc=closed");
}

TEST_F(LoggingInWithAProvider, KeepsDisabledAccountsOut) {
  const Person root = first_person("root");
  const Json user = user_of_browser(browser_of(log_in()));
  send_as(root, "PATCH", "/users/" + id_of(user), {{"is_disabled", true}});
  EXPECT_EQ(place(log_in()), "/?oidc=disabled");
}

TEST_F(LoggingInWithAProvider, LinksAnAccountThatGaveItsPassword) {
  restart(OidcSignUp::Closed);
  const Person root = first_person("root");
  const std::string headers = root.headers();
  EXPECT_EQ(send("POST", "/oidc/start", R"({"link":true})", headers).error("code"),
            "password_first");
  EXPECT_EQ(send_as(root, "POST", "/oidc/link", {{"password", "wrong horse"}}).error("code"),
            "wrong_password");
  EXPECT_EQ(send_as(root, "POST", "/oidc/link", {{"password", kTestPassword}}).status, 204);
  const Trip trip = set_out(root.cookie, {{"link", true}});
  EXPECT_EQ(send("POST", "/oidc/start", R"({"link":true})", headers).error("code"),
            "password_first")
      << "each time";
  const std::string query = provider.log_in(trip.url);
  EXPECT_EQ(place(come_back(query, cat(trip.ticket, "; ", root.cookie))), "/?oidc=linked");
  EXPECT_EQ(user_of_browser(root)["is_linked"], true);
  EXPECT_EQ(user_of_browser(browser_of(log_in()))["name"], "root");
  EXPECT_THAT(audited_actions(root), Contains("identity-linked"));
  EXPECT_EQ(send_as(root, "DELETE", "/oidc/link").status, 204);
  EXPECT_EQ(user_of_browser(root)["is_linked"], false);
  EXPECT_EQ(place(log_in()), "/?oidc=closed");
}

TEST_F(LoggingInWithAProvider, LinksNobodyElsesAccount) {
  restart(OidcSignUp::Closed);
  const Person root = first_person("root");
  const Person eve = new_person(root, "eve");
  const auto begin = [&](const Person& person) {
    EXPECT_EQ(send_as(person, "POST", "/oidc/link", {{"password", kTestPassword}}).status, 204);
    return set_out(person.cookie, {{"link", true}});
  };
  const Trip hers = begin(eve);
  const std::string query = provider.log_in(hers.url);
  EXPECT_EQ(place(come_back(query, cat(hers.ticket, "; ", root.cookie))), "/?oidc=over")
      << "the session is another's";
  const Trip again = begin(eve);
  EXPECT_EQ(place(come_back(provider.log_in(again.url), cat(again.ticket, "; ", eve.cookie))),
            "/?oidc=linked");
  const Trip roots = begin(root);
  EXPECT_EQ(place(come_back(provider.log_in(roots.url), cat(roots.ticket, "; ", root.cookie))),
            "/?oidc=taken");
}

TEST_F(LoggingInWithAProvider, AnAccountWithoutPasswordIsDeletedSoonAfterALogIn) {
  first_person("root");
  const Person ada = browser_of(log_in());
  EXPECT_EQ(send_as(ada, "DELETE", "/oidc/link").error("code"), "no_password");
  EXPECT_EQ(send_as(ada, "DELETE", "/account", Json::object()).status, 204);
  EXPECT_EQ(user_of_browser(ada), nullptr);
  const Person again = browser_of(log_in());
  still_clock.pass(std::chrono::minutes(11));
  EXPECT_EQ(send_as(again, "DELETE", "/account", Json::object()).error("code"), "log_in_again");
  EXPECT_EQ(user_of_browser(again)["name"], "ada");
}

TEST_F(LoggingInWithAProvider, RemembersWhatTheProviderIsAndAsksForNewKeysWhenOneIsMissing) {
  EXPECT_EQ(place(log_in()), "/");
  EXPECT_EQ(place(log_in()), "/");
  EXPECT_EQ(provider.num_requests("/.well-known/openid-configuration"), 1u);
  EXPECT_EQ(provider.num_requests("/keys"), 1u);
  const TestSigner unknown("RS256", "key-2");
  provider.used_signer = &unknown;
  expect_refused("keys for RS256");
  expect_refused("keys for RS256");
  EXPECT_EQ(provider.num_requests("/keys"), 1u) << "they were asked for just now";
  still_clock.pass(kOidcKeyPause);
  provider.now = still_clock.wall_time();
  expect_refused("keys for RS256");
  EXPECT_EQ(provider.num_requests("/keys"), 2u);
  still_clock.pass(kOidcMemory);
  provider.now = still_clock.wall_time();
  provider.used_signer = nullptr;
  EXPECT_EQ(place(log_in()), "/");
  EXPECT_EQ(provider.num_requests("/.well-known/openid-configuration"), 2u);
}

TEST_F(LoggingInWithAProvider, IsRefusedWhereThereIsNone) {
  start(account_options());
  EXPECT_EQ(send("POST", "/oidc/start", "{}").error("code"), "no_oidc");
  EXPECT_EQ(get("/oidc/callback?code=x&state=y").error("code"), "no_oidc");
  EXPECT_FALSE(get("/session").json().contains("oidc"));
}

}  // namespace
}  // namespace falconet
