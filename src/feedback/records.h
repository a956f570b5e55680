// What a study wrote down, as plain records: the rows of a feedback folder (docs/feedback-data.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/record_kinds.h"
#include "feedback/rubric.h"
#include "feedback/text_register.h"

namespace falconet {

/// Milliseconds since 1970, UTC.
using UnixMillis = std::int64_t;

struct StudySegment {
  std::string name = {};
  std::int64_t target = 0;  // people wanted
};

struct Study {
  std::string id = {};
  std::string name = {};
  std::string goal = {};
  std::vector<std::string> hypotheses = {};
  std::vector<StudySegment> segments = {};
  Provenance provenance = Provenance::Live;
};

struct StudyParticipant {
  std::string id = {};
  std::string segment = {};
  std::string locale = {};  // "zh", "en"
  std::optional<UnixMillis> invited = {};
  std::optional<UnixMillis> consented = {};
  std::optional<UnixMillis> withdrawn = {};
  bool may_be_quoted = true;
  Provenance provenance = Provenance::Live;
};

/// One answer of a model and what it saw; the ledger's names.
struct StudyGeneration {
  std::string id = {};
  std::string participant_id = {};
  std::string conversation_id = {};
  UnixMillis created = 0;
  std::string model = {};
  std::string arm = {};       // setting under test
  std::string language = {};  // of the prompt
  TextRegister prompt_register = TextRegister::Neutral;
  TextRegister answer_register = TextRegister::Neutral;
  std::string task = {};
  std::int64_t turn = 1;  // of the conversation, from 1
  std::int64_t prompt_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t answer_tokens = 0;
  std::int64_t context_max = 0;
  std::int64_t evicted_messages = 0;  // left out of the prompt for want of room
  std::string finish_reason = {};
  double first_token_ms = 0;
  double total_ms = 0;
  std::optional<StructuredOutcome> structured_outcome = {};
  bool is_constrained = false;  // by a grammar
  Provenance provenance = Provenance::Live;
};

struct StudyRating {
  std::string id = {};
  std::string generation_id = {};
  RatingScale scale = RatingScale::Thumbs;
  std::optional<double> value = {};  // absent: a probe that was shown and not answered
  std::vector<std::string> reasons = {};
  std::string comment = {};
  RatingTrigger trigger = RatingTrigger::Voluntary;
  std::optional<double> probability = {};  // with which this answer was probed; probes have one
  UnixMillis shown = 0;
  std::optional<UnixMillis> answered = {};
  Provenance provenance = Provenance::Live;
};

struct StudySignal {
  std::string generation_id = {};
  SignalKind kind = SignalKind::Copied;
  UnixMillis at = 0;
  Provenance provenance = Provenance::Live;
};

/// Two answers to one question, side by side in an order that chance gave.
struct StudyComparison {
  std::string id = {};
  std::string participant_id = {};
  std::string first_generation_id = {};
  std::string second_generation_id = {};
  std::string first = {};  // whose the answers are: a setting's or model's name
  std::string second = {};
  bool is_first_left = true;
  std::optional<ComparisonChoice> choice = {};  // made without knowing; none: nothing was said
  UnixMillis shown = 0;
  std::optional<UnixMillis> answered = {};
  Provenance provenance = Provenance::Live;
};

/// What can be chosen, or put in order.
struct SurveyChoice {
  std::string id = {};
  std::string text_en = {};
  std::string text_zh = {};
};

struct SurveyQuestion {
  std::string id = {};
  std::string type = {};  // likert, nps, score, choice, text, or one of a questionnaire's
  std::string text_en = {};
  std::string text_zh = {};
  double least = 0;  // of a number
  double most = 0;
  std::vector<SurveyChoice> choices = {};
};

struct StudySurvey {
  std::string id = {};
  std::int64_t version = 1;
  std::string title = {};
  std::string title_zh = {};
  std::vector<SurveyQuestion> questions = {};
};

/// One person's answer to one question: a number, choices or a text. None: shown and left out.
struct SurveyAnswer {
  std::string survey_id = {};
  std::string question_id = {};
  std::string participant_id = {};
  std::optional<double> number = {};
  std::vector<std::string> choices = {};
  std::string text = {};
  Provenance provenance = Provenance::Live;
};

/// One coder's judgement of one answer that was drawn into a sample.
struct StudyAnnotation {
  std::string id = {};
  std::string generation_id = {};
  std::string coder = {};
  CoderKind coder_kind = CoderKind::Person;
  std::string code = {};      // a category's name or a rubric's
  double value = 0;           // 0 or 1 for a category; the rubric's scale otherwise
  bool cannot_judge = false;  // the coder says so: there is no value
  bool is_decision = false;   // a researcher's, where coders differ; theirs stay beside it
  std::string comment = {};
  double probability = 1;           // with which the answer was drawn
  std::string sample = {};          // into which
  std::int64_t rubric_version = 0;  // 0: a category, or a rubric that is not in rubrics.jsonl
  Provenance provenance = Provenance::Live;
};

/// Characters [begin, end) of a turn, and what they were given as a code.
struct CodedStretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::string code = {};
};

/// One turn of an interview.
struct StudyUtterance {
  std::string id = {};
  std::string interview_id = {};
  std::string participant_id = {};
  bool is_participant = true;  // false: the interviewer speaks
  std::string text = {};
  std::vector<std::string> codes = {};
  std::vector<CodedStretch> spans = {};  // where the codes stand, if that is known
  bool may_be_quoted = false;
  Provenance provenance = Provenance::Live;
};

/// A whole folder. References between records hold: see read_feedback_folder.
struct FeedbackRecords {
  std::vector<Study> studies = {};
  std::vector<StudySurvey> surveys = {};
  std::vector<StudyParticipant> participants = {};
  std::vector<StudyGeneration> generations = {};
  std::vector<StudyRating> ratings = {};
  std::vector<StudySignal> signals = {};
  std::vector<StudyComparison> comparisons = {};
  std::vector<SurveyAnswer> survey_answers = {};
  std::vector<Rubric> rubrics = {};
  std::vector<StudyAnnotation> annotations = {};
  std::vector<StudyUtterance> interviews = {};
};

}  // namespace falconet
