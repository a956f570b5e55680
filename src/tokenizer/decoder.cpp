#include "tokenizer/decoder.h"

#include "base/strings.h"
#include "tokenizer/byte_alphabet.h"

namespace falconet {
namespace {

using Kind = DecodingRules::Kind;
using AtStart = DecodingRules::AtStart;

constexpr std::string_view kMetaspace = "\u2581";

/// The reference's clean-up of one decoded token.
std::string cleaned_up(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kRules[] = {
      {" .", "."},   {" ?", "?"},     {" !", "!"},     {" ,", ","},
      {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},   {" do not", " don't"},
      {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
  };
  for (const auto& [from, to] : kRules) text = replace_all(text, from, to);
  return text;
}

std::string byte_level_text(std::string_view spelling) {
  std::string bytes;
  return append_spelled_bytes(spelling, bytes) ? bytes : std::string(spelling);
}

std::string metaspace_text(const DecodingRules& rules, std::string_view spelling) {
  std::string text(spelling);
  for (const auto& [from, to] : rules.replacements) text = replace_all(text, from, to);
  if (!rules.has_bytes) return text;
  const auto byte = fallback_byte(text);
  return byte ? std::string(1, static_cast<char>(*byte)) : text;
}

std::string wordpiece_text(const DecodingRules& rules, std::string_view spelling, bool is_first) {
  const auto begins = [&](const std::string& prefix) {
    return !prefix.empty() && spelling.starts_with(prefix);
  };
  // Files mark either what continues a word or what begins one.
  bool continues = !rules.first_prefix.empty();
  if (begins(rules.first_prefix)) {
    continues = false;
    spelling.remove_prefix(rules.first_prefix.size());
  } else if (!is_first && begins(rules.continuation_prefix)) {
    continues = true;
    spelling.remove_prefix(rules.continuation_prefix.size());
  }
  std::string text = is_first || continues ? std::string(spelling) : cat(' ', spelling);
  return rules.cleans_up ? cleaned_up(std::move(text)) : text;
}

std::string text_of(const DecodingRules& rules, std::string_view spelling, bool is_first) {
  switch (rules.kind) {
    case Kind::ByteLevel: return byte_level_text(spelling);
    case Kind::WordPiece: return wordpiece_text(rules, spelling, is_first);
    case Kind::Metaspace: break;
  }
  if (is_first && rules.at_start == AtStart::Metaspaces) {
    return replace_all(spelling, kMetaspace, "");
  }
  return metaspace_text(rules, spelling);
}

}  // namespace

Decoder::Decoder(const Vocabulary& vocabulary, const DecodingRules& rules,
                 const std::vector<bool>& is_verbatim) {
  const auto size = static_cast<std::size_t>(vocabulary.size());
  ranges_.resize(size);
  first_ranges_.resize(size);
  for (std::size_t id = 0; id < size; ++id) {
    const std::string_view spelling = vocabulary.spelling(static_cast<std::int32_t>(id));
    if (spelling.empty()) continue;
    const bool is_text = id < is_verbatim.size() && is_verbatim[id];
    const std::string text = is_text ? std::string(spelling) : text_of(rules, spelling, false);
    ranges_[id] = store(text);
    first_ranges_[id] = ranges_[id];
    const bool loses_space = rules.at_start == AtStart::OneSpace && text.starts_with(' ');
    if (loses_space) {
      ++first_ranges_[id].begin;
      --first_ranges_[id].size;
    } else if (!is_text && rules.kind != Kind::ByteLevel) {
      const std::string first = text_of(rules, spelling, true);
      if (first != text) first_ranges_[id] = store(first);
    }
  }
}

std::string_view Decoder::at(const std::vector<Range>& ranges, std::int32_t id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= ranges.size()) return {};
  const Range range = ranges[static_cast<std::size_t>(id)];
  return std::string_view(arena_).substr(range.begin, range.size);
}

Decoder::Range Decoder::store(std::string_view bytes) {
  const Range range{arena_.size(), bytes.size()};
  arena_ += bytes;
  return range;
}

}  // namespace falconet
