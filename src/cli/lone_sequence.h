// One sequence on a model of its own: what the measuring commands run.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "formats/checkpoint.h"
#include "model/model.h"
#include "model/registry.h"

namespace falconet {

class LoneSequence {
 public:
  /// Room for `max_tokens` positions. The pool must outlive the sequence.
  static Result<LoneSequence> open(const std::filesystem::path& path, std::size_t max_tokens,
                                   ThreadPool& pool);

  Model& model() { return *model_; }

  /// Forgets all positions.
  void clear() { num_positions_ = 0; }

  std::size_t num_positions() const { return num_positions_; }

  /// Appends `ids` in chunks and calls `on_logits` with the rows [count, vocab_size] of each chunk
  /// (`all`), or once with the last row alone.
  enum class Rows { Last, All };
  void append(std::span<const TokenId> ids, Rows rows,
              const std::function<void(MatrixView<const float>)>& on_logits);

 private:
  LoneSequence(std::unique_ptr<Model> model, std::size_t max_tokens);

  std::unique_ptr<Model> model_;
  std::unique_ptr<KvCache> cache_;
  std::vector<BlockId> blocks_;
  std::size_t num_positions_ = 0;
};

}  // namespace falconet
