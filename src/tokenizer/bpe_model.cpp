#include "tokenizer/bpe_model.h"

#include <algorithm>

#include "base/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace falconet {
namespace {

/// Where the next word of SentencePiece text may begin: a metaspace after something else.
std::size_t next_word_start(std::string_view text, std::size_t from) {
  std::size_t place = from;
  while (text.substr(place).starts_with(kMetaspace)) place += kMetaspace.size();
  return std::min(text.find(kMetaspace, place), text.size());
}

}  // namespace

BpeModel::BpeModel(const Vocabulary& vocabulary, MergeTable merges, BpeOptions options)
    : vocabulary_(vocabulary),
      merges_(std::move(merges)),
      options_(options),
      is_whole_(new std::atomic<Whole>[static_cast<std::size_t>(vocabulary.size())]()) {
  find_byte_pieces();
  if (vocabulary_.spelling_kind() == Spelling::ByteLevel) {
    character_symbols_.emplace(vocabulary_, merges_, byte_pieces_);
    if (!character_symbols_->is_usable()) character_symbols_.reset();
  }
  cuts_before_metaspace_ = cuts_before_metaspace();
}

void BpeModel::find_byte_pieces() {
  byte_pieces_.fill(-1);
  for (std::int32_t id = 0; id < vocabulary_.size(); ++id) {
    const std::string_view text = vocabulary_.text(id);
    if (vocabulary_.spelling_kind() == Spelling::ByteLevel) {
      if (text.size() == 1) byte_pieces_[static_cast<unsigned char>(text[0])] = id;
    } else if (options_.has_byte_fallback) {
      if (const auto byte = fallback_byte(vocabulary_.spelling(id))) byte_pieces_[*byte] = id;
    }
  }
}

/// No merge crosses from something into a metaspace if no piece holds such a place: then each word
/// of a long text is merged alone, with the same result.
bool BpeModel::cuts_before_metaspace() const {
  if (vocabulary_.spelling_kind() == Spelling::ByteLevel) return false;
  if (!vocabulary_.find_text(kMetaspace)) return false;
  for (std::int32_t id = 0; id < vocabulary_.size(); ++id) {
    const std::string_view text = vocabulary_.text(id);
    if (next_word_start(text, 0) < text.size()) return false;
  }
  return true;
}

void BpeModel::encode(std::string_view word, std::vector<TokenId>& out) const {
  if (!cuts_before_metaspace_) return encode_part(word, out);
  for (std::size_t start = 0; start < word.size();) {
    const std::size_t end = next_word_start(word, start);
    encode_part(word.substr(start, end - start), out);
    start = end;
  }
}

void BpeModel::encode_part(std::string_view part, std::vector<TokenId>& out) const {
  if (const auto id = vocabulary_.find_text(part)) {
    if (options_.ignores_merges || merges_into(part, *id)) return out.push_back(TokenId{*id});
  }
  std::vector<std::int32_t> symbols;
  append_symbols(part, symbols);
  merge_symbols(merges_, symbols);
  for (const std::int32_t symbol : symbols) out.push_back(TokenId{symbol});
}

bool BpeModel::merges_into(std::string_view text, std::int32_t id) const {
  std::atomic<Whole>& known = is_whole_[static_cast<std::size_t>(id)];
  Whole answer = known.load(std::memory_order_relaxed);
  if (answer == Whole::NotTried) {
    std::vector<std::int32_t> symbols;
    append_symbols(text, symbols);
    merge_symbols(merges_, symbols);
    answer = symbols == std::vector{id} ? Whole::Yes : Whole::No;
    known.store(answer, std::memory_order_relaxed);
  }
  return answer == Whole::Yes;
}

void BpeModel::append_symbols(std::string_view text, std::vector<std::int32_t>& symbols) const {
  symbols.reserve(text.size());
  if (vocabulary_.spelling_kind() == Spelling::Plain) return append_characters(text, symbols);
  if (character_symbols_ && character_symbols_->append(text, symbols)) return;
  append_bytes(text, symbols);
}

void BpeModel::append_bytes(std::string_view text, std::vector<std::int32_t>& symbols) const {
  bool follows_unknown = false;
  for (const char byte : text) {
    const std::int32_t id = byte_pieces_[static_cast<unsigned char>(byte)];
    const bool is_fused = follows_unknown && options_.fuses_unknown;
    follows_unknown = id < 0;
    if (id >= 0) {
      symbols.push_back(id);
    } else if (options_.unknown && !is_fused) {
      symbols.push_back(*options_.unknown);
    }
  }
}

void BpeModel::append_characters(std::string_view text, std::vector<std::int32_t>& symbols) const {
  bool follows_unknown = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto num_bytes = static_cast<std::size_t>(decode_utf8(text, i).num_bytes);
    const std::string_view character = text.substr(i, num_bytes);
    i += num_bytes;
    const auto id = vocabulary_.find_text(character);
    if (id) symbols.push_back(*id);
    const bool is_fused = follows_unknown && options_.fuses_unknown;
    follows_unknown = !id && !append_fallback_bytes(character, symbols);
    if (follows_unknown && options_.unknown && !is_fused) symbols.push_back(*options_.unknown);
  }
}

/// All bytes of the character or none.
bool BpeModel::append_fallback_bytes(std::string_view character,
                                     std::vector<std::int32_t>& symbols) const {
  const auto piece_of = [this](char byte) {
    return byte_pieces_[static_cast<unsigned char>(byte)];
  };
  const bool has_all =
      options_.has_byte_fallback && std::all_of(character.begin(), character.end(),
                                                [&](char byte) { return piece_of(byte) >= 0; });
  if (!has_all) return false;
  for (const char byte : character) symbols.push_back(piece_of(byte));
  return true;
}

}  // namespace falconet
