#include "cli/lone_sequence.h"

#include <numeric>

namespace falconet {
namespace {

// Prompt tokens a step: enough for the products to run at arithmetic speed, small enough for the
// activations to stay in the second-level cache.
constexpr std::size_t kChunkTokens = 256;

}  // namespace

Result<LoneSequence> LoneSequence::open(const std::filesystem::path& path, std::size_t max_tokens,
                                        ThreadPool& pool) {
  TRY_ASSIGN(Checkpoint checkpoint, Checkpoint::open(path));
  TRY_ASSIGN(auto model,
             load_model(std::move(checkpoint), {.max_batch_tokens = kChunkTokens}, pool));
  return LoneSequence(std::move(model), max_tokens);
}

LoneSequence::LoneSequence(std::unique_ptr<Model> model, std::size_t max_tokens)
    : model_(std::move(model)) {
  const std::size_t num_blocks = (max_tokens + kBlockTokens - 1) / kBlockTokens;
  cache_ = std::make_unique<KvCache>(model_->kv_cache_shape(), num_blocks);
  for (std::size_t i = 0; i < num_blocks; ++i) blocks_.push_back({static_cast<std::int32_t>(i)});
}

void LoneSequence::append(std::span<const TokenId> ids, Rows rows,
                          const std::function<void(MatrixView<const float>)>& on_logits) {
  CHECK(num_positions_ + ids.size() <= blocks_.size() * kBlockTokens);
  while (!ids.empty()) {
    const std::size_t count = std::min(kChunkTokens, ids.size());
    const bool is_last = count == ids.size();
    std::vector<std::size_t> sampled;
    if (rows == Rows::All) {
      sampled.resize(count);
      std::iota(sampled.begin(), sampled.end(), std::size_t{0});
    } else if (is_last) {
      sampled = {count - 1};
    }
    const SequenceSlice slice{0, count, num_positions_, blocks_};
    const auto logits = model_->forward({ids.first(count), {&slice, 1}, sampled}, *cache_);
    num_positions_ += count;
    ids = ids.subspan(count);
    if (!sampled.empty()) on_logits(logits);
  }
}

}  // namespace falconet
