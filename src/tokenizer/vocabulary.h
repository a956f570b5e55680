// The pieces of a vocabulary: how the file spells them, and the text that each one matches.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet {

/// How SentencePiece vocabularies spell a space.
constexpr std::string_view kMetaspace = "\u2581";

/// How a file writes the text of its pieces.
enum class Spelling {
  Plain,      // as it is
  ByteLevel,  // byte by byte in GPT-2's alphabet: "Ġhello"
};

// More ids than this are refused before memory is set aside for them; real files stay below
// 300,000.
constexpr std::int64_t kMaxVocabularySize = 1 << 20;

/// Ids are dense from 0; an id that no file entry names is a hole with an empty spelling.
class Vocabulary {
 public:
  explicit Vocabulary(Spelling spelling = Spelling::Plain) : spelling_(spelling) {}

  /// Makes room for that many pieces, of that many bytes in all.
  void reserve(std::size_t num_pieces, std::size_t num_bytes);

  /// A piece that text can match. Ids come in any order; of two pieces that match the same text the
  /// later one is found. Errors: Corrupt (an id out of range).
  Status add(std::string_view spelling, std::int64_t id);

  /// A piece that text never matches, such as an added token. Keeps the spelling that the id has.
  Status add_unmatched(std::string_view spelling, std::int64_t id);

  int size() const { return static_cast<int>(pieces_.size()); }
  Spelling spelling_kind() const { return spelling_; }

  /// Empty for ids outside the vocabulary.
  std::string_view spelling(std::int32_t id) const;

  /// The bytes of text that the piece matches; empty for ids that text never matches.
  std::string_view text(std::int32_t id) const;

  std::optional<std::int32_t> find_text(std::string_view text) const;
  std::optional<std::int32_t> find_spelling(std::string_view spelling) const;

  /// No text longer than this is found.
  std::size_t longest_text() const { return longest_text_; }

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct Piece {
    Range spelling;
    Range text;
  };
  struct Slot {
    std::uint64_t head = 0;  // the first eight bytes: all there is to compare for most words
    std::int32_t id = -1;
    std::uint32_t size = 0;
  };

  Status make_room(std::int64_t id, std::size_t num_bytes);
  Range store(std::string_view bytes);
  std::string_view view(Range range) const { return {&bytes_[range.begin], range.size}; }
  std::size_t slot_of(std::string_view text) const;
  void index(std::int32_t id);
  void grow(std::size_t num_slots);

  Spelling spelling_;
  std::string bytes_;  // of all spellings and texts
  std::vector<Piece> pieces_;
  std::vector<Slot> slots_;  // open addressing by text, at most two thirds full
  std::size_t num_texts_ = 0;
  std::size_t longest_text_ = 0;
  // Spellings that the alphabet of a byte-level file cannot write: few, and found by name only.
  std::map<std::string, std::int32_t, std::less<>> odd_spellings_;
};

}  // namespace falconet
