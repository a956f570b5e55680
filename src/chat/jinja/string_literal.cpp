#include "chat/jinja/string_literal.h"

#include <optional>

#include "base/unicode.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {
namespace {

constexpr char32_t kLastCodePoint = 0x10ffff;

bool is_high_surrogate(char32_t c) { return c >= 0xd800 && c < 0xdc00; }
bool is_low_surrogate(char32_t c) { return c >= 0xdc00 && c < 0xe000; }

// The number written by exactly `num_digits` hexadecimal digits at `position`.
std::optional<char32_t> hex_number(std::string_view text, std::size_t position,
                                   std::size_t num_digits) {
  if (position + num_digits > text.size()) return std::nullopt;
  char32_t number = 0;
  for (const char c : text.substr(position, num_digits)) {
    int digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return std::nullopt;
    }
    number = number * 16 + static_cast<char32_t>(digit);
  }
  return number;
}

std::optional<char> simple_escape(char letter) {
  switch (letter) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '\'':
    case '"': return letter;
    default: return std::nullopt;
  }
}

std::size_t num_hex_digits(char letter) {
  return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
}

class Unescaper {
 public:
  explicit Unescaper(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '\\' && position_ + 1 < text_.size()) {
        TRY(take_escape(text_[position_ + 1]));
      } else {
        out_ += c;
        ++position_;
      }
    }
    return std::move(out_);
  }

 private:
  Status take_escape(char letter) {
    if (const std::size_t num_digits = num_hex_digits(letter)) return take_hex(num_digits);
    if (letter == 'N') return template_error("\\N escapes are not supported");
    if (letter >= '0' && letter <= '7') {
      take_octal();
      return {};
    }
    if (letter != '\n') {  // a backslash takes its newline away with it
      const auto simple = simple_escape(letter);
      if (!simple) out_ += '\\';
      out_ += simple.value_or(letter);
    }
    position_ += 2;
    return {};
  }

  void take_octal() {
    char32_t number = 0;
    ++position_;
    for (int i = 0; i < 3 && position_ < text_.size(); ++i, ++position_) {
      const char c = text_[position_];
      if (c < '0' || c > '7') break;
      number = number * 8 + static_cast<char32_t>(c - '0');
    }
    append_utf8(out_, number);
  }

  Status take_hex(std::size_t num_digits) {
    auto number = hex_number(text_, position_ + 2, num_digits);
    if (!number) return template_error("truncated \\", text_[position_ + 1], " escape");
    if (*number > kLastCodePoint) return template_error("illegal Unicode character");
    position_ += 2 + num_digits;
    if (is_high_surrogate(*number) && text_.substr(position_, 2) == "\\u") {
      const auto low = hex_number(text_, position_ + 2, 4);
      if (low && is_low_surrogate(*low)) {
        number = 0x10000 + ((*number - 0xd800) << 10) + (*low - 0xdc00);
        position_ += 6;
      }
    }
    const bool is_lone = is_high_surrogate(*number) || is_low_surrogate(*number);
    append_utf8(out_, is_lone ? kReplacementCharacter : *number);
    return {};
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> unescape(std::string_view literal) { return Unescaper(literal).run(); }

}  // namespace falconet::jinja
