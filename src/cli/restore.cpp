// falconet restore: what falconet backup wrote, back in its place.
#include <memory>
#include <ostream>

#include "base/clock.h"
#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/command_line.h"
#include "cli/data_folder.h"
#include "cli/folder_lock.h"
#include "store/backup.h"

namespace falconet {
namespace {

struct RestoreOptions {
  std::string file;
  StorePlace kept;
  bool is_json = false;
};

/// What is there now is kept beside the restored database: a slip of the finger loses nothing.
Status set_aside(const std::filesystem::path& database, const Clock& clock, const Streams& io) {
  std::error_code failure;
  if (!std::filesystem::exists(database, failure)) return {};
  const std::filesystem::path aside =
      database.parent_path() / cat("before-restore-", unix_milliseconds(clock), ".db");
  const auto kept = back_up_database(database, aside, clock);
  if (!kept) {
    return error(kept.error().code,
                 "what is there now cannot be set aside first: ", kept.error().message, "; move ",
                 database.native(), " and the files beside it away, and restore again");
  }
  io.err << "what was there is now " << aside.native() << '\n';
  return {};
}

Status run_restore(const RestoreOptions& options, const Streams& io) {
  TRY(refuse_database(options.kept, DatabaseCopy::Restore, options.file));
  const SystemClock clock;
  const std::filesystem::path folder = data_folder_or_own(options.kept.folder);
  TRY(make_private_folder(folder));
  TRY_ASSIGN(const FolderLock lock, FolderLock::acquire(folder));
  const std::filesystem::path database = database_in(folder);
  TRY(set_aside(database, clock, io));
  TRY_ASSIGN(const StoreContents contents, restore_database(options.file, database, clock));
  if (options.is_json) {
    io.out << to_text({{"database", database.native()},
                       {"conversations", contents.num_conversations},
                       {"messages", contents.num_messages},
                       {"users", contents.num_users}})
           << '\n';
    return {};
  }
  io.out << "restored " << contents.num_conversations << " conversations with "
         << contents.num_messages << " messages of " << contents.num_users << " users\n";
  return {};
}

}  // namespace

void add_restore_command(CommandParser& parser) {
  auto options = std::make_shared<RestoreOptions>();
  CommandLine& command =
      parser.add("restore", "Use", "Put a backup in the place of all conversations");
  command.option("file", options->file, "What falconet backup wrote").required();
  command.option("--data", options->kept.folder, "The data folder, as of serve");
  command.option("--database", options->kept.database, "Says how PostgreSQL does it");
  command.flag("--json", options->is_json, "What was restored, as one JSON object");
  command.footer(
      "The server must not run. What is there now is kept in the data folder, as\n"
      "before-restore-TIME.db.");
  command.runs([options](const Streams& io) { return run_restore(*options, io); });
}

}  // namespace falconet
