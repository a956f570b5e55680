// Writes GGUF files (version 3) tensor by tensor, so that no more than one piece is in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/metadata.h"
#include "base/result.h"
#include "tensor/dtype.h"

namespace falconet {

/// A tensor to be written.
struct TensorPlan {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::size_t> shape;  // outermost first

  std::size_t num_bytes() const;
};

class GgufWriter {
 public:
  /// Writes everything but the tensors' bytes. Integers become the 32-bit types of GGUF where they
  /// fit and floats 32-bit floats, as readers expect of the usual keys.
  /// Errors: InvalidArgument (names tensor or key), and those of the file system.
  static Result<GgufWriter> create(const std::filesystem::path& path, const Metadata& metadata,
                                   std::vector<TensorPlan> tensors);

  /// The next bytes of the tensors, in the order of the plans; a piece does not cross a border.
  Status write(std::span<const std::byte> piece);

  /// The file appears under its name. Every tensor must be complete.
  Status finish();

 private:
  GgufWriter(AtomicFile file, std::vector<TensorPlan> tensors, std::uint64_t alignment)
      : file_(std::move(file)), tensors_(std::move(tensors)), alignment_(alignment) {}

  AtomicFile file_;
  std::vector<TensorPlan> tensors_;
  std::uint64_t alignment_;
  std::size_t current_ = 0;        // the tensor being written
  std::uint64_t num_written_ = 0;  // bytes of it
};

}  // namespace falconet
