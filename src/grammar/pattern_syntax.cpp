#include "grammar/pattern_syntax.h"

#include "base/unicode.h"
#include "grammar/pattern_reader.h"

namespace falconet {
namespace {

// Not inlined: GCC 12 would warn of a copy beyond the message's end, which cannot happen.
[[gnu::noinline]] Error too_many_repetitions() {
  return error(ErrorCode::TooLarge, "pattern: more than ", kMaxPatternRepeat, " repetitions");
}

}  // namespace

Result<Pattern> parse_pattern(std::string_view text) {
  if (text.size() > kMaxPatternBytes) {
    return error(ErrorCode::TooLarge, "the pattern has ", text.size(), " bytes, the limit is ",
                 kMaxPatternBytes);
  }
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    if (!character.is_valid) {
      return error(ErrorCode::InvalidArgument, "the pattern is not valid UTF-8 at byte ", i);
    }
    characters += character.code_point;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return PatternReader(std::move(characters)).read_all();
}

bool PatternReader::take(std::u32string_view text) {
  if (std::u32string_view(pattern_).substr(position_, text.size()) != text) return false;
  position_ += text.size();
  return true;
}

Error PatternReader::invalid(std::string_view what) const {
  return error(ErrorCode::InvalidArgument, "pattern: ", what, " at character ", position_);
}

Error PatternReader::unsupported(std::string_view what) const {
  return error(ErrorCode::Unsupported, "pattern: ", what, " at character ", position_,
               " cannot be enforced");
}

Result<Pattern> PatternReader::read_all() {
  TRY_ASSIGN(Pattern pattern, read_choice(0));
  if (!at_end()) return invalid("a closing parenthesis without an opening one");
  return pattern;
}

Result<Pattern> PatternReader::read_choice(int depth) {
  if (depth > kMaxPatternDepth) {
    return error(ErrorCode::TooLarge, "pattern: groups nest deeper than ", kMaxPatternDepth);
  }
  TRY_ASSIGN(Pattern first, read_sequence(depth));
  if (peek() != U'|' || at_end()) return first;
  Pattern choice{.kind = Pattern::Kind::Choice};
  choice.children.push_back(std::move(first));
  while (take(U"|")) {
    TRY_ASSIGN(Pattern next, read_sequence(depth));
    choice.children.push_back(std::move(next));
  }
  return choice;
}

Result<Pattern> PatternReader::read_sequence(int depth) {
  Pattern sequence;
  while (!at_end() && peek() != U'|' && peek() != U')') {
    TRY_ASSIGN(Pattern atom, read_atom(depth));
    TRY_ASSIGN(Pattern item, read_quantified(std::move(atom)));
    sequence.children.push_back(std::move(item));
  }
  return sequence;
}

Result<Pattern> PatternReader::read_atom(int depth) {
  const char32_t c = peek();
  switch (c) {
    case U'^': ++position_; return Pattern{.kind = Pattern::Kind::Begin};
    case U'$': ++position_; return Pattern{.kind = Pattern::Kind::End};
    case U'(': return read_group(depth);
    case U'*':
    case U'+':
    case U'?': return invalid("nothing to repeat");
    case U'.': {
      ++position_;
      const CodePoints line_ends({{U'\n', U'\n'}, {U'\r', U'\r'}, {0x2028, 0x2029}});
      return Pattern{.kind = Pattern::Kind::Set, .characters = line_ends.negated()};
    }
    case U'[': {
      ++position_;
      TRY_ASSIGN(CodePoints characters, read_class());
      return Pattern{.kind = Pattern::Kind::Set, .characters = std::move(characters)};
    }
    case U'\\': {
      ++position_;
      if (peek() == U'b' || peek() == U'B') return unsupported("a word boundary");
      TRY_ASSIGN(CodePoints characters, read_escape(false));
      return Pattern{.kind = Pattern::Kind::Set, .characters = std::move(characters)};
    }
    default:
      ++position_;
      return Pattern{.kind = Pattern::Kind::Set, .characters = CodePoints::single(c)};
  }
}

Result<Pattern> PatternReader::read_group(int depth) {
  ++position_;
  Pattern group;
  bool is_assertion = false;
  if (take(U"?=")) {
    group.kind = Pattern::Kind::Ahead;
    is_assertion = true;
  } else if (take(U"?!")) {
    group.kind = Pattern::Kind::NotAhead;
    is_assertion = true;
  } else if (take(U"?<=") || take(U"?<!")) {
    return unsupported("a look-behind");
  } else if (take(U"?P<") || take(U"?<")) {
    while (!at_end() && peek() != U'>') ++position_;
    if (!take(U">")) return invalid("the name of a group does not end");
  } else if (!take(U"?:") && peek() == U'?') {
    return unsupported("this kind of group");
  }
  TRY_ASSIGN(Pattern inside, read_choice(depth + 1));
  if (!take(U")")) return invalid("a group does not end");
  if (!is_assertion) return inside;
  group.children.push_back(std::move(inside));
  return group;
}

std::optional<std::uint32_t> PatternReader::read_number() {
  if (peek() < U'0' || peek() > U'9') return std::nullopt;
  std::uint32_t number = 0;
  for (; peek() >= U'0' && peek() <= U'9'; ++position_) {
    number = std::min(number * 10 + static_cast<std::uint32_t>(peek() - U'0'),
                      std::uint32_t{100'000'000});
  }
  return number;
}

/// {2}, {2,} or {2,5}; a brace that is none of these stands for itself.
std::optional<std::pair<std::uint32_t, std::uint32_t>> PatternReader::read_braces() {
  const std::size_t begin = position_;
  ++position_;
  const auto min = read_number();
  if (min && take(U"}")) return std::pair{*min, *min};
  if (min && take(U",")) {
    const auto max = read_number();
    if (take(U"}")) return std::pair{*min, max.value_or(Pattern::kNoLimit)};
  }
  position_ = begin;
  return std::nullopt;
}

Result<Pattern> PatternReader::read_quantified(Pattern atom) {
  std::pair<std::uint32_t, std::uint32_t> times{1, 1};
  bool is_repeated = true;
  if (take(U"*")) {
    times = {0, Pattern::kNoLimit};
  } else if (take(U"+")) {
    times = {1, Pattern::kNoLimit};
  } else if (take(U"?")) {
    times = {0, 1};
  } else {
    const auto braces = peek() == U'{' && !at_end() ? read_braces() : std::nullopt;
    is_repeated = braces.has_value();
    if (braces) times = *braces;
  }
  if (!is_repeated) return atom;
  take(U"?");  // lazy or not: the same language
  const bool is_limited = times.second != Pattern::kNoLimit;
  if (times.first > times.second) return invalid("a repetition whose limits are in disorder");
  if (times.first > kMaxPatternRepeat || (is_limited && times.second > kMaxPatternRepeat)) {
    return too_many_repetitions();
  }
  Pattern repeat{.kind = Pattern::Kind::Repeat, .min = times.first, .max = times.second};
  repeat.children.push_back(std::move(atom));
  return repeat;
}

}  // namespace falconet
