// Other servers' models, added on the page: against a server on loopback that can be any of them.
#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "base/log.h"
#include "hub/scripted_server.h"
#include "server/accounts_test.h"
#include "server/app_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSecret = "sk-secret-0123456789-wxyz";

/// A server that speaks OpenAI's API, with whatever models it has at the moment.
class FarServer {
 public:
  explicit FarServer(Json models = Json::array({"far"})) : models_(std::move(models)) {}

  std::string url() const { return server_.address() + "/v1"; }
  std::vector<TestRequest> requests() const { return server_.requests(); }
  void hold() { gate_ = std::promise<void>(), is_held_ = true; }
  void release() { gate_.set_value(); }

  std::atomic<int> list_status = 200;

 private:
  std::string answer(const TestRequest& request) {
    if (request.path.ends_with("/models")) {
      Json data = Json::array();
      for (const Json& model : models_) data.push_back({{"id", model}, {"max_model_len", 1000}});
      return test_answer(list_status, {}, to_text({{"data", data}}));
    }
    if (is_held_) gate_.get_future().wait();
    const Json chunk = {{"choices", Json::array({{{"index", 0},
                                                  {"delta", {{"content", "From afar."}}},
                                                  {"finish_reason", "stop"}}})}};
    return test_answer(200, {"Content-Type: text/event-stream"},
                       cat("data: ", to_text(chunk), "\n\ndata: [DONE]\n\n"));
  }

  const Json models_;
  std::atomic<bool> is_held_ = false;
  std::promise<void> gate_;
  ScriptedServer server_{[this](const TestRequest& request) { return answer(request); }};
};

class AppEndpoints : public AppTest {
 protected:
  Json add(Json fields) {
    const TestResponse response = post("/endpoints", fields);
    EXPECT_EQ(response.status, 201) << response.body;
    return response.json();
  }

  /// Of the only endpoint, once it is in that state.
  Json when(const std::string& state) {
    EXPECT_TRUE(eventually([&] { return only()["state"] == state; })) << only();
    return only();
  }
  Json only() { return get("/endpoints").json()["endpoints"].at(0); }

  /// The model as the page sees it, or null.
  Json model_named(const std::string& id) {
    const Json session = get("/session").json();
    for (const Json& each : session["models"]) {
      if (each["id"] == id) return each;
    }
    return nullptr;
  }
  std::string test_answer_of(const Json& fields) {
    return string_member(post("/endpoints/test", fields).json(), "answer").value_or("none");
  }
};

TEST_F(AppEndpoints, AddedOnesAnswerAtOnceUnderTheirName) {
  FarServer far;
  const Json made = add({{"name", "The lab"}, {"url", far.url() + "/"}, {"api_key", kSecret}});
  EXPECT_EQ(made["url"], far.url());
  const Json ready = when("ready");
  EXPECT_EQ(ready["num_models"], 1);
  EXPECT_EQ(ready["answer"], "models");
  const Json shown = model_named("far");
  EXPECT_EQ(shown["remote_name"], "The lab");
  EXPECT_EQ(shown["is_available"], true);
  EXPECT_EQ(shown["max_model_len"], 1000);
  const std::string conversation = new_conversation({{"model", "far"}});
  const Json started = generate(conversation, say(conversation, "Hi"));
  EXPECT_EQ(text_in(events_of(started), "content"), "From afar.");
  EXPECT_EQ(far.requests().back().headers.at("authorization"), "Bearer " + kSecret);
}

TEST_F(AppEndpoints, AnAnswerUnderWayEndsOnWhatItBeganWith) {
  FarServer far;
  const Json made = add({{"name", "The lab"}, {"url", far.url()}});
  when("ready");
  far.hold();
  const std::string conversation = new_conversation({{"model", "far"}});
  const Json started = generate(conversation, say(conversation, "Hi"));
  EXPECT_EQ(send("DELETE", "/endpoints/" + id_of(made)).status, 204);
  EXPECT_EQ(model_named("far"), nullptr);
  far.release();
  const auto events = events_of(started);
  EXPECT_EQ(text_in(events, "content"), "From afar.");
  EXPECT_EQ(events.back().data["message"]["status"], "done");
}

