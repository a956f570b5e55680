// ChatGPT's conversations.json: an array of conversations, each a "mapping" of nodes.
#include "assistant/import_formats.h"
#include "assistant/import_tree.h"

namespace falconet {
namespace {

/// Strings among the parts; pictures and other objects are left out.
std::string text_of_parts(const Json& content) {
  const Json* parts = find_member(content, "parts");
  if (parts == nullptr || !parts->is_array()) return string_member(content, "text").value_or("");
  std::string text;
  for (const Json& part : *parts) {
    if (!part.is_string()) continue;
    text += cat(text.empty() ? "" : "\n", part.get<std::string>());
  }
  return text;
}

std::string text_of_thoughts(const Json& content) {
  std::string text;
  const Json* thoughts = find_member(content, "thoughts");
  if (thoughts == nullptr || !thoughts->is_array()) return text;
  for (const Json& thought : *thoughts) {
    text += cat(text.empty() ? "" : "\n\n", string_member(thought, "content").value_or(""));
  }
  return text;
}

ImportedMessage chatgpt_message(const std::string& key, const Json& node) {
  ImportedMessage message{.key = key, .parent_key = string_member(node, "parent").value_or("")};
  const Json* inner = find_member(node, "message");
  const Json* author = inner == nullptr ? nullptr : find_member(*inner, "author");
  const Json* content = inner == nullptr ? nullptr : find_member(*inner, "content");
  if (author == nullptr || content == nullptr) return message;
  message.created = milliseconds_of(find_member(*inner, "create_time"));
  const std::string role = string_member(*author, "role").value_or("");
  if (role != "user" && role != "assistant") return message;
  const std::string type = string_member(*content, "content_type").value_or("text");
  if (type == "thoughts") {
    message.reasoning = text_of_thoughts(*content);  // of the answer below; see give_reasoning
  } else if (type == "text" || type == "multimodal_text" || type == "code") {
    message.content = text_of_parts(*content);
    if (!trim(message.content).empty()) message.role = role;
  }
  return message;
}

/// Thoughts stand in nodes of their own, above the answer that they led to.
void give_reasoning(ImportNodes& nodes) {
  for (auto& [key, node] : nodes) {
    if (node.role != "assistant") continue;
    auto above = nodes.find(node.parent_key);
    for (std::size_t steps = 0;
         above != nodes.end() && above->second.role.empty() && steps <= nodes.size(); ++steps) {
      if (!above->second.reasoning.empty()) {
        node.reasoning =
            cat(above->second.reasoning, node.reasoning.empty() ? "" : "\n\n", node.reasoning);
      }
      above = nodes.find(above->second.parent_key);
    }
  }
}

}  // namespace

std::optional<ImportedConversation> chatgpt_conversation(const Json& conversation) {
  const Json* mapping = find_member(conversation, "mapping");
  if (mapping == nullptr || !mapping->is_object()) return std::nullopt;
  ImportNodes nodes;
  for (const auto& [key, node] : mapping->items()) nodes[key] = chatgpt_message(key, node);
  give_reasoning(nodes);
  ImportedConversation imported{
      .title = string_member(conversation, "title").value_or(""),
      .is_archived = bool_member(conversation, "is_archived").value_or(false),
      .created = milliseconds_of(find_member(conversation, "create_time")),
      .changed = milliseconds_of(find_member(conversation, "update_time")),
      .messages = messages_in_order(nodes)};
  imported.leaf_key =
      nearest_message(nodes, string_member(conversation, "current_node").value_or(""));
  if (imported.messages.empty()) return std::nullopt;
  return imported;
}

}  // namespace falconet
