#include "tokenizer/regex_parser.h"

#include "tokenizer/regex_reader.h"

namespace falconet {
namespace {

constexpr int kMaxDepth = 20;            // of groups in groups: parser and matcher recurse
constexpr std::size_t kMaxCount = 1000;  // of {n,m}

using Kind = RegexNode::Kind;

class Parser {
 public:
  explicit Parser(std::string_view pattern) : reader_(pattern) {}

  Result<ParsedRegex> parse() {
    TRY_ASSIGN(parsed_.root, parse_choice(0));
    if (!reader_.at_end()) return reader_.unsupported("an unmatched )");
    for (CharacterSet& set : parsed_.sets) set.finish();
    return std::move(parsed_);
  }

 private:
  Result<RegexNode> parse_choice(int depth) {
    if (depth > kMaxDepth) return reader_.unsupported("groups nested too deeply");
    const bool outer_case = ignores_case_;  // (?i) holds to the end of its group
    RegexNode choice{.kind = Kind::Choice};
    do {
      RegexNode sequence{.kind = Kind::Sequence};
      while (!reader_.at_end() && reader_.peek() != '|' && reader_.peek() != ')') {
        TRY_ASSIGN(RegexNode atom, parse_atom(depth));
        TRY_ASSIGN(atom, parse_quantifiers(std::move(atom)));
        sequence.children.push_back(std::move(atom));
      }
      choice.children.push_back(std::move(sequence));
    } while (reader_.take('|'));
    ignores_case_ = outer_case;
    return choice.children.size() == 1 ? std::move(choice.children[0]) : std::move(choice);
  }

  Result<RegexNode> parse_atom(int depth) {
    if (reader_.take('(')) return parse_group(depth);
    if (reader_.take('^')) return RegexNode{.kind = Kind::LineStart};
    if (reader_.take('$')) return RegexNode{.kind = Kind::LineEnd};
    if (reader_.take("\\A")) return RegexNode{.kind = Kind::TextStart};
    if (reader_.take("\\z")) return RegexNode{.kind = Kind::TextEnd};
    CharacterSet set;
    if (reader_.take('.')) {
      set.add('\n');
      set.negate();
    } else if (reader_.take('[')) {
      TRY_ASSIGN(set, reader_.read_class());
    } else if (reader_.take('\\')) {
      TRY_ASSIGN(set, reader_.read_escape());
    } else {
      const char32_t c = reader_.next();
      if (c == '*' || c == '+' || c == '?') return reader_.unsupported("a repeat of nothing");
      set.add(c);
    }
    if (ignores_case_) set.ignore_case();
    parsed_.sets.push_back(std::move(set));
    return RegexNode{.kind = Kind::Set, .set = parsed_.sets.size() - 1};
  }

  Result<RegexNode> parse_group(int depth) {
    RegexNode group{.kind = Kind::Sequence};
    const bool outer_case = ignores_case_;
    if (reader_.take("?=")) {
      group.kind = Kind::Lookahead;
    } else if (reader_.take("?!")) {
      group.kind = Kind::Lookahead;
      group.is_negated = true;
    } else if (reader_.take("?>")) {
      group.kind = Kind::Atomic;
    } else if (reader_.take("?i)")) {
      ignores_case_ = true;
      return group;
    } else if (reader_.take("?i:")) {
      ignores_case_ = true;
    } else if (reader_.take("?-i:")) {
      ignores_case_ = false;
    } else if (!reader_.take("?:") && reader_.peek() == '?') {
      return reader_.unsupported("this kind of group");
    }
    TRY_ASSIGN(RegexNode body, parse_choice(depth + 1));
    if (!reader_.take(')')) return reader_.unsupported("a group that is not closed");
    ignores_case_ = outer_case;
    group.children.push_back(std::move(body));
    return group;
  }

  /// Wraps the atom in the repeats that follow it.
  Result<RegexNode> parse_quantifiers(RegexNode atom) {
    int num_repeats = 0;
    while (true) {
      RegexNode repeat{.kind = Kind::Repeat};
      bool is_interval = false;
      if (reader_.take('?')) {
        repeat.min = 0;
      } else if (reader_.take('*')) {
        repeat.min = 0;
        repeat.max = RegexNode::kNoLimit;
      } else if (reader_.take('+')) {
        repeat.max = RegexNode::kNoLimit;
      } else if (read_interval(repeat)) {
        is_interval = true;
        const bool is_too_large = repeat.max > kMaxCount && repeat.max != RegexNode::kNoLimit;
        if (repeat.max < repeat.min || repeat.min > kMaxCount || is_too_large) {
          return reader_.unsupported("these bounds");
        }
      } else {
        return atom;
      }
      if (++num_repeats > kMaxDepth) return reader_.unsupported("so many repeats");
      if (reader_.take('?')) repeat.greed = Greed::Lazy;
      // In Ruby's syntax a{1,2}+ repeats a{1,2}; only ?+ *+ ++ are possessive.
      if (!is_interval && reader_.take('+')) repeat.greed = Greed::Possessive;
      repeat.children.push_back(std::move(atom));
      atom = std::move(repeat);
    }
  }

  /// {n} {n,} {,m} {n,m}; anything else that begins with a brace is text.
  bool read_interval(RegexNode& repeat) {
    const std::size_t start = reader_.position();
    if (!reader_.take('{')) return false;
    const auto min = reader_.read_number();
    const bool has_comma = reader_.take(',');
    const auto max = has_comma ? reader_.read_number() : min;
    if ((!min && !max) || !reader_.take('}')) {
      reader_.set_position(start);
      return false;
    }
    repeat.min = min.value_or(0);
    repeat.max = max.value_or(RegexNode::kNoLimit);
    return true;
  }

  RegexReader reader_;
  bool ignores_case_ = false;
  ParsedRegex parsed_;
};

}  // namespace

Result<ParsedRegex> parse_regex(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace falconet
