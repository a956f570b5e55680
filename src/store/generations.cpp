#include "store/generations.h"

#include "store/message_rows.h"
#include "store/messages.h"
#include "store/search_index.h"

namespace falconet {
namespace {

constexpr const char* kSelectGenerations =
    "SELECT id, conversation_id, message_id, state, last_event, content_begin, reasoning_begin, "
    "user_id FROM generations ";

GenerationRecord generation_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .conversation_id = {row.text(1)},
          .message_id = {row.text(2)},
          .state = generation_state_of(row.text(3)),
          .last_event = row.integer(4),
          .content_begin = static_cast<std::size_t>(row.integer(5)),
          .reasoning_begin = static_cast<std::size_t>(row.integer(6))};
}

std::string ids_text(const std::vector<MessageId>& ids) {
  std::vector<std::string> strings;
  for (const MessageId& id : ids) strings.push_back(id.value);
  return strings_text(strings);
}

Result<Message> message_to_write(Transaction& transaction, const UserId& user,
                                 const NewGeneration& fields) {
  TRY_ASSIGN(Message parent, find_message(transaction, user, fields.parent_id));
  if (parent.conversation_id != fields.conversation_id) {
    return error(ErrorCode::NotFound, "parent_id: this conversation has no message ",
                 fields.parent_id.value);
  }
  if (parent.status == MessageStatus::Streaming) {
    return error(ErrorCode::InvalidArgument, "parent_id: that message is still being written");
  }
  if (!fields.continues_parent) {
    return add_message(transaction, user,
                       {.conversation_id = fields.conversation_id,
                        .parent_id = fields.parent_id,
                        .role = "assistant",
                        .status = MessageStatus::Streaming});
  }
  if (parent.role != "assistant") {
    return error(ErrorCode::InvalidArgument,
                 "parent_id: only an assistant's message can be continued");
  }
  parent.status = MessageStatus::Streaming;
  parent.error.reset();
  parent.ledger.reset();
  TRY(transaction.execute("UPDATE messages SET status = ?, error = NULL WHERE id = ?",
                          message_status_name(parent.status), parent.id));
  return parent;
}

Status insert_generation(Transaction& transaction, const UserId& user,
                         const GenerationRecord& record, const Ledger& ledger) {
  TRY(transaction.execute(
      "INSERT INTO generations (id, user_id, conversation_id, message_id, state, last_event, "
      "content_begin, reasoning_begin, created, ended, model, parameters, prompt_tokens, "
      "reasoning_tokens, answer_tokens, cached_tokens, context_max, evicted_message_ids, turn, "
      "queue_ms, prefill_ms, decode_ms, finish_reason, seed, arm, comparison_id) "
      "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, NULL, ?, ?, 0, 0, 0, 0, ?, ?, ?, 0, 0, 0, NULL, 0, ?, ?)",
      record.id, user, record.conversation_id, record.message_id,
      generation_state_name(record.state), static_cast<std::int64_t>(record.content_begin),
      static_cast<std::int64_t>(record.reasoning_begin), transaction.now(), ledger.model,
      to_text(ledger.parameters), ledger.context_max, ids_text(ledger.evicted_message_ids),
      ledger.turn, ledger.arm,
      ledger.comparison.value.empty() ? std::nullopt : std::optional(ledger.comparison)));
  return {};
}

Status write_ledger(Transaction& transaction, const GenerationEnd& end) {
  const Ledger& ledger = end.ledger;
  TRY(transaction.execute(
      "UPDATE generations SET state = ?, last_event = ?, ended = ?, prompt_tokens = ?, "
      "reasoning_tokens = ?, answer_tokens = ?, cached_tokens = ?, queue_ms = ?, prefill_ms = ?, "
      "decode_ms = ?, finish_reason = ?, seed = ? WHERE id = ?",
      generation_state_name(end.state), end.last_event, transaction.now(), ledger.prompt_tokens,
      ledger.reasoning_tokens, ledger.answer_tokens, ledger.cached_tokens, ledger.queue_ms,
      ledger.prefill_ms, ledger.decode_ms, ledger.finish_reason,
      static_cast<std::int64_t>(ledger.seed), end.id));
  TRY(transaction.execute("DELETE FROM generation_texts WHERE generation_id = ?", end.id));
  return {};
}

