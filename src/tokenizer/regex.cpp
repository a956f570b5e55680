#include "tokenizer/regex.h"

#include "base/unicode.h"

namespace falconet {

void CharacterSet::add_range(char32_t first, char32_t last) { ranges_.emplace_back(first, last); }

void CharacterSet::add_negated(const CharacterSet& set) { negated_parts_.push_back(set); }

void CharacterSet::ignore_case() {
  const auto ranges = ranges_;
  for (const auto& [first, last] : ranges) {
    if (first != last) continue;
    add_range(to_lower(first), to_lower(first));
    add_range(to_upper(first), to_upper(first));
  }
}

void CharacterSet::finish() {
  for (CharacterSet& part : negated_parts_) part.finish();
  for (char32_t c = 0; c < 128; ++c) ascii_[c] = contains_slowly(c);
}

bool CharacterSet::contains_slowly(char32_t c) const {
  bool is_member = (categories_ != 0 && (category_bit(c) & categories_) != 0) ||
                   (has_white_space_ && is_white_space(c));
  for (const auto& [first, last] : ranges_) is_member = is_member || (c >= first && c <= last);
  for (const CharacterSet& part : negated_parts_) is_member = is_member || !part.contains(c);
  return is_member != is_negated_;
}

/// Recursive descent over the pattern; every construct yields a chain of nodes.
class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size();) {
      const Utf8Character character = decode_utf8(pattern, i);
      pattern_.push_back(character.code_point);
      i += static_cast<std::size_t>(character.num_bytes);
    }
  }

  Result<Regex> parse() {
    const int accept = add({.op = Regex::Op::Accept});
    TRY_ASSIGN(const int start, parse_alternatives(accept, 0));
    if (!at_end()) return unsupported("an unmatched )");
    regex_.start_ = start;
    for (CharacterSet& set : regex_.sets_) set.finish();
    return std::move(regex_);
  }

 private:
  static constexpr int kMaxDepth = 20;
  static constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

  Error unsupported(std::string_view what) const {
    return error(ErrorCode::Unsupported, "regular expression: ", what, " at character ", position_);
  }
  bool at_end() const { return position_ >= pattern_.size(); }
  char32_t peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : 0;
  }
  bool take(char32_t c) {
    if (at_end() || peek() != c) return false;
    ++position_;
    return true;
  }
  int add(Regex::Node node) {
    regex_.nodes_.push_back(std::move(node));
    return static_cast<int>(regex_.nodes_.size()) - 1;
  }

  /// Chains are built back to front, so atoms are collected first and linked afterwards.
  struct Atom {
    int set = -1;
    std::size_t min = 1;
    std::size_t max = 1;
    bool is_possessive = false;
    bool is_lazy = false;
    Regex::Op op = Regex::Op::Repeat;
    std::size_t body_begin = 0;  // of a group: its text in the pattern
    bool body_ignores_case = false;
  };

  Result<int> parse_alternatives(int next, int depth) {
    if (depth > kMaxDepth) return unsupported("groups nested too deeply");
    std::vector<int> branches;
    do {
      TRY_ASSIGN(const int branch, parse_sequence(next, depth));
      branches.push_back(branch);
    } while (take('|'));
    if (branches.size() == 1) return branches[0];
    Regex::Node node{.op = Regex::Op::Branch};
    node.branches = std::move(branches);
    return add(std::move(node));
  }

  Result<int> parse_sequence(int next, int depth) {
    std::vector<Atom> atoms;
    while (!at_end() && peek() != '|' && peek() != ')') {
      TRY_ASSIGN(Atom atom, parse_atom(depth));
      TRY(parse_quantifier(atom));
      atoms.push_back(atom);
    }
    const std::size_t end = position_;
    for (std::size_t i = atoms.size(); i-- > 0;) {
      TRY_ASSIGN(next, link(atoms[i], next, depth));
    }
    position_ = end;
    return next;
  }

  /// Makes the node of one atom; a group's body is parsed now that what follows it is known.
  Result<int> link(const Atom& atom, int next, int depth) {
    if (atom.op == Regex::Op::Start || atom.op == Regex::Op::End) {
      return add({.op = atom.op, .next = next});
    }
    if (atom.set >= 0) {
      return add({.op = Regex::Op::Repeat,
                  .next = next,
                  .set = atom.set,
                  .min = atom.min,
                  .max = atom.max,
                  .is_possessive = atom.is_possessive,
                  .is_lazy = atom.is_lazy,
                  .branches = {}});
    }
    const bool outer_case = ignores_case_;
    ignores_case_ = atom.body_ignores_case;
    position_ = atom.body_begin;
    const bool is_lookahead = atom.op != Regex::Op::Branch;
    const int after = is_lookahead ? add({.op = Regex::Op::Accept}) : next;
    TRY_ASSIGN(const int body, parse_alternatives(after, depth + 1));
    ignores_case_ = outer_case;
    if (is_lookahead) {
      Regex::Node node{.op = atom.op, .next = next};
      node.branches = {body};
      return add(std::move(node));
    }
    if (atom.min == 1) return body;
    Regex::Node node{.op = Regex::Op::Branch};
    node.branches = {body, next};
    return add(std::move(node));
  }

  Result<Atom> parse_atom(int depth) {
    Atom atom;
    if (take('(')) return parse_group(depth);
    if (take('^')) return atom.op = Regex::Op::Start, atom;
    if (take('$')) return atom.op = Regex::Op::End, atom;
    CharacterSet set;
    if (take('[')) {
      TRY(parse_class(set));
    } else if (take('.')) {
      set.add_range('\n', '\n');
      set.negate();
    } else if (take('\\')) {
      TRY(parse_escape(set));
    } else {
      const char32_t c = pattern_[position_++];
      if (c == '*' || c == '+' || c == '?' || c == '{') return unsupported("a repeat of nothing");
      set.add_range(c, c);
    }
    if (ignores_case_) set.ignore_case();
    regex_.sets_.push_back(std::move(set));
    atom.set = static_cast<int>(regex_.sets_.size()) - 1;
    return atom;
  }

  Result<Atom> parse_group(int depth) {
    Atom atom;
    atom.op = Regex::Op::Branch;
    atom.body_ignores_case = ignores_case_;
    if (take('?')) {
      if (take('i')) {
        atom.body_ignores_case = true;
        if (!take(':')) return unsupported("a flag");
      } else if (take('=')) {
        atom.op = Regex::Op::Lookahead;
      } else if (take('!')) {
        atom.op = Regex::Op::NegativeLookahead;
      } else if (!take(':')) {
        return unsupported("this kind of group");
      }
    }
    atom.body_begin = position_;
    // The body is skipped now and parsed in link(): a dry run finds where it ends.
    const std::size_t num_nodes = regex_.nodes_.size();
    const std::size_t num_sets = regex_.sets_.size();
    TRY_ASSIGN(const int ignored, parse_alternatives(0, depth + 1));
    (void)ignored;
    regex_.nodes_.resize(num_nodes);
    regex_.sets_.resize(num_sets);
    if (!take(')')) return unsupported("a group that is not closed");
    return atom;
  }

  Status parse_quantifier(Atom& atom) {
    const bool is_quantified = peek() == '?' || peek() == '*' || peek() == '+' ||
                               (peek() == '{' && peek(1) >= '0' && peek(1) <= '9');
    if (at_end() || !is_quantified) return {};
    if (take('?')) {
      atom.min = 0;
    } else if (take('*')) {
      atom.min = 0;
      atom.max = kNoLimit;
    } else if (take('+')) {
      atom.max = kNoLimit;
    } else {
      TRY(parse_bounds(atom));
    }
    if (take('+')) atom.is_possessive = true;
    if (take('?')) atom.is_lazy = true;
    const bool is_simple_group =
        atom.op == Regex::Op::Branch && atom.max == 1 && !atom.is_lazy && !atom.is_possessive;
    if (atom.set < 0 && !is_simple_group) return unsupported("a repeated group");
    return {};
  }

  Status parse_bounds(Atom& atom) {
    ++position_;  // {
    const auto number = [&] {
      std::size_t value = 0;
      while (peek() >= '0' && peek() <= '9' && value < 1000) {
        value = value * 10 + (pattern_[position_++] - U'0');
      }
      return value;
    };
    atom.min = number();
    atom.max = atom.min;
    if (take(',')) atom.max = peek() == '}' ? kNoLimit : number();
    if (!take('}') || atom.max < atom.min) return unsupported("these bounds");
    return {};
  }

  /// After the backslash.
  Status parse_escape(CharacterSet& set) {
    if (at_end()) return unsupported("a final backslash");
    const char32_t c = pattern_[position_++];
    CharacterSet inner;
    switch (c) {
      case 's': set.add_white_space(); return {};
      case 'd': set.add_categories(category_bits("Nd")); return {};
      case 'S':
        inner.add_white_space();
        set.add_negated(inner);
        return {};
      case 'D':
        inner.add_categories(category_bits("Nd"));
        set.add_negated(inner);
        return {};
      case 'p': return parse_property(set);
      case 'P':
        TRY(parse_property(inner));
        set.add_negated(inner);
        return {};
      case 'r': set.add_range('\r', '\r'); return {};
      case 'n': set.add_range('\n', '\n'); return {};
      case 't': set.add_range('\t', '\t'); return {};
      case 'u':
      case 'x': return parse_hexadecimal(set);
      default: break;
    }
    const bool is_letter_or_digit =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter_or_digit) return unsupported("this escape");
    set.add_range(c, c);
    return {};
  }

  Status parse_property(CharacterSet& set) {
    std::string name;
    if (take('{')) {
      while (!at_end() && peek() != '}') append_utf8(name, pattern_[position_++]);
      if (!take('}')) return unsupported("an open property");
    } else if (!at_end()) {
      append_utf8(name, pattern_[position_++]);
    }
    const std::uint32_t bits = category_bits(name);
    if (bits == 0) return unsupported(cat("property ", name));
    set.add_categories(bits);
    return {};
  }

  Status parse_hexadecimal(CharacterSet& set) {
    const bool is_braced = take('{');
    std::string digits;
    while (!at_end() && digits.size() < (is_braced ? 6u : 4u) &&
           std::isxdigit(static_cast<int>(peek() < 128 ? peek() : 0))) {
      digits += static_cast<char>(pattern_[position_++]);
    }
    if ((is_braced && !take('}')) || digits.empty()) return unsupported("this code point");
    const auto value = static_cast<char32_t>(std::stoul(digits, nullptr, 16));
    set.add_range(value, value);
    return {};
  }

  /// After the opening bracket.
  Status parse_class(CharacterSet& set) {
    const bool is_negated = take('^');
    bool is_first = true;
    while (!at_end() && (peek() != ']' || is_first)) {
      is_first = false;
      if (peek() == '[' && peek(1) != ':') return unsupported("a class in a class");
      if (peek() == '&' && peek(1) == '&') return unsupported("an intersection of classes");
      TRY_ASSIGN(const std::optional<char32_t> first, parse_class_member(set));
      if (!first) continue;
      char32_t last = *first;
      if (peek() == '-' && peek(1) != ']' && peek(1) != 0) {
        ++position_;
        TRY_ASSIGN(const std::optional<char32_t> bound, parse_class_member(set));
        if (!bound || *bound < *first) return unsupported("this range");
        last = *bound;
      }
      set.add_range(*first, last);
    }
    if (!take(']')) return unsupported("a class that is not closed");
    if (is_negated) set.negate();
    return {};
  }

  /// A single character, or nothing when the member was a whole class (added to `set`).
  Result<std::optional<char32_t>> parse_class_member(CharacterSet& set) {
    const char32_t c = pattern_[position_++];
    if (c != '\\') return std::optional<char32_t>(c);
    if (at_end()) return unsupported("a final backslash");
    switch (peek()) {
      case 'r': return ++position_, std::optional<char32_t>('\r');
      case 'n': return ++position_, std::optional<char32_t>('\n');
      case 't': return ++position_, std::optional<char32_t>('\t');
      case 's':
      case 'S':
      case 'd':
      case 'D':
      case 'p':
      case 'P':
      case 'u':
      case 'x': TRY(parse_escape(set)); return std::optional<char32_t>();
      default: return std::optional<char32_t>(pattern_[position_++]);
    }
  }

  std::vector<char32_t> pattern_;
  std::size_t position_ = 0;
  bool ignores_case_ = false;
  Regex regex_;
};

