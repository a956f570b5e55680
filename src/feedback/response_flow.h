// Who took part, and what is missing: the part of a report that says how far to believe the rest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// Each stage counts people who came that far.
struct SegmentFlow {
  std::string segment = {};
  std::int64_t target = 0;
  std::int64_t invited = 0;
  std::int64_t consented = 0;
  std::int64_t active = 0;  // got an answer from the model
  std::int64_t rated = 0;
  std::int64_t surveyed = 0;
  std::int64_t interviewed = 0;
};

struct ResponseFlow {
  std::vector<SegmentFlow> segments = {};  // in the order in which people appear
  SegmentFlow total = {};
  PeopleRate active_rate = {};  // of the invited
  PeopleRate rated_rate = {};   // of the active
  PeopleRate survey_rate = {};  // of the active
  std::int64_t num_answers = 0;
  std::int64_t num_probes_shown = 0;
  std::int64_t num_probes_answered = 0;
  std::int64_t num_voluntary = 0;
  std::int64_t num_ratings_without_words = 0;  // neither reason nor comment
  std::int64_t num_withdrawn = 0;
  double poor_share_probes = 0;  // unweighted: how biased the voluntary ones are
  double poor_share_voluntary = 0;
};

ResponseFlow response_flow(const AnalysisTable& table, double level);

}  // namespace falconet
