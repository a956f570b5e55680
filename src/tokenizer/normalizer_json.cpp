#include "tokenizer/json_fields.h"
#include "tokenizer/normalizer.h"

namespace falconet {
namespace {

using namespace normalizer_step;

constexpr const char* kNormalizer = "normalizer";

Result<NormalizerStep> parse_replace(const SortedJson& node) {
  TRY_ASSIGN(PatternField pattern, pattern_field(node, kNormalizer));
  std::string content = text_field(node, "content");
  if (!pattern.is_regex) {
    return NormalizerStep(ReplaceText{std::move(pattern.text), std::move(content)});
  }
  TRY_ASSIGN(Regex regex, Regex::compile(pattern.text));
  return NormalizerStep(ReplaceMatches{std::move(regex), std::move(content)});
}

Bert parse_bert(const SortedJson& node) {
  const bool lowercases = bool_field(node, "lowercase", true);
  return {.cleans_text = bool_field(node, "clean_text", true),
          .isolates_ideographs = bool_field(node, "handle_chinese_chars", true),
          .strips_accents = bool_field(node, "strip_accents", lowercases),  // null: as lowercase
          .lowercases = lowercases};
}

std::optional<Plain> plain_step(const std::string& type) {
  if (type == "NFC") return Plain::Nfc;
  if (type == "NFD") return Plain::Nfd;
  if (type == "NFKC") return Plain::Nfkc;
  if (type == "NFKD") return Plain::Nfkd;
  if (type == "Lowercase") return Plain::Lowercase;
  if (type == "StripAccents") return Plain::StripAccents;
  return std::nullopt;
}

Status parse(const SortedJson& node, std::vector<NormalizerStep>& steps) {
  if (node.is_null()) return {};
  TRY_ASSIGN(const std::string type, type_of(node, kNormalizer));
  if (type == "Sequence") {
    const SortedJson* parts = find_field(node, "normalizers");
    if (parts == nullptr || !parts->is_array()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: a Sequence has no \"normalizers\"");
    }
    for (const SortedJson& part : *parts) TRY(parse(part, steps));
    return {};
  }
  if (const auto plain = plain_step(type)) {
    steps.emplace_back(*plain);
  } else if (type == "Prepend") {
    steps.emplace_back(Prepend{text_field(node, "prepend")});
  } else if (type == "Replace") {
    TRY_ASSIGN(NormalizerStep replace, parse_replace(node));
    steps.push_back(std::move(replace));
  } else if (type == "Strip") {
    steps.emplace_back(
        Strip{bool_field(node, "strip_left", true), bool_field(node, "strip_right", true)});
  } else if (type == "BertNormalizer") {
    steps.emplace_back(parse_bert(node));
  } else {
    return unsupported_part(kNormalizer, type);
  }
  return {};
}

}  // namespace

Result<Normalizer> Normalizer::from_json(const SortedJson& node) {
  std::vector<NormalizerStep> steps;
  TRY(parse(node, steps));
  return Normalizer(std::move(steps));
}

}  // namespace falconet
