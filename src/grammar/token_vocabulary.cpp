#include "grammar/token_vocabulary.h"

#include <algorithm>

#include "base/unicode.h"
#include "grammar/regex_pool.h"

namespace falconet {
namespace {

std::size_t num_words(std::size_t num_bits) { return (num_bits + 63) / 64; }

void set_bit(std::vector<std::uint64_t>& mask, std::int32_t id) {
  mask[static_cast<std::size_t>(id) / 64] |= std::uint64_t{1} << (id % 64);
}

/// Whole characters that a JSON string holds as they are.
bool is_plain(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char byte) {
                       return static_cast<unsigned char>(byte) >= 0x20 && byte != '"' &&
                              byte != '\\';
                     }) &&
         is_valid_utf8(bytes);
}

std::size_t num_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

bool is_letter_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

TokenVocabulary::Slice::Characters characters_of(std::string_view bytes) {
  using Characters = TokenVocabulary::Slice::Characters;
  bool has_letter = false;
  bool has_space = false;
  bool has_wide = false;
  bool has_other = false;
  for (const char byte : bytes) {
    const bool is_wide = static_cast<unsigned char>(byte) >= 0x80;
    has_letter |= is_letter_byte(byte);
    has_space |= byte == ' ';
    has_wide |= is_wide;
    has_other |= !is_wide && byte != ' ' && !is_letter_byte(byte);
  }
  if (has_other || (has_wide && (has_letter || has_space))) return Characters::Any;
  if (has_wide) return Characters::BeyondAscii;
  return has_space ? Characters::SpacesAndLetters : Characters::Letters;
}

std::vector<std::string> bytes_of(const Tokenizer& tokenizer) {
  std::vector<std::string> all;
  for (TokenId id{0}; id.value < tokenizer.vocab_size(); ++id.value) {
    const bool takes_part = !tokenizer.is_special(id);
    all.emplace_back(takes_part ? tokenizer.token_bytes(id) : std::string_view());
  }
  for (const TokenId id : tokenizer.end_tokens()) {
    if (id.value >= 0 && id.value < tokenizer.vocab_size()) {
      all[static_cast<std::size_t>(id.value)].clear();
    }
  }
  return all;
}

}  // namespace

TokenVocabulary::TokenVocabulary(const Tokenizer& tokenizer)
    : TokenVocabulary(bytes_of(tokenizer),
                      {tokenizer.end_tokens().begin(), tokenizer.end_tokens().end()}) {
  tokenizer_ = &tokenizer;
}

TokenVocabulary::TokenVocabulary(std::vector<std::string> token_bytes,
                                 std::vector<TokenId> end_tokens)
    : token_bytes_(std::move(token_bytes)), end_tokens_(std::move(end_tokens)) {
  arrange();
}

std::vector<TokenId> TokenVocabulary::encode(std::string_view text) const {
  if (tokenizer_ == nullptr) return {};
  constexpr EncodeOptions kAsText = {.add_special = AddSpecial::No,
                                     .parse_special = ParseSpecial::No};
  return tokenizer_->encode(text, kAsText);
}

std::string_view TokenVocabulary::bytes(TokenId id) const {
  if (id.value < 0 || static_cast<std::size_t>(id.value) >= token_bytes_.size()) return {};
  return token_bytes_[static_cast<std::size_t>(id.value)];
}

bool TokenVocabulary::is_end(TokenId id) const {
  return std::find(end_tokens_.begin(), end_tokens_.end(), id) != end_tokens_.end();
}

void TokenVocabulary::arrange() {
  std::vector<TokenTrie::Entry> all;
  std::vector<TokenTrie::Entry> plain;
  std::vector<TokenTrie::Entry> rest;
  plain_mask_.assign(num_words(size()), 0);
  for (std::size_t i = 0; i < size(); ++i) {
    const std::string_view bytes = token_bytes_[i];
    if (bytes.empty()) continue;
    const auto id = static_cast<std::int32_t>(i);
    all.emplace_back(bytes, id);
    if (!is_plain(bytes)) {
      rest.emplace_back(bytes, id);
      continue;
    }
    plain.emplace_back(bytes, id);
    set_bit(plain_mask_, id);
    const std::size_t length = num_characters(bytes);
    if (plain_by_length_.size() <= length) plain_by_length_.resize(length + 1);
    plain_by_length_[length].push_back(id);
  }
  inside_string_ = plain_mask_;
  std::vector<TokenTrie::Entry> suffixes;
  RegexPool pool;
  for (const auto& [bytes, id] : rest) add_string_token(pool, bytes, id, suffixes);
  all_ = TokenTrie(std::move(all));
  slice(plain);
  rest_ = TokenTrie(std::move(rest));
  after_string_ = std::make_shared<const TokenTrie>(std::move(suffixes));
}

void TokenVocabulary::add_string_token(RegexPool& pool, std::string_view bytes, std::int32_t id,
                                       std::vector<TokenTrie::Entry>& suffixes) {
  RegexId state = pool.quoted(kAnyText);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state = pool.derive(state, static_cast<unsigned char>(bytes[i]));
    if (state == kNothing) return;
    if (state == kEmptyText) {
      max_before_quote_ = std::max(max_before_quote_, i);  // bytes are no fewer than characters
      suffixes.emplace_back(bytes.substr(i + 1), id);
      return;
    }
  }
  set_bit(inside_string_, id);
  inside_lengths_.emplace_back(bytes.size(), id);
}

void TokenVocabulary::slice(const std::vector<TokenTrie::Entry>& plain) {
  constexpr std::size_t kNumSlices = 4;
  std::vector<TokenTrie::Entry> entries[kNumSlices];
  slices_.resize(kNumSlices);
  for (Slice& slice : slices_) slice.mask.assign(num_words(size()), 0);
  for (const auto& [bytes, id] : plain) {
    const Slice::Characters characters = characters_of(bytes);
    const auto index = static_cast<std::size_t>(characters);
    Slice& slice = slices_[index];
    slice.characters = characters;
    entries[index].emplace_back(bytes, id);
    set_bit(slice.mask, id);
    slice.max_characters = std::max(slice.max_characters, num_characters(bytes));
  }
  for (std::size_t i = 0; i < kNumSlices; ++i) slices_[i].trie = TokenTrie(std::move(entries[i]));
}

std::vector<std::uint64_t> TokenVocabulary::inside_string_up_to(std::size_t num_characters) const {
  std::vector<std::uint64_t> mask = inside_string_;
  const auto clear = [&](std::int32_t id) {
    mask[static_cast<std::size_t>(id) / 64] &= ~(std::uint64_t{1} << (id % 64));
  };
  for (std::size_t n = num_characters + 1; n < plain_by_length_.size(); ++n) {
    for (const std::int32_t id : plain_by_length_[n]) clear(id);
  }
  return mask;
}

std::size_t TokenVocabulary::max_inside_bytes() const {
  std::size_t most = 0;
  for (const auto& [bytes, id] : inside_lengths_) most = std::max(most, bytes);
  return most;
}

std::vector<std::uint64_t> TokenVocabulary::plain_mask_up_to(std::size_t num_characters) const {
  std::vector<std::uint64_t> mask(plain_mask_.size(), 0);
  for (std::size_t n = 0; n <= num_characters && n < plain_by_length_.size(); ++n) {
    for (const std::int32_t id : plain_by_length_[n]) set_bit(mask, id);
  }
  return mask;
}

}  // namespace falconet
