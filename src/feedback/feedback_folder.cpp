#include "feedback/feedback_folder.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/file.h"
#include "base/mapped_file.h"
#include "feedback/record_json.h"

namespace falconet {
namespace {

struct RecordFile {
  const char* name;
  RecordParser parse;
};

// Those that others refer to come first.
constexpr std::array<RecordFile, 11> kFiles = {{
    {"studies.jsonl", parse_study},
    {"surveys.jsonl", parse_survey},
    {"participants.jsonl", parse_participant},
    {"generations.jsonl", parse_generation},
    {"ratings.jsonl", parse_rating},
    {"signals.jsonl", parse_signal},
    {"comparisons.jsonl", parse_comparison},
    {"survey_answers.jsonl", parse_survey_answer},
    {"rubrics.jsonl", parse_rubric},
    {"annotations.jsonl", parse_annotation},
    {"interviews.jsonl", parse_utterance},
}};

using Keys = std::unordered_set<std::string>;

/// Judges each record as it comes: new ids, references that hold.
class FolderReader {
 public:
  explicit FolderReader(FeedbackFolder& out) : out_(out) {}

  Status read(const std::filesystem::path& folder, const RecordFile& file) {
    name_ = file.name;
    number_ = 0;
    TRY_ASSIGN(const MappedFile mapped, MappedFile::open(folder / file.name));
    const auto bytes = mapped.bytes();
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      TRY(read_line(rest.substr(0, end), file.parse));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }

  /// Without participants.jsonl, who generated is who took part.
  void adds_unknown_participants() { adds_participants_ = true; }

 private:
  Status read_line(std::string_view line, RecordParser parse) {
    ++number_;
    if (trim(line).empty()) return {};
    if (number_ > kMaxRecordsPerFile) {
      return error(ErrorCode::TooLarge, name_, " has more than ", kMaxRecordsPerFile,
                   " lines; split the study into several folders");
    }
    if (line.size() > kMaxRecordBytes) {
      reject(cat("the line is longer than ", kMaxRecordBytes, " bytes; shorten its text"));
      return {};
    }
    if (const Status status = parse(line, out_.records); !status) {
      reject(status.error().message);
      return {};
    }
    keep_or_drop_last();
    return {};
  }

  void reject(std::string message) {
    ++out_.num_bad_lines;
    if (out_.bad_lines.size() < kMaxBadLines) {
      out_.bad_lines.push_back({name_, number_, std::move(message)});
    }
  }

  void keep_or_drop_last() {
    FeedbackRecords& records = out_.records;
    if (name_ == "studies.jsonl") keep_new(records.studies);
    if (name_ == "surveys.jsonl") keep_new(records.surveys);
    if (name_ == "participants.jsonl") keep_new(records.participants);
    if (name_ == "generations.jsonl") keep_generation();
    if (name_ == "ratings.jsonl") keep_of_generation(records.ratings);
    if (name_ == "comparisons.jsonl") keep_comparison();
    if (name_ == "rubrics.jsonl") keep_rubric();
    if (name_ == "annotations.jsonl") keep_of_generation(records.annotations);
    if (name_ == "interviews.jsonl") keep_of_participant(records.interviews);
    if (name_ == "signals.jsonl") {
      const std::string& id = records.signals.back().generation_id;
      if (!knows("generations.jsonl", id)) drop(records.signals, "generations.jsonl", id);
    }
    if (name_ == "survey_answers.jsonl") keep_survey_answer();
  }

  void keep_comparison() {
    const StudyComparison& last = out_.records.comparisons.back();
    for (const std::string& id : {last.first_generation_id, last.second_generation_id}) {
      if (!knows("generations.jsonl", id)) {
        return drop(out_.records.comparisons, "generations.jsonl", id);
      }
    }
    keep_of_participant(out_.records.comparisons);
  }

  void keep_rubric() {
    const Rubric& rubric = out_.records.rubrics.back();
    const std::string key = cat(rubric.name, " ", rubric.version);
    if (ids_[name_].insert(key).second) return;
    reject(cat("version ", rubric.version, " of \"", rubric.name,
               "\" stood in an earlier line, which is kept"));
    out_.records.rubrics.pop_back();
  }

  bool knows(const char* file, const std::string& id) { return ids_[file].contains(id); }

