// Interviews from the transcript to the report's quotes.
#include <gmock/gmock.h>

#include "server/accounts_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class InterviewsApi : public AppTest {
 protected:
  TestResponse add(const Json& more = Json::object()) {
    Json body = {{"title", "Talk"},
                 {"participant", "P7"},
                 {"file_name", "talk.txt"},
                 {"text", "Interviewer: How was it?\nP: Good, but 它忘了我说的话。 Fast, too.\n"}};
    body.update(more);
    return post("/api/feedback/interviews", body);
  }
  Json whole(const std::string& id) { return get("/api/feedback/interviews/" + id).json(); }
  std::string new_code(const Json& fields) {
    const TestResponse response = post("/api/feedback/codes", fields);
    EXPECT_EQ(response.status, 201) << response.body;
    return id_of(response.json()["code"]);
  }
  Json category(const std::string& name) {
    const Json analysis = get("/api/feedback/analysis").json()["analysis"];
    for (const Json& row : analysis["categories"]) {
      if (row["category"] == name) return row;
    }
    return {};
  }
};

TEST_F(InterviewsApi, ACodedStretchBecomesEvidenceAndAQuoteWhereItMayBeQuoted) {
  const std::string id = id_of(add().json()["interview"]);
  const Json talk = whole(id);
  ASSERT_EQ(talk["utterances"].size(), 2u);
  EXPECT_EQ(talk["utterances"][0]["is_participant"], false);
  const std::string parent = new_code({{"name", "forgets"}, {"category", "memory"}});
  const std::string code = new_code({{"name", "names"}, {"parent_id", parent}});
  const std::string path = "/api/feedback/interviews/" + id;
  const Json span = {{"utterance_id", id_of(talk["utterances"][1])},
                     {"code_id", code},
                     {"begin", 10},
                     {"end", 18}};
  EXPECT_EQ(post(path + "/spans", span).status, 201);
  Json outside = span;
  outside["end"] = 500;
  EXPECT_EQ(post(path + "/spans", outside).status, 400);
  const Json found = category("memory");
  EXPECT_EQ(found["reported_by"]["with"], 1) << "by the category of the code above";
  EXPECT_TRUE(found["problem_quotes"].empty()) << "nobody said that it may be quoted";
  EXPECT_EQ(patch(path, {{"may_be_quoted", true}}).status, 200);
  const Json quoted = category("memory")["problem_quotes"];
  ASSERT_EQ(quoted.size(), 1u);
  EXPECT_EQ(quoted[0]["file"], "interviews.jsonl");
  EXPECT_EQ(quoted[0]["begin"], 10) << "ten ASCII characters stand before it";
  EXPECT_EQ(quoted[0]["end"], 10 + 8 * 3) << "eight characters of three bytes";
  EXPECT_EQ(send("DELETE", "/api/feedback/spans/" + id_of(whole(id)["spans"][0])).status, 204);
  EXPECT_EQ(whole(id)["spans"].size(), 0u);
}

// Three people praise the speed: what they may be quoted for stands in the report word for word,
// and nothing else that they said.
TEST_F(InterviewsApi, TheReportQuotesWhatMayBeQuoted) {
  const std::string code = new_code({{"name", "quick"}, {"category", "praise/speed"}});
  for (const char* name : {"P1", "P2", "P3"}) {
    const bool may_be_quoted = std::string_view(name) != "P2";
    const TestResponse added =
        add({{"participant", name},
             {"may_be_quoted", may_be_quoted},
             {"text", cat("Q: And?\n", name, ": Well. So quick for ", name)}});
    const std::string id = id_of(added.json()["interview"]);
    const Json span = {{"utterance_id", id_of(whole(id)["utterances"][1])},
                       {"code_id", code},
                       {"begin", 6},
                       {"end", 21}};
    EXPECT_EQ(post("/api/feedback/interviews/" + id + "/spans", span).status, 201);
  }
  const std::string report = get("/api/feedback/report").body;
  EXPECT_THAT(report, HasSubstr("So quick for P1"));
  EXPECT_THAT(report, HasSubstr("So quick for P3"));
  EXPECT_THAT(report, Not(HasSubstr("So quick for P2"))) << "not asked, or not allowed";
  EXPECT_THAT(report, Not(HasSubstr("Well.")));
}

TEST_F(InterviewsApi, WhatIsNoTranscriptIsRefusedAndLeavesNothing) {
  EXPECT_THAT(add({{"file_name", "talk.odt"}}).body, HasSubstr("plain text"));
  EXPECT_THAT(add({{"file_name", "talk.docx"}}).body, HasSubstr("base64url"));
  EXPECT_THAT(add({{"file_name", "talk.docx"}, {"content", "UEs"}}).body,
              HasSubstr("not a .docx document"))
      << "PK, and nothing else";
  EXPECT_EQ(add({{"file_name", "talk.vtt"}}).status, 400);
  EXPECT_EQ(add({{"participant", ""}}).status, 400);
  EXPECT_EQ(add({{"text", ""}}).status, 400);
  EXPECT_EQ(get("/api/feedback/interviews").json()["interviews"].size(), 0u);
  EXPECT_EQ(post("/api/feedback/codes", {{"name", "x"}, {"category", "mood"}}).status, 400);
}

TEST_F(InterviewsApi, TheCodebookIsMergedAndSplitWithItsHistory) {
  const std::string id = id_of(add({{"interviewers", {"P"}}}).json()["interview"]);
  const Json talk = whole(id);
  EXPECT_EQ(talk["utterances"][0]["is_participant"], true) << "as was said";
  const std::string one = new_code({{"name", "one"}});
  const std::string two = new_code({{"name", "two"}});
  const Json span = {
      {"utterance_id", id_of(talk["utterances"][0])}, {"code_id", one}, {"begin", 0}, {"end", 3}};
  const std::string made =
      id_of(post("/api/feedback/interviews/" + id + "/spans", span).json()["span"]);
  EXPECT_EQ(post("/api/feedback/codes/" + one + "/merge", {{"into", two}}).status, 204);
  EXPECT_EQ(whole(id)["spans"][0]["code_id"], two);
  const TestResponse split =
      post("/api/feedback/codes/" + two + "/split", {{"name", "three"}, {"span_ids", {made}}});
  EXPECT_EQ(split.status, 201);
  EXPECT_EQ(whole(id)["spans"][0]["code_id"], id_of(split.json()["code"]));
  EXPECT_EQ(patch("/api/feedback/codes/" + two, {{"name", "second"}, {"parent_id", nullptr}})
                .json()["code"]["name"],
            "second");
  const Json book = get("/api/feedback/codes").json();
  EXPECT_EQ(book["codes"].size(), 3u);
  std::vector<std::string> actions;
  for (const Json& event : book["history"]) actions.push_back(event["action"]);
  EXPECT_THAT(actions,
              testing::ElementsAre("added", "added", "merged", "added", "split", "changed"));
  EXPECT_EQ(send("DELETE", "/api/feedback/interviews/" + id).status, 204);
  EXPECT_EQ(get("/api/feedback/interviews/" + id).status, 404);
}

}  // namespace
}  // namespace falconet
