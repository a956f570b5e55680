// Reads the header of a GGUF file (versions 2 and 3) and finds its tensors in the mapped bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/metadata.h"
#include "base/result.h"
#include "formats/checkpoint.h"

namespace falconet {

constexpr std::uint32_t kGgufMagic = 0x46554747;  // "GGUF", little endian
constexpr std::uint32_t kGgufVersion = 3;         // what we write; 2 has the same layout
constexpr std::uint64_t kGgufDefaultAlignment = 32;
constexpr std::size_t kGgufMaxDimensions = 4;

// Over any known model: the largest vocabularies have 262 thousand entries and about as many
// merges, the largest models a few thousand tensors.
constexpr std::uint64_t kGgufMaxArrayElements = 1 << 24;  // of all arrays together
constexpr std::uint64_t kGgufMaxStringBytes = 1 << 24;
constexpr std::uint64_t kGgufMaxNameBytes = 1 << 12;
constexpr std::uint64_t kGgufMaxAlignment = 1 << 20;

/// The numbers of value types in the metadata section.
enum class GgufType : std::uint32_t {
  Uint8 = 0,
  Int8 = 1,
  Uint16 = 2,
  Int16 = 3,
  Uint32 = 4,
  Int32 = 5,
  Float32 = 6,
  Bool = 7,
  String = 8,
  Array = 9,
  Uint64 = 10,
  Int64 = 11,
  Float64 = 12,
};

struct GgufContents {
  std::uint32_t version = 0;
  Metadata metadata;
  std::vector<StoredTensor> tensors;  // in the order of the file; views into its bytes
};

/// `name` is the file's name in error messages.
/// Errors: Corrupt (names field and byte offset), Unsupported (version, tensor or value type),
/// TooLarge (over one of the limits above).
Result<GgufContents> read_gguf(std::span<const std::byte> file, const std::string& name);

}  // namespace falconet
