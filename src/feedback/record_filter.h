// Part of a study's records: of a time, a model, a language, a group, an origin.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "feedback/records.h"

namespace falconet {

/// Absent members leave the choice open.
struct RecordFilter {
  std::optional<UnixMillis> from = {};   // of answers
  std::optional<UnixMillis> until = {};  // exclusive
  std::string model = {};
  std::string language = {};  // of the prompt
  std::string segment = {};
  std::optional<Provenance> provenance = {};

  /// It asks for something that people do not have, but answers: questionnaires and interviews are
  /// about no answer in particular, and are left out then.
  bool chooses_answers() const { return from || until || !model.empty() || !language.empty(); }
  bool is_empty() const { return !chooses_answers() && segment.empty() && !provenance; }
};

/// With the members' names of the API; {} if it leaves everything open.
Json filter_json(const RecordFilter& filter);

/// What is left; who was asked stays, so that one sees of how many people it is. The provenance is
/// left to the analysis (AnalysisOptions::only), since records of one origin refer to others.
FeedbackRecords filtered_records(FeedbackRecords records, const RecordFilter& filter);

/// What there is to choose from.
struct RecordFacets {
  std::map<std::string, std::int64_t> models = {};  // with the number of answers
  std::map<std::string, std::int64_t> languages = {};
  std::map<std::string, std::int64_t> segments = {};     // with the number of people
  std::map<std::string, std::int64_t> provenances = {};  // with the number of answers
  std::optional<UnixMillis> first = {};                  // answer, and the last
  std::optional<UnixMillis> last = {};
};

RecordFacets facets_of(const FeedbackRecords& records);
Json facets_json(const RecordFacets& facets);

}  // namespace falconet
