#include "grammar/token_classes.h"

#include <algorithm>
#include <map>

namespace falconet {
namespace {

// More tokens than this are kept as a mask, which is 19 KB at 152,000 tokens.
constexpr std::size_t kMaxListedTokens = 4'096;

// A larger subtree is walked where it stands; smaller ones are merged by what they have left, since
// thousands of tokens differ only in what stands before a closing quote.
constexpr std::size_t kMaxMergedTokens = 64;

// States that the search for a whole slice may reach: a bounded repetition has one a character.
constexpr std::size_t kMaxSliceStates = 48;

}  // namespace

std::size_t TokenClass::size_bytes() const {
  std::size_t bytes = sizeof(TokenClass) + 4 * tokens.capacity();
  if (owned) bytes += 8 * owned->size();
  for (const auto& trie : tries) bytes += trie->size_bytes();
  return bytes + exits.capacity() * sizeof(Exit);
}

struct TokenClasses::Builder {
  TokenClass made;
  std::vector<const std::vector<std::uint64_t>*> slices = {};  // taken as a whole
  std::map<std::int32_t, std::vector<std::pair<std::string, std::int32_t>>> merged = {};
};

const TokenClass& TokenClasses::of(RegexId state) {
  const auto found = classes_.find(state.value);
  if (found != classes_.end()) return found->second;
  if (num_bytes_ > kMaxBytes) {
    classes_.clear();
    num_bytes_ = 0;
  }
  TokenClass made = classify(state);
  num_bytes_ += made.size_bytes();
  return classes_.emplace(state.value, std::move(made)).first->second;
}

TokenClass TokenClasses::classify(RegexId state) {
  Builder builder;
  TokenClass& made = builder.made;
  if (!classify_string_body(state, builder)) {
    if (has_universal_body(state)) {
      made.mask = &vocabulary_.plain_mask();
    } else {
      for (const TokenVocabulary::Slice& slice : vocabulary_.slices()) {
        add_slice(slice, state, builder);
      }
    }
    walk(vocabulary_.rest(), state, builder);
  }
  for (const auto& [tag, left] : builder.merged) {
    std::vector<TokenTrie::Entry> entries(left.begin(), left.end());
    made.tries.push_back(std::make_unique<const TokenTrie>(std::move(entries)));
    made.exits.push_back({tag, made.tries.back().get(), 0});
  }
  if (builder.slices.empty() && made.tokens.size() <= kMaxListedTokens) {
    return std::move(builder.made);
  }
  auto dense = made.mask != nullptr ? *made.mask : std::vector<std::uint64_t>();
  dense.resize((vocabulary_.size() + 63) / 64);
  for (const std::vector<std::uint64_t>* slice : builder.slices) {
    for (std::size_t i = 0; i < dense.size(); ++i) dense[i] |= (*slice)[i];
  }
  for (const std::int32_t id : made.tokens) {
    dense[static_cast<std::size_t>(id) / 64] |= std::uint64_t{1} << (id % 64);
  }
  made.tokens = {};
  made.owned = std::make_unique<const std::vector<std::uint64_t>>(std::move(dense));
  made.mask = made.owned.get();
  return std::move(builder.made);
}

/// In a string whose text is bound by length alone, the classes made once per vocabulary serve.
bool TokenClasses::classify_string_body(RegexId state, Builder& builder) {
  const auto [characters, rest] = pool_.as_string_body(state);
  if (characters == kNothing) return false;
  const auto lengths = pool_.as_any_of_length(characters);
  if (!lengths) return false;
  TokenClass& made = builder.made;
  const std::size_t most_beside_plain =
      std::max(vocabulary_.max_before_quote(), vocabulary_.max_inside_bytes());
  if (lengths->max >= most_beside_plain && lengths->min == 0) {
    made.mask = &vocabulary_.inside_string();
    if (lengths->max < vocabulary_.max_token_bytes()) {
      made.owned = std::make_unique<const std::vector<std::uint64_t>>(
          vocabulary_.inside_string_up_to(lengths->max));
      made.mask = made.owned.get();
    }
    visit(*vocabulary_.after_string(), 0, rest, builder);
    walk(*vocabulary_.after_string(), rest, builder);
    return true;
  }
  if (lengths->max >= vocabulary_.max_token_bytes()) {
    made.mask = &vocabulary_.plain_mask();
  } else {
    made.owned = std::make_unique<const std::vector<std::uint64_t>>(
        vocabulary_.plain_mask_up_to(lengths->max));
    made.mask = made.owned.get();
  }
  walk(vocabulary_.rest(), state, builder);
  return true;
}

/// Whether any plain text can go on from here, inside one of the strings that may stand here.
bool TokenClasses::has_universal_body(RegexId state) {
  const auto known = universal_bodies_.find(state.value);
  if (known != universal_bodies_.end()) return known->second;
  bool is_universal = false;
  for (const RegexId part : pool_.alternatives(state)) {
    const RegexId characters = pool_.as_string_body(part).quoted_characters;
    is_universal |= characters != kNothing &&
                    pool_.universal_depth(characters) >= vocabulary_.max_token_bytes();
  }
  universal_bodies_[state.value] = is_universal;
  return is_universal;
}

void TokenClasses::add_slice(const TokenVocabulary::Slice& slice, RegexId state, Builder& builder) {
  if (takes_slice(slice, state)) {
    builder.slices.push_back(&slice.mask);
  } else {
    walk(slice.trie, state, builder);
  }
}

/// Whether every text of the slice's characters, as long as its tokens are, can be read from here
/// without reaching the end of an alternative.
bool TokenClasses::takes_slice(const TokenVocabulary::Slice& slice, RegexId state) {
  if (slice.characters == TokenVocabulary::Slice::Characters::Any) return false;
  std::vector<RegexId> known = {state};
  std::size_t first = 0;  // of those reached with the latest character
  for (std::size_t n = 0; n < slice.max_characters && first < known.size(); ++n) {
    const std::size_t last = known.size();
    for (; first < last; ++first) {
      std::vector<RegexId> next;
      if (!takes_characters(slice.characters, known[first], next)) return false;
      for (const RegexId target : next) {
        if (!pool_.tags(target).empty()) return false;
        if (std::find(known.begin(), known.end(), target) == known.end()) known.push_back(target);
      }
      if (known.size() > kMaxSliceStates) return false;
    }
  }
  return true;
}

bool TokenClasses::takes_characters(TokenVocabulary::Slice::Characters characters, RegexId state,
                                    std::vector<RegexId>& next) {
  const auto add = [&](RegexId target) {
    if (target == kNothing) return false;
    if (std::find(next.begin(), next.end(), target) == next.end()) next.push_back(target);
    return true;
  };
  if (characters == TokenVocabulary::Slice::Characters::BeyondAscii) {
    for (int lead = 0xC2; lead <= 0xF4; ++lead) {  // the lead bytes of UTF-8
      const RegexId begun = automaton_.next(state, static_cast<std::uint8_t>(lead));
      if (begun == kNothing || !add(pool_.after_decided_character(begun))) return false;
    }
    return true;
  }
  if (characters == TokenVocabulary::Slice::Characters::SpacesAndLetters) {
    if (!add(automaton_.next(state, ' '))) return false;
  }
  for (int letter = 'A'; letter <= 'Z'; ++letter) {
    if (!add(automaton_.next(state, static_cast<std::uint8_t>(letter)))) return false;
    if (!add(automaton_.next(state, static_cast<std::uint8_t>(letter | 0x20)))) return false;
  }
  return true;
}

void TokenClasses::walk(const TokenTrie& trie, RegexId state, Builder& builder) {
  const auto nodes = trie.nodes();
  const bool is_plain = &trie != &vocabulary_.rest() && &trie != vocabulary_.after_string().get();
  std::vector<RegexId> states(trie.max_depth() + 1, kNothing);
  states[0] = state;
  for (std::size_t i = 1; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    const RegexId next = automaton_.next(states[node.depth - 1u], node.byte);
    if (next == kNothing) {
      i = node.end;
      continue;
    }
    if (is_plain && has_universal_body(next)) {
      const auto taken = trie.subtree_tokens(i);
      builder.made.tokens.insert(builder.made.tokens.end(), taken.begin(), taken.end());
      i = node.end;
      continue;
    }
    states[node.depth] = next;
    visit(trie, i, next, builder);
    ++i;
  }
}

void TokenClasses::visit(const TokenTrie& trie, std::size_t node, RegexId state, Builder& builder) {
  const bool are_taken = automaton_.can_read(state);
  if (are_taken) {
    const auto own = trie.own_tokens(node);
    builder.made.tokens.insert(builder.made.tokens.end(), own.begin(), own.end());
  }
  for (const std::int32_t tag : pool_.tags(state)) collect(trie, node, tag, are_taken, builder);
}

void TokenClasses::collect(const TokenTrie& trie, std::size_t node, std::int32_t tag,
                           bool are_taken, Builder& builder) {
  const auto nodes = trie.nodes();
  if (trie.subtree_tokens(node).size() > kMaxMergedTokens) {
    builder.made.exits.push_back({tag, &trie, node});
    return;
  }
  auto& merged = builder.merged[tag];
  std::string bytes;
  for (std::size_t i = node; i < nodes[node].end; ++i) {
    if (i > node) {
      bytes.resize(nodes[i].depth - nodes[node].depth - 1u);
      bytes.push_back(static_cast<char>(nodes[i].byte));
    }
    if (i == node && are_taken) continue;
    for (const std::int32_t token : trie.own_tokens(i)) merged.emplace_back(bytes, token);
  }
}

}  // namespace falconet
