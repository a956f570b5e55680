// What only PostgreSQL has: connections that are lost, and other processes that write.
#include "store/postgres_database.h"

#include <gmock/gmock.h>

#include <thread>

#include "store/migrations.h"
#include "store/store_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class PostgresDatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tested_postgres().empty()) GTEST_SKIP() << "FALCONET_TEST_POSTGRES names no server";
    database_.emplace(SqlDialect::Postgres);
  }

  std::unique_ptr<Store> open(DatabaseClaim claim = DatabaseClaim::None) {
    return Store::open(database_->open(claim).value(), clock_).value();
  }
  ErrorCode refusal(DatabaseClaim claim) {
    const auto opened = database_->open(claim);
    return opened ? ErrorCode::Cancelled : opened.error().code;
  }
  /// Of the connection that the transaction is on.
  static std::int64_t backend_of(Transaction& t) {
    return t.execute("SELECT pg_backend_pid()").value().front().integer(0);
  }
  static void end_backend(Store& other, std::int64_t backend) {
    const auto ended = other.read([&](Transaction& t) {
      return t.execute("SELECT pg_terminate_backend(CAST(? AS integer), 5000)", backend);
    });
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_TRUE(ended->front().boolean(0));
  }
  static Status add_user(Store& store, const std::string& name) {
    const auto added = store.write([&](Transaction& t) { return ensure_user(t, name, "user"); });
    return added ? Status() : Status(added.error());
  }
  static std::int64_t num_users(Store& store) {
    const auto count =
        store.read([](Transaction& t) { return t.execute("SELECT count(*) FROM users"); });
    return count ? count->front().integer(0) : -1;
  }

  std::optional<TestDatabase> database_;
  StoreTestClock clock_;
};

TEST_F(PostgresDatabaseTest, ALostConnectionFailsItsTransactionAndNoOther) {
  const auto store = open(DatabaseClaim::AtOnce);
  const auto other = open();
  const Status lost = store->write([&](Transaction& t) -> Status {
    TRY(ensure_user(t, "ada", "user"));
    end_backend(*other, backend_of(t));
    TRY(ensure_user(t, "bo", "user"));
    return {};
  });
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::Unavailable) << lost.error().message;
  EXPECT_TRUE(add_user(*store, "cy"));
  EXPECT_EQ(num_users(*store), 1);
  EXPECT_EQ(refusal(DatabaseClaim::AtOnce), ErrorCode::AlreadyExists) << "claimed anew";
}

TEST_F(PostgresDatabaseTest, ConnectionsLostBetweenTransactionsAreNotNoticed) {
  const auto store = open();
  const auto other = open();
  std::int64_t backends[2] = {};
  ASSERT_TRUE(store->write([&](Transaction& t) -> Status {
    backends[0] = backend_of(t);
    return {};
  }));
  ASSERT_TRUE(store->read([&](Transaction& t) -> Status {
    backends[1] = backend_of(t);
    return {};
  }));
  for (const std::int64_t backend : backends) end_backend(*other, backend);
  EXPECT_EQ(num_users(*store), 0);
  EXPECT_TRUE(add_user(*store, "ada"));
}

TEST_F(PostgresDatabaseTest, ATransactionWithAFailedStatementKeepsNothing) {
  const auto store = open();
  const Status written = store->write([&](Transaction& t) -> Status {
    TRY(ensure_user(t, "ada", "user"));
    EXPECT_FALSE(t.execute("INSERT INTO settings VALUES ('nobody', '{}', 0)"));
    return {};
  });
  EXPECT_FALSE(written);
  EXPECT_EQ(num_users(*store), 0);
}

TEST_F(PostgresDatabaseTest, OneFalconetServesADatabase) {
  auto server = open(DatabaseClaim::AtOnce);
  EXPECT_EQ(refusal(DatabaseClaim::AtOnce), ErrorCode::AlreadyExists);
  const auto beside = open(DatabaseClaim::None);
  EXPECT_TRUE(add_user(*beside, "ada"));
  EXPECT_EQ(num_users(*server), 1);
  const TestDatabase neighbour(SqlDialect::Postgres);
  EXPECT_TRUE(neighbour.open(DatabaseClaim::AtOnce)) << "another schema is another database";
  server.reset();
  EXPECT_TRUE(database_->open(DatabaseClaim::Patiently));
}

TEST_F(PostgresDatabaseTest, AServerWhoseDatabaseWasTakenOverDoesNotWrite) {
  const auto server = open(DatabaseClaim::AtOnce);
  const auto beside = open();
  std::int64_t backend = 0;
  ASSERT_TRUE(server->write([&](Transaction& t) -> Status {
    backend = backend_of(t);
    return {};
  }));
  end_backend(*beside, backend);
  const auto successor = open(DatabaseClaim::AtOnce);
  const Status written = add_user(*server, "ada");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Unavailable) << written.error().message;
}

TEST_F(PostgresDatabaseTest, WritersTakeTurns) {
  constexpr int kRounds = 40;
  ASSERT_TRUE(open()->write([](Transaction& t) -> Status {
    TRY(t.execute("CREATE TABLE counters (value BIGINT)"));
    TRY(t.execute("INSERT INTO counters VALUES (0)"));
    return {};
  }));
  const auto count_up = [this] {
    const auto store = open();
    for (int i = 0; i < kRounds; ++i) {
      const auto written = store->write([](Transaction& t) -> Result<SqlRows> {
        TRY_ASSIGN(const SqlRows rows, t.execute("SELECT value FROM counters"));
        return t.execute("UPDATE counters SET value = ?", rows.front().integer(0) + 1);
      });
      EXPECT_TRUE(written) << written.error().message;
    }
  };
  {
    std::jthread first(count_up);
    std::jthread second(count_up);
  }
  const auto value =
      open()->read([](Transaction& t) { return t.execute("SELECT value FROM counters"); });
  EXPECT_EQ(value->front().integer(0), 2 * kRounds);
}

TEST_F(PostgresDatabaseTest, FalconetsThatStartAtOnceBringTheSchemaUpToDateOnce) {
  std::vector<std::jthread> starting;
  for (int i = 0; i < 4; ++i) {
    starting.emplace_back([this] { EXPECT_EQ(num_users(*open()), 0); });
  }
  starting.clear();
  const auto steps =
      open()->read([](Transaction& t) { return t.execute("SELECT * FROM schema_migrations"); });
  EXPECT_EQ(steps->size(), released_migrations().size());
}

TEST(PostgresConnection, SaysWhyThereIsNoneWithoutThePassword) {
  const auto url = parse_postgres_url("postgresql://ada:s3cret@127.0.0.1:1/x?password=s3cret");
  const auto opened = open_postgres_database(url.value(), DatabaseClaim::None);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("postgresql://ada@127.0.0.1:1/x"));
  EXPECT_THAT(opened.error().message, HasSubstr("refused"));
  EXPECT_THAT(opened.error().message, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace falconet
