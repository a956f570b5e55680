#include "grammar/regex_pool.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {

std::size_t RegexPool::KeyHash::operator()(const Key& key) const {
  std::uint64_t hash = static_cast<std::uint64_t>(key.kind);
  const auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  };
  mix(static_cast<std::uint32_t>(key.a));
  mix(static_cast<std::uint32_t>(key.b));
  mix((std::uint64_t{key.x} << 32) | key.y);
  return hash;
}

RegexPool::RegexPool() {
  intern({Kind::Nothing});
  nodes_[0].is_finite = true;
  literal(std::u32string_view());  // kEmptyText
  const std::int32_t any = 3;      // interned next, as the child of kAnyText
  intern({Kind::Repeat, any, 0, 0, kUnlimited});
  Node& any_text = nodes_[2];
  any_text.is_nullable = any_text.is_cofinite = true;
  any_text.is_finite = false;
  any_text.universal_depth = kUnlimited;
  set(CodePoints::all());
}

RegexId RegexPool::intern(const Key& key) {
  const auto found = ids_.find(key);
  if (found != ids_.end()) return RegexId{found->second};
  if (nodes_.size() >= kMaxNodes) {
    is_exhausted_ = true;
    return kNothing;
  }
  Node made{.key = key};
  if (nodes_.size() > 2 || key.kind == Kind::Literal) describe(made);
  const auto id = static_cast<std::int32_t>(nodes_.size());
  nodes_.push_back(made);
  ids_.emplace(key, id);
  return RegexId{id};
}

void RegexPool::describe(Node& made) const {
  const Key& key = made.key;
  switch (key.kind) {
    case Kind::Set: made.is_finite = true; return;
    case Kind::Literal:
      made.is_finite = true;
      made.is_nullable = key.x == literals_[static_cast<std::size_t>(key.a)].size();
      return;
    case Kind::Bound: {
      const auto& [bound, state] = bounds_[static_cast<std::size_t>(key.a)];
      made.is_nullable = is_accepted(bound, state);
      made.is_simple = false;
      return;
    }
    case Kind::Multiple: {
      const auto& [multiple, state] = multiples_[static_cast<std::size_t>(key.a)];
      made.is_nullable = is_accepted(multiple, state);
      made.is_simple = false;
      return;
    }
    case Kind::Concat: return describe_concat(made);
    case Kind::Or:
    case Kind::And: return describe_list(made);
    case Kind::Not: {
      const Node& part = node(RegexId{key.a});
      made.is_nullable = !part.is_nullable;
      made.is_simple = false;
      made.is_finite = part.is_cofinite;
      made.is_cofinite = part.is_finite;
      made.universal_depth = made.is_cofinite ? kUnlimited : 0;
      return;
    }
    case Kind::Repeat: return describe_repeat(made);
    case Kind::Tag: made.is_nullable = true; return;
    case Kind::Utf8: made.is_nullable = key.x == 0 && node(RegexId{key.a}).is_nullable; return;
    case Kind::Words:
      made.is_finite = true;
      for (const Word& word : words_of(key)) {
        made.is_simple &= node(word.second).is_simple;
        made.is_finite &= node(word.second).is_finite;
      }
      return;
    case Kind::Quoted:
    case Kind::Nothing: return;
  }
}

void RegexPool::describe_concat(Node& made) const {
  const Node& first = node(RegexId{made.key.a});
  const Node& second = node(RegexId{made.key.b});
  made.is_nullable = first.is_nullable && second.is_nullable;
  made.is_simple = first.is_simple && second.is_simple;
  made.is_finite = first.is_finite && second.is_finite;
  // An empty second part would make it all empty; simple parts are not empty.
  if (second.is_simple) made.universal_depth = first.universal_depth;
}

void RegexPool::describe_list(Node& made) const {
  const bool is_or = made.key.kind == Kind::Or;
  made.is_nullable = made.is_cofinite = made.is_finite = !is_or;
  if (is_or) made.is_finite = true;
  if (!is_or) made.is_simple = made.is_finite = false;
  for (const std::int32_t child : children(made.key)) {
    const Node& part = node(RegexId{child});
    if (is_or) {
      made.is_nullable |= part.is_nullable;
      made.is_simple &= part.is_simple;
      made.is_finite &= part.is_finite;
      made.is_cofinite |= part.is_cofinite;
      made.universal_depth = std::max(made.universal_depth, part.universal_depth);
    } else {
      made.is_nullable &= part.is_nullable;
      made.is_finite |= part.is_finite;
      made.is_cofinite &= part.is_cofinite;
    }
  }
  if (made.is_cofinite) made.universal_depth = kUnlimited;
}

