// One-time codes over the page's API. What the app shows comes from totp_code(), which
// totp_test.cpp compares with the standard's own table.
#include <gmock/gmock.h>

#include <cctype>

#include "server/accounts_test.h"
#include "server/log_in_limiter.h"
#include "server/totp.h"

namespace falconet {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class OneTimeCodes : public AccountsTest {
 protected:
  void SetUp() override {
    ServerOptions options = account_options();
    options.clock = &still_clock;
    start(options);
    ada = first_person();
  }

  /// What the app shows, some half minutes from now.
  std::string code(std::int64_t off = 0) const {
    return totp_code(from_base32(secret).value_or(""), totp_step(still_clock.wall_time()) + off);
  }
  void next_code() { still_clock.pass(kTotpStep); }

  TestResponse begin(const std::string& password = kTestPassword) {
    const TestResponse response = send_as(ada, "POST", "/totp", {{"password", password}});
    if (response.status == 201) secret = string_member(response.json(), "secret").value_or("?");
    return response;
  }
  TestResponse confirm(const std::string& typed) {
    const TestResponse response = send_as(ada, "POST", "/totp/confirm", {{"code", typed}});
    if (response.status == 200) {
      recovery_codes.clear();
      const Json answer = response.json();
      for (const Json& each : answer["recovery_codes"]) {
        recovery_codes.push_back(each.get<std::string>());
      }
    }
    return response;
  }
  void turn_on() {
    EXPECT_EQ(begin().status, 201);
    EXPECT_EQ(confirm(code()).status, 200);
    next_code();
  }
  TestResponse turn_off(const std::string& password, const std::string& typed) {
    return send_as(ada, "DELETE", "/totp", {{"password", password}, {"code", typed}});
  }
  TestResponse log_in(const std::string& typed, const std::string& password = kTestPassword) {
    return post("/log-in", {{"name", "ada"}, {"password", password}, {"code", typed}});
  }
  bool is_on() { return send_as(ada, "GET", "/session").json()["user"]["has_totp"] == Json(true); }

