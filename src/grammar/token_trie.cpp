#include "grammar/token_trie.h"

#include <algorithm>

namespace falconet {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end());
  nodes_.push_back({});
  std::vector<std::size_t> path = {0};  // nodes from the root to the latest
  std::string_view previous;
  for (const auto& [bytes, token] : entries) {
    const auto [differs, place] =
        std::mismatch(previous.begin(), previous.end(), bytes.begin(), bytes.end());
    add_path(bytes, static_cast<std::size_t>(differs - previous.begin()), path);
    previous = bytes;
    tokens_.push_back(token);
    ++nodes_[path.back()].num_own;
    max_depth_ = std::max(max_depth_, bytes.size());
  }
  while (!path.empty()) {
    nodes_[path.back()].end = static_cast<std::uint32_t>(nodes_.size());
    path.pop_back();
  }
}

/// Leaves the subtrees that do not hold `bytes` and enters those that do.
void TokenTrie::add_path(std::string_view bytes, std::size_t num_shared,
                         std::vector<std::size_t>& path) {
  while (path.size() > num_shared + 1) {
    nodes_[path.back()].end = static_cast<std::uint32_t>(nodes_.size());
    path.pop_back();
  }
  for (std::size_t i = num_shared; i < bytes.size(); ++i) {
    path.push_back(nodes_.size());
    nodes_.push_back({.first_token = static_cast<std::uint32_t>(tokens_.size()),
                      .depth = static_cast<std::uint16_t>(i + 1),
                      .byte = static_cast<std::uint8_t>(bytes[i])});
  }
}

std::span<const std::int32_t> TokenTrie::subtree_tokens(std::size_t node) const {
  const std::size_t first = nodes_[node].first_token;
  const std::size_t after = nodes_[node].end;
  const std::size_t end = after < nodes_.size() ? nodes_[after].first_token : tokens_.size();
  return std::span(tokens_).subspan(first, end - first);
}

std::size_t TokenTrie::child(std::size_t node, std::uint8_t byte) const {
  const std::size_t end = nodes_[node].end;
  for (std::size_t at = node + 1; at < end; at = nodes_[at].end) {
    if (nodes_[at].byte == byte) return at;
  }
  return nodes_.size();
}

bool TokenTrie::has_longer(std::string_view text, const std::bitset<256>& next) const {
  std::size_t node = 0;
  for (const char byte : text) {
    if (node < nodes_.size()) node = child(node, static_cast<std::uint8_t>(byte));
  }
  if (node >= nodes_.size()) return false;
  for (std::size_t at = node + 1; at < nodes_[node].end; at = nodes_[at].end) {
    if (next.test(nodes_[at].byte)) return true;
  }
  return false;
}

}  // namespace falconet
