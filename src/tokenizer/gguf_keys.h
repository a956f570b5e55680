// Writes a tokenizer.json as GGUF's keys: the way back from Tokenizer::from_gguf.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"

namespace falconet {

/// Sets tokenizer.ggml.*, so that Tokenizer::from_gguf gives the ids that from_huggingface gives;
/// a probe in many scripts, and every added token, are encoded both ways to be sure.
/// GGUF wants an entry for each of the embedding's rows, `vocab_size`: ids that the file does not
/// know become unused "[PAD…]".
/// Errors: those of from_huggingface, Corrupt (an id of vocab_size or more), Unsupported (a
/// tokenizer that GGUF has no name for).
Status set_tokenizer_keys(std::string_view tokenizer_json, const Json& tokenizer_config,
                          std::size_t vocab_size, Metadata& metadata);

}  // namespace falconet
