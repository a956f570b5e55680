#include "assistant/import_tree.h"

#include <algorithm>

namespace falconet {

std::string nearest_message(const ImportNodes& nodes, const std::string& key) {
  auto node = nodes.find(key);
  for (std::size_t steps = 0; node != nodes.end() && steps <= nodes.size(); ++steps) {
    if (!node->second.role.empty()) return node->first;
    node = nodes.find(node->second.parent_key);
  }
  return "";
}

std::vector<ImportedMessage> messages_in_order(const ImportNodes& nodes) {
  std::map<std::string, std::vector<ImportedMessage>> below;  // by the parent's name
  for (const auto& [key, node] : nodes) {
    if (node.role.empty()) continue;
    ImportedMessage message = node;
    message.parent_key = nearest_message(nodes, node.parent_key);
    below[message.parent_key].push_back(std::move(message));
  }
  for (auto& [parent, children] : below) {
    std::stable_sort(children.begin(), children.end(),
                     [](const auto& a, const auto& b) { return a.created < b.created; });
  }
  // Breadth first from those without a parent; circles are never reached.
  std::vector<ImportedMessage> ordered = below[""];
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const auto children = below.find(ordered[i].key);
    if (children == below.end() || ordered[i].key.empty()) continue;
    for (ImportedMessage& child : children->second) ordered.push_back(std::move(child));
    below.erase(children);
  }
  return ordered;
}

std::int64_t milliseconds_of(const Json* seconds) {
  // The year 9999: beyond it, a number is no time.
  constexpr double kMaxSeconds = 253'402'300'800;
  if (seconds == nullptr || !seconds->is_number()) return 0;
  const double value = seconds->get<double>();
  return value > 0 && value < kMaxSeconds ? static_cast<std::int64_t>(value * 1000) : 0;
}

}  // namespace falconet
