#include "model/weights.h"

#include "model/tensor_names.h"

namespace falconet {
namespace {

std::string shape_text(std::span<const std::size_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += cat(i == 0 ? "" : ", ", shape[i]);
  }
  return text + "]";
}

class Binder {
 public:
  Binder(const Checkpoint& checkpoint, Isa isa, ThreadPool& pool)
      : checkpoint_(checkpoint), isa_(isa), pool_(pool) {}

  Result<const StoredTensor*> find(TensorRole role, std::size_t layer,
                                   std::vector<std::size_t> shape) const {
    const std::string name = tensor_name(checkpoint_.kind(), role, layer);
    const StoredTensor* tensor = checkpoint_.find_tensor(name);
    if (tensor == nullptr) {
      return error(ErrorCode::Corrupt, checkpoint_.path().string(), ": tensor ", name,
                   " is missing");
    }
    if (tensor->shape != shape) {
      return error(ErrorCode::Corrupt, checkpoint_.path().string(), ": tensor ", name,
                   " has shape ", shape_text(tensor->shape), " where ", shape_text(shape),
                   " was expected");
    }
    return tensor;
  }

  Result<WeightView> view(TensorRole role, std::size_t layer, std::size_t out_dim,
                          std::size_t in_dim) const {
    TRY_ASSIGN(const StoredTensor* tensor, find(role, layer, {out_dim, in_dim}));
    if (in_dim % traits(tensor->dtype).block_size != 0) {
      return error(ErrorCode::Corrupt, "tensor ", tensor->name, ": rows of ", in_dim,
                   " elements do not fill ", traits(tensor->dtype).name, " blocks");
    }
    return WeightView{tensor->dtype, out_dim, in_dim, tensor->bytes};
  }

  Result<PackedMatrix> pack(TensorRole role, std::size_t layer, std::size_t out_dim,
                            std::size_t in_dim) const {
    TRY_ASSIGN(const WeightView weight, view(role, layer, out_dim, in_dim));
    PackedMatrix packed = PackedMatrix::pack(weight, isa_, pool_);
    checkpoint_.release_pages(
        *checkpoint_.find_tensor(tensor_name(checkpoint_.kind(), role, layer)));
    return packed;
  }

  Result<std::vector<float>> vector(TensorRole role, std::size_t layer, std::size_t size) const {
    TRY_ASSIGN(const StoredTensor* tensor, find(role, layer, {size}));
    std::vector<float> values(size);
    dequantize_row(tensor->dtype, tensor->bytes, values);
    return values;
  }

 private:
  const Checkpoint& checkpoint_;
  Isa isa_;
  ThreadPool& pool_;
};

Status bind_attention(const ModelConfig& config, const Binder& bind, std::size_t i,
                      LayerWeights& layer) {
  const std::size_t hidden = config.hidden_size;
  TRY_ASSIGN(layer.attention_norm, bind.vector(TensorRole::AttentionNorm, i, hidden));
  TRY_ASSIGN(layer.query, bind.pack(TensorRole::Query, i, config.q_dim(), hidden));
  TRY_ASSIGN(layer.key, bind.pack(TensorRole::Key, i, config.kv_dim(), hidden));
  TRY_ASSIGN(layer.value, bind.pack(TensorRole::Value, i, config.kv_dim(), hidden));
  TRY_ASSIGN(layer.attention_output,
             bind.pack(TensorRole::AttentionOutput, i, hidden, config.q_dim()));
  if (config.has_qkv_bias) {
    TRY_ASSIGN(layer.query_bias, bind.vector(TensorRole::QueryBias, i, config.q_dim()));
    TRY_ASSIGN(layer.key_bias, bind.vector(TensorRole::KeyBias, i, config.kv_dim()));
    TRY_ASSIGN(layer.value_bias, bind.vector(TensorRole::ValueBias, i, config.kv_dim()));
  }
  if (config.has_qk_norm) {
    TRY_ASSIGN(layer.query_norm, bind.vector(TensorRole::QueryNorm, i, config.head_dim));
    TRY_ASSIGN(layer.key_norm, bind.vector(TensorRole::KeyNorm, i, config.head_dim));
  }
  return {};
}

Status bind_feed_forward(const ModelConfig& config, const Binder& bind, std::size_t i,
                         LayerWeights& layer) {
  const std::size_t hidden = config.hidden_size;
  const std::size_t inner = config.intermediate_size;
  TRY_ASSIGN(layer.ffn_norm, bind.vector(TensorRole::FfnNorm, i, hidden));
  TRY_ASSIGN(layer.gate, bind.pack(TensorRole::Gate, i, inner, hidden));
  TRY_ASSIGN(layer.up, bind.pack(TensorRole::Up, i, inner, hidden));
  TRY_ASSIGN(layer.down, bind.pack(TensorRole::Down, i, hidden, inner));
  return {};
}

}  // namespace

Result<DecoderWeights> bind_weights(const ModelConfig& config, const Checkpoint& checkpoint,
                                    Isa isa, ThreadPool& pool) {
  const Binder bind(checkpoint, isa, pool);
  DecoderWeights weights;
  TRY_ASSIGN(weights.embedding,
             bind.view(TensorRole::Embedding, 0, config.vocab_size, config.hidden_size));
  for (std::size_t i = 0; i < config.num_layers; ++i) {
    LayerWeights layer;
    TRY(bind_attention(config, bind, i, layer));
    TRY(bind_feed_forward(config, bind, i, layer));
    weights.layers.push_back(std::move(layer));
  }
  TRY_ASSIGN(weights.output_norm, bind.vector(TensorRole::OutputNorm, 0, config.hidden_size));
  if (config.tie_word_embeddings) {
    weights.head = PackedMatrix::pack(weights.embedding, isa, pool);
  } else {
    TRY_ASSIGN(weights.head, bind.pack(TensorRole::Head, 0, config.vocab_size, config.hidden_size));
  }
  const std::string divisors = tensor_name(checkpoint.kind(), TensorRole::RopeDivisors);
  if (!divisors.empty() && checkpoint.find_tensor(divisors) != nullptr) {
    TRY_ASSIGN(weights.rope_divisors,
               bind.vector(TensorRole::RopeDivisors, 0, config.rope.rotary_dim / 2));
  }
  return weights;
}

}  // namespace falconet
