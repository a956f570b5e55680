#include "hub/oidc_provider.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "hub/scripted_server.h"

namespace falconet {
namespace {

class OidcClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return time; }
  std::chrono::system_clock::time_point wall_time() const override { return {}; }
  std::chrono::steady_clock::time_point time{std::chrono::hours(1000)};
};

/// A provider that says whatever the test wants; it listens on loopback, as all of these do.
class OidcProviders : public testing::Test {
 protected:
  std::string answer(const TestRequest& request) {
    if (request.path == "/token") return test_answer(token_status, {}, token_answer);
    if (request.path == "/keys") return test_answer(200, {}, R"({"keys":[]})");
    const std::string own = cat("http://", request.headers.at("host"));
    const std::string right =
        cat(R"({"issuer":")", own, R"(","authorization_endpoint":")", own,
            R"(/authorize","token_endpoint":")", own, R"(/token","jwks_uri":")", own, R"(/keys"})");
    return test_answer(status, {}, configuration.empty() ? right : configuration);
  }
  std::string why(const std::string& said) {
    configuration = said;
    OidcProvider provider({.issuer = server.address(), .client_id = "falconet"}, clock);
    const auto endpoints = provider.endpoints();
    return endpoints ? "it is taken" : endpoints.error().message;
  }
  std::size_t num_asked(const std::string& path) const {
    std::size_t number = 0;
    for (const TestRequest& request : server.requests()) number += request.path == path ? 1 : 0;
    return number;
  }

  int status = 200;
  std::string configuration;
  int token_status = 200;
  std::string token_answer = R"({"id_token":"a.b.c"})";
  OidcClock clock;
  ScriptedServer server{[this](const TestRequest& request) { return answer(request); }};
};

constexpr const char* kConfigurationPath = "/.well-known/openid-configuration";

TEST_F(OidcProviders, AreTakenAtTheirWordOnlyIfItIsAboutThemselves) {
  EXPECT_EQ(why(""), "it is taken");
  EXPECT_NE(why("{}").find("--oidc-issuer"), std::string::npos);
  EXPECT_NE(why(R"({"issuer":"https://other.example"})").find("other.example"), std::string::npos);
  EXPECT_NE(why("<html>").find("no JSON object"), std::string::npos);
  EXPECT_NE(why(std::string(300'000, ' ')).find("more than"), std::string::npos);
  const std::string plain = cat(R"({"issuer":")", server.address(),
                                R"(","authorization_endpoint":"http://elsewhere.example/"})");
  EXPECT_NE(why(plain).find("expected an https:// address"), std::string::npos) << why(plain);
  status = 500;
  EXPECT_NE(why("").find("answers 500"), std::string::npos);
}

TEST_F(OidcProviders, AreRememberedForAnHourAndFailuresForAMoment) {
  status = 503;
  OidcProvider provider({.issuer = server.address(), .client_id = "falconet"}, clock);
  EXPECT_FALSE(provider.endpoints());
  EXPECT_FALSE(provider.endpoints());
  EXPECT_EQ(num_asked(kConfigurationPath), 1u);
  status = 200;
  clock.time += kOidcFailurePause;
  EXPECT_TRUE(provider.endpoints());
  EXPECT_TRUE(provider.endpoints());
  EXPECT_EQ(num_asked(kConfigurationPath), 2u);
  clock.time += kOidcMemory;
  EXPECT_TRUE(provider.endpoints());
  EXPECT_EQ(num_asked(kConfigurationPath), 3u);
}

TEST_F(OidcProviders, AreAskedForNewKeysOnceAMinuteAtMost) {
  OidcProvider provider({.issuer = server.address(), .client_id = "falconet"}, clock);
  EXPECT_TRUE(provider.keys(OidcKeys::Known));
  EXPECT_TRUE(provider.keys(OidcKeys::Fresh));
  EXPECT_EQ(num_asked("/keys"), 1u);
  clock.time += kOidcKeyPause;
  EXPECT_TRUE(provider.keys(OidcKeys::Known));
  EXPECT_EQ(num_asked("/keys"), 1u);
  EXPECT_TRUE(provider.keys(OidcKeys::Fresh));
  EXPECT_EQ(num_asked("/keys"), 2u);
}

TEST_F(OidcProviders, SendTheSecretAsTheStandardSaysAndTellWhatIsRefused) {
  OidcProvider provider(
      {.issuer = server.address(), .client_id = "a client", .client_secret = "p:w"}, clock);
  EXPECT_EQ(
      provider.exchange({.code = "c&d", .verifier = "v", .redirect_uri = "http://x/y"}).value(),
      "a.b.c");
  const TestRequest asked = server.requests().back();
  EXPECT_EQ(asked.headers.at("authorization"), "Basic YSUyMGNsaWVudDpwJTNBdw==")
      << "base 64 of a%20client:p%3Aw (RFC 6749, section 2.3.1)";
  EXPECT_EQ(asked.headers.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.body,
            "grant_type=authorization_code&code=c%26d&redirect_uri=http%3A%2F%2Fx%2Fy&"
            "code_verifier=v&client_id=a%20client");
  token_status = 400;
  token_answer = R"({"error":"invalid_grant","error_description":"c&d"})";
  const auto refused = provider.exchange({.code = "c&d"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("400 invalid_grant"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("c&d"), std::string::npos) << "never the code";
  token_status = 200;
  token_answer = "{}";
  EXPECT_NE(provider.exchange({.code = "c"}).error().message.find("without an id_token"),
            std::string::npos);
}

TEST(OidcAddresses, AreTlsOrOfThisMachine) {
  for (const char* good : {"https://id.example", "https://id.example/realm", "http://127.0.0.1:80",
                           "http://localhost/x", "http://[::1]:8080/x"}) {
    EXPECT_TRUE(check_oidc_address("x", good)) << good;
  }
  for (const char* bad :
       {"", "https://", "http://", "http://id.example", "ftp://id.example",
        "http://127.0.0.1.evil.example", "http://127.0.0.1:x@evil.example", "http:///x",
        "http://localhost.evil.example", "javascript:alert(1)", "file:///etc/passwd"}) {
    EXPECT_FALSE(check_oidc_address("x", bad)) << bad;
  }
}

}  // namespace
}  // namespace falconet
