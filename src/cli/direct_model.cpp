#include "cli/direct_model.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "formats/checkpoint.h"
#include "model/registry.h"

namespace falconet {
namespace {

Status check_ids(std::span<const TokenId> ids, const ModelLimits& limits) {
  if (ids.empty()) return error(ErrorCode::InvalidArgument, "no ids: a model needs at least one");
  if (ids.size() > limits.max_context) {
    return error(ErrorCode::TooLarge, ids.size(), " ids are over the model's context of ",
                 limits.max_context);
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i].value < 0 || static_cast<std::size_t>(ids[i].value) >= limits.vocab_size) {
      return error(ErrorCode::InvalidArgument, "ids[", i, "] = ", ids[i].value,
                   " is outside the vocabulary of ", limits.vocab_size);
    }
  }
  return {};
}

}  // namespace

Result<DirectModel> DirectModel::load(const std::filesystem::path& path,
                                      const DirectModelOptions& options) {
  TRY_ASSIGN(Checkpoint checkpoint, Checkpoint::open(path));
  auto pool = std::make_unique<ThreadPool>(options.num_threads > 0 ? options.num_threads
                                                                   : available_cpus());
  TRY_ASSIGN(std::unique_ptr<Model> model,
             load_model(std::move(checkpoint),
                        {.max_batch_tokens = options.max_batch_tokens, .kv_type = options.kv_type},
                        *pool));
  return DirectModel(std::move(pool), std::move(model));
}

Status DirectModel::read(std::span<const TokenId> ids, std::size_t first_wanted,
                         FunctionRef<void(std::span<const float>)> take) {
  const ModelLimits limits = model_->limits();
  TRY(check_ids(ids, limits));
  const std::size_t num_blocks = (ids.size() + kBlockTokens - 1) / kBlockTokens;
  KvCache cache(model_->kv_cache_shape(), num_blocks);
  std::vector<BlockId> block_table(num_blocks);
  for (std::size_t i = 0; i < num_blocks; ++i) block_table[i] = BlockId{static_cast<int>(i)};

  for (std::size_t start = 0; start < ids.size(); start += limits.max_batch_tokens) {
    const std::size_t count = std::min(limits.max_batch_tokens, ids.size() - start);
    const SequenceSlice slice = {
        .first_row = 0, .num_tokens = count, .first_position = start, .block_table = block_table};
    const std::size_t first_sampled = first_wanted > start ? first_wanted - start : 0;
    std::vector<std::size_t> sampled(first_sampled < count ? count - first_sampled : 0);
    std::iota(sampled.begin(), sampled.end(), first_sampled);
    const Batch batch = {
        .tokens = ids.subspan(start, count), .slices = {&slice, 1}, .sampled_rows = sampled};
    const MatrixView<const float> logits = model_->forward(batch, cache);
    for (std::size_t row = 0; row < logits.rows; ++row) take(logits.row(row));
  }
  return {};
}

Result<KvType> parse_kv_type(const std::string& name) {
  if (const auto type = kv_type_from_name(name)) return *type;
  return error(ErrorCode::InvalidArgument, "--kv-cache-dtype must be auto, f16 or q8_0; found \"",
               name, "\"");
}

}  // namespace falconet
