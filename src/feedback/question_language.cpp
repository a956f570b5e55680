#include "feedback/question_language.h"

namespace falconet {

std::string question_language(std::string_view text) {
  std::size_t num_wide = 0;
  std::size_t num_letters = 0;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0xE3 && value <= 0xE9) ++num_wide;  // U+3000 to U+9FFF begin so
    if (value < 0x80 && ((value | 0x20) >= 'a' && (value | 0x20) <= 'z')) ++num_letters;
  }
  return num_wide * 5 > num_letters && num_wide > 0 ? "zh" : "en";
}

}  // namespace falconet
