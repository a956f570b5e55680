// Values of tokenizer.ggml.token_type, as ggml numbers them.
#pragma once

#include <cstdint>

namespace falconet {

enum class GgufTokenType : std::int64_t {
  Normal = 1,
  Unknown = 2,
  Control = 3,
  UserDefined = 4,
  Unused = 5,
  Byte = 6,
};

}  // namespace falconet
