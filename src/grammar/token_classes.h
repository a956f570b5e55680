// For each state of the byte automaton, which tokens it takes whatever the context, and what those
// tokens that run past the end of an alternative have left for the context to judge.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "grammar/byte_automaton.h"
#include "grammar/token_vocabulary.h"

namespace falconet {

struct TokenClass {
  /// Allowed in any context: `mask` if not null (owned elsewhere or by `owned`), and `tokens`.
  const std::vector<std::uint64_t>* mask = nullptr;
  std::unique_ptr<const std::vector<std::uint64_t>> owned = {};
  std::vector<std::int32_t> tokens = {};

  /// Tokens that complete the alternative `tag`: below `node` of `trie` stands what they have left.
  struct Exit {
    std::int32_t tag = 0;
    const TokenTrie* trie = nullptr;
    std::size_t node = 0;
  };
  std::vector<Exit> exits = {};
  std::vector<std::unique_ptr<const TokenTrie>> tries = {};  // of some exits

  std::size_t size_bytes() const;
};

class TokenClasses {
 public:
  /// Of all classes of one grammar; when it is full all are dropped and made again.
  static constexpr std::size_t kMaxBytes = 64u << 20;

  TokenClasses(RegexPool& pool, ByteAutomaton& automaton, const TokenVocabulary& vocabulary)
      : pool_(pool), automaton_(automaton), vocabulary_(vocabulary) {}

  /// Valid until the next call.
  const TokenClass& of(RegexId state);

 private:
  struct Builder;

  TokenClass classify(RegexId state);
  bool classify_string_body(RegexId state, Builder& builder);
  bool has_universal_body(RegexId state);
  void add_slice(const TokenVocabulary::Slice& slice, RegexId state, Builder& builder);
  bool takes_slice(const TokenVocabulary::Slice& slice, RegexId state);
  bool takes_characters(TokenVocabulary::Slice::Characters characters, RegexId state,
                        std::vector<RegexId>& next);
  void walk(const TokenTrie& trie, RegexId state, Builder& builder);
  void visit(const TokenTrie& trie, std::size_t node, RegexId state, Builder& builder);
  static void collect(const TokenTrie& trie, std::size_t node, std::int32_t tag, bool are_taken,
                      Builder& builder);

  RegexPool& pool_;
  ByteAutomaton& automaton_;
  const TokenVocabulary& vocabulary_;
  std::unordered_map<std::int32_t, TokenClass> classes_;
  std::size_t num_bytes_ = 0;
  std::unordered_map<std::int32_t, bool> universal_bodies_;
};

}  // namespace falconet
