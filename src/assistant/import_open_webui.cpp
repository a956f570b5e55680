// Open WebUI's export: an array of {title, chat: {history: {messages, currentId}}, …}.
#include "assistant/import_formats.h"
#include "assistant/import_tree.h"

namespace falconet {
namespace {

constexpr std::string_view kDetails = "<details type=\"reasoning\"";
constexpr std::string_view kDetailsEnd = "</details>";
constexpr std::string_view kSummaryEnd = "</summary>";

/// Reasoning stands in the answer as a quotation that can be unfolded; it is taken out of there.
void split_reasoning(ImportedMessage& message) {
  const std::size_t begin = message.content.find(kDetails);
  if (begin == std::string::npos) return;
  const std::size_t end = message.content.find(kDetailsEnd, begin);
  const std::size_t summary = message.content.find(kSummaryEnd, begin);
  if (end == std::string::npos || summary == std::string::npos || summary > end) return;
  const std::size_t text = summary + kSummaryEnd.size();
  const std::string quoted = message.content.substr(text, end - text);
  for (std::string_view line : split(trim(quoted), '\n')) {
    if (line.starts_with("&gt;")) line.remove_prefix(4);
    if (line.starts_with(">")) line.remove_prefix(1);
    if (line.starts_with(" ")) line.remove_prefix(1);
    message.reasoning += cat(message.reasoning.empty() ? "" : "\n", line);
  }
  message.content.erase(begin, end + kDetailsEnd.size() - begin);
  message.content = std::string(trim(message.content));
}

ImportedMessage open_webui_message(const std::string& key, const Json& node) {
  ImportedMessage message{.key = key,
                          .parent_key = string_member(node, "parentId").value_or(""),
                          .content = string_member(node, "content").value_or(""),
                          .created = milliseconds_of(find_member(node, "timestamp"))};
  const std::string role = string_member(node, "role").value_or("");
  if (role == "user" || role == "assistant" || role == "system") message.role = role;
  if (role == "assistant") split_reasoning(message);
  return message;
}

void read_tags(const Json& conversation, const Json& chat, std::vector<std::string>& tags) {
  const Json* meta = find_member(conversation, "meta");
  const Json* array = meta == nullptr ? nullptr : find_member(*meta, "tags");
  if (array == nullptr) array = find_member(chat, "tags");
  if (array == nullptr || !array->is_array()) return;
  for (const Json& tag : *array) {
    if (tag.is_string()) tags.push_back(tag.get<std::string>());
  }
}

}  // namespace

std::optional<ImportedConversation> open_webui_conversation(const Json& conversation) {
  const Json* chat = find_member(conversation, "chat");
  const Json* history = chat == nullptr ? nullptr : find_member(*chat, "history");
  const Json* messages = history == nullptr ? nullptr : find_member(*history, "messages");
  if (messages == nullptr || !messages->is_object()) return std::nullopt;
  ImportNodes nodes;
  for (const auto& [key, node] : messages->items()) nodes[key] = open_webui_message(key, node);
  ImportedConversation imported{
      .title =
          string_member(conversation, "title").value_or(string_member(*chat, "title").value_or("")),
      .is_pinned = bool_member(conversation, "pinned").value_or(false),
      .is_archived = bool_member(conversation, "archived").value_or(false),
      .created = milliseconds_of(find_member(conversation, "created_at")),
      .changed = milliseconds_of(find_member(conversation, "updated_at")),
      .messages = messages_in_order(nodes)};
  read_tags(conversation, *chat, imported.tags);
  imported.leaf_key = nearest_message(nodes, string_member(*history, "currentId").value_or(""));
  if (imported.messages.empty()) return std::nullopt;
  return imported;
}

}  // namespace falconet
