#include "store/backup.h"

#include <gmock/gmock.h>

#include <fstream>

#include "store/store_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class Backup : public StoreTest {
 protected:
  std::filesystem::path database() const { return test_database.path(); }
  std::filesystem::path folder() const { return database().parent_path(); }
  std::filesystem::path copy() const { return folder() / "copy.db"; }

  std::int64_t num_messages() {
    return read([](Transaction& t) -> Result<std::int64_t> {
      return t.execute("SELECT count(*) FROM messages").value().front().integer(0);
    });
  }
  /// Names of all files in the folder.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Backup, testing::Values(SqlDialect::Sqlite), database_name);

TEST_P(Backup, HoldsWhatWasSaidWhileTheStoreIsInUse) {
  const Conversation conversation = new_conversation();
  say(conversation, "kept");
  const auto contents = back_up_database(database(), copy(), clock);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->num_users, 2);
  EXPECT_EQ(contents->num_conversations, 1);
  EXPECT_EQ(contents->num_messages, 1);
  EXPECT_THAT(files(), testing::Not(testing::Contains(HasSubstr("copy.db."))));
  EXPECT_THAT(files(), testing::Not(testing::Contains(HasSubstr("copy.db-"))));

  say(conversation, "said later");
  store.reset();
  const auto restored = restore_database(copy(), database(), clock);
  ASSERT_TRUE(restored) << restored.error().message;
  reopen();
  EXPECT_EQ(num_messages(), 1);
  EXPECT_THAT(files(), testing::Not(testing::Contains(HasSubstr("restoring"))));
}

TEST_P(Backup, IsMadeInTheMiddleOfAnotherOnesTransaction) {
  const Conversation conversation = new_conversation();
  say(conversation, "acknowledged");
  const auto added = store->write([&](Transaction& t) -> Result<std::int64_t> {
    TRY(add_message(t, alice,
                    {.conversation_id = conversation.id, .role = "user", .content = "x"}));
    TRY_ASSIGN(const StoreContents contents, back_up_database(database(), copy(), clock));
    return contents.num_messages;
  });
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, 1) << "what is not acknowledged yet is not in the copy";
}

TEST_P(Backup, NeverReplacesAFile) {
  std::ofstream(copy()) << "precious";
  const auto contents = back_up_database(database(), copy(), clock);
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(std::filesystem::file_size(copy()), 8u);
}

TEST_P(Backup, WhatIsNoBackupIsRefusedAndChangesNothing) {
  say(new_conversation(), "kept");
  store.reset();
  const auto refusal = [&](const std::string& bytes) {
    std::ofstream(copy(), std::ios::binary | std::ios::trunc) << bytes;
    const auto restored = restore_database(copy(), database(), clock);
    return restored ? std::string("restored") : restored.error().message;
  };
  EXPECT_THAT(refusal("not a database at all, but long enough to have a header of a hundred bytes; "
                      "it goes on for a while so that SQLite reads it"),
              HasSubstr("copy.db"));
  EXPECT_THAT(refusal(""), HasSubstr("no database of Falconet's"));
  const auto absent = restore_database(folder() / "absent", database(), clock);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
  reopen();
  EXPECT_EQ(num_messages(), 1);
}

TEST_P(Backup, ADamagedCopyIsRefused) {
  const Conversation conversation = new_conversation();
  for (int i = 0; i < 200; ++i) say(conversation, std::string(500, 'a'));
  ASSERT_TRUE(back_up_database(database(), copy(), clock));
  {
    std::fstream file(copy(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(copy()) / 2));
    file << std::string(4096, '\x5a');
  }
  store.reset();
  EXPECT_FALSE(restore_database(copy(), database(), clock));
  reopen();
  EXPECT_EQ(num_messages(), 200);
}

}  // namespace
}  // namespace falconet
