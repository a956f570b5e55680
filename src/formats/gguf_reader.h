// Reads GGUF v2 and v3 (ggml/docs/gguf.md) out of bytes, trusting none of them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/metadata.h"
#include "base/result.h"
#include "formats/checkpoint.h"

namespace falconet {

struct GgufContents {
  Metadata metadata;
  std::vector<StoredTensor> tensors;  // views into the bytes
};

/// `name` stands in messages. Errors: Corrupt and Unsupported, naming the field and byte offset.
Result<GgufContents> read_gguf(std::span<const std::byte> bytes, const std::string& name);

}  // namespace falconet
