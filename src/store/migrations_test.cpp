#include "store/migrations.h"

#include "store/store_test.h"

namespace falconet {
namespace {

class MigrationsOf : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Databases, MigrationsOf, tested_databases(), database_name);

constexpr int kNext = 1000;
constexpr Migration kAddsPlants{kNext, "plants", "CREATE TABLE plants (name TEXT PRIMARY KEY);\n",
                                "INSERT INTO plants VALUES ('a; b');\n",
                                "INSERT INTO plants VALUES ('a; b');\n"};

std::vector<Migration> with(const Migration& more) {
  std::vector<Migration> all(released_migrations().begin(), released_migrations().end());
  all.push_back(more);
  return all;
}

// A released step never changes. If this fails, undo the edit and write a new migration; a new one
// adds its line here.
TEST(Migrations, HaveTheTextThatTheyWereReleasedWith) {
  const auto checksums = [](SqlDialect dialect) {
    std::vector<std::string> all;
    for (const Migration& migration : released_migrations()) {
      all.push_back(migration_checksum(migration, dialect));
    }
    return all;
  };
  EXPECT_EQ(checksums(SqlDialect::Sqlite),
            (std::vector<std::string>{"1513ea173cca702b", "03debe8b6ab2856c", "ecb0131ade0b3f97",
                                      "d8d4ecc402218bc9", "63abb85fb7e68684", "e7cce83ded39f023",
                                      "63fb526801aaaf40", "bedf41de90723662", "14c848be3e5223eb",
                                      "b2f332274c86f51d", "21d213f28afb51d7", "2b68b05a7384cf9e",
                                      "72d126463cf6b5db", "6dfbb49d9882d890", "7e03011910ad3482"}));
  EXPECT_EQ(checksums(SqlDialect::Postgres),
            (std::vector<std::string>{"98ebeb155306f06e", "03debe8b6ab2856c", "ecb0131ade0b3f97",
                                      "d8d4ecc402218bc9", "63abb85fb7e68684", "e7cce83ded39f023",
                                      "63fb526801aaaf40", "bedf41de90723662", "14c848be3e5223eb",
                                      "b2f332274c86f51d", "21d213f28afb51d7", "2b68b05a7384cf9e",
                                      "72d126463cf6b5db", "6dfbb49d9882d890", "7e03011910ad3482"}));
}

TEST(Migrations, AreNumberedFromOne) {
  for (std::size_t i = 0; i < released_migrations().size(); ++i) {
    EXPECT_EQ(released_migrations()[i].version, static_cast<int>(i) + 1);
  }
}

TEST_P(MigrationsOf, AreAppliedOnceAndKeepWhatIsThere) {
  const Conversation conversation = new_conversation({.title = "Before"});
  reopen();
  for (int i = 0; i < 2; ++i) {
    write([](Transaction& t) { return migrate(t, with(kAddsPlants)); });
  }
  const SqlRows plants = read([](Transaction& t) { return t.execute("SELECT name FROM plants"); });
  ASSERT_EQ(plants.size(), 1u);
  EXPECT_EQ(plants.front().text(0), "a; b");
  EXPECT_EQ(
      read([&](Transaction& t) { return find_conversation(t, alice, conversation.id); }).title,
      "Before");
}

TEST_P(MigrationsOf, AFailingStepLeavesNothing) {
  const Migration broken{kNext, "broken", "CREATE TABLE plants (name TEXT);\nCREATE TABLE (;\n"};
  const Status status = store->write([&](Transaction& t) { return migrate(t, with(broken)); });
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("schema step 1000 (broken)"), std::string::npos);
  EXPECT_FALSE(store->read([](Transaction& t) { return t.execute("SELECT * FROM plants"); }));
}

TEST_P(MigrationsOf, ANewerDatabaseIsRefused) {
  write([](Transaction& t) { return migrate(t, with(kAddsPlants)); });
  const Status status =
      store->write([](Transaction& t) { return migrate(t, released_migrations()); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Unsupported);
  EXPECT_NE(status.error().message.find("1000"), std::string::npos);
  EXPECT_NE(status.error().message.find("newer Falconet"), std::string::npos);
}

TEST_P(MigrationsOf, ADatabaseThatAnotherProcessUsesIsNotChanged) {
  const auto check = [&](const std::vector<Migration>& known) {
    return store->read([&](Transaction& t) { return check_migrated(t, known); });
  };
  EXPECT_TRUE(check({released_migrations().begin(), released_migrations().end()}));
  const Status older = check(with(kAddsPlants));
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::Unavailable);
  write([](Transaction& t) { return migrate(t, with(kAddsPlants)); });
  EXPECT_FALSE(check({released_migrations().begin(), released_migrations().end()})) << "newer";
}

TEST_P(MigrationsOf, ADatabaseWithAnotherStepIsRefused) {
  write([](Transaction& t) { return migrate(t, with(kAddsPlants)); });
  Migration edited = kAddsPlants;
  edited.sql = "CREATE TABLE plants (name TEXT);\n";
  EXPECT_EQ(failure([&](Transaction& t) { return migrate(t, with(edited)); }), ErrorCode::Corrupt);
}

}  // namespace
}  // namespace falconet
