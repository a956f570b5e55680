#include "store/coding_queue.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "base/strings.h"
#include "store/study_consent.h"

namespace falconet {
namespace {

/// A number that the seed, the coder and the item decide (FNV-1a, then mixed): sorting by it is an
/// order of its own for each coder.
std::uint64_t shuffle_key(std::int64_t seed, const CoderId& coder, const std::string& item) {
  std::uint64_t hash = 0xCBF29CE484222325u ^ static_cast<std::uint64_t>(seed);
  for (const std::string_view part : {std::string_view(coder.value), std::string_view(item)}) {
    for (const char byte : part) {
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
    }
  }
  return split_mix(hash);
}

/// Items that the coder has not begun, with a place that nobody holds.
Result<std::vector<std::string>> free_items(Transaction& transaction, const CodingPerson& person,
                                            const Sample& sample) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT i.id, i.user_id FROM sample_items i JOIN messages m ON m.id = i.message_id "
          "JOIN conversations v ON v.id = m.conversation_id WHERE i.sample_id = ? AND "
          "v.is_temporary = 0 AND NOT EXISTS (SELECT 1 FROM codings c WHERE c.item_id = i.id AND "
          "c.coder_id = ?) AND (SELECT count(*) FROM codings c WHERE c.item_id = i.id AND "
          "c.place IS NOT NULL AND (c.submitted IS NOT NULL OR c.leased_until > ?)) < ? "
          "ORDER BY i.id",
          sample.id, person.coder, transaction.now(), sample.coders_per_item));
  std::vector<std::string> items;
  for (const SqlRow& row : rows) {
    const UserId user{row.text(1)};
    if (person.not_of != user && consenting.contains(user)) items.push_back(row.text(0));
  }
  return items;
}

/// What the coder has begun and not submitted, the earliest first; answers that can no longer be
/// read are passed over.
Result<std::vector<std::string>> begun_items(Transaction& transaction, const CodingPerson& person,
                                             const SampleId& sample) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT i.id, i.user_id FROM codings c JOIN sample_items i ON i.id = c.item_id "
                 "JOIN messages m ON m.id = i.message_id JOIN conversations v ON "
                 "v.id = m.conversation_id WHERE i.sample_id = ? AND c.coder_id = ? AND "
                 "c.submitted IS NULL AND v.is_temporary = 0 ORDER BY c.leased_until, i.id",
                 sample, person.coder));
  std::vector<std::string> items;
  for (const SqlRow& row : rows) {
    if (consenting.contains({row.text(1)})) items.push_back(row.text(0));
  }
  return items;
}

/// The smallest place from 1 on that nobody holds. Leases that have ended make room.
Status take_place(Transaction& transaction, const CoderId& coder, const std::string& item) {
  TRY(
      transaction.execute("DELETE FROM codings WHERE item_id = ? AND submitted IS NULL AND "
                          "leased_until <= ?",
                          item, transaction.now()));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT place FROM codings WHERE item_id = ? AND "
                                 "place IS NOT NULL ORDER BY place",
                                 item));
  std::int64_t place = 1;
  for (const SqlRow& row : rows) place += row.integer(0) == place ? 1 : 0;
  TRY(
      transaction.execute("INSERT INTO codings (item_id, coder_id, place, leased_until, comment) "
                          "VALUES (?, ?, ?, ?, '')",
                          item, coder, place, transaction.now() + kLeaseMilliseconds));
  return {};
}

Status check_coding(const SubmittedCoding& coding) {
  if (coding.judgements.size() > kMaxJudgements) {
    return error(ErrorCode::InvalidArgument, "expected at most ", kMaxJudgements,
                 " judgements, found ", coding.judgements.size());
  }
  if (coding.comment.size() > kMaxCodingCommentBytes) {
    return error(ErrorCode::InvalidArgument, "comment: expected at most ", kMaxCodingCommentBytes,
                 " bytes, found ", coding.comment.size());
  }
  std::set<std::string_view> codes;
  for (const CodeJudgement& judgement : coding.judgements) {
    if (codes.insert(judgement.code).second) continue;
    return error(ErrorCode::InvalidArgument, "'", judgement.code, "' is judged twice");
  }
  return {};
}

Status replace_judgements(Transaction& transaction, const SubmittedCoding& coding) {
  TRY(transaction.execute("DELETE FROM judgements WHERE item_id = ? AND coder_id = ?", coding.item,
                          coding.coder));
  for (const CodeJudgement& judgement : coding.judgements) {
    TRY(transaction.execute(
        "INSERT INTO judgements (id, item_id, coder_id, code, value) "
        "VALUES (?, ?, ?, ?, ?)",
        transaction.new_id(), coding.item, coding.coder, judgement.code, judgement.value));
  }
  return {};
}

}  // namespace

Result<CoderId> coder_of_user(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id FROM coders WHERE user_id = ?", user));
  if (!rows.empty()) return CoderId{rows.front().text(0)};
  const CoderId id{transaction.new_id()};
  TRY(transaction.execute(
      "INSERT INTO coders (id, user_id, kind, name) VALUES (?, ?, 'person', '')", id, user));
  return id;
}

Result<CoderId> coder_of_program(Transaction& transaction, const std::string& kind,
                                 const std::string& name) {
  if (kind != "model" && kind != "rule") {
    return error(ErrorCode::InvalidArgument, "kind: expected model or rule, found '",
                 kind.substr(0, 40), "'");
  }
  if (trim(name).empty() || name.size() > kMaxSampleTitleBytes) {
    return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxSampleTitleBytes,
                 " bytes, found ", name.size());
  }
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id FROM coders WHERE kind = ? AND name = ?", kind, name));
  if (!rows.empty()) return CoderId{rows.front().text(0)};
  const CoderId id{transaction.new_id()};
  TRY(transaction.execute("INSERT INTO coders (id, kind, name) VALUES (?, ?, ?)", id, kind, name));
  return id;
}

