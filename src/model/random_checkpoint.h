// Small checkpoints of any shape and tensor type with seeded random weights, for tests.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "formats/gguf_writer.h"
#include "formats/temporary_folder.h"
#include "kernels/matmul.h"
#include "model/config.h"
#include "model/tensor_names.h"
#include "tensor/half.h"
#include "tensor/quant_blocks.h"

namespace falconet {

struct RandomTensor {
  TensorPlan plan;
  std::vector<std::byte> bytes;
};

/// Where a block keeps its f16 scale and minimum, and the minimum (in scales) that centres the
/// elements of random codes.
struct ScalePlaces {
  std::size_t scale = 0;
  std::optional<std::size_t> min;
  float centre = 0;
};

inline ScalePlaces scale_places(DType dtype) {
  switch (dtype) {
    case DType::Q4_1: return {offsetof(BlockQ4_1, d), offsetof(BlockQ4_1, m), -7.5f};
    case DType::Q5_1: return {offsetof(BlockQ5_1, d), offsetof(BlockQ5_1, m), -15.5f};
    case DType::Q2_K: return {offsetof(BlockQ2_K, d), offsetof(BlockQ2_K, dmin), 1.5f};
    case DType::Q3_K: return {offsetof(BlockQ3_K, d), std::nullopt, 0};
    case DType::Q4_K: return {offsetof(BlockQ4_K, d), offsetof(BlockQ4_K, dmin), 7.5f};
    case DType::Q5_K: return {offsetof(BlockQ5_K, d), offsetof(BlockQ5_K, dmin), 15.5f};
    case DType::Q6_K: return {offsetof(BlockQ6_K, d), std::nullopt, 0};
    default: return {};  // the scale comes first
  }
}

inline void set_half(std::span<std::byte> block, std::size_t offset, float value) {
  const std::uint16_t half = f32_to_f16(value);
  std::memcpy(block.data() + offset, &half, sizeof half);
}

/// Blocks of random codes, each with the scale that makes its elements' root mean square `spread`.
inline std::vector<std::byte> random_blocks(DType dtype, std::size_t num_elements, double spread,
                                            Random& random) {
  const DTypeTraits& type = traits(dtype);
  const ScalePlaces places = scale_places(dtype);
  std::vector<std::byte> bytes(row_bytes(dtype, num_elements));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0xFF);
  std::vector<float> elements(type.block_size);
  for (std::size_t at = 0; at < bytes.size(); at += type.block_bytes) {
    const std::span<std::byte> block = std::span(bytes).subspan(at, type.block_bytes);
    set_half(block, places.scale, 1);
    if (places.min) set_half(block, *places.min, places.centre);
    dequantize_row(dtype, block, elements);
    double square = 0;
    for (const float element : elements) square += static_cast<double>(element * element);
    const double rms = std::sqrt(square / static_cast<double>(type.block_size));
    const auto scale = static_cast<float>(rms > 0 ? spread / rms : 0);
    set_half(block, places.scale, scale);
    if (places.min) set_half(block, *places.min, places.centre * scale);
  }
  return bytes;
}

/// Elements normal around `mean`; of quantized types around 0.
inline RandomTensor random_tensor(std::string name, DType dtype, std::vector<std::size_t> shape,
                                  double mean, double spread, Random& random) {
  RandomTensor tensor{{std::move(name), dtype, std::move(shape)}, {}};
  std::size_t num_elements = 1;
  for (const std::size_t size : tensor.plan.shape) num_elements *= size;
  if (is_quantized(dtype)) {
    tensor.bytes = random_blocks(dtype, num_elements, spread, random);
    return tensor;
  }
  tensor.bytes.resize(row_bytes(dtype, num_elements));
  for (std::size_t i = 0; i < num_elements; ++i) {
    const auto value = static_cast<float>(mean + spread * random.normal());
    const std::uint16_t half = dtype == DType::BF16 ? f32_to_bf16(value) : f32_to_f16(value);
    std::byte* target = tensor.bytes.data() + i * traits(dtype).block_bytes;
    if (dtype == DType::F32) std::memcpy(target, &value, sizeof value);
    if (dtype != DType::F32) std::memcpy(target, &half, sizeof half);
  }
  return tensor;
}

