#include "feedback/category_findings.h"

#include <algorithm>
#include <set>

#include "feedback/opinions.h"

namespace falconet {
namespace {

constexpr auto kAny = [](const RatedAnswer&) { return true; };

std::int64_t people_with(const Opinions& opinions, IssueCategory category, bool is_praise) {
  std::set<PersonId> people;
  for (const Opinion& opinion : opinions.all) {
    if (opinion.category == category && opinion.is_praise == is_praise) {
      people.insert(opinion.person);
    }
  }
  return static_cast<std::int64_t>(people.size());
}

CategoryResult category_result(const AnalysisTable& table, const Opinions& opinions,
                               const Resampling& resampling, IssueCategory category) {
  const auto has_problem = [&](const RatedAnswer& answer) {
    return has_label(answer.labels.problems, category);
  };
  const auto is_chinese = [](const RatedAnswer& answer) {
    return answer.generation->language.starts_with("zh");
  };
  const std::vector<WeightedValue> all = rated_values(table, kAny, has_problem);
  const std::vector<WeightedValue> chinese = rated_values(table, is_chinese, has_problem);
  CategoryResult out{.category = category,
                     .problem = message_rate(all, resampling),
                     .chinese_problem = message_rate(chinese, resampling),
                     .burden = problem_burden(all, resampling),
                     .chinese_burden = problem_burden(chinese, resampling),
                     .problem_quotes = choose_quotes(opinions, category, false),
                     .praise_quotes = choose_quotes(opinions, category, true)};
  for (const RatedAnswer& answer : table.rated) {
    if (out.evidence.size() == kMaxEvidence) break;
    if (has_problem(answer)) out.evidence.push_back(answer.generation->id);
  }
  return out;
}

}  // namespace

CategoryResults category_results(const AnalysisTable& table, const IssueClassifier& classifier,
                                 const Resampling& resampling) {
  const Opinions opinions = collect_opinions(table, classifier);
  CategoryResults out{.basis = rating_basis(table)};
  out.poor = rated_rate(
      table, kAny, [](const RatedAnswer& answer) { return answer.is_poor; }, resampling);
  out.num_people_heard = std::count(opinions.was_heard.begin(), opinions.was_heard.end(), 1);
  for (const IssueCategory category : kIssueCategories) {
    CategoryResult result = category_result(table, opinions, resampling, category);
    result.reported =
        people_rate(people_with(opinions, category, false), out.num_people_heard, resampling.level);
    result.praised =
        people_rate(people_with(opinions, category, true), out.num_people_heard, resampling.level);
    out.categories.push_back(std::move(result));
  }
  return out;
}

StructuredResult structured_result(const AnalysisTable& table, const Resampling& resampling) {
  StructuredResult out;
  std::vector<WeightedValue> all;
  std::vector<WeightedValue> free;
  std::vector<WeightedValue> constrained;
  for (const GivenAnswer& answer : table.answers) {
    const auto outcome = answer.generation->structured_outcome;
    if (!outcome) continue;
    const bool failed = *outcome != StructuredOutcome::Ok;
    out.num_parse_errors += *outcome == StructuredOutcome::ParseError ? 1 : 0;
    out.num_schema_errors += *outcome == StructuredOutcome::SchemaError ? 1 : 0;
    out.num_semantic_errors += *outcome == StructuredOutcome::SemanticError ? 1 : 0;
    const WeightedValue value{answer.person, failed ? 1.0 : 0.0, 1};
    all.push_back(value);
    (answer.generation->is_constrained ? constrained : free).push_back(value);
    if (failed && out.evidence.size() < kMaxEvidence) {
      out.evidence.push_back(answer.generation->id);
    }
  }
  out.failed = message_rate(all, resampling);
  out.burden = problem_burden(all, resampling);
  out.failed_free = message_rate(free, resampling);
  out.failed_constrained = message_rate(constrained, resampling);
  return out;
}

}  // namespace falconet
