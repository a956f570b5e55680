#include "store/message_rows.h"

#include <map>

#include "store/arms.h"
#include "store/ratings.h"

namespace falconet {
namespace {

constexpr const char* kSelectLedgers =
    "SELECT message_id, id, model, prompt_tokens, reasoning_tokens, answer_tokens, cached_tokens, "
    "context_max, evicted_message_ids, turn, queue_ms, prefill_ms, decode_ms, finish_reason, seed, "
    "parameters, arm FROM generations WHERE conversation_id = ? AND ended IS NOT NULL ORDER BY id";

Ledger ledger_of(const SqlRow& row) {
  Ledger ledger{.id = {row.text(1)},
                .model = row.text(2),
                .prompt_tokens = row.integer(3),
                .reasoning_tokens = row.integer(4),
                .answer_tokens = row.integer(5),
                .cached_tokens = row.integer(6),
                .context_max = row.integer(7),
                .turn = row.integer(9),
                .queue_ms = row.number(10),
                .prefill_ms = row.number(11),
                .decode_ms = row.number(12),
                .finish_reason = row.optional_text(13),
                // The database knows signed integers only.
                .seed = static_cast<std::uint64_t>(row.integer(14)),
                .arm = row.text(16),
                .parameters = parse_json(row.text(15)).value_or(Json::object())};
  for (std::string& id : strings_of(row.text(8))) {
    ledger.evicted_message_ids.push_back({std::move(id)});
  }
  return ledger;
}

std::map<std::string, Message*, std::less<>> by_id(std::vector<Message>& messages) {
  std::map<std::string, Message*, std::less<>> index;
  for (Message& message : messages) index[message.id.value] = &message;
  return index;
}

}  // namespace

const char* const kSelectMessages =
    "SELECT m.id, m.conversation_id, m.parent_id, m.role, m.content, m.reasoning, m.status, "
    "m.error, m.attachments, m.created "
    "FROM messages m JOIN conversations c ON c.id = m.conversation_id ";

Message message_of(const SqlRow& row) {
  Message message{.id = {row.text(0)},
                  .conversation_id = {row.text(1)},
                  .role = row.text(3),
                  .content = row.text(4),
                  .reasoning = row.text(5),
                  .status = message_status_of(row.text(6)),
                  .error = row.optional_text(7),
                  .created = row.integer(9)};
  if (auto parent = row.optional_text(2)) message.parent_id = MessageId{*std::move(parent)};
  const Json attachments = parse_json(row.text(8)).value_or(Json::array());
  for (const Json& attachment : attachments) {
    message.attachments.push_back({string_member(attachment, "name").value_or(""),
                                   string_member(attachment, "text").value_or("")});
  }
  return message;
}

Status add_ledgers(Transaction& transaction, const ConversationId& conversation,
                   std::vector<Message>& messages) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(kSelectLedgers, conversation));
  const auto index = by_id(messages);
  for (const SqlRow& row : rows) {
    const auto found = index.find(row.text(0));
    const bool is_wanted =
        found != index.end() && found->second->status != MessageStatus::Streaming;
    if (is_wanted) found->second->ledger = ledger_of(row);  // the last one stays
  }
  return {};
}

Status add_ratings(Transaction& transaction, const ConversationId& conversation,
                   std::vector<Message>& messages) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT r.message_id, r.value, r.score, r.reasons, r.comment, "
          "r.marks, r.better, r.changed FROM ratings r JOIN messages m ON m.id = r.message_id "
          "WHERE m.conversation_id = ?",
          conversation));
  const auto index = by_id(messages);
  for (const SqlRow& row : rows) {
    const auto found = index.find(row.text(0));
    if (found == index.end()) continue;
    Rating rating{.value = static_cast<int>(row.integer(1)),
                  .reasons = strings_of(row.text(3)),
                  .comment = row.text(4),
                  .marks = marks_of(parse_json(row.text(5)).value_or(Json::array())),
                  .better = row.text(6),
                  .changed = row.integer(7)};
    if (const auto score = row.optional_integer(2)) rating.score = static_cast<int>(*score);
    found->second->rating = std::move(rating);
  }
  return {};
}

Status add_probes(Transaction& transaction, const ConversationId& conversation,
                  std::vector<Message>& messages) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT p.message_id, p.probability, p.shown, p.answered "
                                 "FROM probes p JOIN messages m ON m.id = p.message_id "
                                 "WHERE m.conversation_id = ?",
                                 conversation));
  const auto index = by_id(messages);
  for (const SqlRow& row : rows) {
    const auto found = index.find(row.text(0));
    if (found == index.end()) continue;
    found->second->probe =
        RatingProbe{row.number(1), row.optional_integer(2), row.optional_integer(3)};
  }
  return {};
}

Status add_comparisons(Transaction& transaction, const ConversationId& conversation,
                       std::vector<Message>& messages) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT g.message_id, c.id, CASE WHEN g.arm LIKE '%/' || c.left_arm THEN 1 ELSE 0 END, "
          "c.left_arm, c.choice, c.named, CASE WHEN g.arm LIKE '%/first' THEN e.first_arm ELSE "
          "e.second_arm END "
          "FROM generations g JOIN comparisons c ON c.id = g.comparison_id "
          "JOIN experiments e ON e.id = c.experiment_id WHERE g.conversation_id = ?",
          conversation));
  const auto index = by_id(messages);
  for (const SqlRow& row : rows) {
    const auto found = index.find(row.text(0));
    if (found == index.end()) continue;
    Message& message = *found->second;
    message.comparison = MessageComparison{.id = {row.text(1)}, .is_left = row.boolean(2)};
    if (const auto choice = row.optional_text(4)) {
      const bool is_left = *choice == row.text(3);
      message.comparison->choice = *choice == "tie" ? PairChoice::Tie
                                   : is_left        ? PairChoice::Left
                                                    : PairChoice::Right;
    }
    if (row.optional_integer(5)) {
      message.comparison->arm = arm_of_document(parse_json(row.text(6)).value_or(Json())).name;
    } else {
      message.ledger.reset();
    }
  }
  return {};
}

std::string attachments_text(const std::vector<Attachment>& attachments) {
  Json array = Json::array();
  for (const Attachment& attachment : attachments) {
    array.push_back({{"name", attachment.name}, {"text", attachment.text}});
  }
  return to_text(array);
}

std::string strings_text(const std::vector<std::string>& strings) { return to_text(Json(strings)); }

std::vector<std::string> strings_of(const std::string& text) {
  std::vector<std::string> strings;
  const Json array = parse_json(text).value_or(Json::array());
  for (const Json& element : array) {
    if (element.is_string()) strings.push_back(element.get<std::string>());
  }
  return strings;
}

}  // namespace falconet
