#include "tokenizer/tokenizer_impl.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {
namespace {

/// GPT-2's printable stand-ins: printable bytes stand for themselves, the others for U+0100 up.
std::array<char32_t, 256> byte_level_alphabet() {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool is_printable =
        (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    alphabet[byte] = is_printable ? byte : next++;
  }
  return alphabet;
}

/// The bytes of a byte-level spelling; a spelling with other characters stands for itself.
std::string from_byte_level(const std::string& spelling, const std::array<int, 0x180>& bytes) {
  std::string out;
  for (std::size_t i = 0; i < spelling.size();) {
    const Utf8Character character = decode_utf8(spelling, i);
    if (character.code_point >= bytes.size() || bytes[character.code_point] < 0) return spelling;
    out += static_cast<char>(bytes[character.code_point]);
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return out;
}

/// The byte that "<0x0A>" stands for, or nothing.
std::optional<unsigned> fallback_byte(const std::string& spelling) {
  if (spelling.size() != 6 || !spelling.starts_with("<0x") || spelling[5] != '>') {
    return std::nullopt;
  }
  unsigned value = 0;
  const auto result = std::from_chars(spelling.data() + 3, spelling.data() + 5, value, 16);
  if (result.ptr != spelling.data() + 5) return std::nullopt;
  return value;
}

}  // namespace

Status Tokenizer::Impl::add_piece(std::string spelling, std::int64_t id) {
  if (id < 0 || id >= kMaxVocabularySize) {
    return error(ErrorCode::Corrupt, "token \"", spelling, "\" has id ", id);
  }
  const auto index = static_cast<std::size_t>(id);
  if (index >= pieces.size()) pieces.resize(index + 1);
  ids.emplace(spelling, static_cast<std::int32_t>(id));
  pieces[index] = std::move(spelling);
  return {};
}

Status Tokenizer::Impl::add_token(const AddedToken& token) {
  TRY(add_piece(token.text, token.id.value));
  added.add(token);
  return {};
}

Status Tokenizer::Impl::add_merge(const std::string& left, const std::string& right,
                                  std::int32_t rank) {
  const auto a = ids.find(left);
  const auto b = ids.find(right);
  const auto both = ids.find(left + right);
  if (a == ids.end() || b == ids.end() || both == ids.end()) {
    return error(ErrorCode::Corrupt, "merge ", rank, " (\"", left, "\" \"", right,
                 "\") names a piece that is not in the vocabulary");
  }
  merges.add(a->second, b->second, {rank, both->second});
  return {};
}

void Tokenizer::Impl::finish() {
  const auto alphabet = byte_level_alphabet();
  std::array<int, 0x180> byte_of;
  byte_of.fill(-1);
  for (int byte = 0; byte < 256; ++byte) byte_of[alphabet[static_cast<std::size_t>(byte)]] = byte;

  bytes.assign(pieces.size(), "");
  is_special.assign(pieces.size(), false);
  is_byte_fallback.assign(pieces.size(), false);
  byte_ids.fill(-1);
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    if (pre_tokenizer.is_byte_level) {
      bytes[id] = from_byte_level(pieces[id], byte_of);
      if (bytes[id].size() == 1) {
        byte_ids[static_cast<unsigned char>(bytes[id][0])] = static_cast<std::int32_t>(id);
      }
    } else if (const auto byte = fallback_byte(pieces[id])) {
      bytes[id] = std::string(1, static_cast<char>(*byte));
      is_byte_fallback[id] = true;
      byte_ids[*byte] = static_cast<std::int32_t>(id);
    } else {
      bytes[id] = replace_all(pieces[id], "\u2581", " ");
    }
  }
  for (const AddedToken& token : added.all()) {
    const auto id = static_cast<std::size_t>(token.id.value);
    bytes[id] = token.text;
    is_special[id] = token.is_special;
    is_byte_fallback[id] = false;
  }
  if (eos) end_tokens.push_back(*eos);
  for (const char* name : {"<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>",
                           "<|eom_id|>", "<|end|>", "<end_of_turn>", "<｜end▁of▁sentence｜>"}) {
    const auto id = find(name);
    if (id && std::find(end_tokens.begin(), end_tokens.end(), *id) == end_tokens.end()) {
      end_tokens.push_back(*id);
    }
  }
}

std::optional<TokenId> Tokenizer::Impl::find(std::string_view spelling) const {
  const auto found = ids.find(std::string(spelling));
  if (found == ids.end()) return std::nullopt;
  return TokenId{found->second};
}

void Tokenizer::Impl::encode_segment(std::string_view text, bool is_first,
                                     std::vector<TokenId>& out) const {
  std::string prefixed;
  const bool wants_prefix = !pre_tokenizer.prefix.empty() &&
                            (is_first || !pre_tokenizer.prefixes_first_only) &&
                            !text.starts_with(pre_tokenizer.prefix);
  if (wants_prefix) text = prefixed = cat(pre_tokenizer.prefix, text);
  if (pre_tokenizer.adds_prefix_space && !text.starts_with(' ')) {
    text = prefixed = cat(" ", text);
  }
  for_each_word(pre_tokenizer, text, [&](std::string_view word) { encode_word(word, out); });
}

void Tokenizer::Impl::encode_word(std::string_view word, std::vector<TokenId>& out) const {
  if (ignores_merges) {
    // Only byte-level files ask for this; their spelling of a word is needed to look it up.
    static const auto kAlphabet = byte_level_alphabet();
    std::string spelling;
    for (const char c : word) append_utf8(spelling, kAlphabet[static_cast<unsigned char>(c)]);
    if (const auto id = find(spelling)) return out.push_back(*id);
  }
  std::vector<std::int32_t> symbols;
  const auto add_unknown = [&] {
    const std::int32_t id = unknown ? unknown->value : -1;
    // A run of unknown characters is one unknown token.
    if (id >= 0 && (symbols.empty() || symbols.back() != id)) symbols.push_back(id);
  };
  if (pre_tokenizer.is_byte_level) {
    for (const char c : word) {
      const std::int32_t id = byte_ids[static_cast<unsigned char>(c)];
      if (id >= 0)
        symbols.push_back(id);
      else
        add_unknown();
    }
  } else {
    for (std::size_t i = 0; i < word.size();) {
      const auto length = static_cast<std::size_t>(decode_utf8(word, i).num_bytes);
      const std::string_view character = word.substr(i, length);
      i += length;
      if (const auto id = find(character)) {
        symbols.push_back(id->value);
        continue;
      }
      const bool has_bytes = std::all_of(character.begin(), character.end(), [this](char c) {
        return byte_ids[static_cast<unsigned char>(c)] >= 0;
      });
      if (!has_bytes) {
        add_unknown();
        continue;
      }
      for (const char c : character) symbols.push_back(byte_ids[static_cast<unsigned char>(c)]);
    }
  }
  merge_symbols(merges, symbols);
  for (const std::int32_t symbol : symbols) out.push_back(TokenId{symbol});
}

}  // namespace falconet
