#include "store/conversation_rows.h"

#include <map>

namespace falconet {

const char* const kSelectConversations =
    "SELECT c.id, c.title, c.is_title_auto, c.folder_id, c.model, c.parameters, c.leaf_id, "
    "c.is_pinned, c.is_archived, c.is_unread, c.is_temporary, c.created, c.changed "
    "FROM conversations c ";

Conversation conversation_of(const SqlRow& row) {
  Conversation conversation{.id = {row.text(0)},
                            .title = row.text(1),
                            .is_title_auto = row.boolean(2),
                            .model = row.optional_text(4),
                            .parameters = parse_json(row.text(5)).value_or(Json::object()),
                            .is_pinned = row.boolean(7),
                            .is_archived = row.boolean(8),
                            .is_unread = row.boolean(9),
                            .is_temporary = row.boolean(10),
                            .created = row.integer(11),
                            .changed = row.integer(12)};
  if (auto folder = row.optional_text(3)) conversation.folder_id = FolderId{*std::move(folder)};
  if (auto leaf = row.optional_text(6)) conversation.leaf_id = MessageId{*std::move(leaf)};
  return conversation;
}

Status add_tags(Transaction& transaction, std::vector<Conversation>& conversations) {
  if (conversations.empty()) return {};
  std::string places;
  std::vector<SqlValue> ids;
  std::map<std::string, Conversation*, std::less<>> by_id;
  for (Conversation& conversation : conversations) {
    places += places.empty() ? "?" : ", ?";
    ids.push_back(sql_value(conversation.id));
    by_id[conversation.id.value] = &conversation;
  }
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute_with(cat("SELECT conversation_id, name FROM tags WHERE "
                                          "conversation_id IN (",
                                          places, ") ORDER BY conversation_id, position"),
                                      ids));
  for (const SqlRow& row : rows) {
    const auto found = by_id.find(row.text(0));
    if (found != by_id.end()) found->second->tags.push_back(row.text(1));
  }
  return {};
}

}  // namespace falconet
