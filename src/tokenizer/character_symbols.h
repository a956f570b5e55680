// Characters as the symbols that byte-level merging starts from, where that changes nothing.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/merge_table.h"
#include "tokenizer/vocabulary.h"

namespace falconet {

/// Byte-level BPE starts from bytes, three for a Chinese character, which soon are one symbol
/// again. A character can be taken whole from the start if no merge joins a part of it with a
/// neighbour:
///
/// - Each merge ranks behind all merges that make its parts, as training yields them. Merging then
///   amounts to applying the merges one after the other by rank; a character's own come before all
///   that join it with anything.
/// - The merges that join a broken character with a neighbour are few. They are remembered by the
///   two bytes at which they join, and characters at such a place start from their bytes.
class CharacterSymbols {
 public:
  /// `byte_pieces` holds the piece of each byte.
  CharacterSymbols(const Vocabulary& vocabulary, const MergeTable& merges,
                   const std::array<std::int32_t, 256>& byte_pieces);

  /// False where the vocabulary or the merges are not as described: start from bytes then.
  bool is_usable() const { return !piece_of_character_.empty(); }

  /// Appends what to start merging from; false, and nothing appended, for text that is not UTF-8.
  bool append(std::string_view text, std::vector<std::int32_t>& symbols) const;

 private:
  void find_broken_joints(const Vocabulary& vocabulary, const MergeTable& merges);
  void find_characters(const Vocabulary& vocabulary, const MergeTable& merges);

  std::array<std::int32_t, 256> byte_pieces_;
  std::bitset<1 << 16> broken_joints_;            // by last byte before and first byte after
  std::vector<std::int32_t> piece_of_character_;  // of the first plane; -1: starts from bytes
};

}  // namespace falconet
