// `falconet feedback export`: what a server's users said and did, as files.
#include "cli/feedback_export.h"

#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/new_file.h"
#include "feedback/exploration_json.h"
#include "feedback/feedback_folder.h"
#include "feedback/free_texts.h"
#include "feedback/live_records.h"
#include "feedback/study_records.h"
#include "feedback/training_export.h"

namespace falconet {
namespace {

struct ExportCommand {
  StorePlace kept;
  std::string study;               // empty: everybody
  std::string keep_personal_data;  // why
  std::string output;
  bool for_training = false;
  bool json = false;
};

Status make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  return failure ? Status(errno_error(failure.value(), folder.string())) : Status();
}

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

Status export_training(const ExportCommand& command, Store& store, const Streams& io) {
  const std::filesystem::path folder = command.output;
  TRY(check_new_file(folder / "chats.jsonl", Overwrite::No));
  TRY(check_new_file(folder / "preferences.jsonl", Overwrite::No));
  TRY_ASSIGN(const TrainingExamples examples, store.read(training_examples));
  if (examples.chats.empty()) {
    return error(ErrorCode::NotFound,
                 "no answer was praised or corrected by somebody who agreed "
                 "that it is used to improve the model (page: Settings); ",
                 examples.num_without_consent, " judged answers are of people who did not, ",
                 examples.num_with_files, " had files attached");
  }
  TRY(make_folder(folder));
  TRY(write_text_file(folder / "chats.jsonl", lines_text(examples.chats)));
  TRY(write_text_file(folder / "preferences.jsonl", lines_text(examples.preferences)));
  if (command.json) {
    io.out << to_text({{"output", command.output},
                       {"chats", examples.chats.size()},
                       {"preferences", examples.preferences.size()},
                       {"without_consent", examples.num_without_consent},
                       {"with_files", examples.num_with_files}})
           << '\n';
    return {};
  }
  io.out << command.output << ": " << examples.chats.size() << " chats, "
         << examples.preferences.size() << " preferences; " << examples.num_without_consent
         << " judged answers without their reader's consent and " << examples.num_with_files
         << " with files were left out\n";
  return {};
}

Status export_live(const ExportCommand& command, const Streams& io) {
  const SystemClock clock;
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept,
             ClaimedStore::open_beside_server(command.kept, clock));
  if (command.for_training) return export_training(command, kept->store(), io);
  TRY_ASSIGN(FeedbackRecords records, kept->store().read([&](Transaction& transaction) {
    return command.study.empty() ? live_records(transaction)
                                 : study_records(transaction, {command.study});
  }));
  if (records.generations.empty() && records.studies.empty()) {
    return error(ErrorCode::NotFound, "nobody has asked anything on this server yet");
  }
  const bool is_redacted = command.keep_personal_data.empty();
  const RedactionCounts redacted = is_redacted ? redact_records(records) : RedactionCounts();
  TRY(write_feedback_folder(records, command.output));
  if (command.json) {
    Json report = {{"output", command.output},
                   {"participants", records.participants.size()},
                   {"generations", records.generations.size()},
                   {"ratings", records.ratings.size()},
                   {"signals", records.signals.size()},
                   {"personal_data_redacted", personal_data_json(redacted)}};
    if (!is_redacted) report["personal_data_kept_because"] = command.keep_personal_data;
    io.out << to_text(report) << '\n';
    return {};
  }
  io.out << command.output << ": " << records.participants.size() << " people, "
         << records.generations.size() << " answers, " << records.ratings.size()
         << " ratings, no text of any message\n";
  if (is_redacted) {
    io.out << redacted.total() << " pieces of personal data in comments replaced by marks\n";
  } else {
    io.out << "comments as they were written, personal data included: "
           << command.keep_personal_data << '\n';
  }
  return {};
}

}  // namespace

void add_export_command(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<ExportCommand>();
  CommandLine& command =
      parser.add_below(parent, "export", "Write what a server's users said and did as a study");
  command.option("-o,--output", options->output, "The folder to write")
      .type_name("FOLDER")
      .required();
  command.option("--data", options->kept.folder, "The server's data folder, as of serve");
  command.option("--database", options->kept.database, "The server's PostgreSQL, as of serve");
  command.option("--study", options->study, "This study alone, by its id on the server's page")
      .type_name("ID");
  command
      .option("--keep-personal-data", options->keep_personal_data,
              "Do not redact comments, for this reason, which is printed")
      .type_name("REASON");
  command.flag("--for-training", options->for_training,
               "Praised and corrected answers of people who agreed to it, for fine-tuning");
  command.flag("--json", options->json, "As one JSON object");
  command.runs([options](const Streams& io) { return export_live(*options, io); });
}

}  // namespace falconet
