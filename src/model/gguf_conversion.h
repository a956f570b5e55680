// What turns a Hugging Face folder into a GGUF file: metadata, tensor names, tokenizer.
#pragma once

#include "base/result.h"
#include "formats/checkpoint.h"
#include "formats/quantize.h"

namespace falconet {

/// For a folder; quantize_checkpoint then writes the file. It says what llama.cpp needs to load it.
/// Errors: Unsupported (the architecture, a tensor without a place, a tokenizer or a rotation that
/// GGUF cannot express), Corrupt, NotFound (no tokenizer.json).
Result<GgufConversion> convert_to_gguf(const Checkpoint& folder);

}  // namespace falconet
