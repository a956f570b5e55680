#include "tokenizer/tokenizer_impl.h"

#include <algorithm>

namespace falconet {

Status Tokenizer::Impl::add_token(AddedToken token) {
  TRY(vocabulary.add_unmatched(token.text, token.id.value));
  const auto index = static_cast<std::size_t>(token.id.value);
  if (is_special.size() <= index) is_special.resize(index + 1);
  is_special[index] = token.is_special;
  added_tokens.push_back(token);
  if (token.is_normalized) {
    token.text = normalizer.apply(token.text);
    normalized_tokens.add(std::move(token));
  } else {
    raw_tokens.add(std::move(token));
  }
  return {};
}

void Tokenizer::Impl::find_end_tokens() {
  const auto add = [this](std::optional<TokenId> id) {
    const bool is_known =
        !id || std::find(end_tokens.begin(), end_tokens.end(), *id) != end_tokens.end();
    if (!is_known) end_tokens.push_back(*id);
  };
  add(eos);
  for (const char* name : {"<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>",
                           "<|endoftext|>", "<|end|>", "<end_of_turn>", "<｜end▁of▁sentence｜>"}) {
    add(find(name));
  }
}

std::optional<TokenId> Tokenizer::Impl::find(std::string_view piece) const {
  for (const AddedToken& token : added_tokens) {
    if (token.text == piece) return token.id;
  }
  const auto id = vocabulary.find_spelling(piece);
  if (!id) return std::nullopt;
  return TokenId{*id};
}

std::vector<TokenId> Tokenizer::Impl::encode(std::string_view text, EncodeOptions options) const {
  std::vector<TokenId> out;
  out.reserve(prefix.size() + text.size() / 3 + suffix.size());
  const bool adds_special = options.add_special == AddSpecial::Yes;
  if (adds_special) out.insert(out.end(), prefix.begin(), prefix.end());
  std::size_t start = 0;
  while (start < text.size()) {
    const auto hit = raw_tokens.find(text, start, options.parse_special);
    const std::size_t end = hit ? hit->span.begin : text.size();
    encode_raw(text.substr(start, end - start), start == 0, options.parse_special, out);
    if (!hit) break;
    out.push_back(hit->id);
    start = hit->span.end;
  }
  if (adds_special) out.insert(out.end(), suffix.begin(), suffix.end());
  return out;
}

void Tokenizer::Impl::encode_raw(std::string_view text, bool is_first, ParseSpecial parse,
                                 std::vector<TokenId>& out) const {
  if (text.empty()) return;
  if (normalizer.changes_nothing()) return encode_normalized(text, is_first, parse, out);
  encode_normalized(normalizer.apply(text), is_first, parse, out);
}

void Tokenizer::Impl::encode_normalized(std::string_view text, bool is_first, ParseSpecial parse,
                                        std::vector<TokenId>& out) const {
  const auto encode_word = [&](std::string_view word) { model->encode(word, out); };
  std::size_t start = 0;
  while (start < text.size()) {
    const auto hit = normalized_tokens.find(text, start, parse);
    const std::size_t end = hit ? hit->span.begin : text.size();
    pre_tokenizer.for_each_word(text.substr(start, end - start), is_first && start == 0,
                                encode_word);
    if (!hit) break;
    out.push_back(hit->id);
    start = hit->span.end;
  }
}

}  // namespace falconet
