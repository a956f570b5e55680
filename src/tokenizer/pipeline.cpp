#include "tokenizer/pipeline.h"

#include <algorithm>
#include <map>

#include "base/unicode.h"

namespace falconet {
namespace {

constexpr const char* kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kDeepSeekWords =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

std::string text_of(const SortedJson& node, const char* key) {
  return node.contains(key) && node[key].is_string() ? node[key].get<std::string>() : "";
}

bool flag_of(const SortedJson& node, const char* key, bool fallback) {
  return node.contains(key) && node[key].is_boolean() ? node[key].get<bool>() : fallback;
}

Error unsupported(std::string_view part, const std::string& type) {
  return error(ErrorCode::Unsupported, "tokenizer.json: ", part, " \"", type,
               "\" is not supported");
}

/// Pattern {"String": …} or {"Regex": …} as a regular expression.
Result<std::string> pattern_of(const SortedJson& node) {
  if (!node.contains("pattern") || !node["pattern"].is_object()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: a pattern is missing");
  }
  const auto& pattern = node["pattern"];
  if (pattern.contains("Regex")) return text_of(pattern, "Regex");
  std::string escaped;
  for (const char c : text_of(pattern, "String")) {
    const bool is_plain = static_cast<unsigned char>(c) >= 0x80 || std::isalnum(c) != 0 || c == ' ';
    if (!is_plain) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

Status add_split(const std::string& pattern, bool removes_matches, PreTokenizerSteps& out) {
  TRY_ASSIGN(Regex regex, Regex::compile(pattern));
  out.steps.push_back({PreTokenizer::Kind::Split, std::move(regex), removes_matches});
  return {};
}

/// Lone spaces are what the caller cut out; the words are what remains.
using Words = std::vector<std::string_view>;

void split_by_regex(const PreTokenizer& step, std::string_view word, Words& out) {
  std::vector<char32_t> characters;
  std::vector<std::size_t> offsets;
  characters.reserve(word.size());
  offsets.reserve(word.size() + 1);
  for (std::size_t i = 0; i < word.size();) {
    const Utf8Character character = decode_utf8(word, i);
    characters.push_back(character.code_point);
    offsets.push_back(i);
    i += static_cast<std::size_t>(character.num_bytes);
  }
  offsets.push_back(word.size());
  const auto emit = [&](std::size_t begin, std::size_t end) {
    if (begin < end) out.push_back(word.substr(offsets[begin], offsets[end] - offsets[begin]));
  };
  std::size_t gap = 0;  // where text without a match began
  for (std::size_t i = 0; i < characters.size();) {
    const auto end = step.regex.match_at(characters, i);
    if (!end || *end == i) {
      ++i;
      continue;
    }
    emit(gap, i);
    if (!step.removes_matches) emit(i, *end);
    i = gap = *end;
  }
  emit(gap, characters.size());
}

void split_before_metaspace(std::string_view word, Words& out) {
  constexpr std::string_view kMetaspace = "\u2581";
  std::size_t start = 0;
  while (start < word.size()) {
    const auto end = word.find(kMetaspace, start + 1);
    out.push_back(word.substr(start, end - start));
    if (end == std::string_view::npos) return;
    start = end;
  }
}

}  // namespace

std::string normalize(const std::vector<Normalizer>& steps, std::string_view text) {
  std::string out(text);
  for (const Normalizer& step : steps) {
    switch (step.kind) {
      case Normalizer::Kind::Nfc: out = to_nfc(out); break;
      case Normalizer::Kind::Nfd: out = to_nfd(out); break;
      case Normalizer::Kind::Nfkc: out = to_nfkc(out); break;
      case Normalizer::Kind::Nfkd: out = to_nfkd(out); break;
      case Normalizer::Kind::Prepend: out = out.empty() ? out : step.to + out; break;
      case Normalizer::Kind::Replace: out = replace_all(out, step.from, step.to); break;
      case Normalizer::Kind::Lowercase: {
        std::string lower;
        for (std::size_t i = 0; i < out.size();) {
          const Utf8Character character = decode_utf8(out, i);
          append_utf8(lower, to_lower(character.code_point));
          i += static_cast<std::size_t>(character.num_bytes);
        }
        out = std::move(lower);
        break;
      }
    }
  }
  return out;
}

Status parse_normalizer(const SortedJson& node, std::vector<Normalizer>& steps) {
  if (node.is_null()) return {};
  if (!node.is_object()) return error(ErrorCode::Corrupt, "tokenizer.json: normalizer");
  const std::string type = text_of(node, "type");
  using Kind = Normalizer::Kind;
  static const std::map<std::string, Kind> kPlain = {{"NFC", Kind::Nfc},
                                                     {"NFD", Kind::Nfd},
                                                     {"NFKC", Kind::Nfkc},
                                                     {"NFKD", Kind::Nfkd},
                                                     {"Lowercase", Kind::Lowercase}};
  if (type == "Sequence" && node.contains("normalizers") && node["normalizers"].is_array()) {
    for (const auto& part : node["normalizers"]) TRY(parse_normalizer(part, steps));
    return {};
  }
  if (const auto plain = kPlain.find(type); plain != kPlain.end()) {
    steps.push_back({plain->second, "", ""});
    return {};
  }
  if (type == "Prepend") {
    steps.push_back({Kind::Prepend, "", text_of(node, "prepend")});
    return {};
  }
  if (type == "Replace" && node.contains("pattern") && node["pattern"].contains("String")) {
    steps.push_back({Kind::Replace, text_of(node["pattern"], "String"), text_of(node, "content")});
    return {};
  }
  return unsupported("normalizer", type);
}

Status parse_pre_tokenizer(const SortedJson& node, PreTokenizerSteps& out) {
  if (node.is_null()) return {};
  if (!node.is_object()) return error(ErrorCode::Corrupt, "tokenizer.json: pre_tokenizer");
  const std::string type = text_of(node, "type");
  if (type == "Sequence" && node.contains("pretokenizers") && node["pretokenizers"].is_array()) {
    for (const auto& part : node["pretokenizers"]) TRY(parse_pre_tokenizer(part, out));
    return {};
  }
  if (type == "ByteLevel") {
    out.is_byte_level = true;
    out.adds_prefix_space = flag_of(node, "add_prefix_space", true);
    return flag_of(node, "use_regex", true) ? add_split(kGpt2, false, out) : Status();
  }
  if (type == "Digits") {
    return add_split(flag_of(node, "individual_digits", false) ? "\\p{N}" : "\\p{N}+", false, out);
  }
  if (type == "Split") {
    const std::string behavior = text_of(node, "behavior");
    if ((behavior != "Isolated" && behavior != "Removed") || flag_of(node, "invert", false)) {
      return unsupported("split behavior", behavior);
    }
    TRY_ASSIGN(const std::string pattern, pattern_of(node));
    return add_split(pattern, behavior == "Removed", out);
  }
  if (type == "WhitespaceSplit") return add_split("\\s+", true, out);
  if (type == "Metaspace") {
    const std::string scheme = text_of(node, "prepend_scheme");
    if (scheme != "never") out.prefix = text_of(node, "replacement");
    out.prefixes_first_only = scheme == "first";
    if (flag_of(node, "split", true))
      out.steps.push_back({PreTokenizer::Kind::Metaspace, {}, false});
    return {};
  }
  return unsupported("pre_tokenizer", type);
}

Result<PreTokenizerSteps> pre_tokenizer_named(const std::string& name) {
  static const std::map<std::string, std::vector<const char*>> kPatterns = {
      {"gpt-2", {kGpt2}},
      {"default", {kGpt2}},
      {"qwen2", {kQwen2}},
      {"deepseek-r1-qwen", {kQwen2}},
      {"llama-bpe", {kLlama3}},
      {"llama3", {kLlama3}},
      {"llama-v3", {kLlama3}},
      {"smollm", {"\\p{N}", kGpt2}},
      {"deepseek-v3", {"\\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", kDeepSeekWords}},
  };
  const auto found = kPatterns.find(name);
  if (found == kPatterns.end()) {
    return error(ErrorCode::Unsupported, "tokenizer.ggml.pre \"", name, "\" is not known");
  }
  PreTokenizerSteps out;
  out.is_byte_level = true;
  for (const char* pattern : found->second) TRY(add_split(pattern, false, out));
  return out;
}

void for_each_word(const PreTokenizerSteps& steps, std::string_view text,
                   const std::function<void(std::string_view)>& word) {
  Words words = {text};
  Words next;
  for (const PreTokenizer& step : steps.steps) {
    next.clear();
    for (const std::string_view part : words) {
      if (step.kind == PreTokenizer::Kind::Metaspace) {
        split_before_metaspace(part, next);
      } else {
        split_by_regex(step, part, next);
      }
    }
    words.swap(next);
  }
  for (const std::string_view part : words) {
    if (!part.empty()) word(part);
  }
}

void AddedTokens::add(const AddedToken& token) {
  if (token.text.empty()) return;
  tokens_.push_back(token);
  auto& bucket = by_first_byte_[static_cast<unsigned char>(token.text[0])];
  bucket.push_back(tokens_.size() - 1);
  std::stable_sort(bucket.begin(), bucket.end(), [this](std::size_t a, std::size_t b) {
    return tokens_[a].text.size() > tokens_[b].text.size();
  });
}

std::optional<AddedTokens::Hit> AddedTokens::find(
    std::string_view text, std::size_t start,
    const std::function<bool(const AddedToken&)>& accepts) const {
  for (std::size_t i = start; i < text.size(); ++i) {
    for (const std::size_t index : by_first_byte_[static_cast<unsigned char>(text[i])]) {
      const AddedToken& token = tokens_[index];
      if (!text.substr(i).starts_with(token.text) || !accepts(token)) continue;
      Hit hit{&token, i, i + token.text.size()};
      const auto is_space = [&](std::size_t at) {
        return is_white_space(decode_utf8(text, at).code_point);
      };
      while (token.strips_left && hit.begin > start && is_space(hit.begin - 1)) --hit.begin;
      while (token.strips_right && hit.end < text.size() && is_space(hit.end)) ++hit.end;
      return hit;
    }
  }
  return std::nullopt;
}

}  // namespace falconet