  template <class Record>
  void drop(std::vector<Record>& records, const char* file, const std::string& id) {
    reject(cat("\"", id, "\" is not in ", file, "; add it there or take this line out"));
    records.pop_back();
  }

  template <class Record>
  bool keep_new(std::vector<Record>& records) {
    const std::string& id = records.back().id;
    if (ids_[name_].insert(id).second) return true;
    reject(cat("the id \"", id, "\" stood in an earlier line, which is kept; ids must differ"));
    records.pop_back();
    return false;
  }

  template <class Record>
  void keep_of_generation(std::vector<Record>& records) {
    const std::string id = records.back().generation_id;
    if (!knows("generations.jsonl", id)) return drop(records, "generations.jsonl", id);
    keep_new(records);
  }

  template <class Record>
  void keep_of_participant(std::vector<Record>& records) {
    const std::string id = records.back().participant_id;
    if (!knows_participant(id)) return drop(records, "participants.jsonl", id);
    keep_new(records);
  }

  void keep_generation() { keep_of_participant(out_.records.generations); }

  void keep_survey_answer() {
    std::vector<SurveyAnswer>& answers = out_.records.survey_answers;
    const SurveyAnswer& last = answers.back();
    if (!knows_participant(last.participant_id)) {
      return drop(answers, "participants.jsonl", std::string(last.participant_id));
    }
    // One answer a person and question.
    const std::string key = cat(last.survey_id, '\n', last.question_id, '\n', last.participant_id);
    if (ids_[name_].insert(key).second) return;
    reject(cat("participant \"", last.participant_id, "\" answered question \"", last.question_id,
               "\" in an earlier line, which is kept"));
    answers.pop_back();
  }

  bool knows_participant(const std::string& id) {
    if (knows("participants.jsonl", id)) return true;
    if (!adds_participants_) return false;
    ids_["participants.jsonl"].insert(id);
    out_.records.participants.push_back({.id = id, .provenance = Provenance::Imported});
    return true;
  }

  FeedbackFolder& out_;
  std::string name_;
  std::int64_t number_ = 0;
  bool adds_participants_ = false;
  std::unordered_map<std::string, Keys> ids_;  // by file
};

template <class Record>
Status write_file(const std::vector<Record>& records, const std::filesystem::path& path) {
  if (records.empty()) return {};
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return error(ErrorCode::AlreadyExists, path.string(), " exists already; name a new folder");
  }
  TRY_ASSIGN(AtomicFile file, AtomicFile::create(path));
  for (const Record& record : records) TRY(file.write(to_json_line(record) + "\n"));
  return file.commit();
}

}  // namespace

Result<FeedbackFolder> read_feedback_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  if (!std::filesystem::is_directory(folder, failure)) {
    return error(ErrorCode::NotFound, folder.string(), " is not a folder");
  }
  FeedbackFolder out;
  FolderReader reader(out);
  bool has_any = false;
  if (!std::filesystem::exists(folder / "participants.jsonl", failure)) {
    reader.adds_unknown_participants();
  }
  for (const RecordFile& file : kFiles) {
    if (!std::filesystem::exists(folder / file.name, failure)) continue;
    has_any = true;
    TRY(reader.read(folder, file));
  }
  if (!has_any) {
    return error(ErrorCode::NotFound, folder.string(),
                 " holds none of participants.jsonl, generations.jsonl, ratings.jsonl …; "
                 "docs/feedback-data.md says what belongs there");
  }
  return out;
}

Status write_feedback_folder(const FeedbackRecords& records, const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return errno_error(failure.value(), folder.string());
  TRY(write_file(records.studies, folder / "studies.jsonl"));
  TRY(write_file(records.surveys, folder / "surveys.jsonl"));
  TRY(write_file(records.participants, folder / "participants.jsonl"));
  TRY(write_file(records.generations, folder / "generations.jsonl"));
  TRY(write_file(records.ratings, folder / "ratings.jsonl"));
  TRY(write_file(records.signals, folder / "signals.jsonl"));
  TRY(write_file(records.comparisons, folder / "comparisons.jsonl"));
  TRY(write_file(records.survey_answers, folder / "survey_answers.jsonl"));
  TRY(write_file(records.rubrics, folder / "rubrics.jsonl"));
  TRY(write_file(records.annotations, folder / "annotations.jsonl"));
  return write_file(records.interviews, folder / "interviews.jsonl");
}

}  // namespace falconet
