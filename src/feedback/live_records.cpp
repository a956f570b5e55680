#include "feedback/live_records.h"

#include <map>
#include <utility>

#include "base/json.h"
#include "base/strings.h"
#include "feedback/live_annotations.h"
#include "feedback/live_interviews.h"
#include "feedback/question_language.h"
#include "feedback/turn_signals.h"
#include "store/rating_reasons.h"

namespace falconet {
namespace {

// What tells a question's language.
constexpr int kLanguageCharacters = 200;
// Of a question and of what was written after its answer.
constexpr int kComparedCharacters = 1000;

/// FNV-1a, 64 bits: user ids are random, so that nobody can try all of them.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
  }
  return hash;
}

std::int64_t num_elements(const std::string& json_array) {
  const Result<Json> array = parse_json(json_array);
  return array && array->is_array() ? static_cast<std::int64_t>(array->size()) : 0;
}

std::vector<std::string> strings_in(const std::string& json_array) {
  std::vector<std::string> strings;
  const Result<Json> array = parse_json(json_array);
  if (!array || !array->is_array()) return strings;
  for (const Json& element : *array) {
    if (element.is_string()) strings.push_back(element.get<std::string>());
  }
  return strings;
}

/// message id -> the generation that wrote it last
using WrittenBy = std::map<std::string, std::string, std::less<>>;

Status read_participants(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT u.id, u.created, (SELECT min(g.name) FROM group_members g "
                 "WHERE g.user_id = u.id) FROM users u WHERE EXISTS (SELECT 1 FROM generations x "
                 "JOIN conversations c ON c.id = x.conversation_id WHERE x.user_id = u.id AND "
                 "c.is_temporary = 0) ORDER BY u.created, u.id"));
  for (const SqlRow& row : rows) {
    records.participants.push_back({.id = pseudonym_of(row.text(0)),
                                    .segment = row.text(2),
                                    .invited = row.integer(1),
                                    .consented = row.integer(1)});
  }
  return {};
}

Result<WrittenBy> read_generations(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(
          "SELECT g.id, g.user_id, g.conversation_id, g.message_id, g.created, g.model, g.turn, "
          "g.prompt_tokens, g.reasoning_tokens, g.answer_tokens, g.context_max, "
          "g.evicted_message_ids, g.finish_reason, g.queue_ms, g.prefill_ms, g.decode_ms, g.state, "
          "g.ended, g.arm, substr(q.content, 1, ",
          kLanguageCharacters,
          ") FROM generations g JOIN conversations c ON c.id = g.conversation_id "
          "JOIN messages m ON m.id = g.message_id LEFT JOIN messages q ON q.id = m.parent_id "
          "WHERE c.is_temporary = 0 AND g.state IN ('done', 'stopped') "
          "ORDER BY g.created, g.id")));
  WrittenBy written_by;
  for (const SqlRow& row : rows) {
    const std::string id = row.text(0);
    written_by[row.text(3)] = id;
    records.generations.push_back({.id = id,
                                   .participant_id = pseudonym_of(row.text(1)),
                                   .conversation_id = row.text(2),
                                   .created = row.integer(4),
                                   .model = row.text(5),
                                   .arm = row.text(18),
                                   .language = question_language(row.text(19)),
                                   .task = "chat",
                                   .turn = std::max<std::int64_t>(1, row.integer(6)),
                                   .prompt_tokens = row.integer(7),
                                   .reasoning_tokens = row.integer(8),
                                   .answer_tokens = row.integer(9),
                                   .context_max = row.integer(10),
                                   .evicted_messages = num_elements(row.text(11)),
                                   .finish_reason = row.text(12),
                                   .first_token_ms = row.number(13) + row.number(14),
                                   .total_ms = row.number(13) + row.number(14) + row.number(15)});
    const UnixMillis ended = row.optional_integer(17).value_or(row.integer(4));
    if (row.text(16) == "stopped") {
      records.signals.push_back({.generation_id = id, .kind = SignalKind::Stopped, .at = ended});
    }
    if (row.text(12) == "repetition") {
      records.signals.push_back({.generation_id = id, .kind = SignalKind::Repeated, .at = ended});
    }
  }
  return written_by;
}

/// A reason that researchers set up -> the category that it counts for.
using ReasonCategories = std::map<std::string, std::string, std::less<>>;

Result<ReasonCategories> read_reason_categories(Transaction& transaction) {
  TRY_ASSIGN(const std::optional<RatingReasons> reasons, rating_reasons(transaction));
  ReasonCategories categories;
  if (!reasons) return categories;
  for (const auto* list : {&reasons->good, &reasons->bad}) {
    for (const RatingReason& reason : *list) {
      if (!reason.category.empty()) categories[reason.id] = reason.category;
    }
  }
  return categories;
}

void add_categories(const ReasonCategories& categories, std::vector<std::string>& reasons) {
  for (std::size_t i = 0, num_chosen = reasons.size(); i < num_chosen; ++i) {
    const auto found = categories.find(reasons[i]);
    if (found != categories.end()) reasons.push_back(found->second);
  }
}