/// Every tensor that a decoder of this config has; matrices of type `dtype`, vectors F32.
inline std::vector<RandomTensor> random_tensors(const ModelConfig& config, CheckpointKind kind,
                                                DType dtype, std::uint64_t seed) {
  Random random(seed);
  std::vector<RandomTensor> tensors;
  const auto matrix = [&](TensorRole role, std::size_t layer, std::size_t out, std::size_t in) {
    tensors.push_back(random_tensor(tensor_name(kind, role, layer), dtype, {out, in}, 0,
                                    1 / std::sqrt(static_cast<double>(in)), random));
  };
  const auto vector = [&](TensorRole role, std::size_t layer, std::size_t size, double mean) {
    tensors.push_back(
        random_tensor(tensor_name(kind, role, layer), DType::F32, {size}, mean, 0.2, random));
  };
  matrix(TensorRole::Embedding, 0, config.vocab_size, config.hidden_size);
  vector(TensorRole::OutputNorm, 0, config.hidden_size, 1);
  if (!config.tie_word_embeddings) {
    matrix(TensorRole::Head, 0, config.vocab_size, config.hidden_size);
  }
  for (std::size_t i = 0; i < config.num_layers; ++i) {
    vector(TensorRole::AttentionNorm, i, config.hidden_size, 1);
    matrix(TensorRole::Query, i, config.q_dim(), config.hidden_size);
    matrix(TensorRole::Key, i, config.kv_dim(), config.hidden_size);
    matrix(TensorRole::Value, i, config.kv_dim(), config.hidden_size);
    if (config.has_qkv_bias) {
      vector(TensorRole::QueryBias, i, config.q_dim(), 0);
      vector(TensorRole::KeyBias, i, config.kv_dim(), 0);
      vector(TensorRole::ValueBias, i, config.kv_dim(), 0);
    }
    if (config.has_qk_norm) {
      vector(TensorRole::QueryNorm, i, config.head_dim, 1);
      vector(TensorRole::KeyNorm, i, config.head_dim, 1);
    }
    matrix(TensorRole::AttentionOutput, i, config.hidden_size, config.q_dim());
    vector(TensorRole::FfnNorm, i, config.hidden_size, 1);
    matrix(TensorRole::Gate, i, config.intermediate_size, config.hidden_size);
    matrix(TensorRole::Up, i, config.intermediate_size, config.hidden_size);
    matrix(TensorRole::Down, i, config.hidden_size, config.intermediate_size);
  }
  return tensors;
}

inline void write_gguf(const std::filesystem::path& path, const Metadata& metadata,
                       const std::vector<RandomTensor>& tensors) {
  std::vector<TensorPlan> plans;
  for (const RandomTensor& tensor : tensors) plans.push_back(tensor.plan);
  auto writer = GgufWriter::create(path, metadata, std::move(plans));
  CHECK(writer.has_value(), writer ? "" : writer.error().message);
  for (const RandomTensor& tensor : tensors) writer->write(tensor.bytes).value();
  writer->finish().value();
}

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file = AtomicFile::create(path).value();
  file.write(text).value();
  file.commit().value();
}

/// A folder with config.json and model.safetensors.
inline void write_folder(const std::filesystem::path& folder, const Json& config,
                         const std::vector<RandomTensor>& tensors) {
  Json header = Json::object();
  std::string contents;
  for (const RandomTensor& tensor : tensors) {
    header[tensor.plan.name] = {
        {"dtype", traits(tensor.plan.dtype).name},
        {"shape", tensor.plan.shape},
        {"data_offsets", {contents.size(), contents.size() + tensor.bytes.size()}}};
    contents.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  }
  const std::string text = to_text(header);
  std::uint64_t length = text.size();
  std::string file(reinterpret_cast<const char*>(&length), sizeof length);
  write_text(folder / "model.safetensors", file + text + contents);
  write_text(folder / "config.json", to_text(config));
}

}  // namespace falconet
