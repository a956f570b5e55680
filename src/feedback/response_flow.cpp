#include "feedback/response_flow.h"

#include <algorithm>
#include <unordered_map>

namespace falconet {
namespace {

/// What each person did, by PersonId.
struct Participation {
  std::vector<char> active;
  std::vector<char> rated;
  std::vector<char> surveyed;
  std::vector<char> interviewed;

  explicit Participation(const AnalysisTable& table)
      : active(table.people.size()),
        rated(table.people.size()),
        surveyed(table.people.size()),
        interviewed(table.people.size()) {
    for (const GivenAnswer& answer : table.answers) mark(active, answer.person);
    for (const RatedAnswer& answer : table.rated) mark(rated, answer.person);
    for (const SurveyAnswer& answer : table.records->survey_answers) {
      mark(surveyed, table.person_of(answer.participant_id));
    }
    for (const StudyUtterance& utterance : table.records->interviews) {
      if (utterance.is_participant) mark(interviewed, table.person_of(utterance.participant_id));
    }
  }

  static void mark(std::vector<char>& marks, PersonId person) {
    if (person.value >= 0) marks[static_cast<std::size_t>(person.value)] = 1;
  }

  void count(std::size_t i, const StudyParticipant& participant, SegmentFlow& flow) const {
    flow.invited += participant.invited || active[i] ? 1 : 0;
    flow.consented += participant.consented || active[i] ? 1 : 0;
    flow.active += active[i];
    flow.rated += rated[i];
    flow.surveyed += surveyed[i];
    flow.interviewed += interviewed[i];
  }
};

std::int64_t target_of(const FeedbackRecords& records, const std::string& segment) {
  for (const Study& study : records.studies) {
    for (const StudySegment& wanted : study.segments) {
      if (wanted.name == segment) return wanted.target;
    }
  }
  return 0;
}

SegmentFlow& flow_of(const AnalysisTable& table, const std::string& segment,
                     std::vector<SegmentFlow>& flows) {
  for (SegmentFlow& flow : flows) {
    if (flow.segment == segment) return flow;
  }
  flows.push_back({.segment = segment, .target = target_of(*table.records, segment)});
  return flows.back();
}

void count_ratings(const AnalysisTable& table, ResponseFlow& out) {
  std::int64_t poor_probes = 0;
  std::int64_t poor_voluntary = 0;
  for (const RatedAnswer& answer : table.rated) {
    (answer.is_probe ? poor_probes : poor_voluntary) += answer.is_poor ? 1 : 0;
    const bool has_words = !answer.rating->reasons.empty() || !answer.rating->comment.empty();
    out.num_ratings_without_words += has_words ? 0 : 1;
  }
  out.poor_share_probes = share(poor_probes, table.num_probes_answered);
  out.poor_share_voluntary = share(poor_voluntary, table.num_voluntary);
}

}  // namespace

ResponseFlow response_flow(const AnalysisTable& table, double level) {
  ResponseFlow out{.num_answers = static_cast<std::int64_t>(table.answers.size()),
                   .num_probes_shown = table.num_probes_shown,
                   .num_probes_answered = table.num_probes_answered,
                   .num_voluntary = table.num_voluntary,
                   .num_withdrawn = table.num_withdrawn};
  const Participation participation(table);
  for (std::size_t i = 0; i < table.people.size(); ++i) {
    const StudyParticipant& participant = *table.people[i];
    participation.count(i, participant, flow_of(table, participant.segment, out.segments));
    participation.count(i, participant, out.total);
  }
  for (const SegmentFlow& flow : out.segments) out.total.target += flow.target;
  out.active_rate = people_rate(out.total.active, out.total.invited, level);
  out.rated_rate = people_rate(out.total.rated, out.total.active, level);
  out.survey_rate = people_rate(out.total.surveyed, out.total.active, level);
  count_ratings(table, out);
  return out;
}

}  // namespace falconet