  Person ada;
  std::string secret;
  std::vector<std::string> recovery_codes;
};

TEST_F(OneTimeCodes, AreTurnedOnByPasswordAndFirstCode) {
  EXPECT_FALSE(is_on());
  EXPECT_EQ(confirm("123456").error("code"), "totp_not_begun");
  EXPECT_EQ(begin("wrong horse").error("code"), "wrong_password");
  const TestResponse begun = begin();
  EXPECT_EQ(begun.status, 201);
  EXPECT_EQ(from_base32(secret).value_or("").size(), 20u);
  EXPECT_THAT(string_member(begun.json(), "uri").value_or(""),
              HasSubstr("otpauth://totp/Falconet:ada?secret=" + secret));
  EXPECT_EQ(try_log_in("ada").status, 200) << "a set-up is not on yet";
  EXPECT_EQ(confirm(code(2)).error("code"), "wrong_code");
  EXPECT_FALSE(is_on());
  EXPECT_EQ(confirm(code()).status, 200);
  EXPECT_TRUE(is_on());
  EXPECT_EQ(recovery_codes.size(), 8u);
  EXPECT_EQ(begin().error("code"), "totp_is_on");
  EXPECT_EQ(confirm(code(1)).error("code"), "totp_not_begun");
  EXPECT_THAT(audited_actions(ada), Contains("totp-on"));
}

TEST_F(OneTimeCodes, AreAskedForAfterTheRightPasswordAlone) {
  turn_on();
  const TestResponse asked = try_log_in("ada");
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(asked.error("code"), "code_required");
  EXPECT_FALSE(asked.headers.contains("set-cookie"));
  EXPECT_EQ(log_in(code(), "wrong horse").error("code"), "wrong_name_or_password")
      << "who has no password does not learn of the codes";
  EXPECT_EQ(log_in(code(2)).error("code"), "wrong_code");
  const TestResponse in = log_in(code());
  EXPECT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(send_as(person_in(in), "GET", "/conversations").status, 200);
}

TEST_F(OneTimeCodes, AreAcceptedOnceAndOneStepOffEitherWay) {
  EXPECT_EQ(begin().status, 201);
  EXPECT_EQ(confirm(code()).status, 200);
  EXPECT_EQ(log_in(code()).error("code"), "wrong_code") << "the one that turned it on";
  EXPECT_EQ(log_in(code(1)).status, 200) << "of a phone that is half a minute fast";
  EXPECT_EQ(log_in(code(1)).error("code"), "wrong_code") << "a second time";
  next_code();
  next_code();
  next_code();
  EXPECT_EQ(log_in(" " + code(-1).insert(3, " ")).status, 200) << "slow, and typed with spaces";
  EXPECT_EQ(log_in(code()).status, 200);
  EXPECT_EQ(log_in(code(-1)).error("code"), "wrong_code") << "earlier than one that was used";
}

TEST_F(OneTimeCodes, RecoveryCodesWorkOnceEach) {
  turn_on();
  std::string shouted = recovery_codes[0];
  for (char& c : shouted) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(log_in(shouted).status, 200);
  EXPECT_EQ(log_in(recovery_codes[0]).error("code"), "wrong_code");
  EXPECT_EQ(log_in(recovery_codes[1]).status, 200);
  EXPECT_EQ(log_in("aaaa-bbbb-cccc-dddd").error("code"), "wrong_code");
  EXPECT_THAT(audited_actions(ada), Contains("recovery-code-used").Times(2));
  const std::string kept = everything();
  for (const std::string& each : recovery_codes) {
    EXPECT_THAT(kept, Not(HasSubstr(plain_code(each)))) << "only digests are kept";
    EXPECT_THAT(kept, Not(HasSubstr(each)));
  }
}

TEST_F(OneTimeCodes, WrongOnesAreSlowedDownAndThePasswordDoesNotHelp) {
  turn_on();
  for (int i = 0; i < kFreeLogInFailures; ++i) {
    EXPECT_EQ(log_in("000000").error("code"), "wrong_code") << i;
    if (i + 1 == kFreeLogInFailures) break;
    EXPECT_EQ(try_log_in("ada").error("code"), "code_required") << "which is no failure";
  }
  const TestResponse slowed = log_in(code());
  EXPECT_EQ(slowed.status, 429);
  EXPECT_EQ(slowed.headers.at("retry-after"), "1");
  still_clock.pass(std::chrono::seconds(1));
  EXPECT_EQ(log_in("000000").error("code"), "wrong_code");
  EXPECT_EQ(log_in(code()).headers.at("retry-after"), "2") << "each pause is twice as long";
  still_clock.pass(std::chrono::seconds(2));
  EXPECT_EQ(log_in(code()).status, 200) << "the right one is let in after the pause";
}

TEST_F(OneTimeCodes, AreTurnedOffByPasswordAndCode) {
  EXPECT_EQ(turn_off(kTestPassword, "123456").error("code"), "totp_is_off");
  turn_on();
  EXPECT_EQ(turn_off("wrong horse", code()).error("code"), "wrong_password");
  const TestResponse asked = turn_off(kTestPassword, "");
  EXPECT_EQ(asked.status, 403) << "401 would say that nobody has logged in";
  EXPECT_EQ(asked.error("code"), "code_required");
  EXPECT_EQ(turn_off(kTestPassword, "000000").error("code"), "wrong_code");
  EXPECT_TRUE(is_on());
  EXPECT_EQ(turn_off(kTestPassword, code()).status, 204);
  EXPECT_FALSE(is_on());
  EXPECT_EQ(try_log_in("ada").status, 200);
  EXPECT_THAT(everything(), Not(HasSubstr(secret)));
  EXPECT_THAT(audited_actions(ada), Contains("totp-off"));
}

TEST_F(OneTimeCodes, AnAdministratorTurnsThemOffForOthers) {
  turn_on();
  const Person eve = new_person(ada, "eve", "administrator");
  const TestResponse on = send_as(eve, "PATCH", "/users/" + ada.id, {{"has_totp", true}});
  EXPECT_EQ(on.status, 400);
  EXPECT_EQ(on.error("param"), "has_totp");
  EXPECT_EQ(send_as(ada, "PATCH", "/users/" + ada.id, {{"has_totp", false}}).error("code"),
            "own_totp")
      << "whoever has an open browser of theirs must not get around password and code";
  EXPECT_EQ(send_as(eve, "GET", "/users").json()["users"][0]["has_totp"], true);
  EXPECT_EQ(send_as(eve, "PATCH", "/users/" + ada.id, {{"has_totp", false}}).json()["has_totp"],
            false);
  EXPECT_EQ(try_log_in("ada").status, 200);
  const Json newest = send_as(eve, "GET", "/audit?limit=2").json()["events"][1];
  EXPECT_EQ(newest["action"], "user-changed");
  EXPECT_EQ(newest["subject"], "ada");
  EXPECT_EQ(newest["detail"], (Json{{"has_totp", false}}));
  EXPECT_EQ(send_as(eve, "PATCH", "/users/" + ada.id, {{"has_totp", false}}).status, 200)
      << "again does no harm";
}

TEST_F(OneTimeCodes, AChangedPasswordLeavesThemOn) {
  turn_on();
  EXPECT_EQ(send_as(ada, "POST", "/password",
                    {{"old_password", kTestPassword}, {"new_password", "battery staple"}})
                .status,
            204);
  EXPECT_EQ(log_in("", "battery staple").error("code"), "code_required");
  EXPECT_EQ(log_in(code(), "battery staple").status, 200);
}

TEST_F(OneTimeCodes, TheSecretIsToldOnceAndNeverAgain) {
  turn_on();
  for (const char* path :
       {"/session", "/sessions", "/users", "/audit?limit=500", "/export", "/settings"}) {
    const TestResponse response = send_as(ada, "GET", path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.body, Not(HasSubstr(secret))) << path;
    for (const std::string& each : recovery_codes) {
      EXPECT_THAT(response.body, Not(HasSubstr(each))) << path;
    }
  }
  EXPECT_THAT(log_in(code()).body, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace falconet
