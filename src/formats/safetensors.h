// Reads the header of a safetensors file and finds its tensors in the mapped bytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/checkpoint.h"

namespace falconet {

// The format allows 100 MB; a tensor's entry takes some 150 bytes, so this is over 200 thousand.
constexpr std::uint64_t kSafetensorsMaxHeaderBytes = 32 << 20;

struct SafetensorsContents {
  std::vector<StoredTensor> tensors;  // views into the file's bytes
  // Of integer and boolean buffers (BERT's position ids), which are checked and left out: no weight
  // has such a type.
  std::vector<std::string> other_names;
};

/// `name` is the file's name in error messages.
/// Errors: Corrupt (names tensor and byte offset), Unsupported (names tensor and type), TooLarge.
Result<SafetensorsContents> read_safetensors(std::span<const std::byte> file,
                                             const std::string& name);

}  // namespace falconet
