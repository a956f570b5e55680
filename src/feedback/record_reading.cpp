#include "feedback/record_fields.h"
#include "feedback/record_json.h"

namespace falconet {
namespace {

constexpr NumberRange kAnyNumber{-1e12, 1e12};
constexpr NumberRange kDuration{0, 1e12};
// A probability of 0 would weigh infinitely; below 1 in a million nobody samples.
constexpr NumberRange kProbability{1e-6, 1};

Provenance provenance(RecordFields& fields) {
  return fields.choice<Provenance>("provenance", provenance_of, Provenance::Live);
}

/// Parses the line and keeps the record if nothing was wrong with it.
template <class Record>
Status parse_record(std::string_view line, std::vector<Record>& out,
                    Record (*read)(RecordFields&)) {
  TRY_ASSIGN(const Json json, parse_json(line));
  RecordFields fields(json);
  Record record = read(fields);
  TRY(fields.status());
  out.push_back(std::move(record));
  return {};
}

Study read_study(RecordFields& fields) {
  Study study{.id = fields.id("id"),
              .name = fields.text("name"),
              .goal = fields.text("goal"),
              .hypotheses = fields.texts("hypotheses"),
              .provenance = provenance(fields)};
  const Json* segments = fields.member("segments");
  if (segments == nullptr) return study;
  if (!segments->is_array()) fields.reject("\"segments\" must be a list of objects");
  for (const Json& value : *segments) {
    RecordFields segment(value);
    study.segments.push_back({segment.id("name"), segment.count("target", 0)});
    if (const Status status = segment.status(); !status) {
      fields.reject("segments: ", status.error().message);
    }
  }
  return study;
}

std::vector<SurveyChoice> read_choices(RecordFields& fields) {
  std::vector<SurveyChoice> choices;
  const Json* list = fields.member("choices");
  if (list == nullptr) return choices;
  if (!list->is_array()) fields.reject("\"choices\" must be a list of objects");
  for (const Json& value : *list) {
    RecordFields choice(value);
    choices.push_back({choice.id("id"), choice.text("text_en"), choice.text("text_zh")});
    if (const Status status = choice.status(); !status) {
      fields.reject("choices: ", status.error().message);
    }
  }
  return choices;
}

SurveyQuestion read_question(RecordFields& fields) {
  return {.id = fields.id("id"),
          .type = fields.text("type"),
          .text_en = fields.text("text_en"),
          .text_zh = fields.text("text_zh"),
          .least = fields.number("least", 0, kAnyNumber),
          .most = fields.number("most", 0, kAnyNumber),
          .choices = read_choices(fields)};
}

StudySurvey read_survey(RecordFields& fields) {
  StudySurvey survey{.id = fields.id("id"),
                     .version = fields.count("version", 1),
                     .title = fields.text("title"),
                     .title_zh = fields.text("title_zh")};
  const Json* questions = fields.member("questions");
  if (questions == nullptr) return survey;
  if (!questions->is_array()) fields.reject("\"questions\" must be a list of objects");
  for (const Json& value : *questions) {
    RecordFields question(value);
    survey.questions.push_back(read_question(question));
    if (const Status status = question.status(); !status) {
      fields.reject("questions: ", status.error().message);
    }
  }
  return survey;
}

StudyParticipant read_participant(RecordFields& fields) {
  return {.id = fields.id("id"),
          .segment = fields.text("segment"),
          .locale = fields.text("locale"),
          .invited = fields.time("invited"),
          .consented = fields.time("consented"),
          .withdrawn = fields.time("withdrawn"),
          .may_be_quoted = fields.flag("may_be_quoted", true),
          .provenance = provenance(fields)};
}

TextRegister text_register_in(RecordFields& fields, const char* name) {
  return fields.choice<TextRegister>(name, text_register_of, TextRegister::Neutral);
}

StudyGeneration read_generation(RecordFields& fields) {
  StudyGeneration generation{.id = fields.id("id"),
                             .participant_id = fields.id("participant_id"),
                             .conversation_id = fields.text("conversation_id"),
                             .created = fields.count("created", 0),
                             .model = fields.text("model"),
                             .arm = fields.text("arm"),
                             .language = fields.text("language"),
                             .prompt_register = text_register_in(fields, "prompt_register"),
                             .answer_register = text_register_in(fields, "answer_register"),
                             .task = fields.text("task"),
                             .turn = fields.count("turn", 1),
                             .prompt_tokens = fields.count("prompt_tokens", 0),
                             .reasoning_tokens = fields.count("reasoning_tokens", 0),
                             .answer_tokens = fields.count("answer_tokens", 0),
                             .context_max = fields.count("context_max", 0),
                             .evicted_messages = fields.count("evicted_messages", 0),
                             .finish_reason = fields.text("finish_reason"),
                             .first_token_ms = fields.number("first_token_ms", 0, kDuration),
                             .total_ms = fields.number("total_ms", 0, kDuration),
                             .is_constrained = fields.flag("is_constrained", false),
                             .provenance = provenance(fields)};
  if (fields.has("structured_outcome")) {
    generation.structured_outcome =
        fields.choice<StructuredOutcome>("structured_outcome", structured_outcome_of, std::nullopt);
  }
  return generation;
}

void check_rating(const StudyRating& rating, RecordFields& fields) {
  const bool is_probe = rating.trigger == RatingTrigger::Probe;
  if (is_probe && !rating.probability) {
    fields.reject("a probe needs \"probability\": with which its answer was asked about");
  }
  if (!is_probe && !rating.value) fields.reject("\"value\" is missing");
  if (!rating.value) return;
  const double value = *rating.value;
  const bool is_thumb = value == -1 || value == 1;
  const bool is_score = value >= 1 && value <= 10;
  if (rating.scale == RatingScale::Thumbs && !is_thumb) {
    fields.reject("\"value\" of thumbs must be -1 or 1, found ", value);
  }
  if (rating.scale == RatingScale::Score && !is_score) {
    fields.reject("\"value\" of a score must be 1 to 10, found ", value);
  }
}

StudyRating read_rating(RecordFields& fields) {
  StudyRating rating{
      .id = fields.id("id"),
      .generation_id = fields.id("generation_id"),
      .scale = fields.choice<RatingScale>("scale", rating_scale_of, RatingScale::Thumbs),
      .value = fields.optional_number("value", kAnyNumber),
      .reasons = fields.texts("reasons"),
      .comment = fields.text("comment"),
      .trigger =
          fields.choice<RatingTrigger>("trigger", rating_trigger_of, RatingTrigger::Voluntary),
      .probability = fields.optional_number("probability", kProbability),
      .shown = fields.count("shown", 0),
      .answered = fields.time("answered"),
      .provenance = provenance(fields)};
  check_rating(rating, fields);
  return rating;
}

StudySignal read_signal(RecordFields& fields) {
  return {.generation_id = fields.id("generation_id"),
          .kind = fields.choice<SignalKind>("kind", signal_kind_of, std::nullopt),
          .at = fields.count("at", 0),
          .provenance = provenance(fields)};
}

StudyComparison read_comparison(RecordFields& fields) {
  StudyComparison comparison{.id = fields.id("id"),
                             .participant_id = fields.id("participant_id"),
                             .first_generation_id = fields.id("first_generation_id"),
                             .second_generation_id = fields.id("second_generation_id"),
                             .first = fields.id("first"),
                             .second = fields.id("second"),
                             .shown = fields.count("shown", 0),
                             .answered = fields.time("answered"),
                             .provenance = provenance(fields)};
  if (fields.has("choice")) {
    comparison.choice =
        fields.choice<ComparisonChoice>("choice", comparison_choice_of, std::nullopt);
  }
  const std::string left = fields.text("left");
  comparison.is_first_left = left == "first";
  if (left != "first" && left != "second") {
    fields.reject("\"left\" must be \"first\" or \"second\", found \"", left, "\"");
  }
  if (comparison.first == comparison.second) {
    fields.reject("\"first\" and \"second\" must differ, found \"", comparison.first, "\" twice");
  }
  return comparison;
}

SurveyAnswer read_survey_answer(RecordFields& fields) {
  return {.survey_id = fields.id("survey_id"),
          .question_id = fields.id("question_id"),
          .participant_id = fields.id("participant_id"),
          .number = fields.optional_number("number", kAnyNumber),
          .choices = fields.texts("choices"),
          .text = fields.text("text"),
          .provenance = provenance(fields)};
}

StudyAnnotation read_annotation(RecordFields& fields) {
  return {.id = fields.id("id"),
          .generation_id = fields.id("generation_id"),
          .coder = fields.id("coder"),
          .coder_kind = fields.choice<CoderKind>("coder_kind", coder_kind_of, CoderKind::Person),
          .code = fields.id("code"),
          .value = fields.number("value", 0, kAnyNumber),
          .cannot_judge = fields.flag("cannot_judge", false),
          .is_decision = fields.flag("is_decision", false),
          .comment = fields.text("comment"),
          .probability = fields.number("probability", 1, kProbability),
          .sample = fields.text("sample"),
          .rubric_version = fields.count("rubric_version", 0),
          .provenance = provenance(fields)};
}

std::vector<CodedStretch> read_stretches(RecordFields& fields) {
  std::vector<CodedStretch> stretches;
  const Json* list = fields.member("spans");
  if (list == nullptr) return stretches;
  if (!list->is_array()) fields.reject("\"spans\" must be a list of objects");
  for (const Json& value : *list) {
    RecordFields stretch(value);
    stretches.push_back({stretch.count("begin", 0), stretch.count("end", 0), stretch.id("code")});
    if (stretches.back().begin >= stretches.back().end) {
      stretch.reject("\"end\" must be beyond \"begin\"");
    }
    if (const Status status = stretch.status(); !status) {
      fields.reject("spans: ", status.error().message);
    }
  }
  return stretches;
}

StudyUtterance read_utterance(RecordFields& fields) {
  const std::string speaker = fields.text("speaker");
  if (speaker != "participant" && speaker != "interviewer") {
    fields.reject("\"speaker\" must be \"participant\" or \"interviewer\", found \"", speaker,
                  "\"");
  }
  return {.id = fields.id("id"),
          .interview_id = fields.id("interview_id"),
          .participant_id = fields.id("participant_id"),
          .is_participant = speaker == "participant",
          .text = fields.text("text"),
          .codes = fields.texts("codes"),
          .spans = read_stretches(fields),
          .may_be_quoted = fields.flag("may_be_quoted", false),
          .provenance = provenance(fields)};
}

}  // namespace

Status parse_study(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.studies, read_study);
}
Status parse_survey(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.surveys, read_survey);
}
Status parse_participant(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.participants, read_participant);
}
Status parse_generation(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.generations, read_generation);
}
Status parse_rating(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.ratings, read_rating);
}
Status parse_signal(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.signals, read_signal);
}
Status parse_comparison(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.comparisons, read_comparison);
}
Status parse_survey_answer(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.survey_answers, read_survey_answer);
}
Status parse_rubric(std::string_view line, FeedbackRecords& out) {
  TRY_ASSIGN(const Json json, parse_json(line));
  RecordFields fields(json);
  const std::string name = fields.id("id");
  const std::int64_t version = fields.count("version", 1);
  TRY(fields.status());
  TRY_ASSIGN(Rubric rubric, rubric_of_json(json, name));
  rubric.version = version;
  out.rubrics.push_back(std::move(rubric));
  return {};
}
Status parse_annotation(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.annotations, read_annotation);
}
Status parse_utterance(std::string_view line, FeedbackRecords& out) {
  return parse_record(line, out.interviews, read_utterance);
}

}  // namespace falconet
