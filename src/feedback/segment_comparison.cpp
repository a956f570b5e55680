#include "feedback/segment_comparison.h"

#include <algorithm>
#include <numeric>

#include "stats/mann_whitney.h"
#include "stats/permutation.h"
#include "stats/power.h"

namespace falconet {
namespace {

struct PersonShare {
  const std::string* segment = nullptr;
  std::int64_t num_ratings = 0;
  std::int64_t num_poor = 0;

  double share() const { return static_cast<double>(num_poor) / static_cast<double>(num_ratings); }
};

std::vector<PersonShare> shares_of_people(const AnalysisTable& table) {
  std::vector<PersonShare> people(table.people.size());
  for (std::size_t i = 0; i < people.size(); ++i) people[i].segment = &table.people[i]->segment;
  for (const RatedAnswer& answer : table.rated) {
    PersonShare& person = people[static_cast<std::size_t>(answer.person.value)];
    ++person.num_ratings;
    person.num_poor += answer.is_poor ? 1 : 0;
  }
  std::erase_if(people, [](const PersonShare& person) { return person.num_ratings == 0; });
  return people;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The two groups' shares, one a person.
struct Division {
  std::vector<double> inside;
  std::vector<double> others;
  std::int64_t num_inside_ratings = 0;
  std::int64_t num_other_ratings = 0;
};

Division divide(const std::vector<PersonShare>& people, const std::string& segment) {
  Division out;
  for (const PersonShare& person : people) {
    const bool is_inside = *person.segment == segment;
    (is_inside ? out.inside : out.others).push_back(person.share());
    (is_inside ? out.num_inside_ratings : out.num_other_ratings) += person.num_ratings;
  }
  return out;
}

/// 1 where messages of a person are as independent as those of strangers.
double design_effect(const AnalysisTable& table) {
  std::vector<WeightedValue> values;
  for (const RatedAnswer& answer : table.rated) {
    values.push_back({answer.person, answer.is_poor ? 1.0 : 0.0, 1});
  }
  const auto rate = hajek_proportion(values);
  if (!rate || rate->effective_size <= 0) return 1;
  return std::max(1.0, static_cast<double>(values.size()) / rate->effective_size);
}

void test(const Division& division, const Resampling& resampling, SegmentResult& out) {
  const auto least = static_cast<std::size_t>(kLeastTestedPeople);
  if (division.inside.size() < least || division.others.size() < least) return;
  const auto permuted = permutation_test(division.inside, division.others, resampling);
  if (!permuted) return;
  out.p_value = permuted->p_value;
  out.is_exact = permuted->is_exact;
  const auto ranks = mann_whitney(division.inside, division.others, resampling.level);
  if (!ranks) return;
  out.cliffs_delta = ranks->cliffs_delta;
  out.delta_interval = ranks->delta_interval;
}

}  // namespace

std::vector<SegmentResult> compare_segments(const AnalysisTable& table,
                                            const Resampling& resampling) {
  const std::vector<PersonShare> people = shares_of_people(table);
  const double effect = design_effect(table);
  std::vector<SegmentResult> results;
  for (const PersonShare& person : people) {
    const auto known = [&](const SegmentResult& row) { return row.segment == *person.segment; };
    if (person.segment->empty() || std::any_of(results.begin(), results.end(), known)) continue;
    const Division division = divide(people, *person.segment);
    SegmentResult result{.segment = *person.segment,
                         .num_people = static_cast<std::int64_t>(division.inside.size()),
                         .num_ratings = division.num_inside_ratings,
                         .poor_share = mean(division.inside),
                         .others_share = mean(division.others)};
    test(division, resampling, result);
    const auto detectable = minimum_detectable_difference(
        result.others_share, static_cast<double>(division.num_inside_ratings),
        static_cast<double>(division.num_other_ratings), Direction::Higher,
        {.design_effect = effect});
    if (detectable) result.detectable_difference = *detectable;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace falconet
