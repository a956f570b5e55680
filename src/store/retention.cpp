#include "store/retention.h"

#include <array>
#include <utility>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::int64_t kRetentionDay = std::int64_t{24} * 60 * 60 * 1000;

struct NamedCount {
  std::int64_t count = 0;
  const char* name = "";
};

std::array<NamedCount, 9> named_counts(const RetentionCounts& counts) {
  return {{{counts.generations, "records of answers"},
           {counts.ratings, "ratings"},
           {counts.probes, "probes"},
           {counts.signals, "signals"},
           {counts.comparisons, "comparisons"},
           {counts.structured_answers, "records of structured answers"},
           {counts.questionnaire_answers, "answers to questionnaires"},
           {counts.interviews, "interviews"},
           {counts.participants, "participants"}}};
}

/// Deletes what the condition, with its one parameter, holds for; how many rows that were.
Result<std::int64_t> delete_where(Transaction& transaction, std::string_view table,
                                  std::string_view condition, std::int64_t parameter) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat("SELECT count(*) FROM ", table, " WHERE ", condition), parameter));
  const std::int64_t count = rows.front().integer(0);
  if (count == 0) return count;
  TRY(transaction.execute(cat("DELETE FROM ", table, " WHERE ", condition), parameter));
  return count;
}

// A study that nobody has ended is over at the end that was planned for it.
constexpr std::string_view kOverStudies =
    "(SELECT s.id FROM studies s WHERE s.retention_days IS NOT NULL AND s.state <> 'draft' AND "
    "coalesce(s.ended, s.ends) IS NOT NULL AND "
    "coalesce(s.ended, s.ends) + s.retention_days * 86400000 <= ?)";

}  // namespace

std::int64_t RetentionCounts::total() const {
  std::int64_t sum = 0;
  for (const NamedCount& each : named_counts(*this)) sum += each.count;
  return sum;
}

std::string retention_text(const RetentionCounts& counts) {
  std::string text;
  for (const NamedCount& each : named_counts(counts)) {
    if (each.count > 0) text += cat(text.empty() ? "" : ", ", each.count, " ", each.name);
  }
  return text;
}

Result<RetentionCounts> delete_old_feedback(Transaction& transaction, std::int64_t days) {
  if (days < 1 || days > kMaxRetentionDays) {
    return error(ErrorCode::InvalidArgument, "retention: expected 1 to ", kMaxRetentionDays,
                 " days, found ", days);
  }
  const std::int64_t limit = transaction.now() - days * kRetentionDay;
  RetentionCounts counts;
  TRY_ASSIGN(counts.ratings, delete_where(transaction, "ratings", "changed < ?", limit));
  TRY_ASSIGN(counts.probes, delete_where(transaction, "probes", "drawn < ?", limit));
  TRY_ASSIGN(counts.signals, delete_where(transaction, "signals", "happened < ?", limit));
  TRY_ASSIGN(counts.comparisons, delete_where(transaction, "comparisons", "created < ?", limit));
  TRY_ASSIGN(counts.structured_answers,
             delete_where(transaction, "structured_answers", "created < ?", limit));
  TRY_ASSIGN(counts.generations,
             delete_where(transaction, "generations", "created < ? AND ended IS NOT NULL", limit));
  return counts;
}

Result<RetentionCounts> delete_over_studies(Transaction& transaction) {
  RetentionCounts counts;
  TRY_ASSIGN(counts.questionnaire_answers,
             delete_where(transaction, "questionnaire_responses",
                          cat("questionnaire_id IN (SELECT q.id FROM questionnaires q WHERE "
                              "q.study_id IN ",
                              kOverStudies, ")"),
                          transaction.now()));
  TRY_ASSIGN(counts.interviews,
             delete_where(transaction, "interviews",
                          cat("participant_id IN (SELECT p.id FROM participants p WHERE "
                              "p.study_id IN ",
                              kOverStudies, ")"),
                          transaction.now()));
  const std::string people =
      cat("(user_id IS NOT NULL OR token_digest IS NOT NULL) AND study_id IN ", kOverStudies);
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat("SELECT count(*) FROM participants WHERE ", people),
                                 transaction.now()));
  counts.participants = rows.front().integer(0);
  if (counts.participants == 0) return counts;
  TRY(transaction.execute(
      cat("UPDATE participants SET user_id = NULL, token_digest = NULL WHERE ", people),
      transaction.now()));
  return counts;
}

}  // namespace falconet
