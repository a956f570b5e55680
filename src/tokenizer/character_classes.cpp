#include "tokenizer/character_classes.h"

#include <algorithm>

namespace falconet {
namespace {

// Beyond plane 3 only the tags and variation selectors of plane 14 have one of the properties.
constexpr std::size_t kFirstPlainPage = 0x400;
constexpr std::size_t kTagPages[] = {0xE00, 0xE01};

std::uint8_t classes_of(char32_t c) {
  using namespace character_class;
  int bits = 0;
  if (is_letter(c)) bits |= kLetter;
  if (is_number(c)) bits |= kNumber;
  if (is_mark(c)) bits |= kMark;
  if (is_punctuation(c)) bits |= kPunctuation;
  if (is_symbol(c)) bits |= kSymbol;
  if (is_white_space(c)) bits |= kSpace;
  if (c == '\n' || c == '\r') bits |= kNewline;
  return static_cast<std::uint8_t>(bits);
}

}  // namespace

CharacterClasses::CharacterClasses() {
  const auto store = [this](std::size_t number) {
    Page page;
    for (std::size_t i = 0; i < page.size(); ++i) {
      page[i] = classes_of(static_cast<char32_t>(number * 256 + i));
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
