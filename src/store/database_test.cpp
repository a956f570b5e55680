#include "store/database.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>

#include "store/store_test.h"

namespace falconet {
namespace {

class StoreOf : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Databases, StoreOf, tested_databases(), database_name);

std::int64_t count_users(Transaction& t) {
  return t.execute("SELECT count(*) FROM users").value().front().integer(0);
}

TEST_P(StoreOf, ValuesComeBackAsTheyWere) {
  const std::string text("a'b\"c\n知\xF0\x9F\x90\xA6", 12);
  const SqlRows rows = read([&](Transaction& t) {
    return t.execute("SELECT ?, ?, ?, ?, ?", std::int64_t{-5'000'000'000}, 0.1, text,
                     std::optional<std::string>(), true);
  });
  const SqlRow& row = rows.front();
  EXPECT_EQ(row.integer(0), -5'000'000'000);
  EXPECT_EQ(row.number(1), 0.1);
  EXPECT_EQ(row.text(2), text);
  EXPECT_FALSE(row.optional_text(3));
  EXPECT_TRUE(row.boolean(4));
  EXPECT_EQ(row.integer(2), 0) << "a value of another type reads as nothing";
}

TEST_P(StoreOf, ColumnsKeepTheirValuesExactly) {
  const std::int64_t integers[] = {0, std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()};
  const double numbers[] = {0, -1.0 / 3, 5e-324, std::numeric_limits<double>::max()};
  const std::string texts[] = {"", std::string("zero\0byte", 9), "cut \xE7\x9F", "? $1 'a'"};
  write([](Transaction& t) {
    return t.execute("CREATE TABLE kept (i BIGINT, d DOUBLE PRECISION, s TEXT)");
  });
  for (std::size_t i = 0; i < 12; ++i) {
    const SqlRows rows = write([&](Transaction& t) -> Result<SqlRows> {
      TRY(t.execute("DELETE FROM kept"));
      TRY(t.execute("INSERT INTO kept (i, d, s) VALUES (?, ?, ?)", integers[i % 3], numbers[i % 4],
                    texts[i % 4]));
      return t.execute("SELECT i, d, s, s = ?, NULL FROM kept", texts[i % 4]);
    });
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].integer(0), integers[i % 3]);
    EXPECT_EQ(rows[0].number(1), numbers[i % 4]);
    EXPECT_EQ(rows[0].text(2), texts[i % 4]);
    EXPECT_TRUE(rows[0].boolean(3));
    EXPECT_FALSE(rows[0].optional_text(4));
  }
}

TEST_P(StoreOf, WhatFailsLeavesNothing) {
  EXPECT_EQ(failure([](Transaction& t) -> Status {
              TRY(ensure_user(t, "carol", "user"));
              return error(ErrorCode::Cancelled, "changed my mind");
            }),
            ErrorCode::Cancelled);
  EXPECT_EQ(read([](Transaction& t) -> Result<std::int64_t> { return count_users(t); }), 2);
}

TEST_P(StoreOf, ConstraintsAreErrorsOfTheirKind) {
  const auto insert = [](const char* id, const char* name) {
    return [=](Transaction& t) {
      return t.execute("INSERT INTO users (id, name, role, created) VALUES (?, ?, 'user', 0)", id,
                       name);
    };
  };
  EXPECT_EQ(failure(insert("1", "alice")), ErrorCode::AlreadyExists);
  EXPECT_EQ(failure([](Transaction& t) {
              return t.execute("INSERT INTO settings VALUES ('nobody', '{}', 0)");
            }),
            ErrorCode::InvalidArgument);
}

TEST_P(StoreOf, ReadersSeeOneMomentAndCannotWrite) {
  const Status status = store->read([&](Transaction& reader) -> Status {
    EXPECT_EQ(count_users(reader), 2);
    write([](Transaction& t) { return ensure_user(t, "carol", "user"); });
    EXPECT_EQ(count_users(reader), 2);
    return {};
  });
  EXPECT_TRUE(status);
  EXPECT_EQ(read([](Transaction& t) -> Result<std::int64_t> { return count_users(t); }), 3);
  EXPECT_FALSE(store->read([](Transaction& t) { return ensure_user(t, "dave", "user"); }));
}

TEST_P(StoreOf, IdsRiseWithinAMillisecondAndWhenTheClockGoesBack) {
  IdSource ids(clock);
  std::vector<std::string> made;
  for (int i = 0; i < 1000; ++i) {
    if (i == 500) clock.milliseconds -= 60'000;
    made.push_back(ids.next());
    EXPECT_EQ(made.back().size(), 26u);
  }
  EXPECT_TRUE(std::is_sorted(made.begin(), made.end()));
  EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), made.size());
  clock.milliseconds += 120'000;
  EXPECT_GT(ids.next().substr(0, 10), made.back().substr(0, 10));
}

