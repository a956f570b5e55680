#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/kernel_table.h"
#include "kernels/random_weights.h"
#include "kernels/reference.h"
#include "tensor/half.h"

namespace falconet {
namespace {

struct Problem {
  DType dtype;
  std::size_t out_dim;
  std::size_t in_dim;
  std::size_t num_tokens;
  std::vector<std::byte> bytes;
  std::vector<float> x;

  Problem(DType dtype_, std::size_t out_dim_, std::size_t in_dim_, std::size_t num_tokens_,
          Random& random)
      : dtype(dtype_),
        out_dim(out_dim_),
        in_dim(in_dim_),
        num_tokens(num_tokens_),
        bytes(random_weights(dtype_, out_dim_, in_dim_, random)),
        x(random_floats(num_tokens_ * in_dim_, random)) {}

  WeightView weight() const { return {dtype, out_dim, in_dim, bytes}; }
  MatrixView<const float> rows(std::size_t begin, std::size_t count) const {
    return MatrixView<const float>(x.data(), num_tokens, in_dim).row_range(begin, count);
  }
};

std::vector<float> multiply(MatrixView<const float> x, const PackedMatrix& w, ThreadPool& pool) {
  std::vector<float> out(x.rows * w.out_dim());
  Activations activations(x.rows, x.cols);
  activations.assign(x);
  matmul(activations, w, {out.data(), x.rows, w.out_dim()}, pool);
  return out;
}

/// What the product should be, and for each element the sum of its terms' magnitudes.
struct Expected {
  std::vector<float> values;
  std::vector<float> magnitudes;
};

/// With quantized weights the kernels see x rounded to 8 bits, with BF16 weights some see it
/// rounded to BF16, and so does the twin.
Expected expected_of(const Problem& problem, Isa isa, ThreadPool& pool) {
  std::vector<float> x = problem.x;
  if (problem.dtype == DType::BF16 && isa == Isa::Avx512Bf16) {
    for (float& value : x) value = bf16_to_f32(f32_to_bf16(value));
  }
  if (is_quantized(problem.dtype)) {
    quantize_reference(problem.rows(0, problem.num_tokens),
                       {x.data(), problem.num_tokens, problem.in_dim});
  }
  const std::size_t size = problem.num_tokens * problem.out_dim;
  Expected expected{std::vector<float>(size), std::vector<float>(size)};
  matmul_reference({x.data(), problem.num_tokens, problem.in_dim}, problem.weight(),
                   {expected.values.data(), problem.num_tokens, problem.out_dim}, pool);
  std::vector<float> row(problem.in_dim);
  for (std::size_t o = 0; o < problem.out_dim; ++o) {
    dequantize_row(problem.dtype, problem.weight().row(o), row);
    for (std::size_t t = 0; t < problem.num_tokens; ++t) {
      float& magnitude = expected.magnitudes[t * problem.out_dim + o];
      for (std::size_t k = 0; k < problem.in_dim; ++k) {
        magnitude += std::fabs(x[t * problem.in_dim + k] * row[k]);
      }
    }
  }
  return expected;
}

// The twin sums in double what the kernels sum in f32, in at most in_dim roundings of 6e-8 each of
// a sum below Σ|x·w|. Codes and minimums partly cancel, which a further factor of 8 allows for.
void expect_near(const std::vector<float>& got, const Expected& expected) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], expected.values[i], 4e-6 * expected.magnitudes[i] + 1e-6) << i;
  }
}

