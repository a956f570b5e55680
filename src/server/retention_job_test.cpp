// Records of answers are deleted while the server runs, and what was deleted is told.
#include "server/retention_job.h"

#include <gmock/gmock.h>

#include "server/accounts_test.h"

namespace falconet {
namespace {

class RetentionOfAServer : public AccountsTest {};

TEST_F(RetentionOfAServer, DeletesOldRecordsAndSaysHowMany) {
  const Person ada = first_person();
  const std::string path =
      "/conversations/" + id_of(send_as(ada, "POST", "/conversations", Json::object()).json());
  const std::string question =
      id_of(send_as(ada, "POST", path + "/messages", {{"role", "user"}, {"content", "hi"}}).json());
  const std::string answer = id_of(
      send_as(ada, "POST", path + "/generations", {{"parent_id", question}}).json()["message"]);
  ASSERT_TRUE(eventually(
      [&] { return send_as(ada, "GET", "/generations?active=1").json()["generations"].empty(); }));
  EXPECT_EQ(send_as(ada, "PUT", "/messages/" + answer + "/rating", {{"value", 1}}).status, 200);
  // Forty days pass for what is stored.
  constexpr std::int64_t kForty = std::int64_t{40} * 24 * 60 * 60 * 1000;
  ASSERT_TRUE(store->write([&](Transaction& t) -> Status {
    TRY(t.execute("UPDATE generations SET created = created - ?", kForty));
    TRY(t.execute("UPDATE ratings SET changed = changed - ?", kForty));
    return {};
  }));
  ServerOptions options = account_options();
  options.retention_interval = std::chrono::milliseconds(5);
  options.retention_days = 41;
  start(options);
  const auto rating = [&] {
    const Json conversation = send_as(ada, "GET", path).json();
    return conversation["messages"][1]["rating"];
  };
  EXPECT_FALSE(rating().is_null());
  options.retention_days = 39;
  start(options);
  EXPECT_TRUE(eventually([&] { return rating().is_null(); }));
  const Json conversation = send_as(ada, "GET", path).json();
  EXPECT_EQ(conversation["messages"][1]["content"], "It is 4.");
  const std::string log = send_as(ada, "GET", "/audit?limit=500").body;
  EXPECT_THAT(log, testing::HasSubstr("1 records of answers, 1 ratings"));
}

TEST_F(RetentionOfAServer, LooksAgainWhileItRuns) {
  ServerOptions options = account_options();
  options.retention_interval = std::chrono::milliseconds(5);
  start(options);
  const Person ada = first_person();
  const std::string path =
      "/conversations/" +
      id_of(send_as(ada, "POST", "/conversations", {{"is_temporary", true}}).json());
  EXPECT_EQ(send_as(ada, "GET", path).status, 200);
  ASSERT_TRUE(store->write([](Transaction& t) -> Status {
    TRY(t.execute("UPDATE conversations SET changed = 1, created = 1"));
    return {};
  }));
  EXPECT_TRUE(eventually([&] { return send_as(ada, "GET", path).status == 404; }));
}

}  // namespace
}  // namespace falconet