// Writes conversations and says so on the pipe after each, until it is killed.
[[noreturn]] void write_until_killed(const TestDatabase& database, int pipe) {
  const StoreTestClock clock;
  auto store = Store::open(database.open(DatabaseClaim::Patiently).value(), clock).value();
  for (int i = 0;; ++i) {
    auto conversation = store->write([&](Transaction& t) -> Result<Conversation> {
      TRY_ASSIGN(const User user, ensure_user(t, "local", "owner"));
      TRY_ASSIGN(Conversation made, create_conversation(t, user.id, {.title = cat("chat ", i)}));
      TRY(add_message(t, user.id,
                      {.conversation_id = made.id, .role = "user", .content = cat("words ", i)}));
      return made;
    });
    if (!conversation) ::_exit(1);
    const std::string line = conversation->id.value + "\n";
    if (::write(pipe, line.data(), line.size()) < 0) ::_exit(1);
  }
}

/// What a child acknowledged that was killed after so many lines.
std::string acknowledged_until_killed(const TestDatabase& database, std::ptrdiff_t num_lines) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(database, pipe[1]);
  ::close(pipe[1]);
  std::string acknowledged;
  char bytes[256];
  for (ssize_t count = 1; count > 0;) {  // also what it said before the signal reached it
    count = ::read(pipe[0], bytes, sizeof bytes);
    if (count > 0) acknowledged.append(bytes, static_cast<std::size_t>(count));
    if (std::ranges::count(acknowledged, '\n') >= num_lines) ::kill(child, SIGKILL);
  }
  ::close(pipe[0]);
  ::waitpid(child, nullptr, 0);
  return acknowledged;
}

TEST_P(StoreOf, KeepsWhatWasAcknowledgedWhenTheProcessIsKilled) {
  store.reset();
  for (const std::ptrdiff_t num_lines : {1, 7, 40}) {
    const std::string acknowledged = acknowledged_until_killed(test_database, num_lines);
    ASSERT_GE(std::ranges::count(acknowledged, '\n'), num_lines);
    store = Store::open(test_database.open(DatabaseClaim::Patiently).value(), clock).value();
    const Status status = store->read([&](Transaction& t) -> Status {
      if (GetParam() == SqlDialect::Sqlite) {
        TRY_ASSIGN(const SqlRows check, t.execute("PRAGMA integrity_check"));
        EXPECT_EQ(check.front().text(0), "ok");
      }
      for (const std::string_view id : split(acknowledged, '\n')) {
        if (id.empty()) continue;
        TRY_ASSIGN(const SqlRows rows,
                   t.execute("SELECT content FROM messages WHERE conversation_id = ?", id));
        EXPECT_EQ(rows.size(), 1u) << id << " was acknowledged and is gone";
      }
      return {};
    });
    EXPECT_TRUE(status);
    store.reset();
  }
}

TEST(SqliteDatabase, IsReadableForItsOwnerOnly) {
  TemporaryFolder folder;
  const StoreTestClock clock;
  auto store = Store::open(open_sqlite_database(folder.path() / "a.db").value(), clock).value();
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    struct stat status {};
    ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file.path();
  }
}

TEST(SqliteDatabase, RefusesFilesThatAreNone) {
  TemporaryFolder folder;
  const auto path = folder.path() / "letter.txt";
  std::ofstream(path) << std::string(4096, 'x');
  const auto opened = open_sqlite_database(path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
  EXPECT_NE(opened.error().message.find("letter.txt"), std::string::npos);
  EXPECT_FALSE(open_sqlite_database(folder.path() / "no/such/folder.db"));
}

}  // namespace
}  // namespace falconet
