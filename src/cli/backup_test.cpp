// backup and restore, with and without a server over the folder.
#include <gmock/gmock.h>

#include "base/json.h"
#include "cli/cli_test.h"
#include "cli/data_folder.h"
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

  std::unique_ptr<DataFolder> open() { return DataFolder::open(data(), clock_).value(); }

  static void begin_conversation(DataFolder& folder) {
    const Status made = folder.store().write([](Transaction& t) -> Status {
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
  EXPECT_TRUE(DataFolder::open(other, clock_));
}

TEST_F(BackupCommand, SaysWhatIsMissing) {
  const CliRun run = run_cli({"backup", copy(), "--data", data()});
  EXPECT_EQ(run.exit_code, kExitFailure);
  EXPECT_THAT(run.err, HasSubstr("there is no database"));
}

}  // namespace
}  // namespace falconet
