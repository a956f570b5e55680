#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/random_weights.h"
#include "kernels/reference.h"

namespace falconet {
namespace {

/// Random queries, keys and values of one sequence, stored in scattered blocks among garbage.
struct Scene {
  std::size_t head_dim;
  std::size_t num_kv_heads;
  std::size_t num_heads;
  std::size_t length;
  std::vector<BlockId> blocks;
  KvType type;
  std::vector<std::byte> keys;
  std::vector<std::byte> values;
  std::vector<float> q;

  Scene(std::size_t head_dim_, std::size_t num_kv_heads_, std::size_t num_heads_,
        std::size_t length_, Random& random, KvType type_ = KvType::F16)
      : head_dim(head_dim_),
        num_kv_heads(num_kv_heads_),
        num_heads(num_heads_),
        length(length_),
        type(type_) {
    const std::size_t num_blocks = (length + kBlockTokens - 1) / kBlockTokens + 2;
    for (std::size_t i = 0; i < num_blocks - 2; ++i) {
      blocks.push_back(BlockId{static_cast<std::int32_t>(num_blocks - 1 - i)});
    }
    // Read as halves it is NaN.
    keys.assign(num_blocks * num_kv_heads * kv_head_bytes(type, head_dim), std::byte{0xFF});
    values = keys;
    q = random_floats(length * num_heads * head_dim, random);
    const auto k = random_floats(length * num_kv_heads * head_dim, random);
    const auto v = random_floats(length * num_kv_heads * head_dim, random);
    ThreadPool pool(2);
    const SequenceSlice parts[] = {slice(0, length / 2), slice(length / 2, length - length / 2)};
    store_kv({k.data(), length, num_kv_heads * head_dim},
             {v.data(), length, num_kv_heads * head_dim}, parts, cache(), pool);
  }

  KvLayerView cache() {
    return {type,          keys.data(),
            values.data(), keys.size() / (num_kv_heads * kv_head_bytes(type, head_dim)),
            num_kv_heads,  head_dim};
  }
  SequenceSlice slice(std::size_t begin, std::size_t count) const {
    return {begin, count, begin, blocks};
  }
  MatrixView<const float> queries() const { return {q.data(), length, num_heads * head_dim}; }
};

// Weights are at most 1 and values about 1, so errors are absolute: a few roundings of f32 scores
// (magnitude about 10) move a weight by about 1e-6 of itself.
TEST(Attention, ScatteredBlocksAndChunksAgreeWithPlainSoftmax) {
  const std::uint64_t seed = 4;
  Random random(seed);
  // Heads of 24 elements end within a register; one query head a KV head; many.
  struct Shape {
    std::size_t head_dim, num_kv_heads, num_heads, length;
    KvType type = KvType::F16;
  };
  for (const Shape& shape :
       {Shape{24, 2, 6, 45}, Shape{128, 2, 12, 33}, Shape{64, 3, 3, 70}, Shape{8, 1, 7, 16},
        Shape{80, 2, 4, 1}, Shape{128, 2, 12, 33, KvType::Q8_0}, Shape{32, 1, 3, 70, KvType::Q8_0},
        Shape{96, 2, 4, 1, KvType::Q8_0}}) {
    Scene scene(shape.head_dim, shape.num_kv_heads, shape.num_heads, shape.length, random,
                shape.type);
    const std::size_t first = scene.length / 3;
    const SequenceSlice parts[] = {scene.slice(0, first), scene.slice(first, scene.length - first)};
    for (const int num_threads : {1, 2}) {
      ThreadPool pool(num_threads);
      for (const Isa isa : available_isas()) {
        SCOPED_TRACE(cat("seed ", seed, " ", isa_name(isa), " head_dim ", shape.head_dim));
        std::vector<float> out(scene.q.size());
        attention(scene.queries(), parts, scene.cache(), 0.2f,
                  {out.data(), scene.length, scene.num_heads * scene.head_dim}, isa, pool);
        for (std::size_t i = 0; i < scene.length * scene.num_heads; ++i) {
          const std::size_t row = i / scene.num_heads;
          const std::size_t kv_head = i % scene.num_heads / (scene.num_heads / scene.num_kv_heads);
          std::vector<float> expected(scene.head_dim);
          attention_reference({scene.q.data() + i * scene.head_dim, scene.head_dim}, parts[1],
                              scene.cache(), kv_head, row + 1, 0.2f, expected);
          for (std::size_t d = 0; d < scene.head_dim; ++d) {
            ASSERT_NEAR(out[i * scene.head_dim + d], expected[d], 2e-5) << "row " << row;
          }
        }
      }
    }
  }
}

void expect_rows_of_the_same_bits(KvType type) {
  Random random(8);
  Scene scene(32, 2, 10, 50, random, type);
  const std::size_t cols = scene.num_heads * scene.head_dim;
  for (const Isa isa : available_isas()) {
    ThreadPool pool(2);
    std::vector<float> all(scene.q.size());
    const SequenceSlice whole = scene.slice(0, 50);
    attention(scene.queries(), {&whole, 1}, scene.cache(), 0.2f, {all.data(), 50, cols}, isa, pool);
    for (std::size_t row = 0; row < 50; row += 7) {
      std::vector<float> alone(cols);
      const SequenceSlice slice{0, 1, row, scene.blocks};
      attention(scene.queries().row_range(row, 1), {&slice, 1}, scene.cache(), 0.2f,
                {alone.data(), 1, cols}, isa, pool);
      for (std::size_t i = 0; i < cols; ++i) ASSERT_EQ(alone[i], all[row * cols + i]) << row;
    }
  }
}

TEST(Attention, ARowsResultIsTheSameBitsInEveryBatch) {
  expect_rows_of_the_same_bits(KvType::F16);
  expect_rows_of_the_same_bits(KvType::Q8_0);
}

TEST(Attention, ScoresFarApartGiveAllWeightToTheLargest) {
  Random random(9);
  Scene scene(16, 1, 1, 40, random);
  for (float& element : scene.q) element *= 1000;
  ThreadPool pool(1);
  const SequenceSlice whole = scene.slice(0, 40);
  for (const Isa isa : available_isas()) {
    std::vector<float> out(scene.q.size());
    attention(scene.queries(), {&whole, 1}, scene.cache(), 1.0f, {out.data(), 40, 16}, isa, pool);
    std::vector<float> expected(16);
    attention_reference({scene.q.data() + 39 * 16, 16}, whole, scene.cache(), 0, 40, 1.0f,
                        expected);
    for (std::size_t d = 0; d < 16; ++d) ASSERT_NEAR(out[39 * 16 + d], expected[d], 1e-3);
  }
}

/// Keys and values of one token and one head, as the cache gives them back.
struct StoredHead {
  std::vector<std::byte> keys;
  std::vector<std::byte> values;
  KvLayerView cache;

