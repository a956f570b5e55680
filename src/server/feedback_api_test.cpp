// What is collected in chats, and what the analysis makes of it.
#include <gmock/gmock.h>

#include "server/accounts_test.h"

namespace falconet {
namespace {

class FeedbackApi : public AppTest {
 protected:
  /// Asks, waits for the answer, and gives its message back.
  Json answered(const std::string& question) {
    const std::string conversation = new_conversation();
    const Json started = generate(conversation, say(conversation, question));
    return events_of(started).back().data["message"];
  }
  Json rate(const Json& message, const Json& rating) {
    return send("PUT", "/messages/" + id_of(message) + "/rating", to_text(rating)).json();
  }
  Json analysis() { return get("/api/feedback/analysis").json()["analysis"]; }
  static Json category(const Json& analysis, const std::string& name) {
    for (const Json& row : analysis["categories"]) {
      if (row["category"] == name) return row;
    }
    return {};
  }
};

TEST_F(FeedbackApi, AThumbBecomesEvidence) {
  EXPECT_TRUE(analysis().is_null()) << "nobody has asked anything";
  EXPECT_EQ(get("/api/feedback/report").status, 404);
  const Json forgotten = answered("我叫什么名字？");
  answered("What is 2+2?");
  rate(forgotten, {{"value", -1}, {"reasons", {"forgot"}}, {"comment", "忘了我前面说的话"}});
  const Json found = analysis();
  EXPECT_EQ(found["flow"]["answers"], 2);
  EXPECT_EQ(found["flow"]["voluntary_ratings"], 1);
  EXPECT_EQ(category(found, "memory")["reported_by"]["with"], 1);
  EXPECT_EQ(category(found, "speed")["reported_by"]["with"], 0);
  EXPECT_EQ(found["answers_by_provenance"]["live"], 2);
  const Json comments = get("/api/feedback/comments").json()["comments"];
  ASSERT_EQ(comments.size(), 1u);
  EXPECT_EQ(comments[0]["comment"], "忘了我前面说的话");
  EXPECT_EQ(comments[0]["trigger"], "voluntary");
  EXPECT_EQ(get("/api/feedback/analysis?language=xx").status, 400);
  const TestResponse report = get("/api/feedback/report?language=zh");
  EXPECT_EQ(report.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(report.body, testing::HasSubstr("<html lang=\"zh-CN\">"));
}

TEST_F(FeedbackApi, AnswersAreAskedAboutWithAKnownChance) {
  EXPECT_EQ(get("/api/feedback/settings").json()["probe_probability"], 0);
  EXPECT_TRUE(answered("one")["probe"].is_null());
  EXPECT_EQ(patch("/api/feedback/settings", {{"probe_probability", 1.5}}).status, 400);
  patch("/api/feedback/settings", {{"probe_probability", 1}});
  const Json seen = answered("two");
  const Json unseen = answered("three");
  EXPECT_EQ(seen["probe"]["probability"], 1);
  EXPECT_TRUE(seen["probe"]["shown"].is_null());
  EXPECT_EQ(analysis()["flow"]["probes_shown"], 0) << "drawn is not yet asked";

  const std::string path = "/messages/" + id_of(seen) + "/probe";
  const Json shown = send("POST", path).json()["probe"];
  EXPECT_FALSE(shown["shown"].is_null());
  EXPECT_EQ(send("POST", path).json()["probe"], shown) << "the first time counts";
  EXPECT_EQ(analysis()["flow"]["probes_shown"], 1);
  EXPECT_EQ(analysis()["flow"]["probes_answered"], 0);
  rate(seen, {{"value", 1}});
  rate(unseen, {{"value", 1}});
  const Json flow = analysis()["flow"];
  EXPECT_EQ(flow["probes_answered"], 1);
  EXPECT_EQ(flow["voluntary_ratings"], 1) << "who was not asked came by themselves";
  EXPECT_EQ(get("/messages/x/probe").status, 405);
  EXPECT_EQ(send("POST", "/messages/x/probe").status, 404);
}

TEST_F(FeedbackApi, NotesWhatThePageSees) {
  const std::string path = "/messages/" + id_of(answered("one")) + "/signals";
  EXPECT_EQ(post(path, {{"kind", "copied"}}).status, 204);
  EXPECT_EQ(post(path, {{"kind", "copied"}}).status, 204);
  EXPECT_EQ(post(path, {{"kind", "admired"}}).status, 400);
}

TEST_F(FeedbackApi, ARatingSaysMoreThanAThumb) {
  const Json message = answered("2+2?");
  const Json rating = rate(message, {{"value", -1},
                                     {"score", 3},
                                     {"marks", {{{"exact", "five"}, {"prefix", "is "}}}},
                                     {"better", "four"}})["rating"];
  EXPECT_EQ(rating["score"], 3);
  EXPECT_EQ(rating["better"], "four");
  EXPECT_EQ(rating["marks"][0], Json({{"exact", "five"}, {"prefix", "is "}, {"suffix", ""}}));
  const std::string path = "/messages/" + id_of(message) + "/rating";
  for (const Json& wrong : {Json{{"value", 1}, {"score", 0}}, Json{{"value", 1}, {"score", "9"}},
                            Json{{"value", 1}, {"marks", {"five"}}}}) {
    EXPECT_EQ(send("PUT", path, to_text(wrong)).status, 400) << to_text(wrong);
  }
  const Json comments = get("/api/feedback/comments").json();
  EXPECT_TRUE(comments["comments"].empty()) << "a score has no words";
}

TEST_F(FeedbackApi, ResearchersChooseTheReasons) {
  EXPECT_TRUE(get("/api/feedback/settings").json()["reasons"].is_null());
  EXPECT_FALSE(get("/session").json().contains("rating_reasons"));
  const Json good = {{{"id", "nice"}, {"en", "Nice"}, {"zh", "不错"}}};
  const Json bad = {{{"id", "stiff"}, {"en", "Stiff"}, {"zh", "太生硬"}, {"category", "style"}}};
  const Json reasons = {{"good", good}, {"bad", bad}};
  EXPECT_EQ(patch("/api/feedback/settings", {{"reasons", reasons}}).status, 200);
  EXPECT_EQ(get("/session").json()["rating_reasons"]["bad"][0]["zh"], "太生硬");
  rate(answered("one"), {{"value", -1}, {"reasons", {"stiff"}}});
  EXPECT_EQ(category(analysis(), "style")["reported_by"]["with"], 1);

  Json wrong = reasons;
  wrong["bad"][0]["category"] = "colour";
  EXPECT_EQ(patch("/api/feedback/settings", {{"reasons", wrong}}).status, 400);
  wrong = reasons;
  wrong["bad"][0]["zh"] = " ";
  EXPECT_EQ(patch("/api/feedback/settings", {{"reasons", wrong}}).status, 400);
  wrong["bad"] = Json::array();
  EXPECT_EQ(patch("/api/feedback/settings", {{"reasons", wrong}}).status, 400);
  EXPECT_EQ(patch("/api/feedback/settings", {{"reasons", nullptr}}).status, 200);
  EXPECT_FALSE(get("/session").json().contains("rating_reasons"));
}

TEST_F(FeedbackApi, FiguresAreOfWhatIsAskedFor) {
  rate(answered("我叫什么名字？"), {{"value", -1}, {"comment", "忘了我前面说的话"}});
  rate(answered("What is 2+2?"), {{"value", 1}, {"comment", "right"}});
  const auto answers = [&](const std::string& query) {
    return get("/api/feedback/analysis?" + query).json()["analysis"]["flow"]["answers"];
  };
  EXPECT_EQ(answers("prompt_language=zh"), 1);
  EXPECT_EQ(answers("provenance=live"), 2);
  EXPECT_EQ(answers("from=1"), 2);
  const Json nothing = get("/api/feedback/analysis?until=1").json();
  EXPECT_TRUE(nothing["analysis"].is_null() || nothing["analysis"]["flow"]["answers"] == 0);
  const Json facets = nothing["facets"];
  EXPECT_EQ(facets["prompt_languages"].size(), 2u) << "whatever was chosen";
  const auto comments = [&](const std::string& query) {
    return get("/api/feedback/comments?" + query).json()["comments"];
  };
  ASSERT_EQ(comments("prompt_language=zh").size(), 1u);
  EXPECT_EQ(comments("prompt_language=zh")[0]["comment"], "忘了我前面说的话");
  EXPECT_EQ(comments("limit=1").size(), 1u);
  EXPECT_EQ(comments("model=another").size(), 0u);
  EXPECT_EQ(comments("provenance=live").size(), 2u);
  EXPECT_EQ(comments("provenance=imported").size(), 0u);
  for (const char* wrong : {"provenance=made_up", "from=yesterday", "wait=0", "wait=x"}) {
    EXPECT_EQ(get(std::string("/api/feedback/analysis?") + wrong).status, 400) << wrong;
  }
  EXPECT_EQ(get("/api/feedback/analysis?study=x").status, 404);
}

TEST_F(FeedbackApi, APageThatCannotWaitSeesTheLastFiguresWithTheirAge) {
  rate(answered("one"), {{"value", 1}});
  const Json fresh = get("/api/feedback/analysis").json();
  EXPECT_FALSE(fresh["is_refreshing"]);
  EXPECT_GT(fresh["computed"].get<std::int64_t>(), 0);
  rate(answered("two"), {{"value", 1}});
  // However slow the machine is, what comes at once is the earlier figures or the new ones.
  Json now = get("/api/feedback/analysis?wait=1").json();
  const auto ratings = [](const Json& reply) {
    return reply["analysis"]["flow"]["voluntary_ratings"].get<int>();
  };
  EXPECT_GE(ratings(now), 1);
  const std::string again = "/api/feedback/analysis?wait=1&after=" + to_text(now["asked"]);
  EXPECT_TRUE(eventually([&] {
    now = get(again).json();
    return !now["is_refreshing"].get<bool>();
  }));
  EXPECT_EQ(ratings(now), 2);
  EXPECT_GE(now["computed"], fresh["computed"]);
}

class Researchers : public AccountsTest {};

TEST_F(Researchers, ReadFeedbackAndNobodyElseDoes) {
  const Person ada = first_person();
  const Person rita = new_person(ada, "rita", "researcher");
  const Person bob = new_person(ada, "bob");
  const Person cleo = new_person(ada, "cleo", "annotator");
  for (const char* path : {"/api/feedback/analysis", "/api/feedback/comments"}) {
    EXPECT_EQ(send_as(ada, "GET", path).status, 200);
    EXPECT_EQ(send_as(rita, "GET", path).status, 200);
    EXPECT_EQ(send_as(bob, "GET", path).status, 403);
    EXPECT_EQ(send_as(cleo, "GET", path).status, 403);
  }
  EXPECT_EQ(send_as(rita, "PATCH", "/api/feedback/settings", {{"probe_probability", 0.1}}).status,
            200);
  EXPECT_EQ(send_as(ada, "GET", "/api/feedback/settings").json()["probe_probability"], 0.1);
}

}  // namespace
}  // namespace falconet
