// Derivatives and emptiness of the expressions in a RegexPool.
#include <algorithm>
#include <deque>

#include "grammar/regex_pool.h"

namespace falconet {

RegexId RegexPool::derive(RegexId id, char32_t symbol) {
  if (work_left_ == 0) {
    is_exhausted_ = true;
    return kNothing;
  }
  --work_left_;
  const Key key = node(id).key;
  switch (key.kind) {
    case Kind::Nothing:
    case Kind::Tag: return kNothing;
    case Kind::Set:
      return sets_[static_cast<std::size_t>(key.a)].contains(symbol) ? kEmptyText : kNothing;
    case Kind::Literal: return derive_literal(key, symbol);
    case Kind::Bound:
    case Kind::Multiple: return derive_digits(key, symbol);
    case Kind::Concat: return derive_concat(id, symbol);
    case Kind::Or:
    case Kind::And: return derive_list(key, symbol);
    case Kind::Not: return negated(derive(RegexId{key.a}, symbol));
    case Kind::Repeat: return derive_repeat(key, symbol);
    case Kind::Words: return derive_words(key, symbol);
    case Kind::Utf8:
    case Kind::Quoted:
      return symbol > 0xFF ? kNothing : derive_spelling(key, static_cast<std::uint8_t>(symbol));
  }
  return kNothing;
}

/// A loop and no recursion, since a sequence of parts that may be empty can be long.
RegexId RegexPool::derive_concat(RegexId id, char32_t symbol) {
  std::vector<RegexId> ways;
  while (node(id).key.kind == Kind::Concat) {
    const Key key = node(id).key;
    ways.push_back(concat(derive(RegexId{key.a}, symbol), RegexId{key.b}));
    if (!is_nullable(RegexId{key.a})) return either(std::move(ways));
    id = RegexId{key.b};
  }
  ways.push_back(derive(id, symbol));
  return either(std::move(ways));
}

RegexId RegexPool::derive_literal(const Key& key, char32_t symbol) {
  const std::u32string& text = literals_[static_cast<std::size_t>(key.a)];
  if (key.x >= text.size() || text[key.x] != symbol) return kNothing;
  if (key.x + 1 == text.size()) return kEmptyText;
  return intern({Kind::Literal, key.a, 0, key.x + 1});
}

RegexId RegexPool::derive_list(const Key& key, char32_t symbol) {
  std::vector<RegexId> parts;
  const std::vector<std::int32_t> list(children(key).begin(), children(key).end());
  for (const std::int32_t part : list) {
    const RegexId rest = derive(RegexId{part}, symbol);
    if (key.kind == Kind::And && rest == kNothing) return kNothing;
    if (rest != kNothing) parts.push_back(rest);
  }
  return key.kind == Kind::Or ? either(std::move(parts)) : both(std::move(parts));
}

RegexId RegexPool::derive_repeat(const Key& key, char32_t symbol) {
  const RegexId id{key.a};
  const RegexId rest = derive(id, symbol);
  if (rest == kNothing) return kNothing;
  const std::uint32_t min = key.x == 0 ? 0 : key.x - 1;
  const std::uint32_t max = key.y == kUnlimited ? kUnlimited : key.y - 1;
  return concat(rest, repeated(id, min, max));
}

RegexId RegexPool::derive_digits(const Key& key, char32_t symbol) {
  if (key.kind == Kind::Bound) {
    const auto [bound, state] = bounds_[static_cast<std::size_t>(key.a)];
    const auto next = step(bound, state, symbol);
    if (!next) return kNothing;
    const auto [place, is_new] =
        bound_ids_.try_emplace({bound, *next}, static_cast<std::int32_t>(bounds_.size()));
    if (is_new) bounds_.push_back({bound, *next});
    return intern({Kind::Bound, place->second});
  }
  const auto [multiple, state] = multiples_[static_cast<std::size_t>(key.a)];
  const auto next = step(multiple, state, symbol);
  if (!next) return kNothing;
  const auto [place, is_new] =
      multiple_ids_.try_emplace({multiple, *next}, static_cast<std::int32_t>(multiples_.size()));
  if (is_new) multiples_.push_back({multiple, *next});
  return intern({Kind::Multiple, place->second});
}

void RegexPool::add_cuts(RegexId id, std::vector<char32_t>& cuts) const {
  const Key& key = node(id).key;
  switch (key.kind) {
    case Kind::Set:
      for (const CodePointRange& range : sets_[static_cast<std::size_t>(key.a)].ranges()) {
        cuts.push_back(range.first);
        cuts.push_back(range.last + 1);
      }
      return;
    case Kind::Literal: {
      const std::u32string& text = literals_[static_cast<std::size_t>(key.a)];
      if (key.x >= text.size()) return;
      cuts.push_back(text[key.x]);
      cuts.push_back(text[key.x] + 1);
      return;
    }
    case Kind::Bound:
    case Kind::Multiple:
      cuts.insert(cuts.end(), {U'.', U'.' + 1});
      for (char32_t c = U'0'; c <= U'9' + 1; ++c) cuts.push_back(c);
      return;
    case Kind::Concat:
      while (node(id).key.kind == Kind::Concat) {
        add_cuts(RegexId{node(id).key.a}, cuts);
        if (!is_nullable(RegexId{node(id).key.a})) return;
        id = RegexId{node(id).key.b};
      }
      return add_cuts(id, cuts);
    case Kind::Or:
    case Kind::And:
      for (const std::int32_t part : children(key)) add_cuts(RegexId{part}, cuts);
      return;
    case Kind::Words: {
      char32_t previous = kMaxCodePoint + 1;
      for (const Word& word : words_of(key)) {
        const char32_t c = word.first[static_cast<std::size_t>(key.b)];
        if (c != previous) cuts.insert(cuts.end(), {c, c + 1});
        previous = c;
      }
      return;
    }
    case Kind::Not:
    case Kind::Repeat: return add_cuts(RegexId{key.a}, cuts);
    case Kind::Nothing:
    case Kind::Tag:
    case Kind::Utf8:
    case Kind::Quoted: return;
  }
}

RegexPool::Transitions& RegexPool::transitions(RegexId id) {
  const auto found = transitions_.find(id.value);
  if (found != transitions_.end()) return found->second;
  std::vector<char32_t> cuts = {0};
  add_cuts(id, cuts);
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::vector<std::int32_t> targets(cuts.size(), -1);
  return transitions_.emplace(id.value, Transitions{std::move(cuts), std::move(targets)})
      .first->second;
}

std::vector<CodePointRange> RegexPool::classes(RegexId id) {
  const std::vector<char32_t>& cuts = transitions(id).cuts;
  std::vector<CodePointRange> ranges;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    char32_t first = cuts[i];
    const char32_t last = i + 1 < cuts.size() ? cuts[i + 1] - 1 : kMaxCodePoint;
    if (first >= 0xD800 && first <= 0xDFFF) first = 0xE000;
    if (first <= last && first <= kMaxCodePoint) ranges.push_back({first, last});
  }
  return ranges;
}

