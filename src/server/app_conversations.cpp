#include "assistant/generation_parameters.h"
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/request_fields.h"
#include "store/conversations.h"
#include "store/messages.h"
#include "store/search.h"

namespace falconet {
namespace {

constexpr int kPageSize = 50;
constexpr int kSearchPageSize = 30;
constexpr int kMaxPageSize = 200;

/// A member that may be null, which is not the same as absent.
template <class Value>
Status read_nullable(RequestFields& fields, const Json& body, const char* name,
                     std::optional<std::optional<Value>>& out) {
  const Json* member = find_member(body, name);
  if (member == nullptr) return {};
  std::optional<std::string> text;
  TRY(fields.read(name, text));
  out.emplace();
  if (!text) return {};
  if constexpr (std::is_same_v<Value, std::string>) {
    *out = *std::move(text);
  } else {
    *out = Value{*std::move(text)};
  }
  return {};
}

Result<ConversationChange> read_change(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  ConversationChange change;
  TRY(fields.read("title", change.title));
  TRY(read_nullable(fields, body, "folder_id", change.folder_id));
  TRY(fields.read("tags", change.tags));
  TRY(read_nullable(fields, body, "model", change.model));
  TRY(read_nullable(fields, body, "leaf_id", change.leaf_id));
  TRY(fields.read("is_pinned", change.is_pinned));
  TRY(fields.read("is_archived", change.is_archived));
  TRY(fields.read("is_unread", change.is_unread));
  TRY(fields.read("is_temporary", change.is_temporary));
  if (const Json* parameters = fields.find("parameters")) {
    // A wrong type is better said now than with the next answer.
    TRY(read_generation_parameters(*parameters));
    change.parameters = *parameters;
  }
  return change;
}

Json hit_json(const SearchHit& hit) {
  return {{"conversation", conversation_json(hit.conversation)},
          {"message_id", hit.message_id ? Json(hit.message_id->value) : Json(nullptr)},
          {"snippet", snippet_json(hit.snippet)}};
}

Json next_json(const std::optional<std::string>& next) {
  return next ? Json(*next) : Json(nullptr);
}

}  // namespace

Result<HttpResponse> get_conversations(AppCall& call) {
  const std::string& query = call.request.query;
  ConversationFilter filter;
  if (auto folder = query_value(query, "folder")) filter.folder_id = FolderId{*std::move(folder)};
  filter.tag = query_value(query, "tag");
  TRY_ASSIGN(filter.is_archived, query_flag(query, "archived"));
  if (!filter.is_archived) filter.is_archived = false;
  TRY_ASSIGN(filter.is_pinned, query_flag(query, "pinned"));
  TRY_ASSIGN(filter.limit, query_count(query, "limit", kPageSize, kMaxPageSize));
  filter.cursor = query_value(query, "before").value_or("");
  TRY_ASSIGN(const ConversationPage page, call.app.store().read([&](Transaction& transaction) {
    return list_conversations(transaction, call.user.id, filter);
  }));
  Json conversations = Json::array();
  for (const Conversation& conversation : page.conversations) {
    conversations.push_back(conversation_json(conversation));
  }
  return app_response(
      {{"conversations", std::move(conversations)}, {"next", next_json(page.next)}});
}

Result<HttpResponse> search_conversations(AppCall& call) {
  const std::string& query = call.request.query;
  TRY_ASSIGN(const SearchQuery search_query,
             parse_search_query(query_value(query, "q").value_or("")));
  TRY_ASSIGN(const int limit, query_count(query, "limit", kSearchPageSize, kMaxPageSize));
  const std::string cursor = query_value(query, "before").value_or("");
  TRY_ASSIGN(const SearchPage page, call.app.store().read([&](Transaction& transaction) {
    return search(transaction, call.user.id, search_query, cursor, limit);
  }));
  Json hits = Json::array();
  for (const SearchHit& hit : page.hits) hits.push_back(hit_json(hit));
  return app_response({{"hits", std::move(hits)}, {"next", next_json(page.next)}});
}

Result<HttpResponse> post_conversation(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body.empty() ? "{}" : call.request.body));
  TRY_ASSIGN(const ConversationChange fields, read_change(body));
  TRY_ASSIGN(const Conversation made, call.app.store().write([&](Transaction& transaction) {
    return create_conversation(transaction, call.user.id, fields);
  }));
  return app_response(conversation_json(made), 201);
}

Result<HttpResponse> get_conversation(AppCall& call) {
  const ConversationId id{call.id};
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const Conversation found, find_conversation(transaction, call.user.id, id));
    TRY_ASSIGN(const std::vector<Message> tree, messages_of(transaction, call.user.id, id));
    Json messages = Json::array();
    for (const Message& message : tree) messages.push_back(message_json(message));
    return app_response(
        {{"conversation", conversation_json(found)}, {"messages", std::move(messages)}});
  });
}

Result<HttpResponse> patch_conversation(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const ConversationChange change, read_change(body));
  TRY_ASSIGN(const Conversation changed, call.app.store().write([&](Transaction& transaction) {
    return update_conversation(transaction, call.user.id, {call.id}, change);
  }));
  return app_response(conversation_json(changed));
}

Result<HttpResponse> remove_conversation(AppCall& call) {
  const ConversationId id{call.id};
  TRY(call.app.store().write([&](Transaction& transaction) {
    return delete_conversation(transaction, call.user.id, id);
  }));
  call.app.runner().stop_deleted(call.user.id, id);
  return no_content();
}

}  // namespace falconet
