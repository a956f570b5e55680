#include "tokenizer/character_classes.h"

#include <algorithm>

namespace falconet {
namespace {

// Beyond plane 3 only the tags and variation selectors of plane 14 have one of the properties.
constexpr std::size_t kFirstPlainPage = 0x400;
constexpr std::size_t kTagPages[] = {0xE00, 0xE01};

struct CategoryBits {
  std::uint32_t letter = category_bits("L");
  std::uint32_t number = category_bits("N");
  std::uint32_t mark = category_bits("M");
  std::uint32_t punctuation = category_bits("P");
  std::uint32_t symbol = category_bits("S");
};

std::uint8_t classes_of(char32_t c, const CategoryBits& bits) {
  using namespace character_class;
  const std::uint32_t category = category_bit(c);
  int classes = 0;
  if ((category & bits.letter) != 0) classes |= kLetter;
  if ((category & bits.number) != 0) classes |= kNumber;
  if ((category & bits.mark) != 0) classes |= kMark;
  if ((category & bits.punctuation) != 0) classes |= kPunctuation;
  if ((category & bits.symbol) != 0) classes |= kSymbol;
  if (is_white_space(c)) classes |= kSpace;
  if (c == '\n' || c == '\r') classes |= kNewline;
  return static_cast<std::uint8_t>(classes);
}

}  // namespace

CharacterClasses::CharacterClasses() {
  const CategoryBits bits;
  const auto store = [&](std::size_t number) {
    Page page;
    for (std::size_t i = 0; i < page.size(); ++i) {
      page[i] = classes_of(static_cast<char32_t>(number * 256 + i), bits);
    }
    auto found = std::find(pages_.begin(), pages_.end(), page);
    if (found == pages_.end()) found = pages_.insert(found, page);
    page_of_[number] = static_cast<std::uint16_t>(found - pages_.begin());
  };
  for (std::size_t number = 0; number < kFirstPlainPage; ++number) store(number);
  pages_.push_back({});
  std::fill(page_of_.begin() + kFirstPlainPage, page_of_.end(),
            static_cast<std::uint16_t>(pages_.size() - 1));
  for (const std::size_t number : kTagPages) store(number);
}

}  // namespace falconet
