#include "store/trials.h"

#include "base/strings.h"

namespace falconet {
namespace {

constexpr const char* kTrialColumns =
    "id, finding, study_id, ended, model, items, half, first_setting, second_setting, num_both, "
    "num_only_first, num_only_second, num_neither";

TrialRecord trial_of(const SqlRow& row) {
  TrialRecord trial{.id = {row.text(0)},
                    .finding = row.text(1),
                    .ended = row.integer(3),
                    .model = row.text(4),
                    .items = row.text(5),
                    .half = row.text(6),
                    .first = parse_json(row.text(7)).value_or(Json::object()),
                    .second = parse_json(row.text(8)).value_or(Json::object()),
                    .num_both = row.integer(9),
                    .num_only_first = row.integer(10),
                    .num_only_second = row.integer(11),
                    .num_neither = row.integer(12)};
  if (auto study = row.optional_text(2)) trial.study = StudyId{*std::move(study)};
  return trial;
}

}  // namespace

Result<TrialRecord> add_trial(Transaction& transaction, TrialRecord trial) {
  trial.id = {transaction.new_id()};
  trial.ended = transaction.now();
  TRY(transaction.execute(cat("INSERT INTO trials (", kTrialColumns,
                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                          trial.id, trial.finding, trial.study, trial.ended, trial.model,
                          trial.items, trial.half, to_text(trial.first), to_text(trial.second),
                          trial.num_both, trial.num_only_first, trial.num_only_second,
                          trial.num_neither));
  return trial;
}

Result<std::vector<TrialRecord>> list_trials(Transaction& transaction,
                                             const std::optional<StudyId>& study, int limit) {
  const std::string select = cat("SELECT ", kTrialColumns, " FROM trials WHERE study_id ");
  constexpr const char* kOrder = " ORDER BY id DESC LIMIT ?";
  TRY_ASSIGN(const SqlRows rows,
             study ? transaction.execute(cat(select, "= ?", kOrder), *study, limit)
                   : transaction.execute(cat(select, "IS NULL", kOrder), limit));
  std::vector<TrialRecord> trials;
  for (const SqlRow& row : rows) trials.push_back(trial_of(row));
  return trials;
}

Result<TrialRecord> delete_trial(Transaction& transaction, const TrialId& id) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat("DELETE FROM trials WHERE id = ? RETURNING ", kTrialColumns), id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no trial ", id.value);
  return trial_of(rows.front());
}

}  // namespace falconet
