#include "chat/jinja/lexer.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/unicode.h"
#include "chat/jinja/string_literal.h"
#include "chat/jinja/text.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {
namespace {

using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// \r\n and \r become \n; one newline at the end of the template is dropped.
std::string normalize_newlines(string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      out += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      out += source[i];
    }
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class Lexer {
 public:
  explicit Lexer(string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    while (position_ < source_.size()) TRY(lex_text_and_tag());
    add(TokenKind::End, "");
    return std::move(tokens_);
  }

 private:
  // A tag's opening: {{, {% or {#, with the sign that follows it.
  struct Opening {
    std::size_t begin;
    char kind;  // '{', '%' or '#'
    char sign;  // '-', '+' or ' '
  };

  string_view rest() const { return source_.substr(position_); }
  bool starts(string_view text) const { return rest().substr(0, text.size()) == text; }

  void add(TokenKind kind, std::string text) {
    tokens_.push_back(Token{kind, std::move(text), line_});
  }

  // Moves on and counts the lines passed.
  void advance_to(std::size_t position) {
    const string_view passed = source_.substr(position_, position - position_);
    line_ += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
    position_ = position;
  }
  void advance(std::size_t num_bytes) { advance_to(position_ + num_bytes); }
  void skip_space() { advance(rest().size() - strip_left(rest()).size()); }

  Error fail(const std::string& message) const {
    return template_error("line ", line_, ": ", message);
  }

  char sign_at(std::size_t position) const {
    const char c = position < source_.size() ? source_[position] : ' ';
    return c == '-' || c == '+' ? c : ' ';
  }

  std::optional<Opening> find_opening() const {
    for (std::size_t i = source_.find('{', position_); i != string_view::npos;
         i = source_.find('{', i + 1)) {
      const char kind = i + 1 < source_.size() ? source_[i + 1] : ' ';
      if (kind == '{' || kind == '%' || kind == '#') return Opening{i, kind, sign_at(i + 2)};
    }
    return std::nullopt;
  }

  // The text before a tag, cut as its sign and lstrip_blocks ask for.
  string_view text_before(const Opening& opening) const {
    const string_view text = source_.substr(position_, opening.begin - position_);
    if (opening.sign == '-') return strip_right(text);
    if (opening.sign == '+' || opening.kind == '{') return text;
    const std::size_t line_begin = text.rfind('\n') + 1;  // 0 where the text has no newline
    const bool is_at_line_start =
        line_begin > 0 || position_ == 0 || source_[position_ - 1] == '\n';
    if (!is_at_line_start || !strip_left(text.substr(line_begin)).empty()) return text;
    return text.substr(0, line_begin);
  }

  Status lex_text_and_tag() {
    const auto opening = find_opening();
    if (!opening) {
      add(TokenKind::Text, std::string(rest()));
      advance_to(source_.size());
      return {};
    }
    const string_view text = text_before(*opening);
    if (!text.empty()) add(TokenKind::Text, std::string(text));
    advance_to(opening->begin);
    if (opening->kind == '#') return skip_comment(*opening);
    if (opening->kind == '%' && is_raw(*opening)) return lex_raw();
    advance(opening->sign == ' ' ? 2 : 3);
    add(opening->kind == '{' ? TokenKind::VariableBegin : TokenKind::BlockBegin, "");
    return lex_tag(opening->kind == '{');
  }

  // Passes the end of a tag: its sign, its two characters, and the whitespace it takes with it.
  enum class Newline { Trim, Keep };
  void pass_end(Newline newline) {
    const char sign = sign_at(position_);
    advance(sign == ' ' ? 2 : 3);
    if (sign == '-') {
      skip_space();
    } else if (sign == ' ' && newline == Newline::Trim && starts("\n")) {
      advance(1);
    }
  }

  Status skip_comment(const Opening& opening) {
    const std::size_t body = opening.begin + (opening.sign == ' ' ? 2 : 3);
    const std::size_t end = source_.find("#}", body);
    if (end == string_view::npos) return fail("missing end of comment tag");
    const bool has_sign = end > body && sign_at(end - 1) != ' ';
    advance_to(has_sign ? end - 1 : end);
    pass_end(Newline::Trim);
    return {};
  }

  // After `position`: whitespace, the word, whitespace, a sign and %}. Returns where the sign is.
  std::optional<std::size_t> match_word_tag(std::size_t position, string_view word,
                                            bool is_plus_allowed) const {
    string_view text = strip_left(source_.substr(position));
    if (text.substr(0, word.size()) != word) return std::nullopt;
    text = strip_left(text.substr(word.size()));
    const std::size_t end = source_.size() - text.size();
    const bool has_sign = sign_at(end) == '-' || (sign_at(end) == '+' && is_plus_allowed);
    if (source_.substr(has_sign ? end + 1 : end, 2) != "%}") return std::nullopt;
    return end;
  }

  bool is_raw(const Opening& opening) const {
    const std::size_t word = opening.begin + (opening.sign == ' ' ? 2 : 3);
    return match_word_tag(word, "raw", false).has_value();
  }

  Status lex_raw() {
    const std::size_t word = position_ + (sign_at(position_ + 2) == ' ' ? 2 : 3);
    advance_to(*match_word_tag(word, "raw", false));
    pass_end(Newline::Keep);
    for (std::size_t i = source_.find("{%", position_); i != string_view::npos;
         i = source_.find("{%", i + 1)) {
      const char sign = sign_at(i + 2);
      const auto end = match_word_tag(i + (sign == ' ' ? 2 : 3), "endraw", true);
      if (!end) continue;
      const string_view text = text_before(Opening{i, '%', sign});
      if (!text.empty()) add(TokenKind::Text, std::string(text));
      advance_to(*end);
      pass_end(Newline::Trim);
      return {};
    }
    return fail("missing end of raw directive");
  }

  bool at_tag_end(bool is_variable) const {
    const string_view end = is_variable ? "}}" : "%}";
    const char sign = sign_at(position_);
    if (sign == '+' && is_variable) return false;
    return source_.substr(position_ + (sign == ' ' ? 0 : 1), 2) == end;
  }

  Status lex_tag(bool is_variable) {
    std::string closers;  // what the open brackets wait for
    for (skip_space(); position_ < source_.size(); skip_space()) {
      if (closers.empty() && at_tag_end(is_variable)) {
        add(is_variable ? TokenKind::VariableEnd : TokenKind::BlockEnd, "");
        pass_end(is_variable ? Newline::Keep : Newline::Trim);
        return {};
      }
      TRY(lex_token(closers));
    }
    return {};  // the parser reports the missing end
  }

  Status lex_token(std::string& closers) {
    const char c = source_[position_];
    if (is_digit(c)) return lex_number();
    if (c == '"' || c == '\'') return lex_string(c);
    if (const std::size_t length = name_length()) {
      add(TokenKind::Name, std::string(rest().substr(0, length)));
      advance(length);
      return {};
    }
    return lex_operator(closers);
  }

  std::size_t name_length() const {
    std::size_t end = position_;
    while (end < source_.size()) {
      const Utf8Character c = decode_utf8(source_, end);
      const bool is_word = c.code_point == '_' || is_letter(c.code_point) ||
                           is_number(c.code_point) || is_mark(c.code_point);
      if (!c.is_valid || !is_word) break;
      end += static_cast<std::size_t>(c.num_bytes);
    }
    return end - position_;
  }

  // The end of a run of digits that single underscores may divide; `begin` where there is none.
  std::size_t digits_end(std::size_t begin, bool (*is_of_base)(char)) const {
    std::size_t end = begin;
    while (end < source_.size()) {
      if (is_of_base(source_[end])) {
        ++end;
      } else if (end > begin && source_[end] == '_' && end + 1 < source_.size() &&
                 is_of_base(source_[end + 1])) {
        end += 2;
      } else {
        break;
      }
    }
    return end;
  }

  std::size_t exponent_end(std::size_t begin) const {
    if (begin >= source_.size() || (source_[begin] != 'e' && source_[begin] != 'E')) return begin;
    std::size_t digits = begin + 1;
    if (sign_at(digits) != ' ') ++digits;
    const std::size_t end = digits_end(digits, is_digit);
    return end == digits ? begin : end;
  }

  Status lex_number() {
    const std::size_t whole = digits_end(position_, is_digit);
    std::size_t end = whole;
    const bool is_after_dot = position_ > 0 && source_[position_ - 1] == '.';
    if (!is_after_dot) {
      if (end < source_.size() && source_[end] == '.') {
        const std::size_t fraction = digits_end(end + 1, is_digit);
        if (fraction > end + 1) end = fraction;
      }
      end = exponent_end(end);
    }
    if (end > whole) return add_number(TokenKind::Float, end);
    return add_number(TokenKind::Int, integer_end(whole));
  }

  std::size_t integer_end(std::size_t whole) const {
    if (source_[position_] != '0') return whole;
    const char letter = position_ + 1 < source_.size() ? source_[position_ + 1] : ' ';
    bool (*is_of_base)(char) = nullptr;
    if (letter == 'x' || letter == 'X') {
      is_of_base = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    } else if (letter == 'o' || letter == 'O') {
      is_of_base = [](char c) { return c >= '0' && c <= '7'; };
    } else if (letter == 'b' || letter == 'B') {
      is_of_base = [](char c) { return c == '0' || c == '1'; };
    } else {
      return digits_end(position_, [](char c) { return c == '0'; });
    }
    const std::size_t digits = position_ + 2;
    const std::size_t end = digits_end(digits, is_of_base);
    return end > digits ? end : position_ + 1;
  }

  Status add_number(TokenKind kind, std::size_t end) {
    std::string digits(source_.substr(position_, end - position_));
    std::erase(digits, '_');
    add(kind, std::move(digits));
    advance_to(end);
    return {};
  }

  Status lex_string(char quote) {
    std::size_t end = position_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) return fail("a string is not closed");
    auto text = unescape(source_.substr(position_ + 1, end - position_ - 1));
    if (!text) return fail(text.error().message);
    add(TokenKind::String, std::move(*text));
    advance_to(end + 1);
    return {};
  }

