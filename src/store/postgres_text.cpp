#include "store/postgres_text.h"

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

constexpr char32_t kMark = 0xFDD0;
constexpr std::string_view kMarkBytes = "\xEF\xB7\x90";

void append_marked(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kMarkBytes;
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

NumberedSql number_places(std::string_view sql) {
  NumberedSql numbered;
  numbered.text.reserve(sql.size() + 16);
  char quote = 0;
  for (const char c : sql) {
    if (quote == 0 && c == '?') {
      numbered.text += cat("$", ++numbered.num_places);
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    numbered.text += c;
  }
  return numbered;
}

std::string to_postgres_text(std::string_view text) {
  if (text.find('\0') == std::string_view::npos &&
      text.find(kMarkBytes) == std::string_view::npos && is_valid_utf8(text)) {
    return std::string(text);
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character c = decode_utf8(text, at);
    const std::string_view bytes = text.substr(at, static_cast<std::size_t>(c.num_bytes));
    if (c.is_valid && c.code_point != 0 && c.code_point != kMark) {
      out += bytes;
    } else {
      append_marked(out, bytes);
    }
    at += bytes.size();
  }
  return out;
}

std::string from_postgres_text(std::string_view text) {
  std::string out;
  for (std::size_t mark = text.find(kMarkBytes); mark != std::string_view::npos;
       mark = text.find(kMarkBytes)) {
    out += text.substr(0, mark);
    text.remove_prefix(mark + kMarkBytes.size());
    const int high = text.size() >= 2 ? digit_value(text[0]) : -1;
    const int low = text.size() >= 2 ? digit_value(text[1]) : -1;
    if (high < 0 || low < 0) {  // somebody else wrote this
      out += kMarkBytes;
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    text.remove_prefix(2);
  }
  out += text;
  return out;
}

}  // namespace falconet
