#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/random.h"
#include "kernels/attention.h"
#include "kernels/elementwise.h"
#include "kernels/matmul.h"
#include "kernels/reference.h"
#include "tensor/half.h"

namespace falconet {
namespace {

constexpr DType kTypes[] = {DType::F32,  DType::F16,  DType::BF16, DType::Q4_0,   DType::Q4_1,
                            DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::Q2_K,   DType::Q3_K,
                            DType::Q4_K, DType::Q5_K, DType::Q6_K, DType::IQ4_NL, DType::IQ4_XS};

/// Random bytes whose scales are finite and of ordinary size.
std::vector<std::byte> random_weights(DType dtype, std::size_t rows, std::size_t cols,
                                      Random& random) {
  std::vector<std::byte> bytes(rows * row_bytes(dtype, cols));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  const DTypeTraits& t = traits(dtype);
  if (t.block_size == 1) {
    for (std::size_t i = 0; i < rows * cols; ++i) {
      const auto value = static_cast<float>(random.normal());
      const std::uint16_t half = dtype == DType::F16 ? f32_to_f16(value) : f32_to_bf16(value);
      std::memcpy(bytes.data() + i * t.block_bytes,
                  dtype == DType::F32 ? static_cast<const void*>(&value) : &half, t.block_bytes);
    }
    return bytes;
  }
  // Offsets of the f16 fields of a block.
  std::vector<std::size_t> fields = {0};
  if (dtype == DType::Q4_1 || dtype == DType::Q5_1 || dtype == DType::Q4_K ||
      dtype == DType::Q5_K) {
    fields = {0, 2};
  }
  if (dtype == DType::Q2_K) fields = {80, 82};
  if (dtype == DType::Q3_K) fields = {108};
  if (dtype == DType::Q6_K) fields = {208};
  for (std::size_t at = 0; at < bytes.size(); at += t.block_bytes) {
    for (const std::size_t field : fields) {
      const std::uint16_t half = f32_to_f16(static_cast<float>(0.001 + 0.01 * random.uniform()));
      std::memcpy(bytes.data() + at + field, &half, sizeof half);
    }
  }
  return bytes;
}

std::vector<float> random_floats(std::size_t count, Random& random) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

// Oracle: double sums over dequantized weights. Activations are rounded to 8 bits, so the error is
// about 0.004 · |w| for one standard deviation (x is normal); seven of them are allowed.
TEST(Matmul, EveryTypeAndShapeAgreesWithTheReference) {
  const std::uint64_t seed = 11;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  ThreadPool pool(2);
  for (const DType dtype : kTypes) {
    for (const std::size_t out_dim : {1u, 16u, 37u}) {
      for (const std::size_t num_tokens : {1u, 3u, 8u, 15u}) {
        const std::size_t in_dim = 512;
        const auto bytes = random_weights(dtype, out_dim, in_dim, random);
        const WeightView weight{dtype, out_dim, in_dim, bytes};
        const auto x = random_floats(num_tokens * in_dim, random);
        const MatrixView<const float> input(x.data(), num_tokens, in_dim);
        std::vector<float> expected(num_tokens * out_dim);
        std::vector<float> got(num_tokens * out_dim);
        matmul_reference(input, weight, {expected.data(), num_tokens, out_dim}, pool);
        for (const Isa isa : available_isas()) {
          const PackedMatrix packed = PackedMatrix::pack(weight, isa, pool);
          Activations activations(16, in_dim);
          activations.assign(input);
          matmul(activations, packed, {got.data(), num_tokens, out_dim}, pool);
          std::vector<float> row(in_dim);
          for (std::size_t i = 0; i < got.size(); ++i) {
            dequantize_row(dtype, weight.row(i % out_dim), row);
            double norm = 0;
            for (const float w : row) norm += static_cast<double>(w) * static_cast<double>(w);
            ASSERT_NEAR(got[i], expected[i], 0.03 * std::sqrt(norm) + 1e-5)
                << traits(dtype).name << " " << isa_name(isa) << " out " << out_dim << " tokens "
                << num_tokens << " element " << i;
          }
        }
      }
    }
  }
}

TEST(Matmul, ATokensResultDoesNotDependOnTheBatch) {
  Random random(3);
  ThreadPool pool(2);
  for (const DType dtype : {DType::Q4_0, DType::Q8_0, DType::Q4_K, DType::Q6_K, DType::BF16}) {
    const std::size_t in_dim = 256;
    const std::size_t out_dim = 40;
    const auto bytes = random_weights(dtype, out_dim, in_dim, random);
    const PackedMatrix packed =
        PackedMatrix::pack({dtype, out_dim, in_dim, bytes}, chosen_isa(), pool);
    const auto x = random_floats(13 * in_dim, random);
    std::vector<float> all(13 * out_dim);
    Activations activations(13, in_dim);
    activations.assign({x.data(), 13, in_dim});
    matmul(activations, packed, {all.data(), 13, out_dim}, pool);
    for (std::size_t t = 0; t < 13; ++t) {
      std::vector<float> alone(out_dim);
      activations.assign({x.data() + t * in_dim, 1, in_dim});
      matmul(activations, packed, {alone.data(), 1, out_dim}, pool);
      for (std::size_t i = 0; i < out_dim; ++i) ASSERT_EQ(alone[i], all[t * out_dim + i]);
    }
  }
}

// Oracle: softmax attention in double over keys and values rounded to f16.
TEST(Attention, ScatteredBlocksAndChunksAgreeWithPlainSoftmax) {
  const std::uint64_t seed = 4;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  ThreadPool pool(2);
  const std::size_t head_dim = 24;
  const std::size_t kv_heads = 2;
  const std::size_t heads = 6;
  const std::size_t length = 45;
  std::vector<std::uint16_t> keys(8 * kv_heads * kBlockTokens * head_dim, f32_to_f16(99));
  std::vector<std::uint16_t> values(keys);
  const KvLayerView cache{keys.data(), values.data(), 8, kv_heads, head_dim};
  const std::vector<BlockId> blocks = {BlockId{5}, BlockId{0}, BlockId{3}};
  const auto q = random_floats(length * heads * head_dim, random);
  const auto k = random_floats(length * kv_heads * head_dim, random);
  const auto v = random_floats(length * kv_heads * head_dim, random);
  const SequenceSlice whole{0, length, 0, blocks};
  store_kv({k.data(), length, kv_heads * head_dim}, {v.data(), length, kv_heads * head_dim},
           {&whole, 1}, cache, pool);
  for (const Isa isa : available_isas()) {
    std::vector<float> out(q.size());
    const SequenceSlice parts[] = {{0, 20, 0, blocks}, {20, 25, 20, blocks}};
    attention({q.data(), length, heads * head_dim}, parts, cache, 0.2f,
              {out.data(), length, heads * head_dim}, isa, pool);
    for (std::size_t row = 0; row < length; ++row) {
      for (std::size_t head = 0; head < heads; ++head) {
        const float* query = q.data() + (row * heads + head) * head_dim;
        std::vector<double> weights;
        double total = 0;
        for (std::size_t t = 0; t <= row; ++t) {
          double score = 0;
          for (std::size_t d = 0; d < head_dim; ++d) {
            score += static_cast<double>(query[d]) *
                     f16_to_f32(f32_to_f16(k[(t * kv_heads + head / 3) * head_dim + d]));
          }
          weights.push_back(std::exp(score * 0.2));
          total += weights.back();
        }
        for (std::size_t d = 0; d < head_dim; ++d) {
          double expected = 0;
          for (std::size_t t = 0; t <= row; ++t) {
            expected += weights[t] / total *
                        f16_to_f32(f32_to_f16(v[(t * kv_heads + head / 3) * head_dim + d]));
          }
          ASSERT_NEAR(out[(row * heads + head) * head_dim + d], expected, 2e-5)
              << isa_name(isa) << " row " << row << " head " << head;
        }
      }
    }
  }
}

TEST(RmsNorm, MakesRowsOfUnitMeanSquare) {
  Random random(1);
  auto x = random_floats(3 * 50, random);
  const std::vector<float> weight(50, 2.0f);
  rms_norm({x.data(), 3, 50}, weight, 0.0f, {x.data(), 3, 50}, Isa::Reference);
  for (int r = 0; r < 3; ++r) {
    double sum = 0;
    for (int i = 0; i < 50; ++i) sum += std::pow(x[static_cast<std::size_t>(r * 50 + i)], 2);
    EXPECT_NEAR(sum / 50, 4.0, 1e-5);
  }
}

TEST(Rope, TurnsByThePositionAndKeepsLengths) {
  std::vector<float> x = {1, 0, 0, 0};
  const std::size_t position = 2;
  const std::vector<double> frequencies = {0.5, 0.25};
  rope({x.data(), 1, 4}, 4, {&position, 1}, frequencies, 1.0f, RopeStyle::Halves);
  EXPECT_NEAR(x[0], std::cos(1.0), 1e-6);
  EXPECT_NEAR(x[2], std::sin(1.0), 1e-6);
  x = {1, 0, 0, 0};
  rope({x.data(), 1, 4}, 4, {&position, 1}, frequencies, 1.0f, RopeStyle::Interleaved);
  EXPECT_NEAR(x[1], std::sin(1.0), 1e-6);
}

}  // namespace
}  // namespace falconet
