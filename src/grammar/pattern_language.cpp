#include "grammar/pattern_language.h"

#include <algorithm>

#include "base/check.h"
#include "grammar/pattern_syntax.h"

namespace falconet {
namespace {

/// Builds the language of a pattern together with all that follows it in the text, from the right
/// to the left: so anchors and look-aheads know what they look at.
class PatternCompiler {
 public:
  explicit PatternCompiler(RegexPool& pool) : pool_(pool) {}

  /// `is_at_start`: the pattern begins where the text does.
  Result<RegexId> followed_by(const Pattern& pattern, RegexId rest, bool is_at_start) {
    switch (pattern.kind) {
      case Pattern::Kind::Set: return pool_.concat(pool_.set(pattern.characters), rest);
      case Pattern::Kind::Begin:
        // Elsewhere `^` cannot match, but "elsewhere" is only known where something was read.
        return is_at_start ? rest : kNothing;
      case Pattern::Kind::End: return pool_.is_nullable(rest) ? kEmptyText : kNothing;
      case Pattern::Kind::Choice: return choice(pattern, rest, is_at_start);
      case Pattern::Kind::Sequence: return sequence(pattern, rest, is_at_start);
      case Pattern::Kind::Repeat: return repeat(pattern, rest, is_at_start);
      case Pattern::Kind::Ahead:
      case Pattern::Kind::NotAhead: {
        TRY_ASSIGN(const RegexId ahead, followed_by(pattern.children[0], kAnyText, is_at_start));
        const bool is_negated = pattern.kind == Pattern::Kind::NotAhead;
        return pool_.both({is_negated ? pool_.negated(ahead) : ahead, rest});
      }
    }
    return kNothing;
  }

 private:
  static constexpr std::uint32_t kMaxUnrolled = 16;

  static bool has_assertion(const Pattern& pattern) {
    switch (pattern.kind) {
      case Pattern::Kind::Begin:
      case Pattern::Kind::End:
      case Pattern::Kind::Ahead:
      case Pattern::Kind::NotAhead: return true;
      default: return std::any_of(pattern.children.begin(), pattern.children.end(), has_assertion);
    }
  }

  static bool has_begin(const Pattern& pattern) {
    return pattern.kind == Pattern::Kind::Begin ||
           std::any_of(pattern.children.begin(), pattern.children.end(), has_begin);
  }

  /// Whether it may match without reading.
  static bool may_be_empty(const Pattern& pattern) {
    const auto& children = pattern.children;
    switch (pattern.kind) {
      case Pattern::Kind::Set: return false;
      case Pattern::Kind::Sequence:
        return std::all_of(children.begin(), children.end(), may_be_empty);
      case Pattern::Kind::Choice:
        return std::any_of(children.begin(), children.end(), may_be_empty);
      case Pattern::Kind::Repeat: return pattern.min == 0 || may_be_empty(children[0]);
      default: return true;
    }
  }

  static bool is_assertion(const Pattern& pattern) {
    return pattern.kind == Pattern::Kind::Begin || pattern.kind == Pattern::Kind::Ahead ||
           pattern.kind == Pattern::Kind::NotAhead;
  }

  Result<RegexId> choice(const Pattern& pattern, RegexId rest, bool is_at_start) {
    std::vector<RegexId> parts;
    for (const Pattern& child : pattern.children) {
      TRY_ASSIGN(const RegexId part, followed_by(child, rest, is_at_start));
      parts.push_back(part);
    }
    return pool_.either(std::move(parts));
  }

