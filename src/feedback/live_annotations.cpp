#include "feedback/live_annotations.h"

#include <set>
#include <utility>

#include "store/judgements.h"

namespace falconet {
namespace {

using AnswerIds = std::set<std::string_view>;

Status read_live_rubrics(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<SavedRubric> saved, list_rubrics(transaction));
  for (const SavedRubric& each : saved) {
    TRY_ASSIGN(Rubric rubric, rubric_of_json(each.document, each.id.name));
    rubric.version = each.id.version;
    records.rubrics.push_back(std::move(rubric));
  }
  return {};
}

Status read_live_judgements(Transaction& transaction, const AnswerIds& answers,
                            FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<JudgementRow> rows, list_judgements(transaction));
  std::set<std::pair<std::string, std::string>> commented;  // a comment is on the item: once
  for (const JudgementRow& row : rows) {
    if (!answers.contains(row.generation.value)) continue;
    const bool is_person = row.coder_kind == coder_kind_name(CoderKind::Person);
    const bool is_first = commented.insert({row.item.value, row.coder.value}).second;
    records.annotations.push_back(
        {.id = row.id,
         .generation_id = row.generation.value,
         .coder = is_person ? row.coder.value : row.coder_name,
         .coder_kind = coder_kind_of(row.coder_kind).value_or(CoderKind::Person),
         .code = row.code,
         .value = row.value.value_or(0),
         .cannot_judge = !row.value,
         .comment = is_first ? row.comment : std::string(),
         .probability = row.probability,
         .sample = row.sample.value,
         .rubric_version = row.rubric_version});
  }
  return {};
}

Status read_live_decisions(Transaction& transaction, const AnswerIds& answers,
                           FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<DecisionRow> rows, list_decisions(transaction));
  for (const DecisionRow& row : rows) {
    if (!answers.contains(row.generation.value)) continue;
    records.annotations.push_back({.id = row.id,
                                   .generation_id = row.generation.value,
                                   .coder = "decision",
                                   .code = row.code,
                                   .value = row.value,
                                   .is_decision = true,
                                   .comment = row.comment,
                                   .probability = row.probability,
                                   .sample = row.sample.value,
                                   .rubric_version = row.rubric_version});
  }
  return {};
}

}  // namespace

Status add_live_annotations(Transaction& transaction, FeedbackRecords& records) {
  AnswerIds answers;
  for (const StudyGeneration& generation : records.generations) answers.insert(generation.id);
  TRY(read_live_rubrics(transaction, records));
  TRY(read_live_judgements(transaction, answers, records));
  return read_live_decisions(transaction, answers, records);
}

}  // namespace falconet
