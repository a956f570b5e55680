#include "store/conversations.h"

#include <algorithm>

#include "store/conversation_rows.h"
#include "store/folders.h"
#include "store/search_index.h"

namespace falconet {
namespace {

Status check_tags(const std::vector<std::string>& tags) {
  if (tags.size() > kMaxTags) {
    return error(ErrorCode::InvalidArgument, "tags: at most ", kMaxTags, ", found ", tags.size());
  }
  for (const std::string& tag : tags) {
    if (trim(tag).empty() || tag.size() > kMaxTagBytes) {
      return error(ErrorCode::InvalidArgument, "tags: each must have 1 to ", kMaxTagBytes,
                   " bytes");
    }
  }
  return {};
}

Status check_leaf(Transaction& transaction, const ConversationId& conversation,
                  const MessageId& leaf) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM messages WHERE id = ? AND conversation_id = ?",
                                 leaf, conversation));
  if (!rows.empty()) return {};
  return error(ErrorCode::NotFound, "leaf_id: this conversation has no message ", leaf.value);
}

Status check_change(Transaction& transaction, const UserId& user, const ConversationId& id,
                    const ConversationChange& change) {
  if (change.title && change.title->size() > kMaxTitleBytes) {
    return error(ErrorCode::InvalidArgument, "title: at most ", kMaxTitleBytes, " bytes, found ",
                 change.title->size());
  }
  if (change.folder_id && *change.folder_id)
    TRY(check_folder(transaction, user, **change.folder_id));
  if (change.tags) TRY(check_tags(*change.tags));
  if (change.parameters && !change.parameters->is_object()) {
    return error(ErrorCode::InvalidArgument, "parameters: expected an object");
  }
  if (change.parameters && to_text(*change.parameters).size() > kMaxParametersBytes) {
    return error(ErrorCode::InvalidArgument, "parameters: more than ", kMaxParametersBytes,
                 " bytes");
  }
  if (change.leaf_id && *change.leaf_id) TRY(check_leaf(transaction, id, **change.leaf_id));
  return {};
}

void apply(const ConversationChange& change, Conversation& conversation) {
  if (change.title) {
    conversation.title = *change.title;
    conversation.is_title_auto = false;
  }
  if (change.folder_id) conversation.folder_id = *change.folder_id;
  if (change.model) conversation.model = *change.model;
  if (change.parameters) conversation.parameters = *change.parameters;
  if (change.leaf_id) conversation.leaf_id = *change.leaf_id;
  if (change.is_pinned) conversation.is_pinned = *change.is_pinned;
  if (change.is_archived) conversation.is_archived = *change.is_archived;
  if (change.is_unread) conversation.is_unread = *change.is_unread;
  if (change.is_temporary) conversation.is_temporary = *change.is_temporary;
  if (!change.tags) return;
  conversation.tags.clear();
  for (const std::string& tag : *change.tags) {
    auto& tags = conversation.tags;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
}

Status write_tags(Transaction& transaction, const Conversation& conversation) {
  TRY(transaction.execute("DELETE FROM tags WHERE conversation_id = ?", conversation.id));
  for (std::size_t i = 0; i < conversation.tags.size(); ++i) {
    TRY(transaction.execute("INSERT INTO tags (conversation_id, position, name) VALUES (?, ?, ?)",
                            conversation.id, static_cast<std::int64_t>(i), conversation.tags[i]));
  }
  return {};
}

/// "1764096000000.01KAX…": when it was changed, and its id.
std::string cursor_of(const Conversation& conversation) {
  return cat(conversation.changed, ".", conversation.id.value);
}

Status add_cursor(const std::string& cursor, std::string& where, std::vector<SqlValue>& values) {
  if (cursor.empty()) return {};
  const std::size_t dot = cursor.find('.');
  const auto changed = parse_number<std::int64_t>(std::string_view(cursor).substr(0, dot));
  if (!changed || dot == std::string::npos) {
    return error(ErrorCode::InvalidArgument, "before: '", cursor.substr(0, 60),
                 "' is not the next of a page");
  }
  where += "AND (c.changed < ? OR (c.changed = ? AND c.id < ?)) ";
  values.push_back(*changed);
  values.push_back(*changed);
  values.push_back(cursor.substr(dot + 1));
  return {};
}

}  // namespace

Result<Conversation> find_conversation(Transaction& transaction, const UserId& user,
                                       const ConversationId& id) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(kSelectConversations, "WHERE c.id = ? AND c.user_id = ?"), id, user));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no conversation ", id.value);
  std::vector<Conversation> found = {conversation_of(rows.front())};
  TRY(add_tags(transaction, found));
  return std::move(found.front());
}