void RegexPool::describe_repeat(Node& made) const {
  const Node& part = node(RegexId{made.key.a});
  const bool is_any = part.key.kind == Kind::Set &&
                      sets_[static_cast<std::size_t>(part.key.a)] == CodePoints::all();
  made.is_nullable = made.key.x == 0 || part.is_nullable;
  made.is_simple = part.is_simple;
  made.is_finite = part.is_finite && made.key.y != kUnlimited;
  made.is_cofinite = is_any && made.key.y == kUnlimited;
  if (is_any) made.universal_depth = made.key.y;
}

std::int32_t RegexPool::intern_list(std::vector<std::int32_t> list) {
  const auto [place, is_new] =
      list_ids_.try_emplace(list, static_cast<std::int32_t>(lists_.size()));
  if (is_new) lists_.push_back(std::move(list));
  return place->second;
}

RegexId RegexPool::set(const CodePoints& characters) {
  if (characters.is_empty()) return kNothing;
  const auto [place, is_new] =
      set_ids_.try_emplace(characters.ranges(), static_cast<std::int32_t>(sets_.size()));
  if (is_new) sets_.push_back(characters);
  return intern({Kind::Set, place->second});
}

RegexId RegexPool::literal(std::u32string_view text) {
  if (text.empty() && !nodes_.empty() && nodes_.size() > 1) return kEmptyText;
  auto found = literal_ids_.find(text);
  if (found == literal_ids_.end()) {
    found = literal_ids_.emplace(text, static_cast<std::int32_t>(literals_.size())).first;
    literals_.emplace_back(text);
  }
  return intern({Kind::Literal, found->second});
}

RegexId RegexPool::literal(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    characters += character.code_point;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return literal(characters);
}

RegexId RegexPool::bytes(std::string_view text) {
  std::u32string symbols;
  for (const char byte : text) symbols += static_cast<unsigned char>(byte);
  return literal(symbols);
}

std::optional<RegexPool::Lengths> RegexPool::as_any_of_length(RegexId id) const {
  constexpr RegexId kAnyCharacter{3};
  const Key& key = node(id).key;
  if (id == kEmptyText) return Lengths{0, 0};
  if (id == kAnyCharacter) return Lengths{1, 1};
  if (key.kind != Kind::Repeat || key.a != kAnyCharacter.value) return std::nullopt;
  return Lengths{key.x, key.y};
}

RegexId RegexPool::at_most_or_least(const DigitBound& bound) {
  const auto [place, is_new] =
      bound_ids_.try_emplace({bound, DigitBoundState{}}, static_cast<std::int32_t>(bounds_.size()));
  if (is_new) bounds_.push_back({bound, DigitBoundState{}});
  return intern({Kind::Bound, place->second});
}

RegexId RegexPool::multiple_of(const DigitMultiple& multiple) {
  const auto [place, is_new] = multiple_ids_.try_emplace(
      {multiple, DigitMultipleState{}}, static_cast<std::int32_t>(multiples_.size()));
  if (is_new) multiples_.push_back({multiple, DigitMultipleState{}});
  return intern({Kind::Multiple, place->second});
}

RegexId RegexPool::negated(RegexId part) {
  if (part == kNothing) return kAnyText;
  if (part == kAnyText) return kNothing;
  if (node(part).key.kind == Kind::Not) return RegexId{node(part).key.a};
  return intern({Kind::Not, part.value});
}

RegexId RegexPool::concat(RegexId first, RegexId second) {
  if (first == kNothing || second == kNothing) return kNothing;
  if (first == kEmptyText) return second;
  if (second == kEmptyText) return first;
  if (first == kAnyText && second == kAnyText) return kAnyText;
  if (first == kAnyText && node(second).is_nullable && node(second).universal_depth > 0) {
    return kAnyText;  // what follows may be empty and has no tag
  }
  if (second == kAnyText && node(first).is_nullable) return kAnyText;
  if (node(first).key.kind != Kind::Concat) {
    return intern({Kind::Concat, first.value, second.value});
  }
  // Sequences lean to the right. They may be long: no recursion.
  std::vector<RegexId> parts;
  for (; node(first).key.kind == Kind::Concat; first = RegexId{node(first).key.b}) {
    parts.push_back(RegexId{node(first).key.a});
  }
  parts.push_back(first);
  if (parts.size() > work_left_) is_exhausted_ = true;
  if (is_exhausted_) return kNothing;
  work_left_ -= parts.size();
  for (std::size_t i = parts.size(); i-- > 0;) second = concat(parts[i], second);
  return second;
}

