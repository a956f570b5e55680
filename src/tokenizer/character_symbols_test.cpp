#include "tokenizer/character_symbols.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "base/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace falconet {
namespace {

using Symbols = std::vector<std::int32_t>;

/// Few characters of every length, so that training soon joins them; and after an x ideographs of
/// all kinds, so that it also joins the x with the byte that they have in common.
std::string random_text(Random& random, std::size_t num_characters) {
  constexpr char32_t kCharacters[] = {'a',    ' ',    0xE9,   0xEA,   0x4E2D,  0x4E2E,
                                      0x4E6D, 0x5E2D, 0x3042, 0x3082, 0x1F600, 0x1F601};
  std::string text;
  for (std::size_t i = 0; i < num_characters; ++i) {
    if (random.below(3) == 0) {
      text += 'x';
      append_utf8(text, static_cast<char32_t>(0x4000 + random.below(0x1000)));
    } else {
      append_utf8(text, kCharacters[random.below(std::size(kCharacters))]);
    }
  }
  return text;
}

/// A small byte-level BPE, trained as the definition says: the most frequent pair is merged next.
struct Trained {
  Vocabulary vocabulary{Spelling::ByteLevel};
  MergeTable merges;
  std::array<std::int32_t, 256> byte_pieces{};
};

void add_piece(Trained& model, const std::string& bytes) {
  ASSERT_TRUE(model.vocabulary.add(byte_spelling(bytes), model.vocabulary.size()));
}

void train(Trained& model, const std::string& text, int num_merges) {
  for (std::int32_t byte = 0; byte < 256; ++byte) {
    add_piece(model, std::string(1, static_cast<char>(byte)));
    model.byte_pieces[static_cast<std::size_t>(byte)] = byte;
  }
  Symbols symbols;
  for (const char byte : text) symbols.push_back(static_cast<unsigned char>(byte));
  for (std::int32_t rank = 0; rank < num_merges; ++rank) {
    std::map<std::pair<std::int32_t, std::int32_t>, int> counts;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) ++counts[{symbols[i], symbols[i + 1]}];
    const auto [left, right] =
        std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
          return a.second < b.second;
        })->first;
    const std::string bytes(std::string(model.vocabulary.text(left)) +
                            std::string(model.vocabulary.text(right)));
    if (model.vocabulary.find_text(bytes)) break;  // made in another way: no longer typical
    const std::int32_t merged = model.vocabulary.size();
    add_piece(model, bytes);
    model.merges.add(left, right, {rank, merged}, MergeTable::OnRepeat::KeepFirst);
    merge_symbols(model.merges, symbols);
  }
}

TEST(CharacterSymbols, MergeIntoWhatTheBytesMergeInto) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    SCOPED_TRACE(cat("seed ", seed));
    Random random(seed);
    Trained model;
    train(model, random_text(random, 400), 60);
    const CharacterSymbols characters(model.vocabulary, model.merges, model.byte_pieces);
    ASSERT_TRUE(characters.is_usable());
    std::size_t num_saved = 0;
    for (int round = 0; round < 500; ++round) {
      const std::string text = random_text(random, random.below(20));
      Symbols from_bytes;
      for (const char byte : text) from_bytes.push_back(static_cast<unsigned char>(byte));
      Symbols from_characters;
      ASSERT_TRUE(characters.append(text, from_characters));
      num_saved += from_bytes.size() - from_characters.size();
      merge_symbols(model.merges, from_bytes);
      merge_symbols(model.merges, from_characters);
      ASSERT_EQ(from_characters, from_bytes) << text;
    }
    EXPECT_GT(num_saved, 0u);
  }
}

TEST(CharacterSymbols, LeaveTextThatIsNotUtf8ToTheBytes) {
  Random random(7);
  Trained model;
  train(model, random_text(random, 200), 20);
  const CharacterSymbols characters(model.vocabulary, model.merges, model.byte_pieces);
  Symbols symbols = {9};
  EXPECT_FALSE(characters.append("a\xE4\xB8", symbols));
  EXPECT_EQ(symbols, Symbols{9});
}

TEST(CharacterSymbols, AreNotUsedWhereAMergeRanksBeforeTheMergesOfItsParts) {
  Trained model;
  train(model, "aaaabbbb", 0);
  add_piece(model, "ab");
  add_piece(model, "aba");
  model.merges.add(256, 'a', {0, 257}, MergeTable::OnRepeat::KeepFirst);
  model.merges.add('a', 'b', {1, 256}, MergeTable::OnRepeat::KeepFirst);
  EXPECT_FALSE(CharacterSymbols(model.vocabulary, model.merges, model.byte_pieces).is_usable());
}

}  // namespace
}  // namespace falconet