Result<Conversation> create_conversation(Transaction& transaction, const UserId& user,
                                         const ConversationChange& fields) {
  Conversation conversation{
      .id = {transaction.new_id()}, .created = transaction.now(), .changed = transaction.now()};
  TRY(check_change(transaction, user, conversation.id, fields));
  apply(fields, conversation);
  TRY(transaction.execute(
      "INSERT INTO conversations (id, user_id, title, is_title_auto, folder_id, model, parameters, "
      "leaf_id, is_pinned, is_archived, is_unread, is_temporary, created, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      conversation.id, user, conversation.title, conversation.is_title_auto, conversation.folder_id,
      conversation.model, to_text(conversation.parameters), conversation.leaf_id,
      conversation.is_pinned, conversation.is_archived, conversation.is_unread,
      conversation.is_temporary, conversation.created, conversation.changed));
  TRY(write_tags(transaction, conversation));
  TRY(index_title(transaction, conversation.id, conversation.title));
  return conversation;
}

Result<Conversation> update_conversation(Transaction& transaction, const UserId& user,
                                         const ConversationId& id,
                                         const ConversationChange& change) {
  TRY_ASSIGN(Conversation conversation, find_conversation(transaction, user, id));
  TRY(check_change(transaction, user, id, change));
  apply(change, conversation);
  TRY(transaction.execute(
      "UPDATE conversations SET title = ?, is_title_auto = ?, folder_id = ?, model = ?, "
      "parameters = ?, leaf_id = ?, is_pinned = ?, is_archived = ?, is_unread = ?, "
      "is_temporary = ? WHERE id = ? AND user_id = ?",
      conversation.title, conversation.is_title_auto, conversation.folder_id, conversation.model,
      to_text(conversation.parameters), conversation.leaf_id, conversation.is_pinned,
      conversation.is_archived, conversation.is_unread, conversation.is_temporary, id, user));
  if (change.tags) TRY(write_tags(transaction, conversation));
  if (change.title) TRY(index_title(transaction, id, conversation.title));
  return conversation;
}

Result<bool> set_automatic_title(Transaction& transaction, const UserId& user,
                                 const ConversationId& id, const std::string& title) {
  TRY_ASSIGN(const SqlRows changed,
             transaction.execute("UPDATE conversations SET title = ? WHERE id = ? AND user_id = ? "
                                 "AND is_title_auto = 1 RETURNING id",
                                 title, id, user));
  if (changed.empty()) return false;
  TRY(index_title(transaction, id, title));
  return true;
}

Status delete_conversation(Transaction& transaction, const UserId& user, const ConversationId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute(
                 "DELETE FROM conversations WHERE id = ? AND user_id = ? RETURNING id", id, user));
  if (deleted.empty()) return error(ErrorCode::NotFound, "there is no conversation ", id.value);
  return {};
}

Result<std::int64_t> delete_expired_conversations(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute(
                 "DELETE FROM conversations WHERE is_temporary = 1 AND changed < ? RETURNING id",
                 transaction.now() - kTemporaryMilliseconds));
  return static_cast<std::int64_t>(deleted.size());
}

Result<ConversationPage> list_conversations(Transaction& transaction, const UserId& user,
                                            const ConversationFilter& filter) {
  std::string where = "WHERE c.user_id = ? AND c.is_temporary = 0 ";
  std::vector<SqlValue> values = {sql_value(user)};
  const auto demand = [&](std::string_view condition, const auto& value) {
    if (!value) return;
    where += condition;
    values.push_back(sql_value(*value));
  };
  demand("AND c.folder_id = ? ", filter.folder_id);
  demand("AND c.id IN (SELECT conversation_id FROM tags WHERE name = ?) ", filter.tag);
  demand("AND c.is_archived = ? ", filter.is_archived);
  demand("AND c.is_pinned = ? ", filter.is_pinned);
  demand("AND c.changed < ? ", filter.changed_before);
  demand("AND c.changed >= ? ", filter.changed_since);
  TRY(add_cursor(filter.cursor, where, values));
  values.push_back(std::int64_t{filter.limit} + 1);  // one more tells whether there is a next page
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute_with(
          cat(kSelectConversations, where, "ORDER BY c.changed DESC, c.id DESC LIMIT ?"), values));
  ConversationPage page;
  for (const SqlRow& row : rows) page.conversations.push_back(conversation_of(row));
  if (page.conversations.size() > static_cast<std::size_t>(filter.limit)) {
    page.conversations.pop_back();
    page.next = cursor_of(page.conversations.back());
  }
  TRY(add_tags(transaction, page.conversations));
  return page;
}

}  // namespace falconet
