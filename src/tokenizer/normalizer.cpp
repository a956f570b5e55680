#include "tokenizer/normalizer.h"

#include "base/unicode.h"

namespace falconet {
namespace {

using namespace normalizer_step;

/// Calls `change` with each character and the output, to which it appends what becomes of it.
template <class Change>
std::string map_characters(std::string_view text, const Change& change) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    const auto num_bytes = static_cast<std::size_t>(character.num_bytes);
    if (character.is_valid) {
      change(character.code_point, out);
    } else {
      out += text.substr(i, num_bytes);
    }
    i += num_bytes;
  }
  return out;
}

void append_lowercase(char32_t c, std::string& out) {
  append_utf8(out, to_lower(c));
  // The one character whose lower case is two (SpecialCasing.txt, without conditions).
  if (c == U'\u0130') append_utf8(out, U'\u0307');
}

bool has_category(char32_t c, std::string_view name) {
  return (category_bit(c) & category_bits(name)) != 0;
}

std::string strip_accents(std::string_view text) {
  return map_characters(text, [](char32_t c, std::string& out) {
    if (c < 0x300 || !has_category(c, "Mn")) append_utf8(out, c);
  });
}

/// The blocks that BERT isolates; the gap before U+2B920 is in the original, too.
bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B81F) ||
         (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x2F800 && c <= 0x2FA1F);
}

bool is_removed_control(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  return c == 0 || c == kReplacementCharacter || has_category(c, "Cc") || has_category(c, "Cf") ||
         has_category(c, "Co");
}

std::string apply_step(const Bert& step, std::string_view text) {
  std::string out = map_characters(text, [&](char32_t c, std::string& cleaned) {
    if (step.cleans_text && is_removed_control(c)) return;
    if (step.cleans_text && is_white_space(c)) c = ' ';
    const bool is_isolated = step.isolates_ideographs && is_ideograph(c);
    if (is_isolated) cleaned += ' ';
    append_utf8(cleaned, c);
    if (is_isolated) cleaned += ' ';
  });
  if (step.strips_accents) out = strip_accents(to_nfd(out));
  return step.lowercases ? map_characters(out, append_lowercase) : out;
}

std::string apply_step(const Plain& step, std::string_view text) {
  switch (step) {
    case Plain::Nfc: return to_nfc(text);
    case Plain::Nfd: return to_nfd(text);
    case Plain::Nfkc: return to_nfkc(text);
    case Plain::Nfkd: return to_nfkd(text);
    case Plain::Lowercase: return map_characters(text, append_lowercase);
    case Plain::StripAccents: return strip_accents(text);
  }
  return std::string(text);
}

std::string apply_step(const Prepend& step, std::string_view text) {
  return text.empty() ? std::string() : cat(step.text, text);
}

std::string apply_step(const ReplaceText& step, std::string_view text) {
  return replace_all(text, step.from, step.to);
}

std::string apply_step(const ReplaceMatches& step, std::string_view text) {
  std::string out;
  Regex::Search search(step.pattern, text);
  std::size_t done = 0;
  while (const auto match = search.find(done)) {
    if (match->end == match->begin) break;  // nothing to replace
    out += text.substr(done, match->begin - done);
    out += step.to;
    done = match->end;
  }
  out += text.substr(done);
  return out;
}

std::string apply_step(const Strip& step, std::string_view text) {
  std::size_t begin = 0;
  std::size_t end = 0;  // after the last character that is no space
  bool is_leading = true;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    const bool is_space = character.is_valid && is_white_space(character.code_point);
    if (!is_space && is_leading) {
      begin = i;
      is_leading = false;
    }
    i += static_cast<std::size_t>(character.num_bytes);
    if (!is_space) end = i;
  }
  if (is_leading) return step.left || step.right ? std::string() : std::string(text);
  if (!step.left) begin = 0;
  if (!step.right) end = text.size();
  return std::string(text.substr(begin, end - begin));
}

}  // namespace

std::string Normalizer::apply(std::string_view text) const {
  std::string out(text);
  for (const NormalizerStep& step : steps_) {
    out = std::visit([&](const auto& known) { return apply_step(known, out); }, step);
  }
  return out;
}

}  // namespace falconet
