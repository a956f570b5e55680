#include "chat/jinja/text.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet::jinja {
namespace {

// The character that ends at `end`.
Utf8Character decode_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) {
    --begin;
  }
  const Utf8Character c = decode_utf8(text, begin);
  if (begin + static_cast<std::size_t>(c.num_bytes) == end) return c;
  return Utf8Character{};
}

std::size_t size_of(const Utf8Character& c) { return static_cast<std::size_t>(c.num_bytes); }

bool is_stripped(char32_t c, std::optional<std::string_view> set) {
  if (!set) return is_space(c);
  std::string bytes;
  append_utf8(bytes, c);
  return set->find(bytes) != std::string_view::npos;
}

// Python's line boundaries; a carriage return with its newline is one.
bool is_line_end(char32_t c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

}  // namespace

bool is_space(char32_t c) { return (c >= 0x1c && c <= 0x1f) || is_white_space(c); }

std::size_t num_characters(std::string_view text) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < text.size(); i += size_of(decode_utf8(text, i))) ++number;
  return number;
}

std::size_t byte_offset(std::string_view text, std::size_t index) {
  std::size_t i = 0;
  for (; index > 0 && i < text.size(); --index) i += size_of(decode_utf8(text, i));
  return i;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < text.size(); i += parts.back().size()) {
    parts.push_back(text.substr(i, size_of(decode_utf8(text, i))));
  }
  return parts;
}

std::string_view strip_left(std::string_view text, std::optional<std::string_view> set) {
  while (!text.empty()) {
    const Utf8Character c = decode_utf8(text, 0);
    if (!is_stripped(c.code_point, set)) break;
    text.remove_prefix(size_of(c));
  }
  return text;
}

std::string_view strip_right(std::string_view text, std::optional<std::string_view> set) {
  while (!text.empty()) {
    const Utf8Character c = decode_before(text, text.size());
    if (!is_stripped(c.code_point, set)) break;
    text.remove_suffix(size_of(c));
  }
  return text;
}

std::string_view strip(std::string_view text, std::optional<std::string_view> set) {
  return strip_right(strip_left(text, set), set);
}

std::vector<std::string_view> split_left(std::string_view text, std::string_view separator,
                                         std::size_t max_splits) {
  std::vector<std::string_view> parts;
  while (parts.size() < max_splits) {
    const std::size_t cut = text.find(separator);
    if (cut == std::string_view::npos) break;
    parts.push_back(text.substr(0, cut));
    text.remove_prefix(cut + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::vector<std::string_view> split_right(std::string_view text, std::string_view separator,
                                          std::size_t max_splits) {
  std::vector<std::string_view> parts;
  while (parts.size() < max_splits) {
    const std::size_t cut = text.rfind(separator);
    if (cut == std::string_view::npos) break;
    parts.push_back(text.substr(cut + separator.size()));
    text = text.substr(0, cut);
  }
  parts.push_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string_view> split_words_left(std::string_view text, std::size_t max_splits) {
  std::vector<std::string_view> words;
  for (text = strip_left(text); !text.empty(); text = strip_left(text)) {
    std::size_t end = 0;
    while (end < text.size() && !is_space(decode_utf8(text, end).code_point)) {
      end += size_of(decode_utf8(text, end));
    }
    if (words.size() == max_splits) end = text.size();
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::vector<std::string_view> split_words_right(std::string_view text, std::size_t max_splits) {
  std::vector<std::string_view> words;
  for (text = strip_right(text); !text.empty(); text = strip_right(text)) {
    std::size_t begin = text.size();
    while (begin > 0 && !is_space(decode_before(text, begin).code_point)) {
      begin -= size_of(decode_before(text, begin));
    }
    if (words.size() == max_splits) begin = 0;
    words.push_back(text.substr(begin));
    text = text.substr(0, begin);
  }
  std::reverse(words.begin(), words.end());
  return words;
}

std::vector<std::string_view> split_lines(std::string_view text, LineEnds ends) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    std::size_t end = i + size_of(c);
    if (is_line_end(c.code_point)) {
      if (c.code_point == '\r' && end < text.size() && text[end] == '\n') ++end;
      lines.push_back(text.substr(begin, (ends == LineEnds::Keep ? end : i) - begin));
      begin = end;
    }
    i = end;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

std::string replace(std::string_view text, std::string_view from, std::string_view to,
                    std::size_t max_replacements) {
  std::string out;
  std::size_t i = 0;
  for (std::size_t number = 0; number < max_replacements; ++number) {
    const std::size_t found = from.empty() ? i : text.find(from, i);
    if (found == std::string_view::npos) break;
    out += text.substr(i, found - i);
    out += to;
    i = found + from.size();
    if (!from.empty()) continue;
    if (i == text.size()) break;
    const std::string_view character = text.substr(i, size_of(decode_utf8(text, i)));
    out += character;
    i += character.size();
  }
  out += text.substr(i);
  return out;
}

std::size_t count(std::string_view text, std::string_view part) {
  if (part.empty()) return num_characters(text) + 1;
  return split_left(text, part).size() - 1;
}

bool all_of(std::string_view text, bool (*property)(char32_t)) {
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    if (!property(c.code_point)) return false;
    i += size_of(c);
  }
  return !text.empty();
}

std::string aligned(std::string_view text, std::size_t width, Alignment alignment,
                    std::string_view fill) {
  const std::size_t length = num_characters(text);
  const std::size_t missing = width > length ? width - length : 0;
  std::size_t left = 0;
  if (alignment == Alignment::Right) left = missing;
  // As CPython rounds: the odd space goes left only where the width is odd too.
  if (alignment == Alignment::Center) left = missing / 2 + (missing & width & 1);
  std::string out;
  for (std::size_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (std::size_t i = left; i < missing; ++i) out += fill;
  return out;
}

}  // namespace falconet::jinja