TEST_F(AppEndpoints, AreThereAfterARestartAndCanBeSwitchedOff) {
  FarServer far;
  const std::string path = "/endpoints/" + id_of(add({{"name", "The lab"}, {"url", far.url()}}));
  when("ready");
  start();
  when("ready");
  EXPECT_NE(model_named("far"), nullptr);
  EXPECT_EQ(patch(path, {{"is_enabled", false}}).json()["state"], "disabled");
  EXPECT_EQ(model_named("far"), nullptr);
  patch(path, {{"is_enabled", true}, {"name", "Next door"}});
  when("ready");
  EXPECT_EQ(model_named("far")["remote_name"], "Next door");
}

TEST_F(AppEndpoints, OfferTheModelsThatWereNamedAndNoOthers) {
  FarServer far(Json::array({"one", "two", "three"}));
  add({{"name", "The lab"}, {"url", far.url()}, {"models", {"three", "hidden"}}});
  EXPECT_EQ(when("ready")["num_models"], 2);
  EXPECT_EQ(model_named("one"), nullptr);
  EXPECT_EQ(model_named("three")["max_model_len"], 1000);
  EXPECT_NE(model_named("hidden"), nullptr);
}

TEST_F(AppEndpoints, OurOwnNamesStayOurs) {
  FarServer far(Json::array({"fake", "far"}));
  add({{"name", "The lab"}, {"url", far.url()}});
  when("ready");
  EXPECT_EQ(model_named("fake")["remote_host"], nullptr);
}

TEST_F(AppEndpoints, ThatAreDownHoldUpNothingAndSaySo) {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  ScriptedServer silent([&](const TestRequest&) { return opened.wait(), std::string(); });
  add({{"name", "Silent"}, {"url", silent.address()}, {"models", {"quiet"}}});
  // The silent server has not answered yet: whoever waited for it would not come to the next line.
  EXPECT_EQ(only()["state"], "asking");
  EXPECT_EQ(model_named("quiet")["is_available"], true) << "nobody knows yet";
  gate.set_value();
  const Json down = when("unavailable");
  EXPECT_EQ(down["answer"], "unreachable");
  EXPECT_FALSE(string_member(down, "message").value_or("").empty());
  EXPECT_TRUE(eventually([&] { return model_named("quiet")["is_available"] == false; }));
}

TEST_F(AppEndpoints, AreTestedBeforeTheyAreKept) {
  FarServer far(Json::array({"one", "two"}));
  const Json report = post("/endpoints/test", {{"url", far.url()}, {"api_key", kSecret}}).json();
  EXPECT_EQ(report["answer"], "models");
  EXPECT_EQ(report["models"], (Json{"one", "two"}));
  EXPECT_EQ(far.requests().back().headers.at("authorization"), "Bearer " + kSecret);
  far.list_status = 401;
  EXPECT_EQ(test_answer_of({{"url", far.url()}}), "key_refused");
  far.list_status = 404;
  EXPECT_EQ(test_answer_of({{"url", far.url()}}), "no_list");
  EXPECT_EQ(test_answer_of({{"url", "http://127.0.0.1:1"}}), "unreachable");
  EXPECT_EQ(get("/endpoints").json()["endpoints"].size(), 0u);
  for (const char* url : {"", "file:///etc/passwd", "gopher://127.0.0.1", "far"}) {
    EXPECT_EQ(post("/endpoints/test", {{"url", url}}).status, 400) << url;
    EXPECT_EQ(post("/endpoints", {{"name", "x"}, {"url", url}}).status, 400) << url;
  }
  EXPECT_EQ(post("/endpoints/test", {{"url", far.url()}, {"api_key", "a\r\nb"}}).status, 400);
}