RegexId RegexPool::concat(std::span<const RegexId> parts) {
  RegexId all = kEmptyText;
  for (std::size_t i = parts.size(); i-- > 0;) all = concat(parts[i], all);
  return all;
}

RegexId RegexPool::repeated(RegexId part, std::uint32_t min, std::uint32_t max) {
  if (max == 0 || part == kEmptyText) return kEmptyText;
  if (part == kNothing) return min == 0 ? kEmptyText : kNothing;
  if (part == kAnyText) return kAnyText;
  if (node(part).is_nullable) min = 0;
  if (min == 1 && max == 1) return part;
  if (const auto flat = flat_repeat(node(part).key, min, max)) return *flat;
  return intern({Kind::Repeat, part.value, 0, min, max});
}

/// (r{a,b}){min,max} is r{a·min,b·max} where the runs k·a … k·b leave no gap between them; nested,
/// its derivatives would be as many as there are ways to divide the text.
std::optional<RegexId> RegexPool::flat_repeat(const Key& inner, std::uint32_t min,
                                              std::uint32_t max) {
  if (inner.kind != Kind::Repeat) return std::nullopt;
  const std::uint64_t least = inner.x;
  const std::uint64_t most = inner.y;
  const bool is_unlimited = max == kUnlimited || inner.y == kUnlimited;
  // The widest gap is the first one.
  const bool has_gap = min != max && least > std::uint64_t{min} * (most - least) + 1;
  if (has_gap || (!is_unlimited && most * max >= kUnlimited) || least * min >= kUnlimited) {
    return std::nullopt;
  }
  return intern({Kind::Repeat, inner.a, 0, static_cast<std::uint32_t>(least * min),
                 is_unlimited ? kUnlimited : static_cast<std::uint32_t>(most * max)});
}

