// `falconet feedback import`: logs and ratings of other systems as a study.
#include "cli/feedback_import.h"

#include <memory>
#include <ostream>

#include "base/json.h"
#include "base/mapped_file.h"
#include "feedback/feedback_folder.h"
#include "feedback/free_texts.h"
#include "feedback/outside_logs.h"

namespace falconet {
namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::string output;
  bool json = false;
};

Status import_file(const std::string& path, OutsideLogs& logs) {
  TRY_ASSIGN(const MappedFile mapped, MappedFile::open(path));
  const auto bytes = mapped.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (outside_format_of(text) == OutsideFormat::OpenWebUi) return logs.add_open_webui(text, path);
  logs.add_openai(text, path);
  return {};
}

Status import_files(const ImportCommand& command, const Streams& io) {
  OutsideLogs logs;
  for (const std::string& path : command.files) TRY(import_file(path, logs));
  TRY_ASSIGN(FeedbackFolder folder, logs.finish());
  for (const BadLine& line : folder.bad_lines) {
    io.err << line.file << ':' << line.number << ": " << line.message << "; left out\n";
  }
  const RedactionCounts redacted = redact_records(folder.records);
  TRY(write_feedback_folder(folder.records, command.output));
  const FeedbackRecords& records = folder.records;
  if (command.json) {
    io.out << to_text({{"output", command.output},
                       {"participants", records.participants.size()},
                       {"generations", records.generations.size()},
                       {"ratings", records.ratings.size()},
                       {"bad_lines", folder.num_bad_lines},
                       {"redacted", redacted.total()}})
           << '\n';
    return {};
  }
  io.out << command.output << ": " << records.participants.size() << " people, "
         << records.generations.size() << " answers, " << records.ratings.size()
         << " ratings, all imported; " << folder.num_bad_lines << " lines left out\n";
  return {};
}

}  // namespace

void add_import_command(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<ImportCommand>();
  CommandLine& command = parser.add_below(
      parent, "import", "Logs of OpenAI-style APIs, or Open WebUI's feedback, as a study");
  command.option("files", options->files, "Logs as JSON lines, or an export of feedback")
      .type_name("FILE")
      .required();
  command.option("-o,--output", options->output, "The folder to write")
      .type_name("FOLDER")
      .required();
  command.flag("--json", options->json, "As one JSON object");
  command.runs([options](const Streams& io) { return import_files(*options, io); });
}

}  // namespace falconet
