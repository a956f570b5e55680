// Reads a tokenizer.json in one pass: its large vocabulary and merges as flat lists, the rest as a
// small JSON value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

class TokenizerJson {
 public:
  /// Errors: Corrupt (with line and column, or naming the entry), TooLarge (nesting).
  static Result<TokenizerJson> parse(std::string_view text);

  /// The whole file but model.vocab and model.merges.
  SortedJson head;

  struct Piece {
    std::string_view spelling;
    std::int64_t id = 0;
  };
  std::size_t num_pieces() const { return pieces_.size(); }
  Piece piece(std::size_t index) const;  // in the order of the file

  struct Merge {
    std::string_view left;
    std::string_view right;
  };
  std::size_t num_merges() const { return merges_.size(); }
  Merge merge(std::size_t index) const;

  std::size_t num_bytes() const { return arena_.size(); }

 private:
  class Reader;

  // Offsets, since the arena moves while it grows. Files of 4 GiB are refused.
  struct PieceEntry {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    std::int64_t id = 0;
  };
  struct MergeEntry {
    std::uint32_t begin = 0;
    std::uint32_t left_size = 0;
    std::uint32_t right_size = 0;
  };

  std::string arena_;
  std::vector<PieceEntry> pieces_;
  std::vector<MergeEntry> merges_;
};

}  // namespace falconet