TEST(Matmul, EveryTypeInstructionSetAndOddShapeAgreesWithItsTwin) {
  const std::uint64_t seed = 11;
  Random random(seed);
  for (const DType dtype : kTypes) {
    // Rows that end within a tile of 256 exist only for types with smaller blocks.
    const std::size_t in_dim = traits(dtype).block_size == 256 ? 512 : 288;
    for (const std::size_t out_dim : {1u, 16u, 37u}) {
      for (const std::size_t num_tokens : {1u, 2u, 15u, 37u}) {
        const Problem problem(dtype, out_dim, in_dim, num_tokens, random);
        for (const int num_threads : {1, 2}) {
          ThreadPool pool(num_threads);
          for (const Isa isa : available_isas()) {
            if (isa == Isa::Reference) continue;
            const Expected expected = expected_of(problem, isa, pool);
            SCOPED_TRACE(cat("seed ", seed, " ", traits(dtype).name, " ", isa_name(isa), " ",
                             out_dim, " rows, ", num_tokens, " tokens, ", num_threads, " threads"));
            const PackedMatrix packed = PackedMatrix::pack(problem.weight(), isa, pool);
            expect_near(multiply(problem.rows(0, num_tokens), packed, pool), expected);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

// Rounding x costs up to 1/254 of a group's largest element, about 0.004 · |w| for one standard
// deviation of the product (x is normal); seven of them are allowed.
TEST(Matmul, RowsOfAnOddLengthAreWhole) {
  Random random(13);
  ThreadPool pool(2);
  for (const DType dtype : {DType::F32, DType::F16, DType::BF16}) {
    const Problem problem(dtype, 37, 51, 11, random);
    for (const Isa isa : available_isas()) {
      SCOPED_TRACE(cat(traits(dtype).name, " ", isa_name(isa)));
      const PackedMatrix packed = PackedMatrix::pack(problem.weight(), isa, pool);
      expect_near(multiply(problem.rows(0, 11), packed, pool), expected_of(problem, isa, pool));
    }
  }
}

TEST(Matmul, SeveralProductsAtOnceHaveTheBitsOfEachAlone) {
  Random random(14);
  ThreadPool pool(2);
  const Problem query(DType::Q4_0, 96, 64, 5, random);
  const Problem key(DType::Q8_0, 17, 64, 5, random);
  const Problem value(DType::F16, 40, 64, 5, random);
  for (const Isa isa : available_isas()) {
    std::vector<PackedMatrix> packed;
    std::vector<std::vector<float>> outs;
    std::vector<Product> products;
    for (const Problem* problem : {&query, &key, &value}) {
      packed.push_back(PackedMatrix::pack(problem->weight(), isa, pool));
      outs.emplace_back(5 * problem->out_dim);
    }
    for (std::size_t i = 0; i < packed.size(); ++i) {
      products.push_back({&packed[i], {outs[i].data(), 5, packed[i].out_dim()}});
    }
    Activations activations(5, 64);
    activations.assign(query.rows(0, 5));
    matmul(activations, products, pool);
    for (std::size_t i = 0; i < packed.size(); ++i) {
      EXPECT_EQ(outs[i], multiply(query.rows(0, 5), packed[i], pool)) << isa_name(isa) << " " << i;
    }
  }
}

TEST(Matmul, AGatedProductHasTheBitsOfItsThreeSteps) {
  Random random(15);
  ThreadPool pool(2);
  const Problem gate(DType::Q4_0, 90, 64, 5, random);  // the last panel has ten rows
  const Problem up(DType::Q4_1, 90, 64, 5, random);
  for (const Isa isa : available_isas()) {
    const PackedMatrix gates = PackedMatrix::pack(gate.weight(), isa, pool);
    const PackedMatrix ups = PackedMatrix::pack(up.weight(), isa, pool);
    const auto expected_gate = multiply(gate.rows(0, 5), gates, pool);
    const auto expected_up = multiply(gate.rows(0, 5), ups, pool);
    std::vector<float> expected(expected_gate.size());
    kernels_for(isa).silu_multiply_row(expected_gate, expected_up, expected);
    std::vector<float> got(expected.size());
    std::vector<float> scratch(expected.size());
    Activations activations(5, 64);
    activations.assign(gate.rows(0, 5));
    gated_matmul(activations, {&gates, {got.data(), 5, 90}}, {&ups, {scratch.data(), 5, 90}}, pool);
    EXPECT_EQ(got, expected) << isa_name(isa);
  }
}

TEST(Matmul, EightBitActivationsStayCloseToTheProductOfUnroundedOnes) {
  Random random(12);
  ThreadPool pool(2);
  for (const DType dtype : {DType::Q4_0, DType::Q8_0, DType::Q4_K}) {
    const Problem problem(dtype, 48, 1024, 3, random);
    std::vector<float> expected(48 * 3);
    matmul_reference(problem.rows(0, 3), problem.weight(), {expected.data(), 3, 48}, pool);
    const auto got = multiply(problem.rows(0, 3),
                              PackedMatrix::pack(problem.weight(), chosen_isa(), pool), pool);
    std::vector<float> row(1024);
    for (std::size_t i = 0; i < got.size(); ++i) {
      dequantize_row(dtype, problem.weight().row(i % 48), row);
      double norm = 0;
      for (const float w : row) norm += static_cast<double>(w) * static_cast<double>(w);
      ASSERT_NEAR(got[i], expected[i], 0.03 * std::sqrt(norm));
    }
  }
}

TEST(Matmul, ATokensResultIsTheSameBitsInEveryBatch) {
  Random random(3);
  ThreadPool pool(2);
  for (const DType dtype : kTypes) {
    const std::size_t num_tokens = 37;
    const Problem problem(dtype, 40, 256, num_tokens, random);
    for (const Isa isa : available_isas()) {
      const PackedMatrix packed = PackedMatrix::pack(problem.weight(), isa, pool);
      const auto all = multiply(problem.rows(0, num_tokens), packed, pool);
      for (std::size_t t = 0; t < num_tokens; t += 5) {
        for (const std::size_t count : {std::size_t{1}, std::min<std::size_t>(3, num_tokens - t)}) {
          const auto some = multiply(problem.rows(t, count), packed, pool);
          ASSERT_TRUE(std::equal(some.begin(), some.end(), all.begin() + static_cast<long>(t * 40)))
              << traits(dtype).name << " " << isa_name(isa) << " token " << t << " of " << count;
        }
      }
    }
  }
}

TEST(Matmul, ZerosAndHugeActivationsKeepTheirValue) {
  Random random(5);
  ThreadPool pool(1);
  for (const float value : {0.0f, 1e-30f, 3e30f}) {
    Problem problem(DType::Q8_0, 16, 32, 1, random);
    std::fill(problem.x.begin(), problem.x.end(), value);
    const Expected expected = expected_of(problem, chosen_isa(), pool);
    for (const Isa isa : available_isas()) {
      const auto got =
          multiply(problem.rows(0, 1), PackedMatrix::pack(problem.weight(), isa, pool), pool);
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], expected.values[i], 4e-6 * expected.magnitudes[i]) << isa_name(isa);
      }
    }
  }
}

TEST(Matmul, OneAssignmentServesWeightsOfDifferentTypes) {
  Random random(6);
  ThreadPool pool(2);
  const Problem first(DType::Q4_K, 32, 256, 4, random);
  const Problem second(DType::BF16, 32, 256, 4, random);
  Activations activations(8, 512);
  activations.assign(first.rows(0, 4));
  for (const Problem* problem : {&first, &second, &first}) {
    const PackedMatrix packed = PackedMatrix::pack(problem->weight(), chosen_isa(), pool);
    std::vector<float> out(4 * 32);
    matmul(activations, packed, {out.data(), 4, 32}, pool);
    EXPECT_EQ(out, multiply(first.rows(0, 4), packed, pool));
  }
}

// Whole panels of long rows, where padding does not count. Q2_K's and Q3_K's nibble scales take a
// byte here, IQ4_XS's six bits as well.
TEST(PackedMatrix, HoldsAboutTheStoredBytes) {
  Random random(7);
  ThreadPool pool(2);
  for (const DType dtype : kTypes) {
    const Problem problem(dtype, 64, 2048, 1, random);
    const PackedMatrix packed = PackedMatrix::pack(problem.weight(), chosen_isa(), pool);
    const double allowed = dtype == DType::Q2_K ? 1.25 : 1.08;
    EXPECT_LE(static_cast<double>(packed.num_bytes()),
              allowed * static_cast<double>(problem.bytes.size()))
        << traits(dtype).name;
  }
}

}  // namespace
}  // namespace falconet
