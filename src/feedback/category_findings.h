// What is complained of and praised, by category: shares of answers and of people, with quotes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/problem_burden.h"
#include "feedback/rated_rate.h"

namespace falconet {

/// Where a person's words stand: bytes [begin, end) of a record's text.
struct QuoteReference {
  std::string file = {};  // "ratings.jsonl", "survey_answers.jsonl", "interviews.jsonl"
  std::string id = {};    // the record's; of a survey answer "survey/question/participant"
  std::string participant_id = {};
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text = {};  // those bytes, personal data replaced by marks (pii_redaction.h)
  double confidence = 0;  // of the label
};

struct CategoryResult {
  IssueCategory category = IssueCategory::Other;
  std::optional<MessageRate> problem = {};          // of rated answers
  std::optional<MessageRate> chinese_problem = {};  // of rated answers to Chinese prompts
  std::optional<ProblemBurden> burden = {};         // of `problem`
  std::optional<ProblemBurden> chinese_burden = {};
  PeopleRate reported = {};  // of the people heard: in ratings, questionnaire or interview
  PeopleRate praised = {};
  std::vector<QuoteReference> problem_quotes = {};
  std::vector<QuoteReference> praise_quotes = {};
  std::vector<std::string> evidence = {};  // generations with the label, the first kMaxEvidence
};

constexpr std::size_t kMaxEvidence = 50;
constexpr std::size_t kMaxQuotes = 3;  // from as many people

struct CategoryResults {
  RatingBasis basis = RatingBasis::All;
  std::optional<MessageRate> poor = {};  // of rated answers
  std::int64_t num_people_heard = 0;
  std::vector<CategoryResult> categories = {};  // one each, in their order
};

CategoryResults category_results(const AnalysisTable& table, const IssueClassifier& classifier,
                                 const Resampling& resampling);

/// Structured answers that were malformed, of all there are, rated or not.
struct StructuredResult {
  std::optional<MessageRate> failed = {};
  std::optional<ProblemBurden> burden = {};            // of `failed`
  std::optional<MessageRate> failed_free = {};         // not bound by a grammar
  std::optional<MessageRate> failed_constrained = {};  // bound by one
  std::int64_t num_parse_errors = 0;
  std::int64_t num_schema_errors = 0;
  std::int64_t num_semantic_errors = 0;
  std::vector<std::string> evidence = {};  // generations, the first kMaxEvidence
};

StructuredResult structured_result(const AnalysisTable& table, const Resampling& resampling);

}  // namespace falconet
