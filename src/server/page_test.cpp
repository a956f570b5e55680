#include "server/page.h"

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

TEST(Page, ItsFilesAreCompressedAndKeptForever) {
  if (web_assets().empty()) GTEST_SKIP() << "built with FALCONET_WEB=OFF";
  TestServer test;
  TestClient client(test.port());
  for (const WebAsset& asset : web_assets()) {
    if (!asset.path.starts_with("/assets/")) continue;  // not hashed, so asked for again
    TestResponse plain = client.get(std::string(asset.path));
    EXPECT_EQ(plain.body, asset.bytes);
    EXPECT_NE(plain.headers["cache-control"].find("immutable"), std::string::npos);
    TestResponse zipped = client.get(std::string(asset.path), "Accept-Encoding: gzip, br\r\n");
    if (asset.gzip.empty()) {  // a font or an archive, which is compressed already
      EXPECT_EQ(zipped.body, asset.bytes);
    } else {
      EXPECT_EQ(zipped.headers["content-encoding"], "gzip");
      EXPECT_EQ(zipped.body.substr(0, 2), "\x1f\x8b");
      EXPECT_EQ(zipped.body, asset.gzip);
    }
    EXPECT_EQ(
        client.get(std::string(asset.path), cat("If-None-Match: ", asset.etag, "\r\n")).status,
        304);
  }
  EXPECT_EQ(client.get("/assets/none.js").status, 404);
}

}  // namespace
}  // namespace falconet
