#include "server/client_address.h"

#include <gtest/gtest.h>

#include "server/session_cookie.h"

namespace falconet {
namespace {

HttpRequest from(const std::string& peer, const std::vector<HttpHeader>& headers = {}) {
  HttpRequest request;
  request.peer = peer;
  for (const auto& [name, value] : headers) request.headers.insert(name, value);
  return request;
}

TEST(ClientAddress, IsThePeersUnlessAProxyHereSaysMore) {
  EXPECT_EQ(client_address(from("203.0.113.9")), "203.0.113.9");
  EXPECT_EQ(client_address(from("::ffff:203.0.113.9")), "203.0.113.9");
  EXPECT_EQ(client_address(from("")), "local");
  const std::vector<HttpHeader> forwarded = {{"X-Forwarded-For", "10.0.0.1, 198.51.100.7"}};
  EXPECT_EQ(client_address(from("127.0.0.1", forwarded)), "198.51.100.7");
  EXPECT_EQ(client_address(from("::1", forwarded)), "198.51.100.7");
  EXPECT_EQ(client_address(from("", forwarded)), "198.51.100.7");
  EXPECT_EQ(client_address(from("203.0.113.9", forwarded)), "203.0.113.9") << "anyone can say that";
  EXPECT_EQ(client_address(from("127.0.0.1", {{"X-Forwarded-For", "10.0.0.1"},
                                              {"X-Forwarded-For", "198.51.100.7"}})),
            "198.51.100.7");
  EXPECT_EQ(client_address(from("127.0.0.1", {{"X-Forwarded-For", "nonsense"}})), "127.0.0.1");
}

TEST(ClientAddress, OneNetworkIsOnePlace) {
  EXPECT_EQ(network_of("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2:ffff::1"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("local"), "local");
}

TEST(ClientAddress, OnlyAProxyHereIsBelievedAboutTls) {
  const std::vector<HttpHeader> https = {{"X-Forwarded-Proto", "https"}};
  EXPECT_TRUE(came_over_tls(from("127.0.0.1", https)));
  EXPECT_FALSE(came_over_tls(from("203.0.113.9", https)));
  EXPECT_FALSE(came_over_tls(from("127.0.0.1")));
}

TEST(SessionCookies, CannotBeReadByScriptsNorSentByOtherSites) {
  const std::string plain = session_cookie(from("127.0.0.1"), "SECRET").value;
  EXPECT_EQ(plain, "falconet_session=SECRET; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
  const std::string secure =
      session_cookie(from("127.0.0.1", {{"X-Forwarded-Proto", "https"}}), "SECRET").value;
  EXPECT_EQ(secure, plain + "; Secure");
}

TEST(SessionCookies, AreFoundAmongOthers) {
  const std::string secret(43, 'a');
  const auto found = [](const std::string& cookies) {
    return session_secret(from("127.0.0.1", {{"Cookie", cookies}})).value_or("none");
  };
  EXPECT_EQ(found("falconet_session=" + secret), secret);
  EXPECT_EQ(found("a=b; falconet_session=" + secret + ";c=d"), secret);
  EXPECT_EQ(found("xfalconet_session=" + secret), "none");
  EXPECT_EQ(found("falconet_session=short"), "none");
  EXPECT_EQ(found("falconet_session"), "none");
  EXPECT_EQ(found(""), "none");
}

}  // namespace
}  // namespace falconet
