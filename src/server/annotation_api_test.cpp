// Drawing samples, and coding their answers without knowing more than one must.
#include <gmock/gmock.h>

#include <set>

#include "feedback/live_records.h"
#include "server/accounts_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class AnnotationApi : public AccountsTest {
 protected:
  void SetUp() override {
    AccountsTest::SetUp();
    ada = first_person();
    rita = new_person(ada, "rita", "researcher");
    cleo = new_person(ada, "cleo", "annotator");
    dan = new_person(ada, "dan", "annotator");
    bob = new_person(ada, "bobtheuser");
    allow_use(ada, {ada, rita, cleo, dan, bob});
  }

  /// The answer's message.
  Json answered(const Person& person, const std::string& question) {
    const std::string conversation =
        id_of(send_as(person, "POST", "/conversations", Json::object()).json());
    const std::string path = "/conversations/" + conversation;
    const std::string asked =
        id_of(send_as(person, "POST", path + "/messages",
                      {{"parent_id", nullptr}, {"role", "user"}, {"content", question}})
                  .json());
    const Json started =
        send_as(person, "POST", path + "/generations", {{"parent_id", asked}}).json();
    const auto events = events_in(
        send_as(person, "GET", "/generations/" + id_of(started["generation"]) + "/events").body);
    return events.back().data["message"];
  }

  Json draw(const Json& design, const Json& more = Json::object()) {
    Json body = {{"title", "Week 1"},
                 {"design", design},
                 {"rubrics", {"reasoning_intact"}},
                 {"has_categories", true}};
    body.update(more);
    const TestResponse response = send_as(rita, "POST", "/api/feedback/samples", body);
    EXPECT_EQ(response.status, 201) << response.body;
    return response.json()["sample"];
  }
  Json items(const Json& sample) {
    return send_as(rita, "GET", "/api/feedback/samples/" + id_of(sample)).json()["items"];
  }
  static std::set<std::string> generations_in(const Json& items) {
    std::set<std::string> all;
    for (const Json& item : items) all.insert(item["generation_id"]);
    return all;
  }
  TestResponse next(const Person& person, const Json& sample) {
    return send_as(person, "POST", "/api/feedback/queues/" + id_of(sample) + "/next");
  }
  TestResponse code(const Person& person, const std::string& item, const Json& values) {
    return send_as(person, "PUT", "/api/feedback/items/" + item + "/coding",
                   {{"values", values}, {"comment", "as I see it"}});
  }
  /// Everything there is to do, `value` of each question's text.
  template <class Value>
  void code_all(const Person& person, const Json& sample, Value value) {
    for (Json body = next(person, sample).json(); !body["item"].is_null();
         body = next(person, sample).json()) {
      const Json& item = body["item"];
      const Json& question = item["messages"][item["messages"].size() - 2];
      const Json values = {{"reasoning_intact", value(question["content"])}, {"memory", 0}};
      ASSERT_EQ(code(person, id_of(item), values).status, 204);
    }
  }
  Json code_figures(const std::string& name) {
    const Json analysis = send_as(rita, "GET", "/api/feedback/analysis").json()["analysis"];
    for (const Json& row : analysis["annotations"]) {
      if (row["code"] == name) return row;
    }
    return {};
  }

  Person ada, rita, cleo, dan, bob;
};

TEST_F(AnnotationApi, WhatTwoCodersSayBecomesAShareOfAllAnswers) {
  for (int i = 0; i < 6; ++i) {
    answered(i % 2 == 0 ? bob : ada, cat("question ", i));
  }
  const Json sample = draw({{"size", 6}, {"seed", 3}});
  EXPECT_EQ(sample["items"], 6);
  EXPECT_EQ(sample["eligible"], 6);
  const auto is_late = [](const std::string& question) { return question >= "question 3" ? 1 : 0; };
  code_all(cleo, sample, is_late);
  EXPECT_EQ(code_figures("reasoning_intact")["verdict"], "untested") << "one coder";
  code_all(dan, sample, is_late);
  const Json figures = code_figures("reasoning_intact");
  EXPECT_EQ(figures["verdict"], "agreed") << to_text(figures);
  EXPECT_EQ(figures["alpha"], 1.0);
  EXPECT_EQ(figures["coders"], 2);
  EXPECT_NEAR(figures["shares"][1]["share"]["rate"].get<double>(), 0.5, 1e-12);
  EXPECT_EQ(code_figures("memory")["verdict"], "untested") << "never put to the test";
  const TestResponse report = send_as(rita, "GET", "/api/feedback/report?language=zh");
  EXPECT_THAT(report.body, HasSubstr("抽样编码"));
}

