#include "model/weights.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "formats/quantize_row.h"
#include "model/tensor_names.h"

namespace falconet {
namespace {

std::string shape_text(std::span<const std::size_t> shape) {
  std::vector<std::string> sizes;
  for (const std::size_t size : shape) sizes.push_back(cat(size));
  return cat("[", join(sizes, ", "), "]");
}

/// Finds tensors one after the other and remembers which were used.
class Binder {
 public:
  Binder(const ModelConfig& config, const Checkpoint& checkpoint, const WeightOptions& options,
         ThreadPool& pool)
      : config_(config), checkpoint_(checkpoint), options_(options), pool_(pool) {
    for (const StoredTensor& tensor : checkpoint.tensors()) num_bytes_total_ += tensor.bytes.size();
  }

  Result<DecoderWeights> bind();

 private:
  Result<LayerWeights> bind_layer(std::size_t layer);
  Status bind_biases(std::size_t layer, LayerWeights& weights);
  Status bind_rope_divisors(std::vector<float>& divisors);

  Result<const StoredTensor*> find(TensorRole role, std::size_t layer,
                                   std::span<const std::size_t> shape);
  Result<WeightView> view(TensorRole role, std::size_t layer, std::size_t out_dim,
                          std::size_t in_dim);
  Result<PackedMatrix> matrix(TensorRole role, std::size_t layer, std::size_t out_dim,
                              std::size_t in_dim);
  Result<std::vector<float>> vector(TensorRole role, std::size_t layer, std::size_t size);

  DType quantized_dtype(TensorRole role, std::size_t layer, const WeightView& weight) const;
  Result<std::vector<std::byte>> quantize(const std::string& name, const WeightView& weight,
                                          DType dtype) const;

  void finish(const StoredTensor& tensor);
  Status check_all_used() const;

