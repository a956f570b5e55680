// Which architectures there are, and how a checkpoint becomes a model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/checkpoint.h"
#include "formats/quantize_recipe.h"
#include "kernels/isa.h"
#include "model/config.h"
#include "model/model.h"

namespace falconet {

struct LoadOptions {
  std::size_t max_batch_tokens = 512;
  Isa isa = chosen_isa();
  KvType kv_type = KvType::F16;
  /// Rounds matrices stored in F32, F16 or BF16 while loading; nothing: as they are stored.
  std::optional<Recipe> quantization = {};
  /// Called after each tensor with the bytes of tensors read so far and of all; may be empty.
  std::function<void(std::uint64_t num_bytes, std::uint64_t num_bytes_total)> on_progress = {};
};

/// One row an architecture.
std::span<const Architecture> architectures();

/// The checkpoint's architecture. Errors: Unsupported (names it and lists the known ones), Corrupt.
Result<const Architecture*> find_architecture(const Checkpoint& checkpoint);

/// The pool must outlive the model.
/// Errors: Corrupt (names tensor or key), Unsupported (names the architecture or tensor); all begin
/// with the checkpoint's path.
Result<std::unique_ptr<Model>> load_model(Checkpoint checkpoint, const LoadOptions& options,
                                          ThreadPool& pool);

}  // namespace falconet
