#include "feedback/analysis_table.h"

#include <algorithm>
#include <unordered_map>

namespace falconet {
namespace {

constexpr double kHighestPoorScore = 4;

struct JudgedGeneration {
  const StudyRating* rating = nullptr;
  std::vector<SignalKind> signals = {};
};

class TableBuilder {
 public:
  TableBuilder(const FeedbackRecords& records, std::optional<Provenance> only)
      : records_(records), only_(only) {
    table_.records = &records;
  }

  AnalysisTable build(const IssueClassifier& classifier) {
    number_people();
    index_judgements();
    for (const StudyGeneration& generation : records_.generations) {
      add_answer(generation, classifier);
    }
    return std::move(table_);
  }

 private:
  bool counts(Provenance provenance) const { return !only_ || *only_ == provenance; }

  void number_people() {
    for (const StudyParticipant& participant : records_.participants) {
      if (!counts(participant.provenance)) continue;
      if (participant.withdrawn) {
        ++table_.num_withdrawn;
        continue;
      }
      const PersonId id{static_cast<std::int32_t>(table_.people.size())};
      table_.person_ids.emplace(participant.id, id);
      table_.people.push_back(&participant);
    }
  }

  /// The last rating that has a value; a probe that stayed unanswered yields to any.
  void index_judgements() {
    for (const StudyRating& rating : records_.ratings) {
      if (!counts(rating.provenance)) continue;
      const StudyRating*& kept = judged_[rating.generation_id].rating;
      if (kept == nullptr || rating.value) kept = &rating;
    }
    for (const StudySignal& signal : records_.signals) {
      if (counts(signal.provenance)) judged_[signal.generation_id].signals.push_back(signal.kind);
    }
  }

  void add_answer(const StudyGeneration& generation, const IssueClassifier& classifier) {
    if (!counts(generation.provenance)) return;
    const PersonId person = table_.person_of(generation.participant_id);
    if (person.value < 0) return;
    table_.answers.push_back({&generation, person});
    ++table_.answers_by_provenance[static_cast<std::size_t>(generation.provenance)];
    const auto found = judged_.find(generation.id);
    if (found == judged_.end() || found->second.rating == nullptr) return;
    const StudyRating& rating = *found->second.rating;
    const bool is_probe = rating.trigger == RatingTrigger::Probe;
    table_.num_probes_shown += is_probe ? 1 : 0;
    if (!rating.value) return;
    (is_probe ? table_.num_probes_answered : table_.num_voluntary) += 1;
    const bool is_poor = is_poor_rating(rating);
    table_.rated.push_back({.generation = &generation,
                            .rating = &rating,
                            .person = person,
                            .is_poor = is_poor,
                            .is_probe = is_probe,
                            .weight = is_probe ? 1 / rating.probability.value_or(1) : 1,
                            .labels = classifier.classify({.text = rating.comment,
                                                           .tags = rating.reasons,
                                                           .is_positive = !is_poor,
                                                           .generation = &generation,
                                                           .signals = found->second.signals})});
  }

  const FeedbackRecords& records_;
  std::optional<Provenance> only_;
  AnalysisTable table_;
  std::unordered_map<std::string_view, JudgedGeneration> judged_;
};

}  // namespace

PersonId AnalysisTable::person_of(const std::string& participant_id) const {
  const auto found = person_ids.find(participant_id);
  return found == person_ids.end() ? PersonId{-1} : found->second;
}

bool is_poor_rating(const StudyRating& rating) {
  if (!rating.value) return false;
  return rating.scale == RatingScale::Thumbs ? *rating.value < 0
                                             : *rating.value <= kHighestPoorScore;
}

AnalysisTable make_analysis_table(const FeedbackRecords& records, const IssueClassifier& classifier,
                                  std::optional<Provenance> only) {
  return TableBuilder(records, only).build(classifier);
}

bool has_label(const std::vector<IssueLabel>& labels, IssueCategory category) {
  return std::any_of(labels.begin(), labels.end(),
                     [&](const IssueLabel& label) { return label.category == category; });
}

}  // namespace falconet
