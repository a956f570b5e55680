#include "hub/bundled_model.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

// The assembler reads the file: as an array in C++ five million numbers would take a minute to
// compile. 64 bytes, so that weights lie as aligned as the file's own offsets say.
#ifdef FALCONET_BUNDLED_MODEL
asm(".pushsection .rodata\n"
    ".balign 64\n"
    "falconet_bundled_model_begin:\n"
    ".incbin \"" FALCONET_BUNDLED_MODEL
    "\"\n"
    "falconet_bundled_model_end:\n"
    ".popsection\n");
extern "C" {
extern const std::byte falconet_bundled_model_begin[];
extern const std::byte falconet_bundled_model_end[];
}
#endif

namespace falconet {
namespace {

/// A file in memory, never closed: its path must stay good for as long as anything may open it.
Result<std::filesystem::path> file_in_memory(std::span<const std::byte> bytes) {
  const int file = ::memfd_create("spark.gguf", MFD_CLOEXEC);
  if (file < 0) {
    return error(ErrorCode::Io, "no memory for the bundled model: ", std::strerror(errno));
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int reason = errno;
      ::close(file);
      return error(ErrorCode::Io, "no memory for the bundled model: ", std::strerror(reason));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return std::filesystem::path(cat("/proc/self/fd/", file));
}

}  // namespace

std::span<const std::byte> bundled_model() {
#ifdef FALCONET_BUNDLED_MODEL
  return {falconet_bundled_model_begin, falconet_bundled_model_end};
#else
  return {};
#endif
}

Result<std::filesystem::path> bundled_model_path() {
  if (bundled_model().empty()) {
    return error(ErrorCode::NotFound, "this program was built without its bundled model; ",
                 "name another one, like deepseek-r1:1.5b");
  }
  static const Result<std::filesystem::path> path = file_in_memory(bundled_model());
  return path;
}

}  // namespace falconet
