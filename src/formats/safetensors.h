// Reads the safetensors format: a JSON header, then the tensors' bytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/checkpoint.h"

namespace falconet {

/// Views into the bytes. Errors: Corrupt, Unsupported, naming tensor and offsets.
Result<std::vector<StoredTensor>> read_safetensors(std::span<const std::byte> bytes,
                                                   const std::string& name);

}  // namespace falconet