/// Ratings, and probes that were shown and not answered.
Status read_ratings(Transaction& transaction, const WrittenBy& written_by,
                    FeedbackRecords& records) {
  TRY_ASSIGN(const ReasonCategories categories, read_reason_categories(transaction));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT m.id, r.value, r.reasons, r.comment, r.changed, p.probability, p.shown, "
                 "r.score "
                 "FROM messages m LEFT JOIN ratings r ON r.message_id = m.id "
                 "LEFT JOIN probes p ON p.message_id = m.id AND p.shown IS NOT NULL "
                 "WHERE r.message_id IS NOT NULL OR p.message_id IS NOT NULL ORDER BY m.id"));
  for (const SqlRow& row : rows) {
    const auto generation = written_by.find(row.text(0));
    if (generation == written_by.end()) continue;
    StudyRating rating{.id = row.text(0),
                       .generation_id = generation->second,
                       .reasons = strings_in(row.text(2)),
                       .comment = row.text(3),
                       .answered = row.optional_integer(4)};
    if (row.optional_integer(1)) rating.value = static_cast<double>(row.integer(1));
    if (row.optional_integer(7)) {
      rating.scale = RatingScale::Score;
      rating.value = static_cast<double>(row.integer(7));
    }
    add_categories(categories, rating.reasons);
    rating.shown = row.optional_integer(6).value_or(rating.answered.value_or(0));
    if (row.optional_integer(6)) {
      rating.trigger = RatingTrigger::Probe;
      rating.probability = row.number(5);
    }
    records.ratings.push_back(std::move(rating));
  }
  return {};
}

/// One signal for each row of (message, time) whose message a generation wrote.
Status add_signals(Transaction& transaction, const WrittenBy& written_by, SignalKind kind,
                   std::string_view sql, FeedbackRecords& records) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(sql));
  for (const SqlRow& row : rows) {
    const auto generation = written_by.find(row.text(0));
    if (generation == written_by.end()) continue;
    records.signals.push_back(
        {.generation_id = generation->second, .kind = kind, .at = row.integer(1)});
  }
  return {};
}

/// What the message that follows an answer says about it.
Status read_turn_signals(Transaction& transaction, const WrittenBy& written_by,
                         FeedbackRecords& records) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat("SELECT a.id, n.created, substr(q.content, 1, ", kComparedCharacters,
                     "), substr(n.content, 1, ", kComparedCharacters,
                     ") FROM messages a JOIN messages q ON q.id = a.parent_id "
                     "JOIN messages n ON n.parent_id = a.id WHERE a.role = 'assistant' AND "
                     "q.role = 'user' AND n.role = 'user' ORDER BY a.id, n.id")));
  for (const SqlRow& row : rows) {
    const auto generation = written_by.find(row.text(0));
    if (generation == written_by.end()) continue;
    for (const SignalKind kind : turn_signals(row.text(2), row.text(3))) {
      records.signals.push_back(
          {.generation_id = generation->second, .kind = kind, .at = row.integer(1)});
    }
  }
  return {};
}

Status read_signals(Transaction& transaction, const WrittenBy& written_by,
                    FeedbackRecords& records) {
  TRY(add_signals(transaction, written_by, SignalKind::Copied,
                  "SELECT message_id, happened FROM signals WHERE kind = 'copied' "
                  "ORDER BY message_id",
                  records));
  TRY(add_signals(transaction, written_by, SignalKind::Regenerated,
                  "SELECT m.id, min(n.created) FROM messages m JOIN messages n ON "
                  "n.parent_id = m.parent_id AND n.id > m.id AND n.role = 'assistant' "
                  "WHERE m.role = 'assistant' GROUP BY m.id ORDER BY m.id",
                  records));
  TRY(read_turn_signals(transaction, written_by, records));
  return add_signals(transaction, written_by, SignalKind::Edited,
                     "SELECT a.id, min(n.created) FROM messages a JOIN messages q ON "
                     "q.id = a.parent_id JOIN messages n ON n.conversation_id = q.conversation_id "
                     "AND n.role = 'user' AND n.id > q.id AND (n.parent_id = q.parent_id OR "
                     "(n.parent_id IS NULL AND q.parent_id IS NULL)) "
                     "WHERE a.role = 'assistant' AND q.role = 'user' GROUP BY a.id ORDER BY a.id",
                     records);
}

}  // namespace

std::string pseudonym_of(std::string_view user_id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "p-";
  for (std::uint64_t hash = hash_of(user_id); text.size() < 14; hash >>= 4) {
    text += kDigits[hash & 15];
  }
  return text;
}

Result<FeedbackRecords> live_records(Transaction& transaction) {
  FeedbackRecords records;
  TRY(read_participants(transaction, records));
  TRY_ASSIGN(const WrittenBy written_by, read_generations(transaction, records));
  TRY(read_ratings(transaction, written_by, records));
  TRY(read_signals(transaction, written_by, records));
  TRY(add_live_annotations(transaction, records));
  TRY(add_live_interviews(transaction, records));
  return records;
}

}  // namespace falconet
