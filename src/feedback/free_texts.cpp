#include "feedback/free_texts.h"

#include "base/strings.h"

namespace falconet {
namespace {

class FreeTextCollector {
 public:
  FreeTextCollector(const AnalysisTable& table, std::optional<Provenance> only)
      : table_(table), only_(only) {}

  FreeTexts collect() {
    for (const RatedAnswer& answer : table_.rated) {
      add(answer.person, answer.rating->comment, true,
          {.file = "ratings.jsonl",
           .id = answer.rating->id,
           .participant_id = answer.generation->participant_id});
    }
    for (const SurveyAnswer& answer : table_.records->survey_answers) {
      if (only_ && answer.provenance != *only_) continue;
      add(table_.person_of(answer.participant_id), answer.text, true,
          {.file = "survey_answers.jsonl",
           .id = cat(answer.survey_id, "/", answer.question_id, "/", answer.participant_id),
           .participant_id = answer.participant_id});
    }
    for (const StudyUtterance& utterance : table_.records->interviews) {
      if (!utterance.is_participant || (only_ && utterance.provenance != *only_)) continue;
      add(table_.person_of(utterance.participant_id), utterance.text, utterance.may_be_quoted,
          {.file = "interviews.jsonl",
           .id = utterance.id,
           .participant_id = utterance.participant_id});
    }
    return std::move(out_);
  }

 private:
  void add(PersonId person, const std::string& text, bool may_be_quoted, QuoteReference source) {
    if (person.value < 0 || trim(text).empty()) return;
    RedactedText redacted = redact_personal_data(text);
    source.end = text.size();
    source.text = std::move(redacted.text);
    out_.redacted += redacted.counts;
    out_.all.push_back({person, std::move(source), may_be_quoted});
  }

  const AnalysisTable& table_;
  std::optional<Provenance> only_;
  FreeTexts out_;
};

void redact_in_place(std::string& text, RedactionCounts& counts) {
  if (text.empty()) return;
  RedactedText redacted = redact_personal_data(text);
  if (redacted.counts.total() == 0) return;
  counts += redacted.counts;
  text = std::move(redacted.text);
}

}  // namespace

FreeTexts collect_free_texts(const AnalysisTable& table, std::optional<Provenance> only) {
  return FreeTextCollector(table, only).collect();
}

RedactionCounts redact_records(FeedbackRecords& records) {
  RedactionCounts counts;
  for (StudyRating& rating : records.ratings) {
    redact_in_place(rating.comment, counts);
    for (std::string& reason : rating.reasons) redact_in_place(reason, counts);
  }
  for (SurveyAnswer& answer : records.survey_answers) {
    redact_in_place(answer.text, counts);
    for (std::string& choice : answer.choices) redact_in_place(choice, counts);
  }
  for (StudyAnnotation& row : records.annotations) redact_in_place(row.comment, counts);
  for (StudyUtterance& utterance : records.interviews) redact_in_place(utterance.text, counts);
  return counts;
}

}  // namespace falconet
