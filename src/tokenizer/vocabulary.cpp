#include "tokenizer/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "tokenizer/byte_alphabet.h"

namespace falconet {
namespace {

std::uint64_t load(const char* bytes, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Multiply and fold, eight bytes at a time (the construction of wyhash, Wang Yi 2019). Words of
/// text are short: one or two rounds.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kA = 0xA0761D6478BD642Fu;
  constexpr std::uint64_t kB = 0xE7037ED1A0B428DBu;
  const char* bytes = text.data();
  std::size_t rest = text.size();
  std::uint64_t hash = mix(text.size() ^ kA, kB);
  for (; rest > 16; rest -= 16, bytes += 16) {
    hash = mix(load(bytes, 8) ^ hash ^ kA, load(bytes + 8, 8) ^ kB);
  }
  if (rest >= 8) return mix(load(bytes, 8) ^ hash ^ kA, load(bytes + rest - 8, 8) ^ kB);
  if (rest >= 4) return mix(load(bytes, 4) ^ hash ^ kA, load(bytes + rest - 4, 4) ^ kB);
  std::uint64_t tail = 0;
  for (std::size_t i = 0; i < rest; ++i) {
    tail = (tail << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return mix(tail ^ hash ^ kA, kB);
}

constexpr std::size_t kHeadBytes = 8;

std::uint64_t head_of(std::string_view text) {
  if (text.size() >= kHeadBytes) return load(text.data(), kHeadBytes);
  std::uint64_t head = 0;
  for (const char byte : text) head = (head << 8) | static_cast<unsigned char>(byte);
  return head;
}

}  // namespace

void Vocabulary::reserve(std::size_t num_pieces, std::size_t num_bytes) {
  pieces_.reserve(num_pieces);
  bytes_.reserve(num_bytes);
  grow(std::bit_ceil(num_pieces + num_pieces / 2));
}

Status Vocabulary::add(std::string_view spelling, std::int64_t id) {
  TRY(make_room(id, spelling.size() * 2));
  Piece& piece = pieces_[static_cast<std::size_t>(id)];
  piece.spelling = store(spelling);
  piece.text = piece.spelling;
  const auto number = static_cast<std::int32_t>(id);
  if (spelling_ == Spelling::ByteLevel) {
    const auto begin = static_cast<std::uint32_t>(bytes_.size());
    if (!append_spelled_bytes(spelling, bytes_)) {
      piece.text = Range{};
      odd_spellings_.insert_or_assign(std::string(spelling), number);
      return {};
    }
    piece.text = {begin, static_cast<std::uint32_t>(bytes_.size()) - begin};
  }
  if (!spelling.empty()) index(number);
  return {};
}

Status Vocabulary::add_unmatched(std::string_view spelling, std::int64_t id) {
  TRY(make_room(id, spelling.size()));
  Piece& piece = pieces_[static_cast<std::size_t>(id)];
  if (piece.spelling.size == 0) piece.spelling = store(spelling);
  return {};
}

std::string_view Vocabulary::spelling(std::int32_t id) const {
  if (id < 0 || id >= size()) return {};
  return view(pieces_[static_cast<std::size_t>(id)].spelling);
}

std::string_view Vocabulary::text(std::int32_t id) const {
  if (id < 0 || id >= size()) return {};
  return view(pieces_[static_cast<std::size_t>(id)].text);
}

std::optional<std::int32_t> Vocabulary::find_text(std::string_view text) const {
  if (text.size() > longest_text_ || slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_of(text)];
  if (slot.id < 0) return std::nullopt;
  return slot.id;
}

std::optional<std::int32_t> Vocabulary::find_spelling(std::string_view spelling) const {
  if (spelling_ == Spelling::Plain) return find_text(spelling);
  std::string text;
  if (append_spelled_bytes(spelling, text)) return find_text(text);
  const auto found = odd_spellings_.find(spelling);
  if (found == odd_spellings_.end()) return std::nullopt;
  return found->second;
}

Status Vocabulary::make_room(std::int64_t id, std::size_t num_bytes) {
  if (id < 0 || id >= kMaxVocabularySize) {
    return error(ErrorCode::Corrupt, "token id ", id, " is not between 0 and ",
                 kMaxVocabularySize - 1);
  }
  if (bytes_.size() + num_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return error(ErrorCode::TooLarge, "a vocabulary of more than 4 GiB of text");
  }
  if (static_cast<std::size_t>(id) >= pieces_.size()) {
    pieces_.resize(static_cast<std::size_t>(id) + 1);
  }
  return {};
}

Vocabulary::Range Vocabulary::store(std::string_view bytes) {
  const Range range{static_cast<std::uint32_t>(bytes_.size()),
                    static_cast<std::uint32_t>(bytes.size())};
  bytes_ += bytes;
  return range;
}

/// Where the text is, or the free slot where it would be.
std::size_t Vocabulary::slot_of(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  const std::uint64_t head = head_of(text);
  const auto rest = text.substr(std::min(text.size(), kHeadBytes));
  std::size_t place = static_cast<std::size_t>(hash_of(text)) & mask;
  for (; slots_[place].id >= 0; place = (place + 1) & mask) {
    const Slot& slot = slots_[place];
    if (slot.head != head || slot.size != text.size()) continue;
    if (rest.empty() || this->text(slot.id).substr(kHeadBytes) == rest) return place;
  }
  return place;
}

void Vocabulary::index(std::int32_t id) {
  if (num_texts_ * 3 >= slots_.size() * 2) grow(slots_.size() * 2);
  const std::string_view text = this->text(id);
  longest_text_ = std::max(longest_text_, text.size());
  Slot& slot = slots_[slot_of(text)];
  if (slot.id < 0) ++num_texts_;
  slot = {head_of(text), id, static_cast<std::uint32_t>(text.size())};
}

void Vocabulary::grow(std::size_t num_slots) {
  std::vector<Slot> old(std::max<std::size_t>(num_slots, 64));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id >= 0) slots_[slot_of(text(slot.id))] = slot;
  }
}

}  // namespace falconet
