#include "formats/synthetic.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <vector>

#include "base/random.h"
#include "formats/gguf_writer.h"
#include "formats/quantize_recipe.h"
#include "formats/quantize_row.h"
#include "formats/synthetic_tokenizer.h"

namespace falconet {
namespace {

constexpr std::array kShapes = {
    SyntheticShape{"deepseek-r1-distill-qwen-1.5b", "qwen2", 28, 1536, 8960, 12, 2, 128,
                   kDeepSeekVocabSize, 131072},
    SyntheticShape{"smollm2-135m", "llama", 30, 576, 1536, 9, 3, 64, 49152, 8192, 100000, 1e-5,
                   /*tie_word_embeddings=*/true},
    SyntheticShape{"tiny-qwen2", "qwen2", 2, 256, 512, 4, 2, 64, 1024, 2048},
    SyntheticShape{"tiny-qwen3", "qwen3", 2, 256, 512, 4, 2, 128, 1024, 2048, 1000000},
    SyntheticShape{"tiny-llama", "llama", 2, 256, 512, 4, 2, 64, 1024, 2048, 10000, 1e-5,
                   /*tie_word_embeddings=*/true},
};

constexpr double kDeviation = 0.02;

// Normal numbers are costly and quantizing them more so: weights are pieces of a pool, each
// beginning at a random block. A tensor smaller than the pool is one piece; in others the pieces
// are shorter than a row. Either way hardly any two rows of a tensor are alike.
constexpr std::size_t kPoolElements = 1 << 20;
constexpr std::size_t kPieceElements = 512;
constexpr std::size_t kWriteBytes = 4 << 20;

Result<SyntheticShape> find_shape(std::string_view name) {
  std::vector<std::string> names;
  for (const SyntheticShape& shape : kShapes) {
    if (shape.name == name) return shape;
    names.emplace_back(shape.name);
  }
  return error(ErrorCode::InvalidArgument, "there is no shape \"", name, "\"; use one of ",
               join(names, ", "));
}

Metadata describe(const SyntheticShape& shape, const Recipe& recipe) {
  Metadata metadata;
  const auto set = [&](std::string_view key, MetadataValue value) {
    metadata.set(cat(shape.architecture, '.', key), std::move(value));
  };
  const auto count = [](std::size_t value) { return MetadataValue(std::uint64_t{value}); };
  metadata.set("general.architecture", std::string(shape.architecture));
  metadata.set("general.type", "model");
  metadata.set("general.name", cat("synthetic ", shape.name));
  metadata.set("general.file_type", static_cast<std::uint64_t>(recipe.file_type));
  metadata.set("general.quantization_version", std::uint64_t{2});
  set("block_count", count(shape.num_layers));
  set("context_length", count(shape.max_position_embeddings));
  set("embedding_length", count(shape.hidden_size));
  set("feed_forward_length", count(shape.intermediate_size));
  set("attention.head_count", count(shape.num_heads));
  set("attention.head_count_kv", count(shape.num_kv_heads));
  set("attention.key_length", count(shape.head_dim));
  set("attention.value_length", count(shape.head_dim));
  set("attention.layer_norm_rms_epsilon", shape.rms_norm_eps);
  set("rope.freq_base", shape.rope_theta);
  set("rope.dimension_count", count(shape.head_dim));
  set("vocab_size", count(shape.vocab_size));
  add_synthetic_tokenizer(shape.vocab_size, metadata);
  return metadata;
}

std::vector<TensorPlan> plan_layer(const SyntheticShape& shape, std::size_t layer) {
  const std::size_t hidden = shape.hidden_size;
  const std::size_t q_dim = shape.num_heads * shape.head_dim;
  const std::size_t kv_dim = shape.num_kv_heads * shape.head_dim;
  std::vector<TensorPlan> plans;
  const auto add = [&](std::string_view name, std::vector<std::size_t> dimensions) {
    plans.push_back({cat("blk.", layer, '.', name), DType::F32, std::move(dimensions)});
  };
  add("attn_norm.weight", {hidden});
  add("attn_q.weight", {q_dim, hidden});
  add("attn_k.weight", {kv_dim, hidden});
  add("attn_v.weight", {kv_dim, hidden});
  if (shape.architecture == "qwen2") {
    add("attn_q.bias", {q_dim});
    add("attn_k.bias", {kv_dim});
    add("attn_v.bias", {kv_dim});
  }
  if (shape.architecture == "qwen3") {
    add("attn_q_norm.weight", {shape.head_dim});
    add("attn_k_norm.weight", {shape.head_dim});
  }
  add("attn_output.weight", {hidden, q_dim});
  add("ffn_norm.weight", {hidden});
  add("ffn_gate.weight", {shape.intermediate_size, hidden});
  add("ffn_up.weight", {shape.intermediate_size, hidden});
  add("ffn_down.weight", {hidden, shape.intermediate_size});
  return plans;
}

std::vector<TensorPlan> plan_tensors(const SyntheticShape& shape, const Recipe& recipe) {
  const std::vector<std::size_t> embedding = {shape.vocab_size, shape.hidden_size};
  std::vector<TensorPlan> plans = {{"token_embd.weight", DType::F32, embedding}};
  for (std::size_t layer = 0; layer < shape.num_layers; ++layer) {
    for (TensorPlan& plan : plan_layer(shape, layer)) plans.push_back(std::move(plan));
  }
  plans.push_back({"output_norm.weight", DType::F32, {shape.hidden_size}});
  if (!shape.tie_word_embeddings) plans.push_back({"output.weight", DType::F32, embedding});
  const ModelOutline outline = outline_of(plans);
  for (TensorPlan& plan : plans) plan.dtype = choose_dtype(recipe, plan, outline);
  return plans;
}

/// Random weights in every type that a model asks for.
class WeightPool {
 public:
  explicit WeightPool(std::uint64_t seed) : random_(seed), values_(kPoolElements) {
    for (float& value : values_) value = static_cast<float>(kDeviation * random_.normal());
  }

