#include "feedback/opinions.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "feedback/pii_redaction.h"
#include "store/interviews.h"

namespace falconet {
namespace {

constexpr std::string_view kPraisePrefix = "praise/";

class OpinionCollector {
 public:
  OpinionCollector(const AnalysisTable& table, const IssueClassifier& classifier)
      : table_(table), classifier_(classifier) {
    out_.was_heard.resize(table.people.size());
  }

  Opinions collect() {
    for (const RatedAnswer& answer : table_.rated) add_rating(answer);
    for (const SurveyAnswer& answer : table_.records->survey_answers) add_survey_answer(answer);
    for (const StudyUtterance& utterance : table_.records->interviews) add_utterance(utterance);
    return std::move(out_);
  }

 private:
  bool hear(PersonId person) {
    if (person.value < 0) return false;
    out_.was_heard[static_cast<std::size_t>(person.value)] = 1;
    return true;
  }

  void add_labels(PersonId person, const IssueLabels& labels, const QuoteReference& source,
                  std::string_view text) {
    for (const IssueLabel& label : labels.problems) add_label(person, label, false, source, text);
    for (const IssueLabel& label : labels.praises) add_label(person, label, true, source, text);
  }

  /// The words that may stand in a report.
  std::string_view quotable(PersonId person, std::string_view text) const {
    const bool may_be_quoted = table_.people[static_cast<std::size_t>(person.value)]->may_be_quoted;
    return may_be_quoted ? text : std::string_view();
  }

  void add_label(PersonId person, const IssueLabel& label, bool is_praise,
                 const QuoteReference& source, std::string_view text) {
    Opinion opinion{person, label.category, is_praise, label.confidence, source};
    for (const IssueEvidence& row : label.evidence) {
      if (row.source != EvidenceSource::Text) continue;
      // The whole sentence rather than the segment: people are quoted in full.
      opinion.quote.begin = 0;
      opinion.quote.end = text.size();
      opinion.quote.text = text;
      break;
    }
    opinion.quote.confidence = label.confidence;
    out_.all.push_back(std::move(opinion));
  }

  void add_rating(const RatedAnswer& answer) {
    if (!hear(answer.person)) return;
    add_labels(answer.person, answer.labels,
               {.file = "ratings.jsonl",
                .id = answer.rating->id,
                .participant_id = answer.generation->participant_id},
               quotable(answer.person, answer.rating->comment));
  }

  void add_survey_answer(const SurveyAnswer& answer) {
    const PersonId person = table_.person_of(answer.participant_id);
    if (!hear(person)) return;
    const QuoteReference source{
        .file = "survey_answers.jsonl",
        .id = cat(answer.survey_id, "/", answer.question_id, "/", answer.participant_id),
        .participant_id = answer.participant_id};
    for (const std::string& choice : answer.choices) add_code(person, choice, source);
    add_labels(person, classifier_.classify({.text = answer.text}), source,
               quotable(person, answer.text));
  }

  void add_utterance(const StudyUtterance& utterance) {
    const PersonId person = table_.person_of(utterance.participant_id);
    if (!utterance.is_participant || !hear(person)) return;
    const QuoteReference source{
        .file = "interviews.jsonl", .id = utterance.id, .participant_id = utterance.participant_id};
    if (!utterance.codes.empty()) {  // a person has read it: the rules have no say
      for (const std::string& code : utterance.codes) add_coded(person, code, source, utterance);
      return;
    }
    const std::string_view text =
        utterance.may_be_quoted ? quotable(person, utterance.text) : std::string_view();
    add_labels(person, classifier_.classify({.text = utterance.text}), source, text);
  }

  /// One opinion for each stretch with the code, quoted if it may be; without stretches one.
  void add_coded(PersonId person, const std::string& code, const QuoteReference& source,
                 const StudyUtterance& utterance) {
    bool has_stretch = false;
    for (const CodedStretch& stretch : utterance.spans) {
      const auto range = bytes_of_characters(utterance.text, stretch.begin, stretch.end);
      if (stretch.code != code || !range) continue;
      has_stretch = true;
      QuoteReference quote = source;
      if (utterance.may_be_quoted) {
        quote.begin = range->begin;
        quote.end = range->end;
        quote.text = utterance.text.substr(range->begin, range->end - range->begin);
        quote.confidence = 1;
      }
      add_code(person, code, quote);
    }
    if (!has_stretch) add_code(person, code, source);
  }

  /// A choice or a code: a category's name is a problem, "praise/" before it praise.
  void add_code(PersonId person, std::string_view code, const QuoteReference& source) {
    const bool is_praise = code.starts_with(kPraisePrefix);
    if (is_praise) code.remove_prefix(kPraisePrefix.size());
    const auto category = issue_category_of(code);
    if (category) out_.all.push_back({person, *category, is_praise, 1, source});
  }

  const AnalysisTable& table_;
  const IssueClassifier& classifier_;
  Opinions out_;
};

}  // namespace

Opinions collect_opinions(const AnalysisTable& table, const IssueClassifier& classifier) {
  return OpinionCollector(table, classifier).collect();
}

std::vector<QuoteReference> choose_quotes(const Opinions& opinions, IssueCategory category,
                                          bool is_praise) {
  std::vector<const Opinion*> candidates;
  for (const Opinion& opinion : opinions.all) {
    const bool fits = opinion.category == category && opinion.is_praise == is_praise;
    if (fits && !opinion.quote.text.empty()) candidates.push_back(&opinion);
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Opinion* a, const Opinion* b) {
    return a->confidence > b->confidence;
  });
  std::vector<QuoteReference> quotes;
  std::set<PersonId> people;
  std::set<std::string_view> texts;
  for (const Opinion* candidate : candidates) {
    if (quotes.size() == kMaxQuotes) break;
    if (people.contains(candidate->person) || texts.contains(candidate->quote.text)) continue;
    people.insert(candidate->person);
    texts.insert(candidate->quote.text);
    quotes.push_back(candidate->quote);
    quotes.back().text = redact_personal_data(quotes.back().text).text;
  }
  return quotes;
}

}  // namespace falconet
