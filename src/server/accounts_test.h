// What the tests of accounts share: a server that people log in to, and people.
#pragma once

#include "server/app_test.h"
#include "store/database.h"

namespace falconet {

/// A browser of somebody's.
struct Person {
  std::string name = {};
  std::string cookie = {};  // "falconet_session=…"
  std::string id = {};

  std::string headers() const { return cat("X-Falconet: 1\r\nCookie: ", cookie, "\r\n"); }
};

inline std::string cookie_of(const TestResponse& response) {
  const auto header = response.headers.find("set-cookie");
  return header == response.headers.end() ? "none"
                                          : header->second.substr(0, header->second.find(';'));
}

inline const std::string kTestPassword = "correct horse";

class AccountsTest : public AppTest {
 protected:
  void SetUp() override { start(account_options()); }

  static ServerOptions account_options() {
    ServerOptions options;
    options.has_accounts = true;
    options.password_cost = {.num_passes = 1, .memory_bytes = 8192};
    return options;
  }

  TestResponse send_as(const Person& person, const std::string& method, const std::string& path,
                       const Json& body = nullptr) {
    return send(method, path, body.is_null() ? "" : to_text(body), person.headers());
  }

  static Person person_in(const TestResponse& response) {
    const Json session = response.json();
    const Json* user = find_member(session, "user");
    if (user == nullptr || !user->is_object()) return {.name = response.body};
    return {string_member(*user, "name").value_or("?"), cookie_of(response), id_of(*user)};
  }

  TestResponse try_sign_up(const std::string& name, const std::string& invitation = "",
                           const std::string& password = kTestPassword) {
    Json body = {{"name", name}, {"password", password}};
    if (!invitation.empty()) body["invitation"] = invitation;
    return post("/sign-up", body);
  }
  TestResponse try_log_in(const std::string& name, const std::string& password = kTestPassword) {
    return post("/log-in", {{"name", name}, {"password", password}});
  }

  /// The administrator, who must be the first.
  Person first_person(const std::string& name = "ada") {
    const TestResponse response = try_sign_up(name);
    EXPECT_EQ(response.status, 201) << response.body;
    return person_in(response);
  }

  /// Somebody with a role, who comes by invitation.
  Person new_person(const Person& administrator, const std::string& name,
                    const std::string& role = "user") {
    const TestResponse invited =
        send_as(administrator, "POST", "/invitations", {{"role", role}, {"expires", nullptr}});
    const std::string token =
        string_member(invited.json()["invitation"], "token").value_or("no token");
    const TestResponse response = try_sign_up(name, token);
    EXPECT_EQ(response.status, 201) << response.body;
    return person_in(response);
  }

  /// They take part in a study that the administrator runs, and allow the use of what they say.
  void allow_use(const Person& administrator, const std::vector<Person>& people) {
    const auto make = [&](const Person& person, const char* method, const std::string& path,
                          const Json& body) {
      const TestResponse response = send_as(person, method, path, body);
      EXPECT_LT(response.status, 300) << path << response.body;
      return response.json();
    };
    const std::string studies = "/api/feedback/studies";
    const std::string id =
        id_of(make(administrator, "POST", studies, {{"name", "use"}, {"is_open", true}})["study"]);
    const Json consent = {{"text_en", "x"}, {"text_zh", "y"}, {"scopes", {"ratings_and_logs"}}};
    make(administrator, "PUT", studies + "/" + id + "/consent", consent);
    make(administrator, "POST", studies + "/" + id + "/start", Json::object());
    for (const Person& person : people) {
      make(person, "POST", "/participations",
           {{"study_id", id},
            {"locale", "en"},
            {"consent_version", 1},
            {"scopes", {"ratings_and_logs"}}});
    }
  }

  std::vector<std::string> audited_actions(const Person& administrator) {
    std::vector<std::string> actions;
    const Json log = send_as(administrator, "GET", "/audit?limit=500").json();
    for (const Json& event : log["events"]) {
      actions.insert(actions.begin(), string_member(event, "action").value_or("?"));
    }
    return actions;
  }

  /// All rows of all tables.
  std::string everything() {
    std::string all;
    const Status read = store->read([&](Transaction& t) -> Status {
      TRY_ASSIGN(const SqlRows tables, tables_in(t));
      for (const SqlRow& table : tables) {
        TRY_ASSIGN(const SqlRows rows, t.execute("SELECT * FROM " + table.text(0)));
        for (const SqlRow& row : rows) all += line_of(table.text(0), row);
      }
      return {};
    });
    EXPECT_TRUE(read);
    return all;
  }

 private:
  static std::string line_of(const std::string& table, const SqlRow& row) {
    std::string line = table;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += cat(" | ", row.text(i), row.integer(i), " ", row.number(i));
    }
    return line + "\n";
  }
};

}  // namespace falconet
