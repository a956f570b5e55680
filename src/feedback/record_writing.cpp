#include "feedback/optional_member.h"
#include "feedback/record_json.h"

namespace falconet {
namespace {

void add_provenance(Json& line, Provenance value) { line["provenance"] = provenance_name(value); }

void add_text(Json& line, const char* key, const std::string& value) {
  if (!value.empty()) line[key] = value;
}

void add_texts(Json& line, const char* key, const std::vector<std::string>& values) {
  if (!values.empty()) line[key] = values;
}

void add_register(Json& line, const char* key, TextRegister value) {
  if (value != TextRegister::Neutral) line[key] = text_register_name(value);
}

void add_count(Json& line, const char* key, std::int64_t value) {
  if (value != 0) line[key] = value;
}

}  // namespace

std::string to_json_line(const Study& study) {
  Json line = {{"id", study.id}};
  add_text(line, "name", study.name);
  add_text(line, "goal", study.goal);
  add_texts(line, "hypotheses", study.hypotheses);
  Json segments = Json::array();
  for (const StudySegment& segment : study.segments) {
    segments.push_back({{"name", segment.name}, {"target", segment.target}});
  }
  if (!segments.empty()) line["segments"] = std::move(segments);
  add_provenance(line, study.provenance);
  return to_text(line);
}

std::string to_json_line(const StudySurvey& survey) {
  Json line = {{"id", survey.id}, {"version", survey.version}};
  add_text(line, "title", survey.title);
  add_text(line, "title_zh", survey.title_zh);
  Json questions = Json::array();
  for (const SurveyQuestion& question : survey.questions) {
    Json entry = {{"id", question.id}, {"type", question.type}};
    add_text(entry, "text_en", question.text_en);
    add_text(entry, "text_zh", question.text_zh);
    if (question.least < question.most) {
      entry["least"] = question.least;
      entry["most"] = question.most;
    }
    for (const SurveyChoice& choice : question.choices) {
      Json item = {{"id", choice.id}};
      add_text(item, "text_en", choice.text_en);
      add_text(item, "text_zh", choice.text_zh);
      entry["choices"].push_back(std::move(item));
    }
    questions.push_back(std::move(entry));
  }
  line["questions"] = std::move(questions);
  return to_text(line);
}

std::string to_json_line(const StudyParticipant& participant) {
  Json line = {{"id", participant.id}};
  add_text(line, "segment", participant.segment);
  add_text(line, "locale", participant.locale);
  add_optional(line, "invited", participant.invited);
  add_optional(line, "consented", participant.consented);
  add_optional(line, "withdrawn", participant.withdrawn);
  if (!participant.may_be_quoted) line["may_be_quoted"] = false;
  add_provenance(line, participant.provenance);
  return to_text(line);
}

std::string to_json_line(const StudyGeneration& generation) {
  Json line = {{"id", generation.id}, {"participant_id", generation.participant_id}};
  add_text(line, "conversation_id", generation.conversation_id);
  add_count(line, "created", generation.created);
  add_text(line, "model", generation.model);
  add_text(line, "arm", generation.arm);
  add_text(line, "language", generation.language);
  add_register(line, "prompt_register", generation.prompt_register);
  add_register(line, "answer_register", generation.answer_register);
  add_text(line, "task", generation.task);
  line["turn"] = generation.turn;
  line["prompt_tokens"] = generation.prompt_tokens;
  add_count(line, "reasoning_tokens", generation.reasoning_tokens);
  add_count(line, "answer_tokens", generation.answer_tokens);
  add_count(line, "context_max", generation.context_max);
  add_count(line, "evicted_messages", generation.evicted_messages);
  add_text(line, "finish_reason", generation.finish_reason);
  if (generation.first_token_ms > 0) line["first_token_ms"] = generation.first_token_ms;
  if (generation.total_ms > 0) line["total_ms"] = generation.total_ms;
  if (generation.structured_outcome) {
    line["structured_outcome"] = structured_outcome_name(*generation.structured_outcome);
    line["is_constrained"] = generation.is_constrained;
  }
  add_provenance(line, generation.provenance);
  return to_text(line);
}

std::string to_json_line(const StudyRating& rating) {
  Json line = {{"id", rating.id},
               {"generation_id", rating.generation_id},
               {"scale", rating_scale_name(rating.scale)}};
  add_optional(line, "value", rating.value);
  add_texts(line, "reasons", rating.reasons);
  add_text(line, "comment", rating.comment);
  line["trigger"] = rating_trigger_name(rating.trigger);
  add_optional(line, "probability", rating.probability);
  add_count(line, "shown", rating.shown);
  add_optional(line, "answered", rating.answered);
  add_provenance(line, rating.provenance);
  return to_text(line);
}

std::string to_json_line(const StudySignal& signal) {
  Json line = {{"generation_id", signal.generation_id}, {"kind", signal_kind_name(signal.kind)}};
  add_count(line, "at", signal.at);
  add_provenance(line, signal.provenance);
  return to_text(line);
}

std::string to_json_line(const StudyComparison& comparison) {
  Json line = {{"id", comparison.id},
               {"participant_id", comparison.participant_id},
               {"first_generation_id", comparison.first_generation_id},
               {"second_generation_id", comparison.second_generation_id},
               {"first", comparison.first},
               {"second", comparison.second},
               {"left", comparison.is_first_left ? "first" : "second"}};
  if (comparison.choice) line["choice"] = comparison_choice_name(*comparison.choice);
  add_count(line, "shown", comparison.shown);
  add_optional(line, "answered", comparison.answered);
  add_provenance(line, comparison.provenance);
  return to_text(line);
}

std::string to_json_line(const SurveyAnswer& answer) {
  Json line = {{"survey_id", answer.survey_id},
               {"question_id", answer.question_id},
               {"participant_id", answer.participant_id}};
  add_optional(line, "number", answer.number);
  add_texts(line, "choices", answer.choices);
  add_text(line, "text", answer.text);
  add_provenance(line, answer.provenance);
  return to_text(line);
}

std::string to_json_line(const Rubric& rubric) {
  Json line = {{"id", rubric.name}, {"version", rubric.version}};
  line.update(rubric_json(rubric));
  return to_text(line);
}

std::string to_json_line(const StudyAnnotation& annotation) {
  Json line = {{"id", annotation.id},
               {"generation_id", annotation.generation_id},
               {"coder", annotation.coder},
               {"coder_kind", coder_kind_name(annotation.coder_kind)},
               {"code", annotation.code}};
  if (annotation.cannot_judge) {
    line["cannot_judge"] = true;
  } else {
    line["value"] = annotation.value;
  }
  if (annotation.is_decision) line["is_decision"] = true;
  add_text(line, "comment", annotation.comment);
  line["probability"] = annotation.probability;
  add_text(line, "sample", annotation.sample);
  add_count(line, "rubric_version", annotation.rubric_version);
  add_provenance(line, annotation.provenance);
  return to_text(line);
}

std::string to_json_line(const StudyUtterance& utterance) {
  Json line = {{"id", utterance.id},
               {"interview_id", utterance.interview_id},
               {"participant_id", utterance.participant_id},
               {"speaker", utterance.is_participant ? "participant" : "interviewer"},
               {"text", utterance.text}};
  add_texts(line, "codes", utterance.codes);
  Json spans = Json::array();
  for (const CodedStretch& span : utterance.spans) {
    spans.push_back({{"begin", span.begin}, {"end", span.end}, {"code", span.code}});
  }
  if (!spans.empty()) line["spans"] = std::move(spans);
  line["may_be_quoted"] = utterance.may_be_quoted;
  add_provenance(line, utterance.provenance);
  return to_text(line);
}

}  // namespace falconet
