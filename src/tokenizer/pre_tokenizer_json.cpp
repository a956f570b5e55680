#include "tokenizer/json_fields.h"
#include "tokenizer/pre_tokenizer.h"

namespace falconet {
namespace {

using namespace pre_tokenizer_step;

constexpr const char* kPreTokenizer = "pre_tokenizer";

// char::is_punctuation of the reference: ASCII's signs and Unicode's P*.
constexpr std::string_view kPunctuation = R"([!-/:-@\[-`{-~\p{P}])";

// \w of Rust's regex crate (UTS #18, annex C): letters, marks, decimal and letter numbers,
// connectors, joiners, and the circled letters, which are alphabetic symbols.
constexpr std::string_view kRustWord =
    R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200C}\x{200D}\x{24B6}-\x{24E9})"
    R"(\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189})";

struct Steps {
  std::vector<PreTokenizerStep> list;
  bool is_byte_level = false;
};

Result<Split> regex_split(std::string_view pattern, Behavior behavior = Behavior::Isolated) {
  Split split;
  split.behavior = behavior;
  if (const WordScanner scanner = scanner_of(pattern)) {
    split.pattern = scanner;
  } else {
    TRY_ASSIGN(split.pattern, Regex::compile(pattern));
  }
  return split;
}

Result<Behavior> parse_behavior(const std::string& name) {
  if (name == "Isolated") return Behavior::Isolated;
  if (name == "Removed") return Behavior::Removed;
  if (name == "MergedWithPrevious") return Behavior::MergedWithPrevious;
  if (name == "MergedWithNext") return Behavior::MergedWithNext;
  if (name == "Contiguous") return Behavior::Contiguous;
  return error(ErrorCode::Corrupt, "tokenizer.json: split behavior \"", name, "\" is unknown");
}

Result<Split> parse_split(const SortedJson& node) {
  TRY_ASSIGN(const PatternField pattern, pattern_field(node, kPreTokenizer));
  Split split;
  split.pattern = pattern.text;
  if (pattern.is_regex) {
    TRY_ASSIGN(split, regex_split(pattern.text));
  }
  TRY_ASSIGN(split.behavior, parse_behavior(text_field(node, "behavior")));
  split.is_inverted = bool_field(node, "invert", false);
  return split;
}

Metaspace parse_metaspace(const SortedJson& node) {
  Metaspace step;
  step.replacement = text_field(node, "replacement", "\u2581");
  // Before prepend_scheme there was a flag.
  const bool adds_prefix = bool_field(node, "add_prefix_space", true);
  const std::string scheme = text_field(node, "prepend_scheme", adds_prefix ? "always" : "never");
  if (scheme == "first") step.prepend = Metaspace::Prepend::First;
  if (scheme == "never") step.prepend = Metaspace::Prepend::Never;
  step.splits = bool_field(node, "split", true);
  return step;
}

/// The split that a part of type `type` stands for, or nothing for another type.
Result<std::optional<Split>> plain_split(const std::string& type, const SortedJson& node) {
  const auto wrapped = [](Result<Split> split) -> Result<std::optional<Split>> {
    if (!split) return std::move(split).error();
    return std::optional(std::move(split).value());
  };
  if (type == "Split") return wrapped(parse_split(node));
  if (type == "WhitespaceSplit") return wrapped(regex_split("\\s", Behavior::Removed));
  if (type == "Digits") {
    const bool is_single = bool_field(node, "individual_digits", false);
    return wrapped(regex_split(is_single ? "\\p{N}" : "\\p{N}+"));
  }
  if (type == "Whitespace") {
    TRY_ASSIGN(Split words,
               regex_split(cat("[", kRustWord, "]+|[^", kRustWord, "\\s]+"), Behavior::Removed));
    words.is_inverted = true;
    return std::optional(std::move(words));
  }
  if (type == "Punctuation") {
    TRY_ASSIGN(const Behavior behavior, parse_behavior(text_field(node, "behavior", "Isolated")));
    return wrapped(regex_split(kPunctuation, behavior));
  }
  if (type == "CharDelimiterSplit") {
    return std::optional(Split{text_field(node, "delimiter"), Behavior::Removed});
  }
  return std::optional<Split>();
}

Status parse(const SortedJson& node, Steps& steps) {
  if (node.is_null()) return {};
  TRY_ASSIGN(const std::string type, type_of(node, kPreTokenizer));
  if (type == "Sequence") {
    const SortedJson* parts = find_field(node, "pretokenizers");
    if (parts == nullptr || !parts->is_array()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: a Sequence has no \"pretokenizers\"");
    }
    for (const SortedJson& part : *parts) TRY(parse(part, steps));
    return {};
  }
  if (type == "ByteLevel") {
    steps.is_byte_level = true;
    if (bool_field(node, "add_prefix_space", true)) steps.list.emplace_back(PrefixSpace{});
    if (!bool_field(node, "use_regex", true)) return {};
    TRY_ASSIGN(Split words, regex_split(known_pattern::kGpt2));
    steps.list.emplace_back(std::move(words));
    return {};
  }
  if (type == "Metaspace") {
    steps.list.emplace_back(parse_metaspace(node));
    return {};
  }
  if (type == "BertPreTokenizer") {
    TRY_ASSIGN(Split spaces, regex_split("\\s", Behavior::Removed));
    steps.list.emplace_back(std::move(spaces));
    TRY_ASSIGN(Split signs, regex_split(kPunctuation));
    steps.list.emplace_back(std::move(signs));
    return {};
  }
  TRY_ASSIGN(std::optional<Split> split, plain_split(type, node));
  if (!split) return unsupported_part(kPreTokenizer, type);
  steps.list.emplace_back(std::move(*split));
  return {};
}

}  // namespace

Result<PreTokenizer> PreTokenizer::from_json(const SortedJson& node) {
  Steps steps;
  TRY(parse(node, steps));
  return PreTokenizer(std::move(steps.list), steps.is_byte_level);
}

}  // namespace falconet
