// What people answered to questionnaires, question by question. One person gives one answer, so
// people are independent and the intervals are those of simple random samples.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// Mean of people's numbers with Student's interval.
struct MeanEstimate {
  double mean = 0;
  std::optional<Interval> interval = {};  // none with one person
  double deviation = 0;
};

/// Share of promoters (9, 10) less share of detractors (0 to 6), in points from −100 to 100.
struct NetPromoters {
  std::int64_t promoters = 0;
  std::int64_t passives = 0;
  std::int64_t detractors = 0;
  double score = 0;
  Interval interval = {};  // Rocks (2016): the normal one after adding 3/4, 3/2 and 3/4 people
};

/// A choice, a step of a scale, or something that was put in order.
struct SurveyValue {
  SurveyChoice choice = {};
  PeopleRate rate = {};  // who chose it, of who answered; of a ranking, put it first
  std::optional<double> mean_place = {};  // of a ranking, from 1
};

struct QuestionResult {
  SurveyQuestion question = {};
  PeopleRate answered = {};  // of those whom it was shown to
  std::vector<SurveyValue> values = {};
  std::optional<MeanEstimate> mean = {};
  std::optional<NetPromoters> net_promoters = {};
  std::optional<PeopleRate> satisfied = {};  // of CSAT: 4 or 5
  std::vector<std::string> texts = {};       // redacted, of those who may be quoted, by person
  bool is_hidden = false;                    // too few people (small_groups.h)
};

struct SurveyResult {
  StudySurvey survey = {};    // its questions are in the results
  PeopleRate responded = {};  // of those who agreed to take part
  std::vector<QuestionResult> questions = {};
  std::int64_t num_unknown = 0;  // answers to questions that its last version does not ask
};

/// In the order of the records. Answers in both languages are counted together: choices have ids.
/// Of several answers of a person to a question the last counts. `only`: of one origin alone.
std::vector<SurveyResult> survey_results(const AnalysisTable& table, double level,
                                         std::optional<Provenance> only);

/// Errors as bugs: counts are not negative and somebody answered.
NetPromoters net_promoters(std::int64_t promoters, std::int64_t passives, std::int64_t detractors,
                           double level);

}  // namespace falconet