  /// Fills `out`, whole blocks of `dtype`, with pieces of `piece_bytes`.
  void fill(DType dtype, std::size_t piece_bytes, std::span<std::byte> out) {
    const std::vector<std::byte>& pool = pool_of(dtype);
    const std::size_t block_bytes = traits(dtype).block_bytes;
    const std::size_t num_starts = (pool.size() - piece_bytes) / block_bytes + 1;
    for (std::size_t at = 0; at < out.size(); at += piece_bytes) {
      const std::size_t start = static_cast<std::size_t>(random_.below(num_starts)) * block_bytes;
      std::memcpy(out.data() + at, pool.data() + start, std::min(piece_bytes, out.size() - at));
    }
  }

 private:
  const std::vector<std::byte>& pool_of(DType dtype) {
    std::vector<std::byte>& pool = pools_[dtype];
    if (pool.empty()) {
      pool.resize(row_bytes(dtype, values_.size()));
      quantize_row(dtype, values_, pool);
    }
    return pool;
  }

  Random random_;
  std::vector<float> values_;
  std::map<DType, std::vector<std::byte>> pools_;
};

Status write_tensor(const TensorPlan& plan, WeightPool& weights, GgufWriter& writer) {
  if (plan.name.ends_with("norm.weight")) {
    const std::vector<float> ones(plan.shape.front(), 1.0f);
    return writer.write(std::as_bytes(std::span(ones)));
  }
  const std::size_t block_bytes = traits(plan.dtype).block_bytes;
  const std::size_t total = plan.num_bytes();
  const bool is_small = total <= row_bytes(plan.dtype, kPoolElements);
  const std::size_t piece_bytes = is_small ? total : row_bytes(plan.dtype, kPieceElements);
  std::vector<std::byte> buffer(std::min(total, kWriteBytes / block_bytes * block_bytes));
  for (std::size_t at = 0; at < total; at += buffer.size()) {
    const auto part = std::span(buffer).first(std::min(buffer.size(), total - at));
    weights.fill(plan.dtype, piece_bytes, part);
    TRY(writer.write(part));
  }
  return {};
}

}  // namespace

std::span<const SyntheticShape> synthetic_shapes() { return kShapes; }

Status write_synthetic_model(const SyntheticOptions& options, const std::filesystem::path& path) {
  TRY_ASSIGN(const SyntheticShape shape, find_shape(options.shape));
  TRY_ASSIGN(const Recipe recipe, find_recipe(options.type));
  const std::vector<TensorPlan> plans = plan_tensors(shape, recipe);
  TRY_ASSIGN(GgufWriter writer, GgufWriter::create(path, describe(shape, recipe), plans));
  WeightPool weights(options.seed);
  for (const TensorPlan& plan : plans) TRY(write_tensor(plan, weights, writer));
  return writer.finish();
}

}  // namespace falconet