  Status lex_operator(std::string& closers) {
    static constexpr string_view kLong[] = {"//", "**", "==", "!=", ">=", "<="};
    static constexpr string_view kShort = "+-*/%~[](){}<>=.:|,;";
    for (const string_view text : kLong) {
      if (!starts(text)) continue;
      add(TokenKind::Operator, std::string(text));
      advance(2);
      return {};
    }
    const char c = source_[position_];
    if (kShort.find(c) == string_view::npos) {
      const auto length = static_cast<std::size_t>(decode_utf8(source_, position_).num_bytes);
      return fail("unexpected char '" + std::string(rest().substr(0, length)) + "'");
    }
    if (c == '(') closers += ')';
    if (c == '[') closers += ']';
    if (c == '{') closers += '}';
    if (c == ')' || c == ']' || c == '}') {
      if (closers.empty()) return fail(std::string("unexpected '") + c + "'");
      if (closers.back() != c) {
        return fail(std::string("unexpected '") + c + "', expected '" + closers.back() + "'");
      }
      closers.pop_back();
    }
    add(TokenKind::Operator, std::string(1, c));
    advance(1);
    return {};
  }

  string_view source_;
  std::size_t position_ = 0;
  int line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) {
  const std::string normalized = normalize_newlines(source);
  return Lexer(normalized).run();
}

}  // namespace falconet::jinja