Result<CodingQueue> queue_of(Transaction& transaction, const CodingPerson& person,
                             const SampleId& id) {
  TRY_ASSIGN(Sample sample, find_sample(transaction, id));
  TRY_ASSIGN(const std::vector<std::string> begun, begun_items(transaction, person, id));
  TRY_ASSIGN(const std::vector<std::string> free, free_items(transaction, person, sample));
  TRY_ASSIGN(const SqlRows done,
             transaction.execute("SELECT count(*) FROM codings c JOIN sample_items i ON "
                                 "i.id = c.item_id WHERE i.sample_id = ? AND c.coder_id = ? AND "
                                 "c.submitted IS NOT NULL",
                                 id, person.coder));
  return CodingQueue{std::move(sample), static_cast<std::int64_t>(begun.size() + free.size()),
                     done.front().integer(0)};
}

Result<std::vector<CodingQueue>> queues_of(Transaction& transaction, const CodingPerson& person) {
  TRY_ASSIGN(const std::vector<Sample> samples, list_samples(transaction));
  std::vector<CodingQueue> queues;
  for (const Sample& sample : samples) {
    TRY_ASSIGN(CodingQueue queue, queue_of(transaction, person, sample.id));
    if (queue.num_open + queue.num_done > 0) queues.push_back(std::move(queue));
  }
  return queues;
}

Result<std::optional<SampleItemId>> take_next_item(Transaction& transaction,
                                                   const CodingPerson& person, const SampleId& id) {
  TRY_ASSIGN(const Sample sample, find_sample(transaction, id));
  TRY_ASSIGN(const std::vector<std::string> begun, begun_items(transaction, person, id));
  if (!begun.empty()) {
    TRY(
        transaction.execute("UPDATE codings SET leased_until = ? WHERE item_id = ? AND "
                            "coder_id = ?",
                            transaction.now() + kLeaseMilliseconds, begun.front(), person.coder));
    return std::optional(SampleItemId{begun.front()});
  }
  TRY_ASSIGN(const std::vector<std::string> free, free_items(transaction, person, sample));
  if (free.empty()) return std::optional<SampleItemId>();
  const auto key = [&](const std::string& item) {
    return shuffle_key(sample.seed, person.coder, item);
  };
  const std::string& next = *std::ranges::min_element(free, {}, key);
  TRY(take_place(transaction, person.coder, next));
  return std::optional(SampleItemId{next});
}

Status submit_coding(Transaction& transaction, const SubmittedCoding& coding) {
  TRY(check_coding(coding));
  TRY_ASSIGN(const SqlRows updated,
             transaction.execute("UPDATE codings SET submitted = ?, comment = ? WHERE item_id = ? "
                                 "AND coder_id = ? AND place IS NOT NULL RETURNING item_id",
                                 transaction.now(), coding.comment, coding.item, coding.coder));
  if (updated.empty()) {
    return error(ErrorCode::NotFound, "item ", coding.item.value.substr(0, 40),
                 " is not in your hands; take the next one");
  }
  return replace_judgements(transaction, coding);
}

Status submit_program_coding(Transaction& transaction, const SubmittedCoding& coding) {
  TRY(check_coding(coding));
  TRY(transaction.execute(
      "INSERT INTO codings (item_id, coder_id, leased_until, submitted, comment) "
      "VALUES (?, ?, ?, ?, ?) ON CONFLICT (item_id, coder_id) DO UPDATE SET "
      "submitted = excluded.submitted, comment = excluded.comment",
      coding.item, coding.coder, transaction.now(), transaction.now(), coding.comment));
  return replace_judgements(transaction, coding);
}

Result<std::optional<SubmittedCoding>> reopen_last_coding(Transaction& transaction,
                                                          const CoderId& coder,
                                                          const SampleId& sample) {
  TRY(find_sample(transaction, sample));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT c.item_id, c.comment FROM codings c JOIN sample_items i "
                                 "ON i.id = c.item_id WHERE i.sample_id = ? AND c.coder_id = ? "
                                 "AND c.place IS NOT NULL AND c.submitted IS NOT NULL "
                                 "ORDER BY c.submitted DESC, c.item_id DESC LIMIT 1",
                                 sample, coder));
  if (rows.empty()) return std::optional<SubmittedCoding>();
  SubmittedCoding coding{
      .item = {rows.front().text(0)}, .coder = coder, .comment = rows.front().text(1)};
  TRY_ASSIGN(const SqlRows judgements,
             transaction.execute("SELECT code, value FROM judgements WHERE item_id = ? AND "
                                 "coder_id = ? ORDER BY id",
                                 coding.item, coder));
  for (const SqlRow& row : judgements) {
    const bool is_judged = !std::holds_alternative<std::monostate>(row[1]);
    coding.judgements.push_back(
        {row.text(0), is_judged ? std::optional(row.number(1)) : std::nullopt});
  }
  // The item that was begun meanwhile stays in the coder's hands and comes next.
  TRY(transaction.execute(
      "UPDATE codings SET submitted = NULL, leased_until = ? WHERE item_id = ? AND coder_id = ?",
      transaction.now() + kLeaseMilliseconds, coding.item, coder));
  return std::optional(std::move(coding));
}

}  // namespace falconet