TEST_F(AppEndpoints, AKeyIsSentToWhomItWasGivenForAndShownToNobody) {
  FarServer far;
  FarServer other;
  const Json made = add({{"name", "The lab"}, {"url", far.url()}, {"api_key", kSecret}});
  EXPECT_EQ(made["has_key"], true);
  EXPECT_EQ(made["key_end"], "wxyz");
  const std::string path = "/endpoints/" + id_of(made);
  for (const TestResponse& response :
       {patch(path, {{"url", other.url()}}),
        post("/endpoints/test", {{"id", made["id"]}, {"url", other.url()}})}) {
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.error("code"), "key_needed");
  }
  when("ready");
  EXPECT_TRUE(other.requests().empty());
  EXPECT_EQ(test_answer_of({{"id", made["id"]}}), "models") << "with the key that is kept";
  EXPECT_EQ(far.requests().back().headers.at("authorization"), "Bearer " + kSecret);
  for (const char* reader : {"/endpoints", "/export", "/session", "/v1/models"}) {
    EXPECT_THAT(get(reader).body, Not(HasSubstr(kSecret))) << reader;
  }
  EXPECT_EQ(patch(path, {{"url", other.url()}, {"api_key", ""}}).json()["has_key"], false);
  EXPECT_TRUE(eventually([&] { return !other.requests().empty(); }));
  EXPECT_FALSE(other.requests().front().headers.contains("authorization"));
}

TEST_F(AppEndpoints, AKeyIsNotInTheLog) {
  static std::mutex mutex;
  static std::string logged;
  set_log_sink([](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    logged += cat(line, "\n");
  });
  FarServer far;
  far.list_status = 401;
  add({{"name", "The lab"}, {"url", far.url()}, {"api_key", kSecret}});
  when("unavailable");
  send("POST", "/endpoints", "{\"api_key\": \"" + kSecret + "\", ");
  server.reset();
  set_log_sink(nullptr);
  EXPECT_THAT(logged, HasSubstr("/api/app/endpoints"));
  EXPECT_THAT(logged, HasSubstr("not available"));
  EXPECT_THAT(logged, Not(HasSubstr(kSecret)));
}

TEST_F(AppEndpoints, OfTheEnvironmentAreShownAndNotChanged) {
  FarServer far;
  ServerOptions options;
  options.endpoints = {{.url = far.url(), .key = kSecret}};
  start(std::move(options));
  const Json shown = when("ready");
  EXPECT_EQ(shown["is_fixed"], true);
  EXPECT_EQ(shown["id"], nullptr);
  EXPECT_EQ(shown["key_end"], "wxyz");
  EXPECT_EQ(model_named("far")["remote_name"], nullptr);
  EXPECT_EQ(patch("/endpoints/environment%200", {{"is_enabled", false}}).status, 404);
}

TEST_F(AppEndpoints, AreRemovedAndForgotten) {
  FarServer far;
  const std::string path = "/endpoints/" + id_of(add({{"name", "The lab"}, {"url", far.url()}}));
  EXPECT_EQ(post("/endpoints", {{"name", "The lab"}, {"url", far.url()}}).error("code"),
            "name_taken");
  EXPECT_EQ(send("DELETE", path).status, 204);
  EXPECT_EQ(send("DELETE", path).status, 404);
  EXPECT_EQ(patch(path, {{"name", "x"}}).status, 404);
  EXPECT_EQ(post("/endpoints/test", {{"id", "none"}}).status, 404);
}

class EndpointsWithAccounts : public AccountsTest {};

TEST_F(EndpointsWithAccounts, AreForAdministratorsAndInTheAuditLog) {
  FarServer far;
  const Person ada = first_person();
  const Person rita = new_person(ada, "rita", "researcher");
  const Json wanted = {{"name", "The lab"}, {"url", far.url()}, {"api_key", kSecret}};
  EXPECT_EQ(send_as(rita, "POST", "/endpoints", wanted).status, 403);
  EXPECT_EQ(send_as(rita, "POST", "/endpoints/test", wanted).status, 403);
  EXPECT_EQ(send_as(rita, "GET", "/endpoints").status, 403);
  EXPECT_EQ(send("GET", "/endpoints").status, 401);
  EXPECT_TRUE(far.requests().empty());
  const std::string path = "/endpoints/" + id_of(send_as(ada, "POST", "/endpoints", wanted).json());
  send_as(ada, "POST", "/endpoints/test", wanted);
  send_as(ada, "PATCH", path, {{"is_enabled", false}, {"api_key", kSecret + "2"}});
  send_as(ada, "DELETE", path);
  const TestResponse log = send_as(ada, "GET", "/audit");
  for (const char* action :
       {"endpoint-added", "endpoint-tested", "endpoint-changed", "endpoint-removed"}) {
    EXPECT_THAT(log.body, HasSubstr(action));
  }
  EXPECT_THAT(log.body, Not(HasSubstr(kSecret)));
}

}  // namespace
}  // namespace falconet
