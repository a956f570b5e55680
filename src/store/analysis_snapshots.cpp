#include "store/analysis_snapshots.h"

#include "base/strings.h"

namespace falconet {

Result<std::string> people_in_data(Transaction& transaction, std::int64_t at) {
  TRY_ASSIGN(const SqlRows users,
             transaction.execute("SELECT count(*) FROM users WHERE created <= ?", at));
  TRY_ASSIGN(const SqlRows participants,
             transaction.execute("SELECT count(*), coalesce(sum(length(scopes)), 0), "
                                 "coalesce(sum(CASE WHEN withdrawn IS NULL THEN 1 ELSE 0 END), 0) "
                                 "FROM participants WHERE consented <= ?",
                                 at));
  const SqlRow& row = participants.front();
  return cat(users.front().integer(0), '/', row.integer(0), '/', row.integer(1), '/',
             row.integer(2));
}

Result<std::optional<AnalysisSnapshot>> find_snapshot(Transaction& transaction,
                                                      std::string_view scope,
                                                      std::string_view language) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT began, took_ms, people, document, report FROM "
                                 "analysis_snapshots WHERE scope = ? AND language = ?",
                                 scope, language));
  if (rows.empty()) return std::optional<AnalysisSnapshot>();
  const SqlRow& row = rows.front();
  AnalysisSnapshot snapshot{.scope = std::string(scope),
                            .language = std::string(language),
                            .began = row.integer(0),
                            .took_ms = row.integer(1),
                            .people = row.text(2),
                            .document = row.text(3),
                            .report = row.text(4)};
  TRY_ASSIGN(const std::string people, people_in_data(transaction, snapshot.began));
  if (people != snapshot.people) return std::optional<AnalysisSnapshot>();
  return std::optional(std::move(snapshot));
}

Status save_snapshot(Transaction& transaction, const AnalysisSnapshot& snapshot) {
  TRY(transaction.execute("DELETE FROM analysis_snapshots WHERE scope = ? AND language = ?",
                          snapshot.scope, snapshot.language));
  TRY(transaction.execute(
      "INSERT INTO analysis_snapshots (scope, language, began, took_ms, people, document, report) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      snapshot.scope, snapshot.language, snapshot.began, snapshot.took_ms, snapshot.people,
      snapshot.document, snapshot.report));
  TRY(transaction.execute(
      "DELETE FROM analysis_snapshots WHERE began < (SELECT coalesce(min(kept), "
      "0) FROM (SELECT began AS kept FROM analysis_snapshots ORDER BY began DESC "
      "LIMIT ?) newest)",
      kMaxAnalysisSnapshots));
  return {};
}

}  // namespace falconet
