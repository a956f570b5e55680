// Lists of words in a RegexPool: the keys of an object, the values of an enum. One expression for
// all of them makes a derivative a binary search.
#include <algorithm>

#include "grammar/regex_pool.h"

namespace falconet {
namespace {

// Fewer are alternatives like any other.
constexpr std::size_t kMinWords = 6;

}  // namespace

std::optional<RegexPool::Word> RegexPool::as_word(RegexId id) const {
  const Key& key = node(id).key;
  const bool is_followed = key.kind == Kind::Concat;
  const Key& first = is_followed ? node(RegexId{key.a}).key : key;
  if (first.kind != Kind::Literal) return std::nullopt;
  std::u32string text = literals_[static_cast<std::size_t>(first.a)].substr(first.x);
  if (text.empty()) return std::nullopt;
  return Word{std::move(text), is_followed ? RegexId{key.b} : kEmptyText};
}

/// Replaces the literals among the alternatives by one list.
void RegexPool::gather_words(std::vector<std::int32_t>& parts) {
  if (parts.size() < kMinWords) return;
  std::vector<Word> found;
  std::vector<std::int32_t> others;
  for (const std::int32_t part : parts) {
    auto word = as_word(RegexId{part});
    word ? found.push_back(std::move(*word)) : others.push_back(part);
  }
  if (found.size() < kMinWords) return;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  const std::size_t num_found = found.size();
  const auto [place, is_new] =
      words_ids_.try_emplace(found, static_cast<std::int32_t>(words_.size()));
  if (is_new) words_.push_back(std::move(found));
  others.push_back(words(place->second, 0, 0, num_found).value);
  parts = std::move(others);
  std::sort(parts.begin(), parts.end());
}

/// The words first … last - 1 of a list, without their first `depth` symbols.
RegexId RegexPool::words(std::int32_t list, std::uint32_t depth, std::size_t first,
                         std::size_t last) {
  if (first >= last) return kNothing;
  if (first + 1 == last) {
    const auto [text, end] = words_[static_cast<std::size_t>(list)][first];
    const Key whole = node(literal(text)).key;
    return concat(intern({Kind::Literal, whole.a, 0, depth}), end);
  }
  return intern({Kind::Words, list, static_cast<std::int32_t>(depth),
                 static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)});
}

std::span<const RegexPool::Word> RegexPool::words_of(const Key& key) const {
  return std::span(words_[static_cast<std::size_t>(key.a)]).subspan(key.x, key.y - key.x);
}

RegexId RegexPool::derive_words(const Key& key, char32_t symbol) {
  const auto depth = static_cast<std::size_t>(key.b);
  const auto range = words_of(key);
  const auto begin = std::partition_point(
      range.begin(), range.end(), [&](const Word& word) { return word.first[depth] < symbol; });
  const auto end = std::partition_point(
      begin, range.end(), [&](const Word& word) { return word.first[depth] == symbol; });
  std::vector<RegexId> rests;
  auto longer = begin;
  for (; longer != end && longer->first.size() == depth + 1; ++longer) {
    rests.push_back(longer->second);
  }
  const std::size_t first = key.x + static_cast<std::size_t>(longer - range.begin());
  const std::size_t last = key.x + static_cast<std::size_t>(end - range.begin());
  rests.push_back(words(key.a, static_cast<std::uint32_t>(depth) + 1, first, last));
  return either(std::move(rests));
}

}  // namespace falconet