Result<Regex> Regex::compile(std::string_view pattern) { return RegexParser(pattern).parse(); }

std::optional<std::size_t> Regex::match_at(std::span<const char32_t> text,
                                           std::size_t start) const {
  const std::size_t end = run(start_, text, start);
  if (end == kNoMatch) return std::nullopt;
  return end;
}

std::size_t Regex::run_repeat(const Node& node, std::span<const char32_t> text,
                              std::size_t position) const {
  const CharacterSet& set = sets_[static_cast<std::size_t>(node.set)];
  const std::size_t room = std::min(node.max, text.size() - position);
  std::size_t count = 0;
  if (node.is_lazy) {
    while (true) {
      if (count >= node.min) {
        const std::size_t end = run(node.next, text, position + count);
        if (end != kNoMatch) return end;
      }
      if (count >= room || !set.contains(text[position + count])) return kNoMatch;
      ++count;
    }
  }
  while (count < room && set.contains(text[position + count])) ++count;
  if (count < node.min) return kNoMatch;
  if (node.is_possessive) return run(node.next, text, position + count);
  while (true) {
    const std::size_t end = run(node.next, text, position + count);
    if (end != kNoMatch || count == node.min) return end;
    --count;
  }
}

std::size_t Regex::run(int index, std::span<const char32_t> text, std::size_t position) const {
  while (true) {
    const Node& node = nodes_[static_cast<std::size_t>(index)];
    switch (node.op) {
      case Op::Accept: return position;
      case Op::Repeat:
        if (node.min == 1 && node.max == 1) {
          if (position >= text.size() ||
              !sets_[static_cast<std::size_t>(node.set)].contains(text[position])) {
            return kNoMatch;
          }
          ++position;
          break;
        }
        return run_repeat(node, text, position);
      case Op::Branch:
        for (const int branch : node.branches) {
          const std::size_t end = run(branch, text, position);
          if (end != kNoMatch) return end;
        }
        return kNoMatch;
      case Op::Lookahead:
        if (run(node.branches[0], text, position) == kNoMatch) return kNoMatch;
        break;
      case Op::NegativeLookahead:
        if (run(node.branches[0], text, position) != kNoMatch) return kNoMatch;
        break;
      case Op::Start:
        if (position != 0) return kNoMatch;
        break;
      case Op::End:
        if (position != text.size()) return kNoMatch;
        break;
    }
    index = node.next;
  }
}

}  // namespace falconet
