// The records as an analysis reads them: people numbered, one rating an answer, labels given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feedback/issue_classifier.h"
#include "feedback/records.h"
#include "stats/people.h"

namespace falconet {

/// An answer that somebody judged; of several judgements the last.
struct RatedAnswer {
  const StudyGeneration* generation = nullptr;
  const StudyRating* rating = nullptr;
  PersonId person;
  bool is_poor = false;
  bool is_probe = false;
  double weight = 1;  // of a probe: 1 / the chance that it was asked about
  IssueLabels labels = {};
};

/// An answer, judged or not.
struct GivenAnswer {
  const StudyGeneration* generation = nullptr;
  PersonId person;
};

/// Views into the records, which must outlive it. People who withdrew are left out with all they
/// said.
struct AnalysisTable {
  const FeedbackRecords* records = nullptr;
  std::vector<const StudyParticipant*> people = {};  // a PersonId is the place in it
  std::vector<GivenAnswer> answers = {};
  std::vector<RatedAnswer> rated = {};
  std::int64_t num_withdrawn = 0;
  std::int64_t num_probes_shown = 0;
  std::int64_t num_probes_answered = 0;
  std::int64_t num_voluntary = 0;
  std::array<std::int64_t, 4> answers_by_provenance = {};

  PersonId person_of(const std::string& participant_id) const;  // -1: not among `people`
  std::unordered_map<std::string_view, PersonId> person_ids = {};
};

/// Thumbs down, or a score of at most 4 of 10.
bool is_poor_rating(const StudyRating& rating);

/// `only`: observations of that provenance alone.
AnalysisTable make_analysis_table(const FeedbackRecords& records, const IssueClassifier& classifier,
                                  std::optional<Provenance> only);

/// Whether the label is among them.
bool has_label(const std::vector<IssueLabel>& labels, IssueCategory category);

}  // namespace falconet
