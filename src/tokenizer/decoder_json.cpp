#include "tokenizer/decoder.h"
#include "tokenizer/json_fields.h"

namespace falconet {
namespace {

constexpr const char* kDecoder = "decoder";

Status parse_decoder_replace(const SortedJson& node, DecodingRules& rules) {
  TRY_ASSIGN(PatternField pattern, pattern_field(node, kDecoder));
  if (pattern.is_regex) return unsupported_part(kDecoder, "Replace with a Regex");
  rules.replacements.emplace_back(std::move(pattern.text), text_field(node, "content"));
  return {};
}

/// Strip removes characters from the front and the end of the fused text. Only one space at the
/// front is known in the wild, and an end cannot be stripped while it streams.
Status parse_strip(const SortedJson& node, bool is_fused, DecodingRules& rules) {
  const SortedJson* start = find_field(node, "start");
  const SortedJson* stop = find_field(node, "stop");
  const bool keeps_stop = stop == nullptr || *stop == 0;
  const bool keeps_start = start == nullptr || *start == 0;
  if (keeps_start && keeps_stop) return {};
  if (!keeps_stop || *start != 1 || text_field(node, "content") != " " || !is_fused) {
    return unsupported_part(kDecoder, "Strip of anything but one first space");
  }
  rules.at_start = DecodingRules::AtStart::OneSpace;
  return {};
}

void parse_decoder_metaspace(const SortedJson& node, DecodingRules& rules) {
  rules.replacements.emplace_back(text_field(node, "replacement", "\u2581"), " ");
  const bool adds_prefix = bool_field(node, "add_prefix_space", true);
  const std::string scheme = text_field(node, "prepend_scheme", adds_prefix ? "always" : "never");
  if (scheme != "never") rules.at_start = DecodingRules::AtStart::Metaspaces;
}

Status parse(const SortedJson& node, bool& is_fused, DecodingRules& rules) {
  TRY_ASSIGN(const std::string type, type_of(node, kDecoder));
  if (type == "Sequence") {
    const SortedJson* parts = find_field(node, "decoders");
    if (parts == nullptr || !parts->is_array()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: a Sequence has no \"decoders\"");
    }
    for (const SortedJson& part : *parts) TRY(parse(part, is_fused, rules));
    return {};
  }
  if (type == "Fuse") {
    is_fused = true;
  } else if (type == "ByteLevel") {
    rules.kind = DecodingRules::Kind::ByteLevel;
  } else if (type == "ByteFallback") {
    rules.has_bytes = true;
  } else if (type == "Replace") {
    return parse_decoder_replace(node, rules);
  } else if (type == "Strip") {
    return parse_strip(node, is_fused, rules);
  } else if (type == "Metaspace") {
    parse_decoder_metaspace(node, rules);
  } else if (type == "WordPiece") {
    rules.kind = DecodingRules::Kind::WordPiece;
    rules.continuation_prefix = text_field(node, "prefix", "##");
    rules.cleans_up = bool_field(node, "cleanup", true);
  } else {
    return unsupported_part(kDecoder, type);
  }
  return {};
}

}  // namespace

Result<DecodingRules> parse_decoder(const SortedJson& node) {
  DecodingRules rules;
  if (node.is_null()) {
    // The reference then joins pieces with spaces.
    rules.kind = DecodingRules::Kind::WordPiece;
    rules.continuation_prefix = "";
    return rules;
  }
  bool is_fused = false;
  TRY(parse(node, is_fused, rules));
  return rules;
}

}  // namespace falconet
