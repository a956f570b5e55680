#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/cli_test.h"
#include "server/credentials.h"
#include "store/accounts.h"
#include "store/audit.h"
#include "store/conversations.h"
#include "store/sessions.h"
#include "store/test_database.h"
#include "store/totp.h"
#include "store/users.h"

namespace falconet {
namespace {

class UserCommand : public testing::TestWithParam<SqlDialect> {
 protected:
  CliRun run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "user");
    const bool is_folder = GetParam() == SqlDialect::Sqlite;
    arguments.insert(arguments.end(), {is_folder ? "--data" : "--database",
                                       is_folder ? place().folder : place().database});
    return run_cli(arguments, input);
  }
  CliRun add(const std::string& name, std::vector<std::string> more = {},
             const std::string& password = "correct horse\n") {
    more.insert(more.begin(), {"add", name, "--password-stdin"});
    return run(std::move(more), password);
  }
  StorePlace place() const {
    if (GetParam() == SqlDialect::Postgres) return {.database = database_.url()};
    return {.folder = (database_.path().parent_path() / "data").string()};
  }

  /// What a server that runs would hold.
  std::unique_ptr<ClaimedStore> open() { return ClaimedStore::open(place(), clock_).value(); }

  Credentials credentials(const std::string& name) {
    return ClaimedStore::open_beside_server(place(), clock_)
        .value()
        ->store()
        .read([&](Transaction& t) { return find_credentials(t, name); })
        .value();
  }

 private:
  TestDatabase database_{GetParam()};
  SystemClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Databases, UserCommand, tested_databases(), database_name);

TEST_P(UserCommand, TheFirstAccountIsTheAdministrators) {
  const CliRun first = add("Ada", {"--display-name", "Ada L."});
  EXPECT_EQ(first.exit_code, kExitSuccess) << first.err;
  EXPECT_EQ(first.out, "Ada: made, administrator\n");
  EXPECT_EQ(add("eve").out, "eve: made, user\n");
  const Json bo = parse_json(add("bo", {"--role", "annotator", "--json"}).out).value_or(Json());
  EXPECT_EQ(bo["role"], "annotator") << bo;
  const Credentials ada = credentials("ada");
  EXPECT_EQ(ada.user.display_name, "Ada L.");
  EXPECT_FALSE(ada.user.must_change_password);
  EXPECT_TRUE(is_password_of("correct horse", ada.password_hash)) << "without the line's end";
  const CliRun list = run({"list", "--json"});
  const Json users = parse_json(list.out).value_or(Json());
  ASSERT_EQ(users.size(), 3u) << list.out;
  EXPECT_EQ(users[0]["name"], "Ada");
  EXPECT_EQ(users[2]["role"], "annotator");
  EXPECT_NE(run({"list"}).out.find("Ada   administrator"), std::string::npos) << run({"list"}).out;
}

TEST_P(UserCommand, TheFirstAccountHasWhatWasKeptWithoutAccounts) {
  const auto kept = open();
  const auto conversations_of = [&](const UserId& user) {
    return kept->store()
        .read([&](Transaction& t) { return list_conversations(t, user, {}); })
        .value()
        .conversations;
  };
  const User local = kept->store()
                         .write([](Transaction& t) -> Result<User> {
                           TRY_ASSIGN(const User user, ensure_user(t, kLocalUser, "owner"));
                           TRY(create_conversation(t, user.id, {.title = "Trees"}));
                           return user;
                         })
                         .value();
  EXPECT_EQ(add("ada").out,
            "ada: made, administrator; has what was kept here without accounts (1 conversation)\n");
  EXPECT_EQ(credentials("ada").user.id, local.id);
  ASSERT_EQ(conversations_of(local.id).size(), 1u);
  EXPECT_EQ(add("eve").out, "eve: made, user\n");
  EXPECT_TRUE(conversations_of(credentials("eve").user.id).empty());
  const User next = kept->store()
                        .write([](Transaction& t) { return ensure_user(t, kLocalUser, "owner"); })
                        .value();
  EXPECT_NE(next.id, local.id) << "the next one without accounts begins anew";
}

