// A loaded model with a cache of its own and scattered block tables, for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "model/kv_cache.h"
#include "model/registry.h"

namespace falconet {

using Logits = std::vector<std::vector<float>>;  // [num_tokens][vocab_size]

inline std::vector<TokenId> ids_of(const Json& array) {
  std::vector<TokenId> ids;
  for (const Json& id : array) ids.push_back(TokenId{id.get<std::int32_t>()});
  return ids;
}

/// Some tokens of one of the model's sequences.
struct TokenRun {
  std::size_t sequence = 0;
  std::size_t first_position = 0;
  std::span<const TokenId> tokens;
};

class TestModel {
 public:
  static constexpr std::size_t kMaxBatchTokens = 64;
  static constexpr std::size_t kNumSequences = 3;
  static constexpr std::size_t kBlocksPerSequence = 16;

  explicit TestModel(const std::filesystem::path& path, LoadOptions options = {},
                     int num_threads = 1)
      : pool_(num_threads) {
    options.max_batch_tokens = kMaxBatchTokens;
    auto checkpoint = Checkpoint::open(path);
    CHECK(checkpoint.has_value(), checkpoint ? "" : checkpoint.error().message);
    auto model = load_model(std::move(*checkpoint), options, pool_);
    CHECK(model.has_value(), model ? "" : model.error().message);
    model_ = std::move(*model);
    constexpr std::size_t kNumBlocks = kNumSequences * kBlocksPerSequence;
    cache_ = std::make_unique<KvCache>(model_->kv_cache_shape(), kNumBlocks);
    block_tables_.resize(kNumSequences);
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
      // 31 and 48 have no common factor: every block once, neighbours far apart.
      const std::size_t block = (i * 31 + 5) % kNumBlocks;
      block_tables_[i / kBlocksPerSequence].push_back(BlockId{static_cast<std::int32_t>(block)});
    }
  }

  Model& model() { return *model_; }
  KvCache& cache() { return *cache_; }

  /// One step with several runs; logits of every row.
  Logits step(const std::vector<TokenRun>& runs) {
    std::vector<TokenId> tokens;
    std::vector<SequenceSlice> slices;
    for (const TokenRun& run : runs) {
      slices.push_back(
          {tokens.size(), run.tokens.size(), run.first_position, block_tables_[run.sequence]});
      tokens.insert(tokens.end(), run.tokens.begin(), run.tokens.end());
    }
    std::vector<std::size_t> rows(tokens.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return forward({tokens, slices, rows});
  }

  Logits forward(const Batch& batch) {
    const MatrixView<const float> logits = model_->forward(batch, *cache_);
    Logits result;
    for (std::size_t i = 0; i < logits.rows; ++i) {
      result.emplace_back(logits.row(i).begin(), logits.row(i).end());
    }
    return result;
  }

  /// A sequence from its first position on, `chunk` tokens a step.
  Logits prefill(std::span<const TokenId> ids, std::size_t chunk, std::size_t sequence = 0) {
    Logits all;
    for (std::size_t start = 0; start < ids.size(); start += chunk) {
      const std::size_t count = std::min(chunk, ids.size() - start);
      for (auto& row : step({{sequence, start, ids.subspan(start, count)}})) {
        all.push_back(std::move(row));
      }
    }
    return all;
  }

  std::span<const BlockId> block_table(std::size_t sequence) const {
    return block_tables_[sequence];
  }

 private:
  ThreadPool pool_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<KvCache> cache_;
  std::vector<std::vector<BlockId>> block_tables_;
};

/// Distances of logits from an oracle's, in units of the oracle's root mean square per position.
struct LogitError {
  double worst = 0;  // of any logit
  double mean = 0;   // root mean square over all
};

template <class Rows>
LogitError logit_error(const Logits& logits, const Rows& oracle) {
  CHECK(logits.size() >= oracle.size());
  LogitError result;
  double total = 0;
  std::size_t count = 0;
  for (std::size_t p = 0; p < oracle.size(); ++p) {
    double square = 0;
    for (const double value : oracle[p]) square += value * value;
    const double spread = std::sqrt(square / static_cast<double>(oracle[p].size()));
    for (std::size_t i = 0; i < oracle[p].size(); ++i) {
      const double distance = (static_cast<double>(logits[p][i]) - oracle[p][i]) / spread;
      // A NaN would pass every comparison.
      CHECK(std::isfinite(distance), "logit ", i, " at position ", p);
      result.worst = std::max(result.worst, std::fabs(distance));
      total += distance * distance;
      ++count;
    }
  }
  result.mean = std::sqrt(total / static_cast<double>(count));
  return result;
}

}  // namespace falconet
