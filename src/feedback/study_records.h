// A study that runs on this server, as the analysis reads it.
#pragma once

#include "base/result.h"
#include "feedback/records.h"
#include "store/participants.h"

namespace falconet {

/// The study's participants under their pseudonyms; of those who allow it, what they asked and said
/// between their consent and the study's end; all answers to its questionnaires; and interviews
/// that it asked in the chat. Places of links that nobody took up are people who were invited and
/// did not come. Errors: NotFound, those of execute().
Result<FeedbackRecords> study_records(Transaction& transaction, const StudyId& id);

/// How many people came how far, by segment or by the channel they came through.
struct ProgressRow {
  std::string name = {};
  std::int64_t target = 0;  // 0: none was set
  std::int64_t invited = 0;
  std::int64_t consented = 0;
  std::int64_t active = 0;    // with an answer of a model
  std::int64_t answered = 0;  // a questionnaire
  std::int64_t withdrawn = 0;
};

struct StudyProgress {
  ProgressRow total = {};
  std::vector<ProgressRow> segments = {};  // in the study's order
  std::vector<ProgressRow> channels = {};  // by name
};

/// Errors: as study_records().
Result<StudyProgress> study_progress(Transaction& transaction, const StudyId& id);

/// All that is fixed when a study starts, as one JSON text whose digest proves it later: goal,
/// hypotheses, segments, times, the text that people agree to, the questionnaires and the
/// guide of its interviews.
/// Errors: as study_records().
Result<std::string> protocol_text(Transaction& transaction, const StudyId& id);

}  // namespace falconet
