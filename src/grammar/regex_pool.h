// Regular languages as hash-consed expressions with all boolean operations, read one symbol at a
// time by Brzozowski's derivatives (J. ACM 11, 1964): what is left of a language after a symbol is
// again an expression, and equal rests are the same number. So the states of a lazy automaton are
// simply the ids of expressions, and they mean the same in every part of a grammar.
//
// Two levels share the pool. Character level: languages over code points, with And and Not. Byte
// level: what a model writes; Utf8 and Quoted spell a character-level language as bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/strong_id.h"
#include "grammar/code_points.h"
#include "grammar/digits.h"

namespace falconet {

using RegexId = StrongId<struct RegexTag>;

constexpr RegexId kNothing{0};    // no text at all, not even the empty one
constexpr RegexId kEmptyText{1};  // the empty text alone
constexpr RegexId kAnyText{2};    // every text

constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

class RegexPool {
 public:
  /// Expressions in one pool: some 60 bytes each. Beyond, operations yield kNothing and
  /// is_exhausted() tells; a grammar then fails and never accepts too much.
  static constexpr std::size_t kMaxNodes = 1u << 20;
  /// Expressions visited to decide whether one is empty.
  static constexpr std::size_t kMaxLivenessVisits = 20'000;

  RegexPool();

  // Character level.
  RegexId set(const CodePoints& characters);
  RegexId literal(std::u32string_view text);
  RegexId literal(std::string_view utf8);
  RegexId at_most_or_least(const DigitBound& bound);
  RegexId multiple_of(const DigitMultiple& multiple);
  RegexId both(std::vector<RegexId> parts);  // intersection
  RegexId negated(RegexId part);

  // Either level.
  RegexId either(std::vector<RegexId> parts);  // union
  RegexId concat(RegexId first, RegexId second);
  RegexId concat(std::span<const RegexId> parts);
  RegexId repeated(RegexId part, std::uint32_t min, std::uint32_t max = kUnlimited);

  // Byte level.
  RegexId bytes(std::string_view text);
  /// The empty text, marked: whoever reads up to here knows which alternative it was.
  RegexId tag(std::int32_t number);
  RegexId utf8(RegexId characters);
  /// The rest of a JSON string, its closing quote included. Each character has exactly one
  /// spelling (the shortest escape, lower-case hexadecimal), so that equal strings are equal bytes.
  RegexId quoted(RegexId characters);

  /// What may follow `symbol`; kNothing if no text of the language begins with it.
  RegexId derive(RegexId id, char32_t symbol);

  /// derive() at the character level, remembered, and kNothing if the rest is empty.
  RegexId after(RegexId id, char32_t character);

  /// Whether the language has any text.
  bool is_live(RegexId id);
  bool matches(RegexId id, std::u32string_view text);

  bool is_nullable(RegexId id) const { return node(id).is_nullable; }
  bool is_finite(RegexId id) const { return node(id).is_finite; }
  /// False where it is not known.
  bool is_surely_infinite(RegexId id) const {
    return node(id).is_cofinite || (node(id).is_simple && !node(id).is_finite);
  }
  /// Every text of at most so many characters begins a text of the language.
  std::uint32_t universal_depth(RegexId id) const { return node(id).universal_depth; }
  /// For a language of all texts of certain lengths: its limits.
  struct Lengths {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
  };
  std::optional<Lengths> as_any_of_length(RegexId id) const;
  /// The tags that have been reached: of an expression at the byte level.
  std::span<const std::int32_t> tags(RegexId id);
  /// Whether any byte can be read.
  bool has_more_than_tags(RegexId id) const;

  /// Bytes of the shortest text, up to the nearest tag. kUnlimited if there is none.
  std::uint32_t shortest_bytes(RegexId id);
  /// The same for each tag that can be reached.
  std::vector<std::pair<std::int32_t, std::uint32_t>> shortest_to_tags(RegexId id);

  /// If `id` is in the middle of a character that is already decided: the state after its bytes, of
  /// which every possible one leads there. Otherwise kNothing.
  RegexId after_decided_character(RegexId id);

  /// The parts of a sequence or union, for walks over byte-level expressions.
  struct Parts {
    RegexId quoted_characters = kNothing;  // with `rest`: a JSON string from a character's start
    RegexId rest = kNothing;
  };
  /// If the expression is Quoted(characters)·rest and no character has been begun.
  Parts as_string_body(RegexId id) const;
  std::vector<RegexId> alternatives(RegexId id) const;

  /// Up to `limit` + 1 texts of a finite character-level language, shortest first.
  std::vector<std::u32string> enumerate(RegexId id, std::size_t limit);

  bool is_exhausted() const { return is_exhausted_; }
  std::size_t num_nodes() const { return nodes_.size(); }
  /// Derivatives that may still be taken before is_exhausted(): a bound on compile time.
  void set_work_limit(std::uint64_t limit) { work_left_ = limit; }