  const ModelConfig& config_;
  const Checkpoint& checkpoint_;
  const WeightOptions& options_;
  ThreadPool& pool_;
  std::set<const StoredTensor*> used_;
  std::uint64_t num_bytes_done_ = 0;
  std::uint64_t num_bytes_total_ = 0;
};

Result<const StoredTensor*> Binder::find(TensorRole role, std::size_t layer,
                                         std::span<const std::size_t> shape) {
  const std::string name = tensor_name(checkpoint_.kind(), role, layer);
  const StoredTensor* tensor = checkpoint_.find_tensor(name);
  if (tensor == nullptr) {
    return error(ErrorCode::Corrupt, "tensor \"", name, "\" of shape ", shape_text(shape),
                 " is missing");
  }
  if (!std::ranges::equal(tensor->shape, shape)) {
    return error(ErrorCode::Corrupt, "tensor \"", name, "\" has shape ", shape_text(tensor->shape),
                 "; the config asks for ", shape_text(shape));
  }
  const std::size_t row_size = shape.back();
  const std::size_t num_rows = shape.size() == 2 ? shape[0] : 1;
  if (row_size % traits(tensor->dtype).block_size != 0 ||
      tensor->bytes.size() != num_rows * row_bytes(tensor->dtype, row_size)) {
    return error(ErrorCode::Corrupt, "tensor \"", name, "\" has ", tensor->bytes.size(),
                 " bytes, which are no ", shape_text(shape), " of ", traits(tensor->dtype).name);
  }
  used_.insert(tensor);
  return tensor;
}

Result<WeightView> Binder::view(TensorRole role, std::size_t layer, std::size_t out_dim,
                                std::size_t in_dim) {
  const std::size_t shape[] = {out_dim, in_dim};
  TRY_ASSIGN(const StoredTensor* tensor, find(role, layer, shape));
  return WeightView{tensor->dtype, out_dim, in_dim, tensor->bytes};
}

Result<PackedMatrix> Binder::matrix(TensorRole role, std::size_t layer, std::size_t out_dim,
                                    std::size_t in_dim) {
  TRY_ASSIGN(WeightView weight, view(role, layer, out_dim, in_dim));
  std::vector<std::byte> quantized;
  if (options_.quantization && !is_quantized(weight.dtype)) {
    const DType dtype = quantized_dtype(role, layer, weight);
    const std::string name = tensor_name(checkpoint_.kind(), role, layer);
    TRY_ASSIGN(quantized, quantize(name, weight, dtype));
    weight.dtype = dtype;
    weight.bytes = quantized;
  }
  PackedMatrix packed = PackedMatrix::pack(weight, options_.isa, pool_);
  finish(*checkpoint_.find_tensor(tensor_name(checkpoint_.kind(), role, layer)));
  return packed;
}

DType Binder::quantized_dtype(TensorRole role, std::size_t layer, const WeightView& weight) const {
  const TensorPlan plan{.name = tensor_name(CheckpointKind::Gguf, role, layer),
                        .dtype = weight.dtype,
                        .shape = {weight.out_dim, weight.in_dim}};
  const ModelOutline outline{.num_layers = config_.num_layers,
                             .has_head = !config_.tie_word_embeddings};
  return choose_dtype(*options_.quantization, plan, outline);
}

Result<std::vector<std::byte>> Binder::quantize(const std::string& name, const WeightView& weight,
                                                DType dtype) const {
  const std::size_t size = row_bytes(dtype, weight.in_dim);
  std::vector<std::byte> bytes(weight.out_dim * size);
  std::atomic<bool> is_finite = true;
  pool_.parallel_for(weight.out_dim, 1, [&](std::size_t begin, std::size_t end) {
    std::vector<float> row(weight.in_dim);
    for (std::size_t i = begin; i < end; ++i) {
      dequantize_row(weight.dtype, weight.row(i), row);
      if (!std::ranges::all_of(row, [](float value) { return std::isfinite(value); })) {
        is_finite = false;
      }
      quantize_row(dtype, row, std::span(bytes).subspan(i * size, size));
    }
  });
  if (is_finite) return bytes;
  return error(ErrorCode::Corrupt, "tensor \"", name,
               "\" holds a value that is not finite and cannot be quantized");
}

Result<std::vector<float>> Binder::vector(TensorRole role, std::size_t layer, std::size_t size) {
  const std::size_t shape[] = {size};
  TRY_ASSIGN(const StoredTensor* tensor, find(role, layer, shape));
  std::vector<float> values(size);
  dequantize_row(tensor->dtype, tensor->bytes, values);
  finish(*tensor);
  return values;
}

void Binder::finish(const StoredTensor& tensor) {
  checkpoint_.release_pages(tensor);
  num_bytes_done_ += tensor.bytes.size();
  if (options_.on_progress) options_.on_progress(num_bytes_done_, num_bytes_total_);
}

Result<DecoderWeights> Binder::bind() {
  DecoderWeights weights;
  TRY_ASSIGN(weights.embedding,
             view(TensorRole::Embedding, 0, config_.vocab_size, config_.hidden_size));
  TRY_ASSIGN(weights.output_norm, vector(TensorRole::OutputNorm, 0, config_.hidden_size));
  TRY(bind_rope_divisors(weights.rope_divisors));
  weights.layers.reserve(config_.num_layers);
  for (std::size_t layer = 0; layer < config_.num_layers; ++layer) {
    TRY_ASSIGN(LayerWeights layer_weights, bind_layer(layer));
    weights.layers.push_back(std::move(layer_weights));
  }
  TRY_ASSIGN(weights.head,
             matrix(config_.tie_word_embeddings ? TensorRole::Embedding : TensorRole::Head, 0,
                    config_.vocab_size, config_.hidden_size));
  TRY(check_all_used());
  return weights;
}

Result<LayerWeights> Binder::bind_layer(std::size_t layer) {
  const std::size_t hidden = config_.hidden_size;
  const std::size_t intermediate = config_.intermediate_size;
  const std::size_t q_dim = config_.q_dim();
  const std::size_t kv_dim = config_.kv_dim();
  LayerWeights w;
  TRY_ASSIGN(w.attention_norm, vector(TensorRole::AttentionNorm, layer, hidden));
  TRY_ASSIGN(w.query, matrix(TensorRole::Query, layer, q_dim, hidden));
  TRY_ASSIGN(w.key, matrix(TensorRole::Key, layer, kv_dim, hidden));
  TRY_ASSIGN(w.value, matrix(TensorRole::Value, layer, kv_dim, hidden));
  if (config_.has_qkv_bias) TRY(bind_biases(layer, w));
  if (config_.has_qk_norm) {
    TRY_ASSIGN(w.query_norm, vector(TensorRole::QueryNorm, layer, config_.head_dim));
    TRY_ASSIGN(w.key_norm, vector(TensorRole::KeyNorm, layer, config_.head_dim));
  }
  TRY_ASSIGN(w.attention_output, matrix(TensorRole::AttentionOutput, layer, hidden, q_dim));
  TRY_ASSIGN(w.ffn_norm, vector(TensorRole::FfnNorm, layer, hidden));
  TRY_ASSIGN(w.gate, matrix(TensorRole::Gate, layer, intermediate, hidden));
  TRY_ASSIGN(w.up, matrix(TensorRole::Up, layer, intermediate, hidden));
  TRY_ASSIGN(w.down, matrix(TensorRole::Down, layer, hidden, intermediate));
  return w;
}

Status Binder::bind_biases(std::size_t layer, LayerWeights& weights) {
  TRY_ASSIGN(weights.query_bias, vector(TensorRole::QueryBias, layer, config_.q_dim()));
  TRY_ASSIGN(weights.key_bias, vector(TensorRole::KeyBias, layer, config_.kv_dim()));
  TRY_ASSIGN(weights.value_bias, vector(TensorRole::ValueBias, layer, config_.kv_dim()));
  return {};
}

Status Binder::bind_rope_divisors(std::vector<float>& divisors) {
  const std::string name = tensor_name(checkpoint_.kind(), TensorRole::RopeDivisors);
  if (name.empty() || checkpoint_.find_tensor(name) == nullptr) return {};
  TRY_ASSIGN(divisors, vector(TensorRole::RopeDivisors, 0, config_.rope.rotary_dim / 2));
  for (const float divisor : divisors) {
    if (!(std::isfinite(divisor) && divisor > 0)) {
      return error(ErrorCode::Corrupt, "tensor \"", name, "\" holds ", divisor,
                   "; every divisor must be finite and positive");
    }
  }
  return {};
}

/// Two tensors are known to be spare: the head of a tied model, which repeats the embedding, and
/// the frequencies that old folders stored beside theta.
Status Binder::check_all_used() const {
  const std::string head = tensor_name(checkpoint_.kind(), TensorRole::Head);
  for (const StoredTensor& tensor : checkpoint_.tensors()) {
    if (used_.contains(&tensor) || tensor.name.ends_with(".rotary_emb.inv_freq") ||
        (config_.tie_word_embeddings && tensor.name == head)) {
      continue;
    }
    return error(ErrorCode::Unsupported, "tensor \"", tensor.name,
                 "\" has no place in the architecture \"", config_.architecture, "\" with ",
                 config_.num_layers, " layers");
  }
  return {};
}

}  // namespace

Result<DecoderWeights> bind_weights(const ModelConfig& config, const Checkpoint& checkpoint,
                                    const WeightOptions& options, ThreadPool& pool) {
  return Binder(config, checkpoint, options, pool).bind();
}

}  // namespace falconet
