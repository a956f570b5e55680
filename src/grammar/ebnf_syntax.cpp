#include "grammar/ebnf_syntax.h"

#include <algorithm>
#include <optional>

#include "base/unicode.h"

namespace falconet {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

class EbnfReader {
 public:
  explicit EbnfReader(std::string_view text) : text_(text) {}

  Result<EbnfGrammar> read_all() {
    EbnfGrammar grammar;
    skip_space(true);
    while (position_ < text_.size()) {
      const std::string name = read_name();
      if (name.empty()) return invalid("expected the name of a rule");
      skip_space(false);
      if (!take("::=") && !take("=")) return invalid("expected ::= after the rule's name");
      skip_space(true);
      TRY_ASSIGN(EbnfNode body, read_choice(0));
      if (!grammar.rules.emplace(name, std::move(body)).second) {
        return invalid("a rule is defined twice: " + name);
      }
      take(";");
      skip_space(true);
    }
    return grammar;
  }

 private:
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  bool take(std::string_view token) {
    if (text_.substr(position_, token.size()) != token) return false;
    position_ += token.size();
    return true;
  }

  Error invalid(const std::string& what) const {
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(position_), '\n');
    return error(ErrorCode::InvalidArgument, "grammar, line ", line, ": ", what);
  }

  /// Spaces and comments; line ends only where a rule may go on over them.
  void skip_space(bool over_lines) {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '#') {
        position_ = std::min(text_.find('\n', position_), text_.size());
      } else if (c == ' ' || c == '\t' || (over_lines && (c == '\n' || c == '\r'))) {
        ++position_;
      } else {
        return;
      }
    }
  }

  std::string read_name() {
    const std::size_t begin = position_;
    while (is_name_character(peek())) ++position_;
    return std::string(text_.substr(begin, position_ - begin));
  }

  Result<EbnfNode> read_choice(int depth) {
    if (depth > kMaxEbnfDepth) {
      return error(ErrorCode::TooLarge, "grammar: groups nest deeper than ", kMaxEbnfDepth);
    }
    EbnfNode choice{.kind = EbnfNode::Kind::Choice};
    do {
      skip_space(true);
      TRY_ASSIGN(EbnfNode sequence, read_sequence(depth));
      choice.children.push_back(std::move(sequence));
      // A bar may begin the next line.
      const std::size_t here = position_;
      skip_space(true);
      if (peek() != '|') position_ = here;
    } while (take("|"));
    if (choice.children.size() == 1) return std::move(choice.children.front());
    return choice;
  }

  Result<EbnfNode> read_sequence(int depth) {
    EbnfNode sequence;
    while (true) {
      skip_space(depth > 0);
      const char c = peek();
      if (c == '\0' || c == '|' || c == ')' || c == '\n' || c == '\r' || c == ';') return sequence;
      TRY_ASSIGN(EbnfNode atom, read_atom(depth));
      TRY_ASSIGN(EbnfNode item, read_repeats(std::move(atom)));
      sequence.children.push_back(std::move(item));
    }
  }

  Result<EbnfNode> read_atom(int depth) {
    const char c = peek();
    if (c == '"' || c == '\'') return read_text(c);
    if (take("[")) return read_class();
    if (take("(")) {
      TRY_ASSIGN(EbnfNode inside, read_choice(depth + 1));
      skip_space(true);
      if (!take(")")) return invalid("a group does not end");
      return inside;
    }
    if (take(".")) return EbnfNode{.kind = EbnfNode::Kind::Set, .characters = CodePoints::all()};
    EbnfNode rule{.kind = EbnfNode::Kind::Rule};
    rule.rule = read_name();
    if (rule.rule.empty()) return invalid(std::string("unexpected character ") + c);
    return rule;
  }

  Result<EbnfNode> read_text(char quote) {
    ++position_;
    EbnfNode node{.kind = EbnfNode::Kind::Text};
    while (peek() != quote) {
      if (position_ >= text_.size()) return invalid("a text does not end");
      TRY_ASSIGN(const char32_t c, read_character());
      node.text += c;
    }
    ++position_;
    return node;
  }

  Result<EbnfNode> read_class() {
    const bool is_negated = take("^");
    std::vector<CodePointRange> ranges;
    while (peek() != ']') {
      if (position_ >= text_.size()) return invalid("a class does not end");
      TRY_ASSIGN(const char32_t first, read_character());
      char32_t last = first;
      if (peek() == '-' && text_.substr(position_ + 1, 1) != "]") {
        ++position_;
        TRY_ASSIGN(last, read_character());
      }
      if (first > last) return invalid("a range whose ends are in disorder");
      ranges.push_back({first, last});
    }
    ++position_;
    const CodePoints set(std::move(ranges));
    return EbnfNode{.kind = EbnfNode::Kind::Set,
                    .characters = is_negated ? set.negated() : set.intersected(CodePoints::all())};
  }

  Result<char32_t> read_hexadecimal(std::size_t num_digits) {
    std::uint32_t value = 0;
    const std::string_view digits = text_.substr(position_, num_digits);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != num_digits || failure != std::errc() ||
        end != digits.data() + digits.size() || value > kMaxCodePoint) {
      return invalid("a character's number is malformed");
    }
    position_ += num_digits;
    return value;
  }

  /// There must be a next byte.
  Result<char32_t> read_character() {
    if (position_ >= text_.size()) return invalid("a character is missing");
    if (!take("\\")) {
      const Utf8Character character = decode_utf8(text_, position_);
      if (!character.is_valid) return invalid("invalid UTF-8");
      position_ += static_cast<std::size_t>(character.num_bytes);
      return character.code_point;
    }
    if (position_ >= text_.size()) return invalid("a backslash ends the grammar");
    const char c = text_[position_++];
    switch (c) {
      case 'n': return U'\n';
      case 'r': return U'\r';
      case 't': return U'\t';
      case 'x': return read_hexadecimal(2);
      case 'u': return read_hexadecimal(4);
      case 'U': return read_hexadecimal(8);
      default: return static_cast<char32_t>(static_cast<unsigned char>(c));
    }
  }

  std::optional<std::uint32_t> read_number() {
    std::uint32_t number = 0;
    const std::size_t begin = position_;
    for (; peek() >= '0' && peek() <= '9'; ++position_) {
      number = std::min(number * 10 + static_cast<std::uint32_t>(peek() - '0'), 100'000u);
    }
    return position_ == begin ? std::nullopt : std::optional(number);
  }

  Result<EbnfNode> read_repeats(EbnfNode atom) {
    while (true) {
      std::uint32_t min = 0;
      std::uint32_t max = EbnfNode::kNoLimit;
      if (take("+")) {
        min = 1;
      } else if (take("?")) {
        max = 1;
      } else if (take("{")) {
        const auto low = read_number();
        const bool has_comma = take(",");
        const auto high = read_number();
        if (!take("}") || (!low && !high)) return invalid("a repetition is malformed");
        min = low.value_or(0);
        max = high ? *high : has_comma ? EbnfNode::kNoLimit : min;
      } else if (!take("*")) {
        return atom;
      }
      const bool is_large =
          min > kMaxEbnfRepeat || (max != EbnfNode::kNoLimit && max > kMaxEbnfRepeat);
      if (is_large) {
        return error(ErrorCode::TooLarge, "grammar: more than ", kMaxEbnfRepeat, " repetitions");
      }
      if (min > max) return invalid("a repetition whose limits are in disorder");
      EbnfNode repeat{.kind = EbnfNode::Kind::Repeat, .min = min, .max = max};
      repeat.children.push_back(std::move(atom));
      atom = std::move(repeat);
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

Result<EbnfGrammar> parse_ebnf(std::string_view text) {
  if (text.size() > kMaxEbnfBytes) {
    return error(ErrorCode::TooLarge, "the grammar has more than ", kMaxEbnfBytes, " bytes");
  }
  return EbnfReader(text).read_all();
}

}  // namespace falconet