 private:
  enum class Kind : std::uint8_t {
    Nothing,
    Set,
    Literal,
    Bound,
    Multiple,
    Concat,
    Or,
    And,
    Not,
    Repeat,
    Tag,
    Utf8,
    Quoted,
    Words,
  };
  /// Operands by kind: children, an index into a table below, or a number.
  struct Key {
    Kind kind = Kind::Nothing;
    std::int32_t a = 0;
    std::int32_t b = 0;
    std::uint32_t x = 0;
    std::uint32_t y = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Node {
    Key key;
    bool is_nullable = false;
    bool is_simple = true;  // made without And, Not and digit automata: never empty
    bool is_finite = false;
    bool is_cofinite = false;  // all but finitely many texts
    std::uint32_t universal_depth = 0;
  };
  /// A text and what follows it. Many of them, sorted, are one expression (Words): reading a symbol
  /// narrows a range of them.
  using Word = std::pair<std::u32string, RegexId>;

  /// The derivatives of a character-level expression: one for each class of characters that it
  /// does not tell apart. Class i begins at cuts[i], cuts[0] is 0; -1 is not known yet.
  struct Transitions {
    std::vector<char32_t> cuts;
    std::vector<std::int32_t> targets;
  };
  const Node& node(RegexId id) const { return nodes_[static_cast<std::size_t>(id.value)]; }
  std::span<const std::int32_t> children(const Key& key) const {
    return lists_[static_cast<std::size_t>(key.a)];
  }
  RegexId intern(const Key& key);
  void describe(Node& node) const;
  void describe_list(Node& node) const;
  void describe_concat(Node& node) const;
  void describe_repeat(Node& node) const;
  std::int32_t intern_list(std::vector<std::int32_t> list);
  void flatten(Kind kind, const std::vector<RegexId>& parts, std::vector<std::int32_t>& out) const;
  void unite_sets(std::vector<std::int32_t>& parts);
  std::optional<std::vector<std::u32string>> as_texts(RegexId id) const;
  bool filter_literals(const std::vector<std::int32_t>& parts, RegexId& filtered);

  std::optional<Word> as_word(RegexId id) const;
  void gather_words(std::vector<std::int32_t>& parts);
  RegexId words(std::int32_t list, std::uint32_t depth, std::size_t first, std::size_t last);
  std::span<const Word> words_of(const Key& key) const;
  RegexId derive_words(const Key& key, char32_t symbol);

  RegexId derive_concat(RegexId id, char32_t symbol);
  RegexId derive_literal(const Key& key, char32_t symbol);
  RegexId derive_list(const Key& key, char32_t symbol);
  RegexId derive_repeat(const Key& key, char32_t symbol);
  RegexId derive_digits(const Key& key, char32_t symbol);
  RegexId derive_spelling(const Key& key, std::uint8_t byte);
  RegexId derive_at_boundary(const Key& key, std::uint8_t byte);
  RegexId derive_escape(const Key& key, std::uint8_t byte);
  RegexId spelled(const Key& key, char32_t character);
  RegexId partial(const Key& key, char32_t base, int num_left);
  RegexId escape(const Key& key, std::uint32_t stage);
  bool any_escape_lives(RegexId characters, std::uint32_t stage);

  Transitions& transitions(RegexId id);
  RegexId class_target(RegexId id, Transitions& table, std::size_t index);
  void add_cuts(RegexId id, std::vector<char32_t>& cuts) const;
  /// The classes as ranges, without the surrogates.
  std::vector<CodePointRange> classes(RegexId id);
  bool search_for_text(RegexId id);

  std::optional<RegexId> flat_repeat(const Key& inner, std::uint32_t min, std::uint32_t max);
  static std::int64_t shortest_key(RegexId id, Kind spelling) {
    return std::int64_t{id.value} * 16 + static_cast<std::int64_t>(spelling);
  }
  std::uint32_t shortest(RegexId id, Kind spelling);
  std::uint32_t shortest_of_set(const CodePoints& characters, Kind spelling) const;
  static std::uint32_t shortest_of_text(std::u32string_view text, Kind spelling);
  std::uint32_t shortest_by_structure(RegexId id, Kind spelling);
  std::uint32_t shortest_by_search(RegexId id, Kind spelling);
  std::uint32_t shortest_of_pending(RegexId id);

  std::vector<Node> nodes_;
  std::unordered_map<Key, std::int32_t, KeyHash> ids_;
  std::vector<std::vector<std::int32_t>> lists_;
  std::map<std::vector<std::int32_t>, std::int32_t> list_ids_;
  std::vector<CodePoints> sets_;
  std::map<std::vector<CodePointRange>, std::int32_t> set_ids_;
  std::vector<std::u32string> literals_;
  std::map<std::u32string, std::int32_t, std::less<>> literal_ids_;
  std::vector<std::vector<Word>> words_;
  std::map<std::vector<Word>, std::int32_t> words_ids_;
  std::vector<std::pair<DigitBound, DigitBoundState>> bounds_;
  std::map<std::pair<DigitBound, DigitBoundState>, std::int32_t> bound_ids_;
  std::vector<std::pair<DigitMultiple, DigitMultipleState>> multiples_;
  std::map<std::pair<DigitMultiple, DigitMultipleState>, std::int32_t> multiple_ids_;
  std::unordered_map<std::int32_t, Transitions> transitions_;
  std::unordered_map<std::int32_t, bool> liveness_;
  std::unordered_map<std::int32_t, std::vector<std::int32_t>> tags_;
  std::unordered_map<std::int64_t, std::uint32_t> shortest_;
  std::uint64_t work_left_ = std::numeric_limits<std::uint64_t>::max();
  bool is_exhausted_ = false;
};

}  // namespace falconet
