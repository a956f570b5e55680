// backup and restore, with and without a server over the folder.
#include <gmock/gmock.h>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/cli_test.h"
#include "formats/temporary_folder.h"
#include "store/conversations.h"
#include "store/users.h"

namespace falconet {
namespace {

using testing::HasSubstr;

class BackupCommand : public testing::Test {
 protected:
  std::string data() const { return (folder_.path() / "data").string(); }
  std::string copy() const { return (folder_.path() / "copy.db").string(); }

  std::unique_ptr<ClaimedStore> open() {
    return ClaimedStore::open({.folder = data()}, clock_).value();
  }

  static void begin_conversation(ClaimedStore& kept) {
    const Status made = kept.store().write([](Transaction& t) -> Status {
      TRY_ASSIGN(const User user, ensure_user(t, "local", "owner"));
      TRY(create_conversation(t, user.id, {}));
      return {};
    });
    EXPECT_TRUE(made);
  }

  Json back_up() {
    const CliRun run = run_cli({"backup", copy(), "--data", data(), "--json"});
    EXPECT_EQ(run.exit_code, kExitSuccess) << run.err;
    return run.exit_code == kExitSuccess ? Json::parse(run.out) : Json();
  }

  SystemClock clock_;
  TemporaryFolder folder_;
};

TEST_F(BackupCommand, RunsBesideTheServerAndIsPutBackWithoutIt) {
  auto server = open();
  begin_conversation(*server);
  const Json made = back_up();
  EXPECT_EQ(made["conversations"], 1);
  EXPECT_EQ(made["users"], 1);
  EXPECT_GT(made["bytes"], 0);
  begin_conversation(*server);

  const CliRun refused = run_cli({"restore", copy(), "--data", data()});
  EXPECT_EQ(refused.exit_code, kExitFailure);
  EXPECT_THAT(refused.err, HasSubstr("another Falconet uses"));

  server.reset();
  const CliRun restored = run_cli({"restore", copy(), "--data", data()});
  EXPECT_EQ(restored.exit_code, kExitSuccess) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("restored 1 conversations"));
  EXPECT_THAT(restored.err, HasSubstr("before-restore-")) << "nothing is thrown away";
}

TEST_F(BackupCommand, RestoresIntoAnEmptyFolder) {
  auto server = open();
  begin_conversation(*server);
  back_up();
  const std::string other = (folder_.path() / "other").string();
  const CliRun restored = run_cli({"restore", copy(), "--data", other, "--json"});
  EXPECT_EQ(restored.exit_code, kExitSuccess) << restored.err;
  EXPECT_EQ(restored.err, "");
  EXPECT_EQ(parse_json(restored.out).value_or(Json())["conversations"], 1) << restored.out;
  EXPECT_TRUE(ClaimedStore::open({.folder = other}, clock_));
}

TEST_F(BackupCommand, SaysWhatIsMissing) {
  const CliRun run = run_cli({"backup", copy(), "--data", data()});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_THAT(run.err, HasSubstr("there is no database"));
}

TEST_F(BackupCommand, SaysHowPostgreSQLDoesIt) {
  const std::string url = "postgresql://ada:s3cret@db.example/falconet";
  const CliRun backup = run_cli({"backup", "it's.dump", "--database", url});
  EXPECT_EQ(backup.exit_code, kExitFailure);
  EXPECT_THAT(backup.err, HasSubstr("pg_dump --format=custom --file='it'\\''s.dump' "
                                    "--dbname='postgresql://ada@db.example/falconet'"));
  const CliRun restore = run_cli({"restore", "a.dump", "--database", url});
  EXPECT_EQ(restore.exit_code, kExitFailure);
  EXPECT_THAT(restore.err, HasSubstr("pg_restore --clean --if-exists --single-transaction "
                                     "--dbname='postgresql://ada@db.example/falconet' 'a.dump'"));
  const CliRun slip = run_cli({"backup", "a", "--database", "ada:s3cret@db.example"});
  EXPECT_THAT(slip.err, HasSubstr("--database: expected postgresql://"));
  for (const CliRun& run : {backup, restore, slip}) {
    EXPECT_THAT(run.out + run.err, testing::Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace falconet
