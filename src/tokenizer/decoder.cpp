#include "tokenizer/decoder.h"

#include "base/strings.h"
#include "tokenizer/byte_alphabet.h"

namespace falconet {
namespace {

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
    case DecodingRules::Kind::ByteLevel: return byte_level_text(spelling);
    case DecodingRules::Kind::WordPiece: return wordpiece_text(rules, spelling, is_first);
    case DecodingRules::Kind::Metaspace: break;
  }
  if (is_first && rules.at_start == DecodingRules::AtStart::Metaspaces) {
    return replace_all(spelling, kMetaspace, "");
  }
  return metaspace_text(rules, spelling);
}

}  // namespace

PieceDecoder::PieceDecoder(const Vocabulary& vocabulary, const DecodingRules& rules,
                           const std::vector<bool>& is_verbatim) {
  const auto size = static_cast<std::size_t>(vocabulary.size());
  const bool has_rule_at_start = rules.kind == DecodingRules::Kind::WordPiece ||
                                 rules.at_start != DecodingRules::AtStart::Nothing;
  bytes_.resize(size);
  if (has_rule_at_start) first_bytes_.resize(size);
  for (std::size_t id = 0; id < size; ++id) {
    const std::string_view spelling = vocabulary.spelling(static_cast<std::int32_t>(id));
    if (spelling.empty()) continue;
    const std::string_view known = vocabulary.text(static_cast<std::int32_t>(id));
    const bool is_text = id < is_verbatim.size() && is_verbatim[id];
    if (is_text) {
      bytes_[id] = spelling;
    } else if (rules.kind == DecodingRules::Kind::ByteLevel && !known.empty() &&
               vocabulary.spelling_kind() == Spelling::ByteLevel) {
      bytes_[id] = known;  // by far the most common case needs no copy
    } else {
      bytes_[id] = store(text_of(rules, spelling, /*is_first=*/false));
    }
    if (!has_rule_at_start) continue;
    first_bytes_[id] = bytes_[id];
    if (rules.at_start == DecodingRules::AtStart::OneSpace) {
      if (bytes_[id].starts_with(' ')) first_bytes_[id].remove_prefix(1);
    } else if (!is_text) {
      first_bytes_[id] = store(text_of(rules, spelling, /*is_first=*/true));
    }
  }
}

std::string_view PieceDecoder::store(std::string text) {
  return texts_.emplace_back(std::move(text));
}

}  // namespace falconet
