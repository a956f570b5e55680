#include "chat/python_call_reader.h"

#include <cctype>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

bool is_name_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '.' || c == '-' || byte >= 0x80;
}

constexpr char32_t kReplacement = 0xFFFD;

/// Digits behind the letter of an escape that names a code point.
std::size_t num_hex_digits(char letter) {
  return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
}

/// Nothing if the digits are none.
std::optional<char32_t> code_point_of(const std::string& digits) {
  char* end = nullptr;
  const unsigned long point = std::strtoul(digits.c_str(), &end, 16);
  if (*end != 0) return std::nullopt;
  return point <= 0x10FFFF ? static_cast<char32_t>(point) : kReplacement;
}

/// What an escape of one letter stands for, Python's and JSON's; the two characters themselves if
/// it is none.
std::string letter_escape(std::string_view escape) {
  constexpr std::string_view kLetters = "ntrbf0";
  constexpr std::string_view kMeanings("\n\t\r\b\f\0", 6);
  const char letter = escape[1];
  const std::size_t place = kLetters.find(letter);
  if (place != std::string_view::npos) return std::string(1, kMeanings[place]);
  constexpr std::string_view kThemselves = "\\'\"/";
  return std::string(escape.substr(kThemselves.find(letter) != std::string_view::npos ? 1 : 0));
}

bool is_high_surrogate(char32_t point) { return point >= 0xD800 && point < 0xDC00; }
bool is_low_surrogate(char32_t point) { return point >= 0xDC00 && point < 0xE000; }

}  // namespace

std::size_t begun_python_call(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && kBlank.find(text[at]) != kBlank.npos) ++at;
  const std::size_t name = at;
  while (at < text.size() && is_name_byte(text[at])) ++at;
  const bool is_named = at > name && std::isdigit(static_cast<unsigned char>(text[name])) == 0;
  if (at == text.size()) return at == name || is_named ? std::string_view::npos : 0;
  return is_named && text[at] == '(' ? at + 1 : 0;
}

std::size_t PythonCallReader::push(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (state_) {
      case State::Complete: return i;
      case State::Name:
        if (c == '(') {
          name_ = trim(std::exchange(word_, {}));
          arguments_ += '{';
          state_ = State::Key;
        } else {
          word_ += c;
        }
        break;
      case State::Key: read_key(c); break;
      case State::Value: read_value(c); break;
      case State::String: read_string(c); break;
    }
  }
  return text.size();
}

void PythonCallReader::read_key(char c) {
  if (c == ')') {
    arguments_ += '}';
    state_ = State::Complete;
  } else if (c == '=') {
    if (has_arguments_) arguments_ += ", ";
    arguments_ += cat(to_text(Json(std::string(trim(std::exchange(word_, {}))))), ": ");
    has_arguments_ = true;
    state_ = State::Value;
  } else if (c == ',') {
    word_.clear();
  } else {
    word_ += c;
  }
}

void PythonCallReader::read_value(char c) {
  if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
    word_ += c;
    return;
  }
  if (c == '"' || c == '\'') {
    word_.clear();  // r"…", f"…"
    quote_ = c;
    state_ = State::String;
    return;
  }
  end_word();
  if (depth_ == 0 && (c == ',' || c == ')')) return end_value(c);
  // Around a value there is space that is no part of it.
  if (depth_ == 0 && kBlank.find(c) != kBlank.npos) return;
  const bool opens = c == '[' || c == '{' || c == '(';
  const bool closes = c == ']' || c == '}' || c == ')';
  depth_ += (opens ? 1 : 0) - (closes ? 1 : 0);
  arguments_ += c == '(' ? '[' : c == ')' ? ']' : c;
}

void PythonCallReader::end_value(char c) {
  if (c == ',') {
    state_ = State::Key;
    return;
  }
  arguments_ += '}';
  state_ = State::Complete;
}

/// Python's names of JSON's literals; a number's exponent is left as it is.
void PythonCallReader::end_word() {
  const std::string word = std::exchange(word_, {});
  arguments_ += word == "True"    ? "true"
                : word == "False" ? "false"
                : word == "None"  ? "null"
                                  : word;
}

void PythonCallReader::read_string(char c) {
  if (!escape_.empty() || c == '\\') {
    escape_ += c;
    if (escape_.size() >= 2 && escape_.size() == 2 + num_hex_digits(escape_[1])) end_escape();
    return;
  }
  end_surrogate();
  if (c == quote_) return end_string();
  string_ += c;
}

void PythonCallReader::end_escape() {
  const std::string escape = std::exchange(escape_, {});
  const auto point = escape.size() > 2 ? code_point_of(escape.substr(2)) : std::nullopt;
  if (!point) {
    end_surrogate();
    string_ += escape.size() > 2 ? escape : letter_escape(escape);
    return;
  }
  if (high_surrogate_ != 0 && is_low_surrogate(*point)) {
    const char32_t high = std::exchange(high_surrogate_, 0);
    append_utf8(string_, 0x10000 + ((high - 0xD800) << 10) + (*point - 0xDC00));
    return;
  }
  end_surrogate();
  if (is_high_surrogate(*point)) {
    high_surrogate_ = *point;
    return;
  }
  append_utf8(string_, is_low_surrogate(*point) ? kReplacement : *point);
}

/// A first half that no second one followed.
void PythonCallReader::end_surrogate() {
  if (std::exchange(high_surrogate_, 0) != 0) append_utf8(string_, kReplacement);
}

void PythonCallReader::end_string() {
  arguments_ += to_text(Json(std::exchange(string_, {})));
  state_ = State::Value;
}

std::string PythonCallReader::take_arguments() { return std::exchange(arguments_, {}); }

}  // namespace falconet
