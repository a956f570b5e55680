#include "tokenizer/character_symbols.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {
namespace {

constexpr std::size_t kPlaneSize = 0x10000;

std::size_t joint(char before, char after) {
  return static_cast<std::size_t>(static_cast<unsigned char>(before)) << 8 |
         static_cast<unsigned char>(after);
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Whether each merge ranks behind the merges that make its parts.
bool ranks_follow_parts(const Vocabulary& vocabulary, const MergeTable& merges) {
  std::vector<std::int32_t> last_making(static_cast<std::size_t>(vocabulary.size()), -1);
  merges.for_each([&](std::int32_t, std::int32_t, const MergeTable::Merge& merge) {
    std::int32_t& last = last_making[static_cast<std::size_t>(merge.merged)];
    last = std::max(last, merge.rank);
  });
  bool is_ordered = true;
  merges.for_each([&](std::int32_t left, std::int32_t right, const MergeTable::Merge& merge) {
    is_ordered = is_ordered && last_making[static_cast<std::size_t>(left)] < merge.rank &&
                 last_making[static_cast<std::size_t>(right)] < merge.rank;
  });
  return is_ordered;
}

}  // namespace

CharacterSymbols::CharacterSymbols(const Vocabulary& vocabulary, const MergeTable& merges,
                                   const std::array<std::int32_t, 256>& byte_pieces)
    : byte_pieces_(byte_pieces) {
  const bool has_all_bytes =
      std::all_of(byte_pieces.begin(), byte_pieces.end(), [](std::int32_t id) { return id >= 0; });
  if (!has_all_bytes || !ranks_follow_parts(vocabulary, merges)) return;
  find_broken_joints(vocabulary, merges);
  find_characters(vocabulary, merges);
}

void CharacterSymbols::find_broken_joints(const Vocabulary& vocabulary, const MergeTable& merges) {
  merges.for_each([&](std::int32_t left, std::int32_t right, const MergeTable::Merge&) {
    const std::string_view before = vocabulary.text(left);
    const std::string_view after = vocabulary.text(right);
    if (before.empty() || after.empty() || is_continuation(after[0])) return;
    if (is_valid_utf8(before) && is_valid_utf8(after)) return;
    broken_joints_.set(joint(before.back(), after[0]));
  });
}

void CharacterSymbols::find_characters(const Vocabulary& vocabulary, const MergeTable& merges) {
  piece_of_character_.assign(kPlaneSize, -1);
  std::vector<std::int32_t> symbols;
  for (std::int32_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view text = vocabulary.text(id);
    if (text.size() != 2 && text.size() != 3) continue;
    const Utf8Character character = decode_utf8(text, 0);
    const auto num_bytes = static_cast<std::size_t>(character.num_bytes);
    if (!character.is_valid || num_bytes != text.size()) continue;
    symbols.clear();
    for (const char byte : text) symbols.push_back(byte_pieces_[static_cast<unsigned char>(byte)]);
    merge_symbols(merges, symbols);
    if (symbols.size() == 1) piece_of_character_[character.code_point] = symbols[0];
  }
}

bool CharacterSymbols::append(std::string_view text, std::vector<std::int32_t>& symbols) const {
  const std::size_t size_before = symbols.size();
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    if (!character.is_valid) {
      symbols.resize(size_before);
      return false;
    }
    const std::size_t end = i + static_cast<std::size_t>(character.num_bytes);
    const bool can_break = (i > 0 && broken_joints_[joint(text[i - 1], text[i])]) ||
                           (end < text.size() && broken_joints_[joint(text[end - 1], text[end])]);
    const std::int32_t whole = !can_break && character.code_point < kPlaneSize
                                   ? piece_of_character_[character.code_point]
                                   : -1;
    if (whole >= 0) {
      symbols.push_back(whole);
    } else {
      for (; i < end; ++i) symbols.push_back(byte_pieces_[static_cast<unsigned char>(text[i])]);
    }
    i = end;
  }
  return true;
}

}  // namespace falconet
