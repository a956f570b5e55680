// A model driven without the engine, one sequence at a time: for checking and measuring it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace falconet {

struct DirectModelOptions {
  int num_threads = 0;  // 0: as many as this process may use
  std::size_t max_batch_tokens = 512;
  KvType kv_type = KvType::F16;
};

class DirectModel {
 public:
  static Result<DirectModel> load(const std::filesystem::path& path,
                                  const DirectModelOptions& options);

  Model& model() { return *model_; }
  ThreadPool& pool() { return *pool_; }

  /// Reads `ids` as a sequence of its own and calls `take` with the logits [vocab_size] after each
  /// id from ids[first_wanted] on, in order. The cache's memory lives during the call.
  /// Errors: InvalidArgument (no ids, or one outside the vocabulary), TooLarge (over the context).
  Status read(std::span<const TokenId> ids, std::size_t first_wanted,
              FunctionRef<void(std::span<const float>)> take);

 private:
  DirectModel(std::unique_ptr<ThreadPool> pool, std::unique_ptr<Model> model)
      : pool_(std::move(pool)), model_(std::move(model)) {}

  std::unique_ptr<ThreadPool> pool_;  // the model points at it, so it must not move
  std::unique_ptr<Model> model_;
};

/// The value of --kv-cache-dtype. Errors: InvalidArgument (names the known ones).
Result<KvType> parse_kv_type(const std::string& name);

}  // namespace falconet