TEST_F(AnnotationApi, ACoderSeesTheAnswerAndNothingOfWhoWroteItNorWhatOthersThink) {
  const Json message = answered(bob, "What is 2+2?");
  send_as(bob, "PUT", "/messages/" + id_of(message) + "/rating",
          {{"value", -1}, {"comment", "ratings are secret"}});
  const Json sample = draw({{"size", 1}});
  const TestResponse first = next(cleo, sample);
  ASSERT_EQ(first.status, 200);
  const Json item = first.json()["item"];
  EXPECT_EQ(item["messages"].back()["content"], "It is 4.");
  EXPECT_EQ(item["messages"].back()["reasoning"], "Two and two ");
  ASSERT_EQ(code(cleo, id_of(item), {{"reasoning_intact", 1}}).status, 204);
  const TestResponse second = next(dan, sample);
  for (const TestResponse* response : {&first, &second}) {
    ASSERT_FALSE(response->json()["item"].is_null());
    const std::string pseudonym = pseudonym_of(bob.id);
    for (const std::string& secret :
         {std::string("fake"), std::string("ratings are secret"), std::string("rating"),
          std::string("probability"), std::string("as I see it"), std::string("bobtheuser"),
          std::string("finish_reason"), bob.id, cleo.id, pseudonym, id_of(message)}) {
      EXPECT_THAT(response->body, Not(HasSubstr(secret)));
    }
  }
}

TEST_F(AnnotationApi, AnAnnotatorSeesNothingOutsideTheirQueue) {
  for (int i = 0; i < 3; ++i) answered(bob, cat("question ", i));
  const Json sample = draw({{"size", 3}, {"seed", 1}}, {{"coders_per_item", 1}});
  const Json taken = next(cleo, sample).json()["item"];
  for (const Json& item : items(sample)) {
    if (id_of(item) == id_of(taken)) continue;
    EXPECT_EQ(code(cleo, id_of(item), {{"memory", 1}}).status, 404) << "not handed out";
  }
  EXPECT_EQ(code(dan, id_of(taken), {{"memory", 1}}).status, 404) << "in another's hands";
  const std::string path = "/api/feedback/samples/" + id_of(sample);
  for (const std::string& forbidden :
       {std::string("/api/feedback/samples"), path, path + "/differences",
        std::string("/api/feedback/rubrics"), std::string("/api/feedback/comments")}) {
    EXPECT_EQ(send_as(cleo, "GET", forbidden).status, 403) << forbidden;
    EXPECT_EQ(send_as(bob, "GET", forbidden).status, 403) << forbidden;
  }
  EXPECT_EQ(send_as(bob, "GET", "/api/feedback/queues").status, 403);
  EXPECT_EQ(send_as(bob, "POST", "/api/feedback/queues/" + id_of(sample) + "/next").status, 403);
  EXPECT_EQ(send_as(cleo, "PUT", "/api/feedback/items/" + id_of(taken) + "/decision",
                    {{"code", "memory"}, {"value", 1}})
                .status,
            403);
  EXPECT_EQ(next(cleo, sample).json()["item"]["id"], id_of(taken)) << "and hers is still hers";
}

TEST_F(AnnotationApi, ResearchersSeePseudonymsAndTheChanceOfEachItem) {
  const Json bad = answered(bob, "bad");
  send_as(bob, "PUT", "/messages/" + id_of(bad) + "/rating", {{"value", -1}});
  for (int i = 0; i < 9; ++i) answered(ada, cat("good ", i));
  const Json design = {{"method", "errors_first"}, {"size", 4}, {"seed", 8}};
  const Json sample = draw(design);
  const Json drawn = items(sample);
  ASSERT_EQ(drawn.size(), 4u);
  for (const Json& item : drawn) {
    const bool is_error = item["stratum"] == "errors";
    EXPECT_NEAR(item["probability"].get<double>(), is_error ? 1.0 : 3.0 / 9, 1e-12);
    EXPECT_EQ(item["participant"], pseudonym_of(is_error ? bob.id : ada.id));
  }
  EXPECT_THAT(to_text(drawn), Not(HasSubstr("bobtheuser")));
  Json again = sample["design"];
  EXPECT_EQ(generations_in(items(draw(again))), generations_in(drawn))
      << "the same design and seed";
  again["seed"] = 9;
  std::set<std::set<std::string>> others;
  for (int seed = 9; seed < 14; ++seed) {
    again["seed"] = seed;
    others.insert(generations_in(items(draw(again))));
  }
  EXPECT_GT(others.size(), 1u) << "other seeds draw others";
}

TEST_F(AnnotationApi, WhatIsNotAskedOrNotOnTheScaleIsRefused) {
  answered(bob, "one");
  const Json sample = draw({{"size", 1}}, {{"has_categories", false}});
  const std::string item = id_of(next(cleo, sample).json()["item"]);
  EXPECT_EQ(code(cleo, item, {{"memory", 1}}).status, 400) << "no categories in this sample";
  EXPECT_EQ(code(cleo, item, {{"reasoning_intact", 7}}).status, 400);
  EXPECT_EQ(code(cleo, item, {{"reasoning_intact", "yes"}}).status, 400);
  EXPECT_EQ(next(cleo, sample).json()["item"]["id"], item) << "a refused one changes nothing";
  EXPECT_EQ(code(cleo, item, {{"reasoning_intact", nullptr}}).status, 204);
  const TestResponse undone =
      send_as(cleo, "POST", "/api/feedback/queues/" + id_of(sample) + "/undo");
  ASSERT_EQ(undone.status, 200);
  EXPECT_EQ(undone.json()["item"]["id"], item);
  EXPECT_TRUE(undone.json()["item"]["values"]["reasoning_intact"].is_null());
  EXPECT_EQ(undone.json()["item"]["comment"], "as I see it");
}

