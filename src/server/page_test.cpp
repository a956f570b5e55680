#include "server/page.h"

#include <algorithm>
#include <set>

#include "server/server_test.h"
#include "server/web_assets.h"

namespace falconet {
namespace {

TEST(Page, IsServedWithAPolicyThatForbidsInlineScriptsAndForeignHosts) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  TestResponse response = client.get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers["content-type"], "text/html; charset=utf-8");
  EXPECT_EQ(response.headers["cache-control"], "no-cache");
  const std::string policy = response.headers["content-security-policy"];
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_TRUE(policy.starts_with("default-src 'none'"));
  EXPECT_NE(policy.find("require-trusted-types-for 'script'"), std::string::npos);
  // What the policy would block must not be in the page.
  EXPECT_EQ(response.body.find("<script>"), std::string::npos);
  EXPECT_EQ(response.body.find("style="), std::string::npos);
}

TEST(Page, ShutsTheFrameForPicturesIn) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  TestResponse response = client.get("/frame.html");
  EXPECT_EQ(response.status, 200);
  const std::string policy = response.headers["content-security-policy"];
  EXPECT_TRUE(policy.starts_with("sandbox allow-scripts; default-src 'none'"));
  for (const char* open : {"allow-same-origin", "http", "connect-src", "'self'; "}) {
    EXPECT_EQ(policy.find(open), std::string::npos) << open;
  }
}

TEST(Page, ItsFilesAreKeptForever) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  for (const WebAsset& asset : web_assets()) {
    if (!asset.path.starts_with("/assets/")) continue;  // not hashed, so asked for again
    TestResponse plain = client.get(std::string(asset.path));
    EXPECT_EQ(plain.body, asset.bytes);
    EXPECT_FALSE(plain.headers.contains("content-encoding"));
    EXPECT_NE(plain.headers["cache-control"].find("immutable"), std::string::npos);
  }
  EXPECT_EQ(client.get("/assets/none.js").status, 404);
}

TEST(Page, ItsFilesComeInTheFormThatTheClientWants) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  int num_brotli = 0;
  for (const WebAsset& asset : web_assets()) {
    const std::string path(asset.path);
    const TestResponse zipped = client.get(path, "Accept-Encoding: gzip\r\n");
    // A font or an archive is compressed already.
    EXPECT_EQ(zipped.body, asset.gzip.empty() ? asset.bytes : asset.gzip);
    if (!asset.gzip.empty()) {
      EXPECT_EQ(zipped.body.substr(0, 2), "\x1f\x8b");
    }
    EXPECT_EQ(zipped.headers.at("vary"), "Accept-Encoding");
    if (asset.brotli.empty()) continue;
    ++num_brotli;
    const TestResponse best = client.get(path, "Accept-Encoding: gzip, deflate, br\r\n");
    EXPECT_EQ(best.headers.at("content-encoding"), "br");
    EXPECT_EQ(best.body, asset.brotli);
    EXPECT_LT(asset.brotli.size(), asset.gzip.size());
    EXPECT_EQ(client.get(path, "Accept-Encoding: br;q=0.1, gzip\r\n").body, asset.gzip);
  }
  EXPECT_GT(num_brotli, 0);
}

TEST(Page, EachFormHasATagOfItsOwn) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  const auto with_brotli = std::ranges::find_if(
      web_assets(), [](const WebAsset& asset) { return !asset.brotli.empty(); });
  ASSERT_NE(with_brotli, web_assets().end());
  const std::string path(with_brotli->path);
  std::set<std::string> tags;
  for (const char* wanted : {"", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n"}) {
    const TestResponse response = client.get(path, wanted);
    const std::string tag = response.headers.at("etag");
    EXPECT_TRUE(tags.insert(tag).second) << tag;
    const TestResponse again = client.get(path, cat(wanted, "If-None-Match: W/", tag, "\r\n"));
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(again.headers.at("etag"), tag);
    const std::string other = cat("Accept-Encoding: identity\r\nIf-None-Match: ", tag, "\r\n");
    EXPECT_EQ(client.get(path, other).status, *wanted == '\0' ? 304 : 200);
  }
}

}  // namespace
}  // namespace falconet
