// How many bytes the shortest text of an expression takes.
#include <algorithm>
#include <queue>

#include "grammar/regex_pool.h"

namespace falconet {
namespace {

std::uint32_t bounded_sum(std::uint32_t a, std::uint32_t b) {
  return a > kUnlimited - b ? kUnlimited : a + b;
}

std::uint32_t bounded_product(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return product > kUnlimited ? kUnlimited : static_cast<std::uint32_t>(product);
}

std::uint32_t utf8_bytes(char32_t c) {
  if (c < 0x80) return 1;
  if (c < 0x800) return 2;
  return c < 0x10000 ? 3 : 4;
}

std::uint32_t quoted_bytes(char32_t c) {
  if (c == U'"' || c == U'\\') return 2;
  if (c >= 0x20) return utf8_bytes(c);
  return c == U'\b' || c == U'\f' || c == U'\n' || c == U'\r' || c == U'\t' ? 2 : 6;
}

}  // namespace

/// With `spelling` Utf8 or Quoted: bytes of a character-level language so spelled, without the
/// closing quote. With Nothing: bytes of a byte-level one.
std::uint32_t RegexPool::shortest(RegexId id, Kind spelling) {
  const std::int64_t memo = shortest_key(id, spelling);
  const auto known = shortest_.find(memo);
  if (known != shortest_.end()) return known->second;
  const bool is_characters = spelling != Kind::Nothing;
  const std::uint32_t bytes = is_characters && !node(id).is_simple
                                  ? shortest_by_search(id, spelling)
                                  : shortest_by_structure(id, spelling);
  shortest_[memo] = bytes;
  return bytes;
}

std::uint32_t RegexPool::shortest_of_set(const CodePoints& characters, Kind spelling) const {
  std::uint32_t best = kUnlimited;
  for (const CodePointRange& range : characters.ranges()) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      const std::uint32_t bytes = spelling == Kind::Quoted ? quoted_bytes(c)
                                  : spelling == Kind::Utf8 ? utf8_bytes(c)
                                                           : 1;
      best = std::min(best, bytes);
      if (best == 1 || c >= 0x80) break;  // from here on, characters only get longer
    }
  }
  return best;
}

std::uint32_t RegexPool::shortest_of_text(std::u32string_view text, Kind spelling) {
  std::uint32_t sum = 0;
  for (const char32_t c : text) {
    const bool is_quoted = spelling == Kind::Quoted;
    sum = bounded_sum(sum, is_quoted                ? quoted_bytes(c)
                           : spelling == Kind::Utf8 ? utf8_bytes(c)
                                                    : 1);
  }
  return sum;
}

std::uint32_t RegexPool::shortest_by_structure(RegexId id, Kind spelling) {
  const Key key = node(id).key;
  switch (key.kind) {
    case Kind::Set: return shortest_of_set(sets_[static_cast<std::size_t>(key.a)], spelling);
    case Kind::Literal:
      return shortest_of_text(
          std::u32string_view(literals_[static_cast<std::size_t>(key.a)]).substr(key.x), spelling);
    case Kind::Words: {
      std::uint32_t best = kUnlimited;
      const auto depth = static_cast<std::size_t>(key.b);
      for (const auto& [text, end] : words_of(key)) {
        const auto rest = std::u32string_view(text).substr(depth);
        best =
            std::min(best, bounded_sum(shortest_of_text(rest, spelling), shortest(end, spelling)));
      }
      return best;
    }
    case Kind::Concat: {
      std::uint32_t sum = 0;  // in a loop: sequences may be long
      for (; node(id).key.kind == Kind::Concat; id = RegexId{node(id).key.b}) {
        sum = bounded_sum(sum, shortest(RegexId{node(id).key.a}, spelling));
      }
      return bounded_sum(sum, shortest(id, spelling));
    }
    case Kind::Or: {
      std::uint32_t best = kUnlimited;
      for (const RegexId part : alternatives(id)) best = std::min(best, shortest(part, spelling));
      return best;
    }
    case Kind::Repeat:
      return key.x == 0 ? 0 : bounded_product(key.x, shortest(RegexId{key.a}, spelling));
    case Kind::Tag: return 0;
    case Kind::Utf8:
    case Kind::Quoted:
      if (key.x != 0) return shortest_of_pending(id);
      return bounded_sum(shortest(RegexId{key.a}, key.kind), key.kind == Kind::Quoted ? 1 : 0);
    default: return kUnlimited;
  }
}

