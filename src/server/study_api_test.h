// What the tests of studies share: a researcher, people, and a study between them.
#pragma once

#include "server/accounts_test.h"

namespace falconet {

class StudyApiTest : public AccountsTest {
 protected:
  void SetUp() override {
    AccountsTest::SetUp();
    ada = first_person();
    rita = new_person(ada, "rita", "researcher");
    bob = new_person(ada, "bob");
    cleo = new_person(ada, "cleo");
  }

  static Json text(const std::string& en) { return {{"en", en}, {"zh", "中文 " + en}}; }
  static Json question(const std::string& id, const std::string& type, const Json& more = {}) {
    Json made = {{"id", id}, {"type", type}, {"text", text(id + "?")}};
    if (more.is_object()) made.update(more);
    return made;
  }
  static Json choices(const std::vector<std::string>& ids) {
    Json list = Json::array();
    for (const std::string& id : ids) list.push_back({{"id", id}, {"text", text(id)}});
    return list;
  }
  static Json definition(const std::vector<Json>& questions) {
    return {{"title", text("About the model")}, {"questions", questions}};
  }
  /// Which problems, a number if it forgets, and a recommendation.
  static Json usual_definition() {
    return definition({question("problems", "multiple",
                                {{"choices", choices({"memory", "style", "praise/speed"})}}),
                       question("turns", "number",
                                {{"required", true},
                                 {"least", 1},
                                 {"most", 50},
                                 {"show_if", {{"question", "problems"}, {"contains", "memory"}}}}),
                       question("recommend", "nps", {{"required", true}}),
                       question("why", "long_text")});
  }

  Json research(const std::string& method, const std::string& path, const Json& body = nullptr) {
    const TestResponse response = send_as(rita, method, "/api/feedback" + path, body);
    EXPECT_LT(response.status, 300) << path << ": " << response.body;
    return response.body.empty() ? Json() : response.json();
  }
  int refusal(const Person& person, const std::string& method, const std::string& path,
              const Json& body = nullptr) {
    return send_as(person, method, path, body).status;
  }

  std::string draft(Json fields = Json::object()) {
    fields["name"] = "Is it enough?";
    fields["segments"] = {{{"name", "leads"}, {"target", 2}}, {{"name", "others"}, {"target", 1}}};
    const std::string id = id_of(research("POST", "/studies", fields)["study"]);
    research("PUT", "/studies/" + id + "/consent",
             {{"text_en", "We keep ratings."},
              {"text_zh", "我们保存评分。"},
              {"scopes", {"ratings_and_logs", "quotes"}}});
    return id;
  }
  std::string running(const Json& fields = Json::object()) {
    const std::string id = draft(fields);
    research("POST", "/studies/" + id + "/start", Json::object());
    return id;
  }
  std::string questionnaire(const std::string& study, const Json& asked,
                            Json fields = Json::object()) {
    fields["definition"] = asked;
    return id_of(research("POST", "/studies/" + study + "/questionnaires", fields));
  }

  /// The token of a new link.
  std::string link(const std::string& study, const Json& fields) {
    const Json made = research("POST", "/studies/" + study + "/links", fields)["link"];
    const std::string path = string_member(made, "path").value_or("?");
    return path.substr(path.rfind('/') + 1);
  }

  TestResponse try_join(const Person& person, Json fields) {
    if (!fields.contains("locale")) fields["locale"] = "zh";
    if (!fields.contains("consent_version")) fields["consent_version"] = 1;
    return send_as(person, "POST", "/participations", fields);
  }
  Json join(const Person& person, const std::string& token,
            const std::vector<std::string>& scopes = {"ratings_and_logs", "quotes"}) {
    const TestResponse joined =
        try_join(person, {{"token", token}, {"segment", "leads"}, {"scopes", scopes}});
    EXPECT_EQ(joined.status, 201) << joined.body;
    return joined.json();
  }

  TestResponse answer(const Person& person, const std::string& id, const Json& answers,
                      bool is_final = true) {
    return send_as(person, "PUT", "/questionnaires/" + id,
                   {{"answers", answers}, {"submit", is_final}});
  }

  /// The message that answers somebody's question in a chat of its own.
  Json ask(const Person& person, const std::string& content) {
    const std::string chat =
        id_of(send_as(person, "POST", "/conversations", Json::object()).json());
    const std::string asked = id_of(send_as(person, "POST", "/conversations/" + chat + "/messages",
                                            {{"role", "user"}, {"content", content}})
                                        .json());
    const Json started =
        send_as(person, "POST", "/conversations/" + chat + "/generations", {{"parent_id", asked}})
            .json();
    const std::string events = "/generations/" + id_of(started["generation"]) + "/events";
    return events_in(send_as(person, "GET", events).body).back().data["message"];
  }
  void rate(const Person& person, const Json& message, const Json& rating) {
    EXPECT_EQ(refusal(person, "PUT", "/messages/" + id_of(message) + "/rating", rating), 200);
  }

  Json analysis(const std::string& study) {
    return research("GET", "/analysis?study=" + study)["analysis"];
  }
  static Json category(const Json& analysis, const std::string& name) {
    for (const Json& row : analysis["categories"]) {
      if (row["category"] == name) return row;
    }
    return {};
  }
  static std::int64_t reported(const Json& analysis, const std::string& name) {
    return category(analysis, name)["reported_by"]["with"].get<std::int64_t>();
  }

  Person ada;
  Person rita;
  Person bob;
  Person cleo;
};

}  // namespace falconet
