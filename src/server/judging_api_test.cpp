// A model that codes a sample from the page: marked, once an item, and in the background.
#include <gmock/gmock.h>

#include "server/app_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class JudgingApi : public AppTest {
 protected:
  /// The sample's id: of three answers, all of them drawn.
  std::string drawn() {
    for (const char* question : {"one", "two", "three"}) {
      const std::string conversation = new_conversation();
      events_of(generate(conversation, say(conversation, question)));
    }
    const TestResponse response =
        post("/api/feedback/samples",
             {{"title", "All"}, {"rubrics", {"correctness"}}, {"has_categories", false}});
    EXPECT_EQ(response.status, 201) << response.body;
    return id_of(response.json()["sample"]);
  }
  TestResponse judge(const std::string& sample, const std::string& model_name = "fake") {
    return post("/api/feedback/samples/" + sample + "/judging", {{"model", model_name}});
  }
  Json run() { return get("/api/feedback/judging").json()["run"]; }
  bool becomes(const std::string& state) {
    return eventually([&] { return run()["state"] == state; });
  }
  Json programs() {
    const Json found = get("/api/feedback/analysis").json()["analysis"]["annotations"];
    return found.empty() ? Json() : found[0]["programs"];
  }
};

const std::string kRight = R"({"why": "counted", "correctness": 2})";

TEST_F(JudgingApi, AModelIsOneMoreCoderAndMarked) {
  EXPECT_TRUE(run().is_null());
  const std::string sample = drawn();
  use(FakeCompleter::saying(kRight));
  const TestResponse begun = judge(sample);
  ASSERT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(begun.json()["run"]["total"], 3);
  EXPECT_EQ(begun.json()["run"]["about"]["sample"], sample);
  ASSERT_TRUE(becomes("done")) << to_text(run());
  EXPECT_EQ(run()["result"], Json({{"coded", 3}, {"coded_before", 0}, {"failed", 0}}));
  const auto requests = model->requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].priority, 100) << "behind whoever chats";
  EXPECT_TRUE(requests[0].grammar) << "bound to the rubrics' values";
  const Json coders = programs();
  ASSERT_EQ(coders.size(), 1u) << to_text(coders);
  EXPECT_EQ(coders[0]["kind"], "model");
  EXPECT_EQ(coders[0]["coder"], "fake");
  EXPECT_FALSE(coders[0].contains("prevalence")) << "nobody has measured it";

  ASSERT_EQ(judge(sample).status, 202);
  ASSERT_TRUE(eventually([&] { return run()["result"]["coded_before"] == 3; }));
  EXPECT_EQ(model->requests().size(), 3u) << "what it has coded stays";
}

TEST_F(JudgingApi, KeepsWhatWasJudgedBeforeItWasStopped) {
  const std::string sample = drawn();
  int num_asked = 0;
  use([&](const CompletionRequest& request) {
    if (++num_asked == 2) model->hold_after(1);
    return Result<FakeCompleter::Events>(FakeCompleter::events_saying(request, kRight));
  });
  ASSERT_EQ(judge(sample).status, 202);
  EXPECT_TRUE(eventually([&] { return run()["done"] == 1 && model->num_live_streams() == 1; }));
  EXPECT_EQ(judge(sample).status, 409) << "one at a time";
  EXPECT_EQ(post("/api/feedback/judging/stop", Json::object()).status, 200);
  ASSERT_TRUE(becomes("stopped"));
  use(FakeCompleter::saying(kRight));
  ASSERT_EQ(judge(sample).json()["run"]["total"], 2) << "the first is kept";
  ASSERT_TRUE(becomes("done"));
}

TEST_F(JudgingApi, SaysWhatIsWrong) {
  const std::string sample = drawn();
  EXPECT_EQ(judge("x").status, 404);
  EXPECT_EQ(judge(sample, "another").status, 404);
  EXPECT_TRUE(run().is_null());
  use(FakeCompleter::saying("It is right."));
  ASSERT_EQ(judge(sample).status, 202);
  ASSERT_TRUE(becomes("failed"));
  EXPECT_THAT(run()["problem"].get<std::string>(), HasSubstr("no answer that could be read"));
  use(FakeCompleter::refusing({ErrorCode::PermissionDenied, "the key is refused"}));
  ASSERT_EQ(judge(sample).status, 202);
  ASSERT_TRUE(eventually([&] { return run()["problem"] == "the key is refused"; }));
  EXPECT_EQ(model->requests().size(), 1u) << "it is asked no further";
}

}  // namespace
}  // namespace falconet