RegexId RegexPool::class_target(RegexId id, Transitions& table, std::size_t index) {
  if (table.targets[index] < 0) {
    table.targets[index] = derive(id, table.cuts[index]).value;
  }
  return RegexId{table.targets[index]};
}

RegexId RegexPool::after(RegexId id, char32_t character) {
  if (id == kAnyText || id == kNothing) return id;
  Transitions& table = transitions(id);  // stays in place: the map's nodes do not move
  const auto above = std::upper_bound(table.cuts.begin(), table.cuts.end(), character);
  const auto index = static_cast<std::size_t>(above - table.cuts.begin()) - 1;
  const RegexId target = class_target(id, table, index);
  return is_live(target) ? target : kNothing;
}

bool RegexPool::is_live(RegexId id) {
  if (id == kNothing) return false;
  const Node& about = node(id);
  if (about.is_simple || about.is_cofinite || about.is_nullable) return true;
  const auto known = liveness_.find(id.value);
  return known != liveness_.end() ? known->second : search_for_text(id);
}

/// Breadth first for a text. All expressions on the way to one are alive; if there is none, every
/// expression that was reached is empty.
bool RegexPool::search_for_text(RegexId id) {
  std::unordered_map<std::int32_t, std::int32_t> parents = {{id.value, -1}};
  std::deque<RegexId> open = {id};
  while (!open.empty()) {
    const RegexId current = open.front();
    open.pop_front();
    for (const CodePointRange& range : classes(current)) {
      Transitions& table = transitions(current);
      const auto above = std::upper_bound(table.cuts.begin(), table.cuts.end(), range.first);
      const auto index = static_cast<std::size_t>(above - table.cuts.begin()) - 1;
      const RegexId target = class_target(current, table, index);
      if (target == kNothing || parents.contains(target.value)) continue;
      const auto known = liveness_.find(target.value);
      if (known != liveness_.end() && !known->second) continue;
      parents.emplace(target.value, current.value);
      const Node& about = node(target);
      const bool is_found = about.is_nullable || about.is_simple || about.is_cofinite ||
                            (known != liveness_.end() && known->second);
      if (is_found) {
        for (std::int32_t at = target.value; at >= 0; at = parents[at]) liveness_[at] = true;
        return true;
      }
      if (parents.size() > kMaxLivenessVisits) is_exhausted_ = true;
      if (is_exhausted_) return false;
      open.push_back(target);
    }
  }
  for (const auto& [empty, parent] : parents) liveness_[empty] = false;
  return false;
}

bool RegexPool::matches(RegexId id, std::u32string_view text) {
  for (const char32_t c : text) {
    if (id == kNothing) return false;
    id = derive(id, c);
  }
  return is_nullable(id);
}

}  // namespace falconet