/// In the middle of a character: at most five bytes complete it.
std::uint32_t RegexPool::shortest_of_pending(RegexId id) {
  std::uint32_t best = kUnlimited;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const RegexId rest = derive(id, byte);
    if (rest != kNothing) best = std::min(best, bounded_sum(1, shortest(rest, Kind::Nothing)));
  }
  return best;
}

/// Dijkstra's search over what is left after each class of characters. What it finds is known from
/// then on for every step of the way as well: whoever asks here follows it, and a text of a
/// thousand characters would otherwise be searched for a thousand times.
std::uint32_t RegexPool::shortest_by_search(RegexId id, Kind spelling) {
  struct Reached {
    std::uint32_t bytes = 0;
    std::int32_t from = -1;
  };
  using Entry = std::pair<std::uint32_t, std::int32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  std::unordered_map<std::int32_t, Reached> reached = {{id.value, {}}};
  open.push({0, id.value});
  while (!open.empty() && reached.size() <= kMaxLivenessVisits) {
    const auto [bytes, current] = open.top();
    open.pop();
    if (reached[current].bytes < bytes) continue;
    if (is_nullable(RegexId{current})) {
      for (std::int32_t step = current; step >= 0; step = reached[step].from) {
        shortest_[shortest_key(RegexId{step}, spelling)] = bytes - reached[step].bytes;
      }
      return bytes;
    }
    for (const CodePointRange& range : classes(RegexId{current})) {
      const RegexId target = after(RegexId{current}, range.first);
      if (target == kNothing) continue;
      const std::uint32_t total =
          bounded_sum(bytes, shortest_of_set(CodePoints({range}), spelling));
      const auto [place, is_new] = reached.try_emplace(target.value, Reached{total, current});
      if (!is_new && place->second.bytes <= total) continue;
      place->second = {total, current};
      open.push({total, target.value});
    }
  }
  return kUnlimited;
}

std::uint32_t RegexPool::shortest_bytes(RegexId id) { return shortest(id, Kind::Nothing); }

std::vector<std::pair<std::int32_t, std::uint32_t>> RegexPool::shortest_to_tags(RegexId id) {
  std::uint32_t before = 0;
  for (; node(id).key.kind == Kind::Concat; id = RegexId{node(id).key.b}) {
    before = bounded_sum(before, shortest_bytes(RegexId{node(id).key.a}));
  }
  const Key key = node(id).key;
  if (key.kind == Kind::Tag) return {{key.a, before}};
  std::map<std::int32_t, std::uint32_t> best;
  const auto add = [&](RegexId part, std::uint32_t more) {
    for (const auto& [tag, bytes] : shortest_to_tags(part)) {
      const std::uint32_t sum = bounded_sum(bounded_sum(before, more), bytes);
      const auto [place, is_new] = best.try_emplace(tag, sum);
      if (!is_new) place->second = std::min(place->second, sum);
    }
  };
  if (key.kind == Kind::Or) {
    for (const RegexId part : alternatives(id)) add(part, 0);
  }
  if (key.kind == Kind::Words) {
    for (const auto& [text, end] : words_of(key)) {
      add(end, static_cast<std::uint32_t>(text.size()) - static_cast<std::uint32_t>(key.b));
    }
  }
  return {best.begin(), best.end()};
}

}  // namespace falconet
