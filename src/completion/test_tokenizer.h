// A tokenizer for tests: one token a byte, and the special tokens of a reasoning model.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "tokenizer/tokenizer.h"

namespace falconet::test_tokens {

constexpr TokenId kBos{256};
constexpr TokenId kEos{257};
constexpr TokenId kOpen{258};   // <think>
constexpr TokenId kClose{259};  // </think>
constexpr TokenId kStop{260};   // a control token of no meaning
constexpr std::size_t kVocabSize = 261;

/// Bytes 0 … 255 have their own value as id. BOS is added to texts.
inline Tokenizer byte_tokenizer() {
  std::vector<std::string> tokens;
  std::vector<std::int64_t> types(256, 1);
  // GPT-2's alphabet: bytes that print stand for themselves, the others follow from U+0100 on.
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool prints = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    tokens.emplace_back();
    append_utf8(tokens.back(), prints ? byte : next++);
  }
  for (const char* special : {"<bos>", "<eos>", "<think>", "</think>", "<stop>"}) {
    const bool is_tag = std::string_view(special).ends_with("think>");
    tokens.emplace_back(special);
    types.push_back(is_tag ? 4 : 3);  // user-defined, control
  }
  Metadata metadata;
  metadata.set("tokenizer.ggml.model", "gpt2");
  metadata.set("tokenizer.ggml.pre", "gpt-2");
  metadata.set("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set("tokenizer.ggml.token_type", std::move(types));
  metadata.set("tokenizer.ggml.merges", std::vector<std::string>());
  metadata.set("tokenizer.ggml.bos_token_id", std::int64_t{kBos.value});
  metadata.set("tokenizer.ggml.eos_token_id", std::int64_t{kEos.value});
  metadata.set("tokenizer.ggml.add_bos_token", true);
  return Tokenizer::from_gguf(metadata).value();
}

}  // namespace falconet::test_tokens