  StoredHead(const std::vector<float>& elements, KvType type)
      : keys(kv_head_bytes(type, elements.size())),
        values(keys.size()),
        cache{type, keys.data(), values.data(), 1, 1, elements.size()} {
    const std::vector<BlockId> blocks = {BlockId{0}};
    const SequenceSlice slice{0, 1, 0, blocks};
    ThreadPool pool(1);
    const MatrixView<const float> rows{elements.data(), 1, elements.size()};
    store_kv(rows, rows, {&slice, 1}, cache, pool);
  }

  float get(KvSide side, std::size_t element) const {
    return cached_element(cache, {.side = side, .element = element});
  }
};

TEST(StoreKv, KeepsElementsBeyondF16Finite) {
  const StoredHead stored({1e6f, -1e6f}, KvType::F16);
  EXPECT_EQ(stored.get(KvSide::Value, 0), 65504.0f);
  EXPECT_EQ(stored.get(KvSide::Value, 1), -65504.0f);
  EXPECT_EQ(stored.get(KvSide::Key, 1), -65504.0f);
}

// Half a step of the group's scale, and what f16 rounds of the scale itself.
TEST(StoreKv, RoundsToHalfAStepOfTheGroupsLargestInQ8) {
  Random random(10);
  std::vector<float> elements = random_floats(96, random);
  std::fill(elements.begin() + 64, elements.end(), 0.0f);
  const StoredHead stored(elements, KvType::Q8_0);
  for (std::size_t g = 0; g < 96; g += kKvGroup) {
    float largest = 0;
    for (std::size_t i = g; i < g + kKvGroup; ++i) {
      largest = std::max(largest, std::fabs(elements[i]));
    }
    for (std::size_t i = g; i < g + kKvGroup; ++i) {
      for (const KvSide side : {KvSide::Key, KvSide::Value}) {
        EXPECT_NEAR(stored.get(side, i), elements[i], largest * (0.5f / 127 + 1.0f / 2048)) << i;
      }
    }
  }
}

TEST(StoreKv, LetsNotANumberBeSeenInQ8) {
  std::vector<float> elements(64, 1.0f);
  elements[40] = std::numeric_limits<float>::infinity();
  const StoredHead stored(elements, KvType::Q8_0);
  EXPECT_NEAR(stored.get(KvSide::Key, 3), 1.0f, 1.0f / 2048);
  EXPECT_TRUE(std::isnan(stored.get(KvSide::Key, 40)));
  EXPECT_TRUE(std::isnan(stored.get(KvSide::Value, 33)));
}

// The oracle is the rotation of the keys before they are stored; both are rounded, one twice.
TEST(TurnKeys, GivesTheKeysOfALaterPosition) {
  constexpr std::size_t kHeadDim = 64;
  Random random(12);
  std::vector<double> frequencies(24);  // of 48 elements; the rest stays
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    frequencies[i] = std::pow(10000.0, -static_cast<double>(i) / 24);
  }
  std::vector<float> cosines(frequencies.size());
  std::vector<float> sines(frequencies.size());
  const RopeAngles angles{{cosines.data(), 1, cosines.size()}, {sines.data(), 1, sines.size()}};
  for (const RopeStyle style : {RopeStyle::Halves, RopeStyle::Interleaved}) {
    for (const KvType type : {KvType::F16, KvType::Q8_0}) {
      const auto key = random_floats(kHeadDim, random);
      const auto key_at = [&](std::size_t position) {
        std::vector<float> rotated = key;
        compute_rope_angles({&position, 1}, frequencies, 1, angles);
        rope({rotated.data(), 1, kHeadDim}, kHeadDim, angles, style);
        return rotated;
      };
      const std::vector<float> wanted = key_at(1007);
      StoredHead stored(key_at(7), type);
      const std::size_t count = 1000;
      compute_rope_angles({&count, 1}, frequencies, 1, angles);
      turn_keys(stored.cache, BlockId{0}, angles, style);
      const float bar = type == KvType::F16 ? 2.0f / 2048 : 6.0f / 127;
      for (std::size_t i = 0; i < kHeadDim; ++i) {
        EXPECT_NEAR(stored.get(KvSide::Key, i), wanted[i], bar) << "element " << i;
        EXPECT_NEAR(stored.get(KvSide::Value, i), key_at(7)[i], bar) << "values stay";
      }
    }
  }
}

}  // namespace
}  // namespace falconet
