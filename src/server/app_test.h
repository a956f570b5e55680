// What the tests of the page's API share: a server with a store, and a client that speaks to it.
#pragma once

#include <atomic>

#include "base/clock.h"
#include "formats/temporary_folder.h"
#include "server/server_test.h"
#include "store/store.h"
#include "store/test_database.h"

namespace falconet {

/// One server-sent event.
struct TestEvent {
  std::int64_t id = 0;
  std::string name;
  Json data;
};

inline std::vector<TestEvent> events_in(std::string_view body) {
  std::vector<TestEvent> events;
  TestEvent event;
  for (const std::string_view line : split(body, '\n')) {
    if (line.starts_with("id: ")) event.id = parse_number<std::int64_t>(line.substr(4)).value_or(0);
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("data: ")) event.data = parse_json(line.substr(6)).value_or(Json());
    if (line.empty() && !event.name.empty()) events.push_back(std::exchange(event, {}));
  }
  return events;
}

inline std::string text_in(const std::vector<TestEvent>& events, std::string_view name) {
  std::string text;
  for (const TestEvent& event : events) {
    if (event.name == name) text += string_member(event.data, "text").value_or("");
  }
  return text;
}

/// Time that stands still until a test lets some pass.
class StillClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return begin_ + passed(); }
  std::chrono::system_clock::time_point wall_time() const override { return date_ + passed(); }
  void pass(std::chrono::seconds time) { seconds_ += time.count(); }

 private:
  std::chrono::seconds passed() const { return std::chrono::seconds(seconds_); }

  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  const std::chrono::system_clock::time_point date_ = std::chrono::system_clock::now();
  std::atomic<std::int64_t> seconds_ = 0;
};

class AppTest : public testing::Test {
 protected:
  void SetUp() override { start(); }

  /// Ends the server that runs, if one does, and starts another over the same data.
  void start(ServerOptions options = {}) {
    server.reset();
    store.reset();
    models.serve({"fake"}, model);
    store = Store::open(database.open().value(), clock).value();
    options.port = 0;
    options.version = "1.2.3";
    auto started = Server::start(std::move(options), models, store.get());
    ASSERT_TRUE(started) << started.error().message;
    server = *std::move(started);
  }

  void use(FakeCompleter::Script script) {
    model = std::make_shared<FakeCompleter>(std::move(script));
    models.serve({"fake"}, model);
  }

  /// `path` below /api/app, or all of it.
  TestResponse send(const std::string& method, const std::string& path,
                    const std::string& body = "",
                    const std::string& headers = "X-Falconet: 1\r\n") {
    TestClient client(server->port());
    const std::string whole = path.starts_with("/api/") ? path : "/api/app" + path;
    client.send(TestClient::request_text(method, whole, body, headers));
    return client.read_response();
  }
  TestResponse post(const std::string& path, const Json& body) {
    return send("POST", path, to_text(body));
  }
  TestResponse patch(const std::string& path, const Json& body) {
    return send("PATCH", path, to_text(body));
  }
  TestResponse get(const std::string& path) { return send("GET", path); }

  std::string new_conversation(const Json& fields = Json::object()) {
    return id_of(post("/conversations", fields).json());
  }
  std::string say(const std::string& conversation, const std::string& content,
                  const Json& parent = nullptr) {
    const Json body = {{"parent_id", parent}, {"role", "user"}, {"content", content}};
    return id_of(post("/conversations/" + conversation + "/messages", body).json());
  }
  /// {"generation": …, "message": …}
  Json generate(const std::string& conversation, const std::string& parent) {
    return post("/conversations/" + conversation + "/generations", {{"parent_id", parent}}).json();
  }
  std::vector<TestEvent> events_of(const Json& started, std::int64_t after = 0) {
    const std::string id = id_of(started["generation"]);
    return events_in(get(cat("/generations/", id, "/events?after=", after)).body);
  }
  static std::string id_of(const Json& record) { return string_member(record, "id").value_or("?"); }

  TemporaryFolder folder;
  TestDatabase database{preferred_database()};
  SystemClock clock;
  StillClock still_clock;  // for servers whose time a test decides: ServerOptions::clock
  // Shared with the directory; the tests look into it.
  std::shared_ptr<FakeCompleter> model =
      std::make_shared<FakeCompleter>(FakeCompleter::saying("It is 4.", "Two and two "));
  ModelDirectory models;
  std::unique_ptr<Store> store;
  std::unique_ptr<Server> server;
};

}  // namespace falconet
