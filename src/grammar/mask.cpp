// GrammarMatcher::fill_mask: what each thread's state takes in any context, and a walk over what
// the other tokens have left.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "grammar/grammar_parts.h"
#include "grammar/matcher.h"

namespace falconet {
namespace {

void allow(std::span<std::uint64_t> bits, std::span<const std::int32_t> tokens) {
  for (const std::int32_t id : tokens) {
    bits[static_cast<std::size_t>(id) / 64] |= std::uint64_t{1} << (id % 64);
  }
}

void refuse(std::span<std::uint64_t> bits, std::span<const std::int32_t> tokens) {
  for (const std::int32_t id : tokens) {
    bits[static_cast<std::size_t>(id) / 64] &= ~(std::uint64_t{1} << (id % 64));
  }
}

}  // namespace

void GrammarMatcher::fill_mask(std::span<std::uint64_t> bits) {
  Grammar::Parts& parts = grammar_->parts();
  CHECK(parts.vocabulary != nullptr, "a mask needs the grammar's vocabulary");
  CHECK(bits.size() >= (parts.vocabulary->size() + 63) / 64, "a mask of ", bits.size(), " words");
  std::fill(bits.begin(), bits.end(), 0);
  if (has_ended_) return;
  const std::scoped_lock lock(parts.mutex);
  doubtful_.clear();
  for (const Thread& thread : threads_.list) add_class(thread, bits);
  if (!doubtful_.empty()) check_doubtful(bits);
  for (std::size_t i = 0; i < threads_.list.size(); ++i) {
    const Thread thread = threads_.list[i];
    if (thread.memory != 0 && parts.parser.reads_unique(thread)) refine_unique(thread, bits);
  }
  if (!threads_.can_end) return;
  for (const TokenId id : parts.vocabulary->end_tokens()) {
    if (static_cast<std::size_t>(id.value) / 64 < bits.size()) allow(bits, {{id.value}});
  }
}

void GrammarMatcher::add_class(const Thread& thread, std::span<std::uint64_t> bits) {
  Grammar::Parts& parts = grammar_->parts();
  const TokenClass& known = parts.classes->of(thread.rest);
  if (known.mask != nullptr) {
    const std::vector<std::uint64_t>& mask = *known.mask;
    for (std::size_t i = 0; i < mask.size(); ++i) bits[i] |= mask[i];
  }
  allow(bits, known.tokens);
  Threads after;
  for (const TokenClass::Exit& exit : known.exits) {
    const CallStacks::Mark mark = memory_.stacks.mark();
    parts.parser.leave(thread, exit.tag, memory_, after);
    if (!after.is_dead()) walk(*exit.trie, exit.node, after, bits);
    memory_.stacks.take_back(mark);
  }
}

/// Allows the tokens below `root` that the threads can read.
void GrammarMatcher::walk(const TokenTrie& trie, std::size_t root, const Threads& from,
                          std::span<std::uint64_t> bits) {
  Parser& parser = grammar_->parts().parser;
  const auto nodes = trie.nodes();
  const std::size_t base = nodes[root].depth;
  const std::size_t num_bytes = memory_.text.size();
  if (levels_.size() <= trie.max_depth()) {
    levels_.resize(trie.max_depth() + 1);
    marks_.resize(trie.max_depth() + 1);
  }
  levels_[0] = from;
  marks_[0] = memory_.stacks.mark();
  allow(bits, trie.own_tokens(root));
  for (std::size_t i = root + 1; i < nodes[root].end;) {
    const TokenTrie::Node& node = nodes[i];
    const std::size_t depth = node.depth - base;
    memory_.stacks.take_back(marks_[depth - 1]);
    memory_.text.resize(num_bytes + depth - 1);
    memory_.text.push_back(static_cast<char>(node.byte));
    memory_.is_in_doubt = false;
    parser.step(levels_[depth - 1], node.byte, memory_, levels_[depth]);
    marks_[depth] = memory_.stacks.mark();
    if (memory_.is_in_doubt) {
      const auto tokens = trie.subtree_tokens(i);
      doubtful_.insert(doubtful_.end(), tokens.begin(), tokens.end());
    }
    if (memory_.is_in_doubt || levels_[depth].is_dead()) {
      i = node.end;
      continue;
    }
    allow(bits, trie.own_tokens(i));
    ++i;
  }
  memory_.stacks.take_back(marks_[0]);
  memory_.text.resize(num_bytes);
}

void GrammarMatcher::check_doubtful(std::span<std::uint64_t> bits) {
  const TokenVocabulary& vocabulary = *grammar_->parts().vocabulary;
  for (const std::int32_t id : doubtful_) {
    Step before = now();
    if (read(vocabulary.bytes(TokenId{id}))) allow(bits, {{id}});
    restore(std::move(before));
  }
}

/// Takes back what was allowed for the thread's state alone though it would repeat a text.
void GrammarMatcher::refine_unique(const Thread& thread, std::span<std::uint64_t> bits) {
  for (const std::string& rest : grammar_->parts().parser.seen_rests(thread, memory_)) {
    refine_along(rest, bits);
  }
}

/// Judges anew the tokens that are a beginning of `rest` and those that begin with it.
void GrammarMatcher::refine_along(std::string_view rest, std::span<std::uint64_t> bits) {
  const TokenTrie& trie = grammar_->parts().vocabulary->all();
  const auto nodes = trie.nodes();
  Step before = now();
  std::size_t at = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(rest[i]);
    std::size_t child = at + 1;
    while (child < nodes[at].end && nodes[child].byte != byte) child = nodes[child].end;
    if (child >= nodes[at].end) break;
    at = child;
    const bool is_alive = read(rest.substr(i, 1));
    refuse(bits, is_alive ? trie.own_tokens(at) : trie.subtree_tokens(at));
    if (!is_alive) break;
    allow(bits, trie.own_tokens(at));
    if (i + 1 == rest.size()) {
      refuse(bits, trie.subtree_tokens(at));
      walk(trie, at, Threads(threads_), bits);
    }
  }
  restore(std::move(before));
}

}  // namespace falconet
