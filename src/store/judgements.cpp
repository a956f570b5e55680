#include "store/judgements.h"

#include <map>
#include <set>

#include "base/strings.h"
#include "store/study_consent.h"

namespace falconet {
namespace {

/// "WHERE …" and its parameters, for one sample or all.
struct OfSample {
  std::string where = {};
  std::vector<SqlValue> parameters = {};
};

OfSample of_sample(const char* before, const std::optional<SampleId>& sample) {
  if (!sample) return {before, {}};
  return {cat(before, "AND i.sample_id = ? "), {sample->value}};
}

std::optional<double> optional_value(const SqlRow& row, std::size_t column) {
  if (std::holds_alternative<std::monostate>(row[column])) return std::nullopt;
  return row.number(column);
}

}  // namespace

Result<std::vector<JudgementRow>> list_judgements(Transaction& transaction,
                                                  const std::optional<SampleId>& sample) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  const OfSample chosen = of_sample("WHERE c.submitted IS NOT NULL ", sample);
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute_with(
          cat("SELECT j.id, i.sample_id, i.id, i.generation_id, i.user_id, i.probability, d.id, "
              "d.kind, d.name, j.code, r.version, j.value, c.comment FROM judgements j "
              "JOIN codings c ON c.item_id = j.item_id AND c.coder_id = j.coder_id "
              "JOIN sample_items i ON i.id = j.item_id JOIN coders d ON d.id = j.coder_id "
              "LEFT JOIN sample_rubrics r ON r.sample_id = i.sample_id AND r.name = j.code ",
              chosen.where, "ORDER BY i.id, j.code, d.id"),
          chosen.parameters));
  std::vector<JudgementRow> judgements;
  for (const SqlRow& row : rows) {
    JudgementRow judgement{.id = row.text(0),
                           .sample = {row.text(1)},
                           .item = {row.text(2)},
                           .generation = {row.text(3)},
                           .user = {row.text(4)},
                           .probability = row.number(5),
                           .coder = {row.text(6)},
                           .coder_kind = row.text(7),
                           .coder_name = row.text(8),
                           .code = row.text(9),
                           .rubric_version = row.integer(10),
                           .value = optional_value(row, 11),
                           .comment = row.text(12)};
    if (consenting.contains(judgement.user)) judgements.push_back(std::move(judgement));
  }
  return judgements;
}

Result<std::vector<DecisionRow>> list_decisions(Transaction& transaction,
                                                const std::optional<SampleId>& sample) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  const OfSample chosen = of_sample("WHERE 1 = 1 ", sample);
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute_with(
          cat("SELECT d.id, i.sample_id, i.id, i.generation_id, i.user_id, i.probability, d.code, "
              "r.version, d.value, d.comment, d.decided FROM decisions d "
              "JOIN sample_items i ON i.id = d.item_id "
              "LEFT JOIN sample_rubrics r ON r.sample_id = i.sample_id AND r.name = d.code ",
              chosen.where, "ORDER BY d.id"),
          chosen.parameters));
  std::map<std::pair<std::string, std::string>, DecisionRow> last;
  for (const SqlRow& row : rows) {
    DecisionRow decision{.id = row.text(0),
                         .sample = {row.text(1)},
                         .item = {row.text(2)},
                         .generation = {row.text(3)},
                         .user = {row.text(4)},
                         .probability = row.number(5),
                         .code = row.text(6),
                         .rubric_version = row.integer(7),
                         .value = row.number(8),
                         .comment = row.text(9),
                         .decided = row.integer(10)};
    if (!consenting.contains(decision.user)) continue;
    last.insert_or_assign({decision.item.value, decision.code}, std::move(decision));
  }
  std::vector<DecisionRow> decisions;
  for (auto& [key, decision] : last) decisions.push_back(std::move(decision));
  return decisions;
}

Status decide(Transaction& transaction, const UserId& decided_by, const NewDecision& decision) {
  if (decision.comment.size() > kMaxCodingCommentBytes) {
    return error(ErrorCode::InvalidArgument, "comment: expected at most ", kMaxCodingCommentBytes,
                 " bytes, found ", decision.comment.size());
  }
  TRY(find_sample_item(transaction, decision.item));
  TRY(
      transaction.execute("INSERT INTO decisions (id, item_id, code, value, comment, decided_by, "
                          "decided) VALUES (?, ?, ?, ?, ?, ?, ?)",
                          transaction.new_id(), decision.item, decision.code, decision.value,
                          decision.comment, decided_by, transaction.now()));
  return {};
}

}  // namespace falconet