void RegexPool::flatten(Kind kind, const std::vector<RegexId>& parts,
                        std::vector<std::int32_t>& out) const {
  for (const RegexId part : parts) {
    const Key& key = node(part).key;
    if (key.kind == kind) {
      const auto list = children(key);
      out.insert(out.end(), list.begin(), list.end());
    } else {
      out.push_back(part.value);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void RegexPool::unite_sets(std::vector<std::int32_t>& parts) {
  CodePoints all;
  std::size_t num_sets = 0;
  for (const std::int32_t part : parts) {
    const Key& key = node(RegexId{part}).key;
    if (key.kind != Kind::Set) continue;
    all = all.united(sets_[static_cast<std::size_t>(key.a)]);
    ++num_sets;
  }
  if (num_sets < 2) return;
  std::erase_if(parts,
                [&](std::int32_t part) { return node(RegexId{part}).key.kind == Kind::Set; });
  parts.push_back(set(all).value);
  std::sort(parts.begin(), parts.end());
}

RegexId RegexPool::either(std::vector<RegexId> parts) {
  std::vector<std::int32_t> list;
  flatten(Kind::Or, parts, list);
  std::erase(list, kNothing.value);
  unite_sets(list);
  bool has_other_nullable = false;
  for (const std::int32_t part : list) {
    if (part == kAnyText.value) return kAnyText;
    has_other_nullable |= part != kEmptyText.value && node(RegexId{part}).is_nullable;
  }
  if (has_other_nullable) std::erase(list, kEmptyText.value);
  gather_words(list);
  if (list.empty()) return kNothing;
  if (list.size() == 1) return RegexId{list.front()};
  return intern({Kind::Or, intern_list(std::move(list))});
}

/// The texts of an expression that is nothing but a list of literals.
std::optional<std::vector<std::u32string>> RegexPool::as_texts(RegexId id) const {
  std::vector<std::u32string> texts;
  for (const RegexId part : alternatives(id)) {
    const Key& key = node(part).key;
    if (key.kind == Kind::Words) {
      for (const auto& [text, end] : words_of(key)) {
        if (end != kEmptyText) return std::nullopt;
        texts.push_back(text.substr(static_cast<std::size_t>(key.b)));
      }
    } else if (key.kind == Kind::Literal) {
      texts.push_back(literals_[static_cast<std::size_t>(key.a)].substr(key.x));
    } else {
      return std::nullopt;
    }
  }
  return texts;
}

/// If a part is a list of literals, the intersection is those of them that match the other parts.
bool RegexPool::filter_literals(const std::vector<std::int32_t>& parts, RegexId& filtered) {
  for (const std::int32_t part : parts) {
    const auto texts = as_texts(RegexId{part});
    if (!texts) continue;
    std::vector<RegexId> kept;
    for (const std::u32string& text : *texts) {
      const bool is_kept = std::all_of(parts.begin(), parts.end(), [&](std::int32_t other) {
        return other == part || matches(RegexId{other}, text);
      });
      if (is_kept) kept.push_back(literal(text));
    }
    filtered = either(std::move(kept));
    return true;
  }
  return false;
}

RegexId RegexPool::both(std::vector<RegexId> parts) {
  std::vector<std::int32_t> list;
  flatten(Kind::And, parts, list);
  std::erase(list, kAnyText.value);
  if (list.empty()) return kAnyText;
  if (list.size() == 1) return RegexId{list.front()};
  for (const std::int32_t part : list) {
    if (part == kNothing.value) return kNothing;
    const Key& key = node(RegexId{part}).key;
    if (key.kind == Kind::Not && std::binary_search(list.begin(), list.end(), key.a)) {
      return kNothing;
    }
  }
  RegexId filtered = kNothing;
  if (filter_literals(list, filtered)) return filtered;
  return intern({Kind::And, intern_list(std::move(list))});
}

RegexId RegexPool::tag(std::int32_t number) { return intern({Kind::Tag, number}); }

std::span<const std::int32_t> RegexPool::tags(RegexId id) {
  if (!node(id).is_nullable) return {};
  const auto found = tags_.find(id.value);
  if (found != tags_.end()) return found->second;
  std::vector<std::int32_t> reached;
  RegexId last = id;  // only the end of a sequence has tags
  while (node(last).key.kind == Kind::Concat) last = RegexId{node(last).key.b};
  const Key key = node(last).key;
  if (key.kind == Kind::Tag) reached.push_back(key.a);
  if (key.kind == Kind::Or) {
    for (const std::int32_t part : std::vector(children(key).begin(), children(key).end())) {
      const auto more = tags(RegexId{part});
      reached.insert(reached.end(), more.begin(), more.end());
    }
  }
  std::sort(reached.begin(), reached.end());
  reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
  return tags_.emplace(id.value, std::move(reached)).first->second;
}

bool RegexPool::has_more_than_tags(RegexId id) const {
  const Key& key = node(id).key;
  if (key.kind == Kind::Tag || id == kNothing || id == kEmptyText) return false;
  if (key.kind != Kind::Or) return true;
  const auto parts = children(key);
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::int32_t part) { return has_more_than_tags(RegexId{part}); });
}

RegexPool::Parts RegexPool::as_string_body(RegexId id) const {
  const Key& key = node(id).key;
  if (key.kind != Kind::Concat) return {};
  const Key& first = node(RegexId{key.a}).key;
  if (first.kind != Kind::Quoted || first.x != 0) return {};
  return {RegexId{first.a}, RegexId{key.b}};
}

std::vector<RegexId> RegexPool::alternatives(RegexId id) const {
  const Key& key = node(id).key;
  if (key.kind != Kind::Or) return {id};
  std::vector<RegexId> parts;
  for (const std::int32_t part : children(key)) parts.push_back(RegexId{part});
  return parts;
}

std::vector<std::u32string> RegexPool::enumerate(RegexId id, std::size_t limit) {
  std::vector<std::u32string> found;
  if (!is_live(id)) return found;
  std::vector<std::pair<RegexId, std::u32string>> level = {{id, {}}};
  while (!level.empty() && found.size() <= limit && level.size() <= 16 * (limit + 1)) {
    std::vector<std::pair<RegexId, std::u32string>> next;
    for (const auto& [rest, text] : level) {
      if (is_nullable(rest)) found.push_back(text);
      for (const CodePointRange& range : classes(rest)) {
        const RegexId target = after(rest, range.first);
        if (target == kNothing) continue;
        for (char32_t c = range.first; c <= range.last && c - range.first <= limit; ++c) {
          next.emplace_back(target, text + c);
        }
        if (next.size() > 16 * (limit + 1)) break;
      }
    }
    level = std::move(next);
  }
  if (!level.empty()) found.resize(limit + 1);
  return found;
}

}  // namespace falconet
