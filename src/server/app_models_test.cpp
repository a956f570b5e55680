// The button that fetches a model, against a hub on loopback.
#include <gmock/gmock.h>

#include <atomic>

#include "hub/scripted_server.h"
#include "hub/short_names.h"
#include "server/app_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class AppModels : public AppTest {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.hub.huggingface_endpoint = hub_.address();
    options.hub.models = folder.path() / "models";
    options.open_model = [](const std::filesystem::path& path,
                            const std::string&) -> Result<std::shared_ptr<Completer>> {
      EXPECT_EQ(std::filesystem::file_size(path), kFile.size());
      return std::shared_ptr<Completer>(
          std::make_shared<FakeCompleter>(FakeCompleter::saying("From afar.")));
    };
    start(std::move(options));
  }

  std::string answer(const TestRequest& request) const {
    if (is_down_) return test_answer(404, {}, "");
    const ShortName& wanted = *find_short_name(kRecommendedModel);
    if (request.path == cat("/api/models/", wanted.repository, "/tree/main?recursive=true")) {
      Json list = Json::array();
      list.push_back({{"type", "file"}, {"path", wanted.file}, {"size", kFile.size()}});
      return test_answer(200, {}, list.dump());
    }
    return test_file_answer(request, kFile, "\"tag\"");
  }

  Json fetch_until(const std::string& state) {
    EXPECT_TRUE(eventually([&] { return get("/models/fetch").json()["state"] == state; }))
        << get("/models/fetch").body;
    return get("/models/fetch").json();
  }

  static inline const std::string kFile = "GGUF" + std::string(1000, 'x');
  std::atomic<bool> is_down_ = false;
  ScriptedServer hub_{[this](const TestRequest& request) { return answer(request); }};
  const Json wish_ = {{"name", kRecommendedModel}};
};

TEST_F(AppModels, AreFetchedAndThenServedBesideTheOthers) {
  EXPECT_EQ(get("/models/fetch").json()["state"], "idle");
  EXPECT_EQ(post("/models/fetch", wish_).status, 202);
  const Json progress = fetch_until("done");
  EXPECT_EQ(progress["name"], kRecommendedModel);
  EXPECT_EQ(progress["done_bytes"], kFile.size());
  EXPECT_EQ(progress["total_bytes"], kFile.size());
  EXPECT_EQ(progress["error"], nullptr);
  const Json served = get("/session").json()["models"];
  ASSERT_EQ(served.size(), 2u);
  EXPECT_EQ(served[1]["id"], kRecommendedModel);
  EXPECT_EQ(served[1]["is_ready"], true);
  // A second click does nothing.
  EXPECT_EQ(post("/models/fetch", wish_).json()["state"], "done");
}

TEST_F(AppModels, AreFetchedAgainAfterAFailure) {
  is_down_ = true;
  post("/models/fetch", wish_);
  EXPECT_FALSE(fetch_until("failed")["error"].get<std::string>().empty());
  is_down_ = false;
  EXPECT_EQ(post("/models/fetch", wish_).status, 202);
  fetch_until("done");
}

TEST_F(AppModels, AreFetchedByKnownNamesOnly) {
  const TestResponse response = post("/models/fetch", {{"name", "http://10.0.0.1/x.gguf"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.error("message"), HasSubstr("http://10.0.0.1/x.gguf"));
  EXPECT_EQ(get("/models/fetch").json()["state"], "idle");
  EXPECT_TRUE(hub_.requests().empty());
}

TEST_F(AppModels, AreNotFetchedWhereNobodyCanOpenThem) {
  start();
  EXPECT_EQ(get("/models/fetch").status, 404);
  EXPECT_EQ(post("/models/fetch", wish_).status, 404);
}

}  // namespace
}  // namespace falconet