/// What was saved of a generation that did not come to its end.
Result<GenerationEnd> interrupted_end(Transaction& transaction, const GenerationId& id) {
  GenerationEnd end{.id = id,
                    .state = GenerationState::Stopped,
                    .status = MessageStatus::Interrupted,
                    .is_unread = true};
  TRY_ASSIGN(const SqlRows parts,
             transaction.execute("SELECT reasoning, content FROM generation_texts "
                                 "WHERE generation_id = ? ORDER BY part",
                                 id));
  for (const SqlRow& part : parts) {
    end.reasoning += part.text(0);
    end.content += part.text(1);
  }
  end.last_event = static_cast<std::int64_t>(parts.size()) + 1;
  return end;
}

}  // namespace

Result<StartedGeneration> start_generation(Transaction& transaction, const UserId& user,
                                           const NewGeneration& fields) {
  StartedGeneration started;
  TRY_ASSIGN(started.message, message_to_write(transaction, user, fields));
  started.record = {.id = {transaction.new_id()},
                    .conversation_id = fields.conversation_id,
                    .message_id = started.message.id,
                    .content_begin = started.message.content.size(),
                    .reasoning_begin = started.message.reasoning.size()};
  TRY(insert_generation(transaction, user, started.record, fields.ledger));
  if (!fields.ledger.comparison.value.empty()) {
    TRY_ASSIGN(started.message, find_message(transaction, user, started.message.id));
  }
  TRY(transaction.execute("UPDATE conversations SET leaf_id = ?, changed = ? WHERE id = ?",
                          started.message.id, transaction.now(), fields.conversation_id));
  return started;
}

Status append_generation_text(Transaction& transaction, const GenerationText& text) {
  // Nothing is written for a generation whose message was deleted meanwhile.
  TRY(
      transaction.execute("INSERT INTO generation_texts (generation_id, part, reasoning, content) "
                          "SELECT id, ?, ?, ? FROM generations WHERE id = ?",
                          text.part, text.reasoning, text.content, text.id));
  return {};
}

Result<Message> finish_generation(Transaction& transaction, const UserId& user,
                                  const GenerationEnd& end) {
  TRY_ASSIGN(const GenerationRecord record, find_generation(transaction, user, end.id));
  TRY(transaction.execute(
      "UPDATE messages SET content = content || ?, reasoning = reasoning || ?, status = ?, "
      "error = ? WHERE id = ?",
      end.content, end.reasoning, message_status_name(end.status), end.error, record.message_id));
  TRY(write_ledger(transaction, end));
  TRY(transaction.execute(
      "UPDATE conversations SET changed = ?, is_unread = CASE WHEN ? = 1 THEN 1 ELSE is_unread END "
      "WHERE id = ?",
      transaction.now(), end.is_unread, record.conversation_id));
  TRY_ASSIGN(Message message, find_message(transaction, user, record.message_id));
  TRY(index_message(transaction, message));
  return message;
}

Result<std::int64_t> interrupt_unfinished_generations(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectGenerations, "WHERE ended IS NULL ORDER BY id")));
  for (const SqlRow& row : rows) {
    const GenerationRecord record = generation_of(row);
    TRY_ASSIGN(const GenerationEnd end, interrupted_end(transaction, record.id));
    TRY(finish_generation(transaction, {row.text(7)}, end));
  }
  return static_cast<std::int64_t>(rows.size());
}

Result<GenerationRecord> find_generation(Transaction& transaction, const UserId& user,
                                         const GenerationId& id) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(kSelectGenerations, "WHERE id = ? AND user_id = ?"), id, user));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no generation ", id.value);
  return generation_of(rows.front());
}

}  // namespace falconet
