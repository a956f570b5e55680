#include "feedback/record_filter.h"

#include <algorithm>
#include <unordered_set>

namespace falconet {
namespace {

using Ids = std::unordered_set<std::string>;

bool is_wanted(const StudyGeneration& generation, const RecordFilter& filter) {
  return (!filter.from || generation.created >= *filter.from) &&
         (!filter.until || generation.created < *filter.until) &&
         (filter.model.empty() || generation.model == filter.model) &&
         (filter.language.empty() || generation.language == filter.language);
}

Ids people_of_segment(FeedbackRecords& records, const std::string& segment) {
  std::erase_if(records.participants,
                [&](const StudyParticipant& each) { return each.segment != segment; });
  Ids people;
  for (const StudyParticipant& each : records.participants) people.insert(each.id);
  return people;
}

void keep_segment(FeedbackRecords& records, const std::string& segment) {
  const Ids people = people_of_segment(records, segment);
  const auto is_other = [&](const auto& record) { return !people.contains(record.participant_id); };
  std::erase_if(records.generations, is_other);
  std::erase_if(records.survey_answers, is_other);
  std::erase_if(records.interviews, is_other);
}

Json counts_json(const std::map<std::string, std::int64_t>& counts) {
  Json list = Json::array();
  for (const auto& [name, count] : counts) list.push_back({{"name", name}, {"count", count}});
  return list;
}

}  // namespace

Json filter_json(const RecordFilter& filter) {
  Json json = Json::object();
  if (filter.from) json["from"] = *filter.from;
  if (filter.until) json["until"] = *filter.until;
  if (!filter.model.empty()) json["model"] = filter.model;
  if (!filter.language.empty()) json["prompt_language"] = filter.language;
  if (!filter.segment.empty()) json["segment"] = filter.segment;
  if (filter.provenance) json["provenance"] = provenance_name(*filter.provenance);
  return json;
}

FeedbackRecords filtered_records(FeedbackRecords records, const RecordFilter& filter) {
  if (!filter.segment.empty()) keep_segment(records, filter.segment);
  if (filter.chooses_answers()) {
    std::erase_if(records.generations,
                  [&](const StudyGeneration& each) { return !is_wanted(each, filter); });
    records.survey_answers.clear();
    records.interviews.clear();
  }
  if (filter.segment.empty() && !filter.chooses_answers()) return records;
  Ids kept;
  kept.reserve(records.generations.size());
  for (const StudyGeneration& generation : records.generations) kept.insert(generation.id);
  const auto is_gone = [&](const auto& record) { return !kept.contains(record.generation_id); };
  std::erase_if(records.ratings, is_gone);
  std::erase_if(records.signals, is_gone);
  std::erase_if(records.annotations, is_gone);
  std::erase_if(records.comparisons, [&](const StudyComparison& pair) {
    return !kept.contains(pair.first_generation_id) || !kept.contains(pair.second_generation_id);
  });
  return records;
}

RecordFacets facets_of(const FeedbackRecords& records) {
  RecordFacets facets;
  for (const StudyGeneration& generation : records.generations) {
    if (!generation.model.empty()) ++facets.models[generation.model];
    if (!generation.language.empty()) ++facets.languages[generation.language];
    ++facets.provenances[std::string(provenance_name(generation.provenance))];
    facets.first = std::min(facets.first.value_or(generation.created), generation.created);
    facets.last = std::max(facets.last.value_or(generation.created), generation.created);
  }
  for (const StudyParticipant& each : records.participants) {
    if (!each.segment.empty()) ++facets.segments[each.segment];
  }
  return facets;
}

Json facets_json(const RecordFacets& facets) {
  return {{"models", counts_json(facets.models)},
          {"prompt_languages", counts_json(facets.languages)},
          {"segments", counts_json(facets.segments)},
          {"provenances", counts_json(facets.provenances)},
          {"first", facets.first ? Json(*facets.first) : Json()},
          {"last", facets.last ? Json(*facets.last) : Json()}};
}

}  // namespace falconet