TEST_F(AnnotationApi, ADecisionIsMadeWhereCodersDiffer) {
  for (int i = 0; i < 4; ++i) answered(i % 2 == 0 ? bob : ada, cat("question ", i));
  const Json sample = draw({{"size", 4}});
  code_all(cleo, sample, [](const std::string&) { return 1; });
  code_all(dan, sample, [](const std::string& q) { return q == "question 2" ? 0 : 1; });
  const std::string path = "/api/feedback/samples/" + id_of(sample) + "/differences";
  const Json differing = send_as(rita, "GET", path).json()["items"];
  ASSERT_EQ(differing.size(), 1u);
  EXPECT_EQ(differing[0]["messages"][0]["content"], "question 2");
  ASSERT_EQ(differing[0]["codes"][0]["coders"].size(), 2u);
  EXPECT_TRUE(differing[0]["codes"][0]["decision"].is_null());
  const std::string decision = "/api/feedback/items/" + id_of(differing[0]) + "/decision";
  EXPECT_EQ(send_as(rita, "PUT", decision, {{"code", "reasoning_intact"}, {"value", 3}}).status,
            400);
  EXPECT_EQ(send_as(rita, "PUT", decision, {{"code", "reasoning_intact"}, {"value", 0}}).status,
            204);
  const Json decided = send_as(rita, "GET", path).json()["items"];
  EXPECT_EQ(decided[0]["codes"][0]["decision"]["value"], 0);
  EXPECT_EQ(decided[0]["codes"][0]["coders"], differing[0]["codes"][0]["coders"])
      << "the originals stand";
  EXPECT_EQ(code_figures("reasoning_intact")["decided"], 1);
}

TEST_F(AnnotationApi, AModelCodesBesidePeopleAndIsMarked) {
  for (int i = 0; i < 2; ++i) answered(bob, cat("question ", i));
  const Json sample = draw({{"size", 2}}, {{"coders_per_item", 1}});
  Json codings = Json::array();
  for (const Json& item : items(sample)) {
    codings.push_back({{"item_id", id_of(item)}, {"values", {{"reasoning_intact", 1}}}});
  }
  const std::string path = "/api/feedback/samples/" + id_of(sample) + "/codings";
  const Json body = {{"coder", "judge"}, {"kind", "model"}, {"codings", codings}};
  EXPECT_EQ(send_as(cleo, "POST", path, body).status, 403);
  EXPECT_EQ(send_as(rita, "POST", path, body).json()["coded"], 2);
  const Json figures = code_figures("reasoning_intact");
  EXPECT_EQ(figures["coders"], 0);
  ASSERT_EQ(figures["programs"].size(), 1u);
  EXPECT_EQ(figures["programs"][0]["kind"], "model");
  EXPECT_EQ(figures["programs"][0]["calibrated"], false);
  EXPECT_FALSE(next(cleo, sample).json()["item"].is_null()) << "the model took nobody's place";
}

TEST_F(AnnotationApi, ARubricThatIsChangedLeavesDrawnSamplesAsTheyWere) {
  answered(bob, "one");
  const Json sample = draw({{"size", 1}});
  Json rubric;
  const Json all = send_as(rita, "GET", "/api/feedback/rubrics").json();
  for (const Json& each : all["rubrics"]) {
    if (each["name"] == "reasoning_intact") rubric = each;
  }
  ASSERT_FALSE(rubric.is_null());
  rubric["definition"]["en"] = "Something else?";
  const std::string path = "/api/feedback/rubrics/reasoning_intact";
  EXPECT_EQ(send_as(rita, "PUT", path, rubric).json()["rubric"]["version"], 2);
  EXPECT_EQ(next(cleo, sample).json()["rubrics"][0]["version"], 1);
  EXPECT_EQ(draw({{"size", 1}})["rubrics"][0]["version"], 2);
  rubric["values"] = Json::array();
  EXPECT_EQ(
      send_as(rita, "PUT", "/api/feedback/rubrics/own", rubric).json()["rubric"]["values"].size(),
      2u)
      << "yes and no go without saying";
  rubric["definition"]["zh"] = "";
  EXPECT_EQ(send_as(rita, "PUT", path, rubric).status, 400) << "both languages";
  EXPECT_EQ(send_as(rita, "PUT", "/api/feedback/rubrics/memory", rubric).status, 400);
}

}  // namespace
}  // namespace falconet
