// libFuzzer: any bytes as a GGUF file.
#include "formats/gguf_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto result = falconet::read_gguf(std::as_bytes(std::span(data, size)), "fuzz");
  (void)result.has_value();
  return 0;
}