  Result<RegexId> sequence(const Pattern& pattern, RegexId rest, bool is_at_start) {
    // Where each child begins: at the start of the text as long as nothing can have been read.
    std::vector<bool> starts;
    bool is_start = is_at_start;
    for (const Pattern& child : pattern.children) {
      starts.push_back(is_start);
      const bool reads_nothing = is_assertion(child);
      if (is_start && !reads_nothing && may_be_empty(child)) {
        const auto after = &child - pattern.children.data() + 1;
        if (std::any_of(pattern.children.begin() + after, pattern.children.end(), has_begin)) {
          return error(ErrorCode::Unsupported, "pattern: `^` after a part that may be empty");
        }
      }
      is_start = is_start && reads_nothing;
    }
    for (std::size_t i = pattern.children.size(); i-- > 0;) {
      TRY_ASSIGN(rest, followed_by(pattern.children[i], rest, starts[i]));
    }
    return rest;
  }

  Result<RegexId> repeat(const Pattern& pattern, RegexId rest, bool is_at_start) {
    const Pattern& body = pattern.children[0];
    if (!has_assertion(body)) {
      TRY_ASSIGN(const RegexId once, followed_by(body, kEmptyText, is_at_start));
      return pool_.concat(pool_.repeated(once, pattern.min, pattern.max), rest);
    }
    if (pattern.max <= kMaxUnrolled) return unrolled(pattern, rest, is_at_start);
    return tempered(pattern, rest);
  }

  Result<RegexId> unrolled(const Pattern& pattern, RegexId rest, bool is_at_start) {
    if (pattern.max > 1 && has_begin(pattern)) {
      return error(ErrorCode::Unsupported, "pattern: `^` inside a repetition");
    }
    RegexId all = pattern.min == 0 ? rest : kNothing;
    RegexId so_far = rest;
    for (std::uint32_t n = 1; n <= pattern.max; ++n) {
      TRY_ASSIGN(so_far, followed_by(pattern.children[0], so_far, is_at_start));
      if (n >= pattern.min) all = pool_.either({all, so_far});
    }
    return all;
  }

  /// `((?!x)c)*` at the end of the text: no place in it may begin an x.
  Result<RegexId> tempered(const Pattern& pattern, RegexId rest) {
    const Pattern& body = pattern.children[0];
    const bool fits = body.kind == Pattern::Kind::Sequence && body.children.size() == 2 &&
                      body.children[0].kind == Pattern::Kind::NotAhead &&
                      body.children[1].kind == Pattern::Kind::Set && rest == kEmptyText &&
                      !has_assertion(body.children[0].children[0]) &&
                      !may_be_empty(body.children[0].children[0]);
    if (!fits) {
      return error(ErrorCode::Unsupported,
                   "pattern: an anchor or look-ahead inside a repetition cannot be enforced");
    }
    TRY_ASSIGN(const RegexId refused, followed_by(body.children[0].children[0], kAnyText, false));
    const RegexId characters = pool_.set(body.children[1].characters);
    return pool_.both({pool_.repeated(characters, pattern.min, pattern.max),
                       pool_.negated(pool_.concat(kAnyText, refused))});
  }

  RegexPool& pool_;
};

}  // namespace

Result<RegexId> pattern_language(RegexPool& pool, std::string_view text, PatternMatch match) {
  TRY_ASSIGN(const Pattern pattern, parse_pattern(text));
  PatternCompiler compiler(pool);
  if (match == PatternMatch::Whole) return compiler.followed_by(pattern, kEmptyText, true);
  TRY_ASSIGN(const RegexId at_start, compiler.followed_by(pattern, kAnyText, true));
  TRY_ASSIGN(const RegexId later, compiler.followed_by(pattern, kAnyText, false));
  const RegexId some_text = pool.repeated(pool.set(CodePoints::all()), 1);
  // What matches later without looking at the start matches at the start as well.
  if (at_start == later) return pool.concat(kAnyText, later);
  return pool.either({at_start, pool.concat(some_text, later)});
}

RegexId known_language(RegexPool& pool, std::string_view pattern) {
  const auto language = pattern_language(pool, pattern, PatternMatch::Whole);
  CHECK(language.has_value(), pattern, ": ", language.error().message);
  return *language;
}

}  // namespace falconet
