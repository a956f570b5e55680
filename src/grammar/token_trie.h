// Tokens as a trie of their bytes, flat in depth-first order: a subtree is a range of nodes and its
// tokens a range of ids, so that a refused prefix is skipped in one step.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace falconet {

class TokenTrie {
 public:
  struct Node {
    std::uint32_t end = 0;          // the first node after this subtree
    std::uint32_t first_token = 0;  // of this node's own tokens, which come before its subtree's
    std::uint16_t num_own = 0;      // tokens that end here
    std::uint16_t depth = 0;        // bytes from the root
    std::uint8_t byte = 0;          // the last of them
  };
  using Entry = std::pair<std::string_view, std::int32_t>;  // bytes, token

  TokenTrie() = default;
  /// Entries in any order; several tokens may have the same bytes, and bytes may be empty.
  explicit TokenTrie(std::vector<Entry> entries);

  /// nodes()[0] is the root.
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const std::int32_t> own_tokens(std::size_t node) const {
    return std::span(tokens_).subspan(nodes_[node].first_token, nodes_[node].num_own);
  }
  /// Own and below.
  std::span<const std::int32_t> subtree_tokens(std::size_t node) const;

  /// Whether a token begins with `text`, goes on after it and has its next byte among `next`.
  bool has_longer(std::string_view text, const std::bitset<256>& next) const;

  std::size_t max_depth() const { return max_depth_; }
  std::size_t size_bytes() const {
    return nodes_.size() * sizeof(Node) + tokens_.size() * sizeof(std::int32_t);
  }

 private:
  /// The child for `byte`, or nodes().size().
  std::size_t child(std::size_t node, std::uint8_t byte) const;
  void add_path(std::string_view bytes, std::size_t num_shared, std::vector<std::size_t>& path);

  std::vector<Node> nodes_;
  std::vector<std::int32_t> tokens_;
  std::size_t max_depth_ = 0;
};

}  // namespace falconet