TEST_P(UserCommand, SaysWhatIsWrong) {
  EXPECT_EQ(run({"list"}).out.substr(0, 26), "There are no accounts yet;");
  EXPECT_NE(add("ada", {"--role", "user"}).err.find("must be an administrator's"),
            std::string::npos);
  EXPECT_NE(add("a b").err.find("name: expected"), std::string::npos);
  EXPECT_NE(add("ada", {}, "short\n").err.find("at least 10 characters"), std::string::npos);
  EXPECT_NE(add("ada", {}, "").err.find("no password"), std::string::npos);
  EXPECT_NE(run({"add", "ada"}).err.find("--password-stdin"), std::string::npos);
  EXPECT_EQ(add("ada").exit_code, kExitSuccess);
  const CliRun twice = add("ADA");
  EXPECT_EQ(twice.exit_code, kExitFailure);
  EXPECT_NE(twice.err.find("is taken"), std::string::npos);
  EXPECT_NE(run({"delete", "ada"}).err.find("last administrator"), std::string::npos);
  EXPECT_EQ(run({"delete", "nobody"}).exit_code, kExitFailure);
  EXPECT_EQ(run({}).exit_code, kExitUsage);
  EXPECT_EQ(run({"add"}).exit_code, kExitUsage);
}

TEST_P(UserCommand, WorksBesideAServer) {
  const std::unique_ptr<ClaimedStore> server = open();
  EXPECT_EQ(add("ada").exit_code, kExitSuccess);
  EXPECT_EQ(add("eve").exit_code, kExitSuccess);
  const UserId eve = credentials("eve").user.id;
  ASSERT_TRUE(server->store().write(
      [&](Transaction& t) { return open_session(t, eve, "digest", "Firefox"); }));
  const CliRun changed = run({"password", "EVE", "--password-stdin"}, "battery staple\n");
  EXPECT_EQ(changed.exit_code, kExitSuccess) << changed.err;
  EXPECT_TRUE(is_password_of("battery staple", credentials("eve").password_hash));
  EXPECT_FALSE(server->store()
                   .read([](Transaction& t) { return find_session(t, "digest"); })
                   .value()
                   .has_value())
      << "the server sees it at once";
  EXPECT_EQ(run({"delete", "eve"}).exit_code, kExitSuccess);
  const auto log = server->store().read([](Transaction& t) { return list_audit_events(t, "", 9); });
  ASSERT_EQ(log.value().events.size(), 4u);
  EXPECT_EQ(log.value().events[0].action, "user-deleted");
  EXPECT_EQ(log.value().events[2].detail, Json::object()) << "what was eve's has gone";
}

TEST_P(UserCommand, LetsWhoLostThePhoneIn) {
  EXPECT_EQ(add("ada").exit_code, kExitSuccess);
  const CliRun off = run({"totp-off", "ada"});
  EXPECT_EQ(off.exit_code, kExitFailure);
  EXPECT_NE(off.err.find("logs in without codes"), std::string::npos) << off.err;
  const UserId ada = credentials("ada").user.id;
  const std::unique_ptr<ClaimedStore> server = open();
  ASSERT_TRUE(server->store().write([&](Transaction& t) -> Status {
    TRY(begin_totp(t, ada, "NOTTOBESHOWN"));
    return turn_totp_on(t, ada, 1, {"digest"});
  }));
  const CliRun list = run({"list", "--json"});
  EXPECT_EQ(parse_json(list.out).value_or(Json())[0]["has_totp"], true) << list.out;
  EXPECT_EQ(list.out.find("NOTTOBESHOWN"), std::string::npos);
  const CliRun done = run({"totp-off", "ADA", "--json"});
  EXPECT_EQ(done.exit_code, kExitSuccess) << done.err;
  EXPECT_EQ(parse_json(done.out).value_or(Json())["done"], "totp-off") << done.out;
  EXPECT_FALSE(credentials("ada").user.has_totp);
  EXPECT_EQ(run({"totp-off", "nobody"}).exit_code, kExitFailure);
  const auto log = server->store().read([](Transaction& t) { return list_audit_events(t, "", 9); });
  EXPECT_EQ(log.value().events[0].action, "totp-off");
  EXPECT_EQ(log.value().events[0].subject, "ada");
}

TEST_P(UserCommand, LeavesTheDatabaseOfAnotherVersionsServerAlone) {
  const std::unique_ptr<ClaimedStore> server = open();
  ASSERT_TRUE(server->store().write([](Transaction& t) {
    return t.execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied) "
        "VALUES (1000, 'newer', 'x', 0)");
  }));
  const CliRun refused = add("ada");
  EXPECT_EQ(refused.exit_code, kExitFailure);
  EXPECT_NE(refused.err.find("of another version"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace falconet
