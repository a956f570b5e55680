// A byte-level BPE vocabulary made of letter frequencies, in GGUF's keys.
#pragma once

#include <cstddef>

#include "base/metadata.h"

namespace falconet {

/// The ids of the special tokens, when there is room for the real model's, are the real ones.
constexpr std::size_t kDeepSeekVocabSize = 151936;
constexpr std::size_t kMinSyntheticVocabSize = 512;

/// Adds tokenizer.ggml.* and tokenizer.chat_template for exactly vocab_size tokens: 256 bytes,
/// merges of letters, DeepSeek-R1's special tokens, padding.
void add_synthetic_tokenizer(std::size_t vocab_size, Metadata& metadata);

}  // namespace falconet
