// falconet backup: all that people said, as one file, while the server runs.
#include "store/backup.h"

#include <memory>
#include <ostream>

#include "base/json.h"
#include "base/strings.h"
#include "cli/claimed_store.h"
#include "cli/command_line.h"
#include "cli/data_folder.h"

namespace falconet {
namespace {

struct BackupOptions {
  std::string file;
  StorePlace kept;
  bool json = false;
};

Status run_backup(const BackupOptions& options, const Streams& io) {
  TRY(refuse_database(options.kept, DatabaseCopy::Dump, options.file));
  const SystemClock clock;
  const std::filesystem::path database = database_in(data_folder_or_own(options.kept.folder));
  TRY_ASSIGN(const StoreContents contents, back_up_database(database, options.file, clock));
  std::error_code ignored;
  const std::uint64_t num_bytes = std::filesystem::file_size(options.file, ignored);
  if (options.json) {
    io.out << to_text({{"file", options.file},
                       {"bytes", num_bytes},
                       {"users", contents.num_users},
                       {"conversations", contents.num_conversations},
                       {"messages", contents.num_messages}})
           << '\n';
  } else {
    io.out << options.file << ": " << contents.num_conversations << " conversations with "
           << contents.num_messages << " messages of " << contents.num_users << " users, "
           << human_bytes(num_bytes) << '\n';
  }
  return {};
}

}  // namespace

void add_backup_command(CommandParser& parser) {
  auto options = std::make_shared<BackupOptions>();
  CommandLine& command =
      parser.add("backup", "Use", "Copy all conversations to one file; the server may run");
  command.option("file", options->file, "The copy; it must not exist yet").required();
  command.option("--data", options->kept.folder, "The data folder, as of serve");
  command.option("--database", options->kept.database, "Says how PostgreSQL does it");
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "Example:\n  falconet backup falconet-$(date +%F).db\n"
      "The copy holds everything that was acknowledged when it began. Keep it as private as\n"
      "the conversations in it; falconet restore puts it back.");
  command.runs([options](const Streams& io) { return run_backup(*options, io); });
}

}  // namespace falconet
