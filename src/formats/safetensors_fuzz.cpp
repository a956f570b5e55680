// libFuzzer: any bytes as a safetensors file.
#include "formats/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto result = falconet::read_safetensors(std::as_bytes(std::span(data, size)), "fuzz");
  (void)result.has_value();
  return 0;
}
