// The loops of one instruction set, as functions that can be chosen at run time.
//
// matmul_loop.h, attention_loop.h and row_loops.h are written over a structure of operations,
// Simd, which simd_*.h provide for each instruction set:
//   kLanes, kTokens, kQueries  f32 in a register (a divisor of 16); tokens that share a pass over a
//                              panel (a power of two); queries that share a pass over the keys
//   Floats  kLanes of f32      zero, set, set_int, from_floats, from_halves, from_bf16, from_int8,
//                              store, store_int8, mul, div, fma (a · b + c), max, min, abs, round,
//                              times_power_of_two, first_lanes, largest, sum
//   Bytes   4 · kLanes bytes   load, mask, or_masked, shift<n> (to the right; to the left if
//                              negative), iq4_levels
//   dot<form, n>               n registers of codes with 4 · n activations, plus form.zero ·
//                              *minus_sum, exact in 32 bits
//   dot_pair<form, n>          the same of two tokens at once; only where that is quicker
#pragma once

#include "kernels/attention.h"
#include "kernels/panels.h"

namespace falconet {

/// Queries of one KV head of one slice: number i is query head i % heads_per_kv of row
/// i / heads_per_kv.
struct AttentionTask {
  std::size_t kv_head = 0;
  std::size_t first_query = 0;
  std::size_t num_queries = 0;  // at most KernelTable::max_queries
};

struct AttentionInput {
  MatrixView<const float> q;
  const KvLayerView& cache;
  float scale;
};

struct KernelTable {
  /// Panels [begin, end) of the product; `out` is [num_tokens, out_dim].
  void (*multiply_panels)(const Activations::Impl& x, const PackedMatrix::Impl& w,
                          std::size_t begin, std::size_t end, MatrixView<float> out);
  void (*quantize_row)(Activations::Impl& x, std::size_t row);
  void (*round_row)(Activations::Impl& x, std::size_t row);  // null where no panels are of pairs
  void (*attend)(const AttentionInput& input, const SequenceSlice& slice, const AttentionTask& task,
                 MatrixView<float> out);
  std::size_t max_queries;
  void (*rms_norm_row)(std::span<const float> x, std::span<const float> weight, float epsilon,
                       std::span<float> out);
  void (*silu_multiply_row)(std::span<const float> gate, std::span<const float> up,
                            std::span<float> out);
};

/// The loops for an instruction set that available_isas() names; Reference has the portable ones.
const KernelTable& kernels_for(Isa isa);

#if defined(__x86_64__)
extern const KernelTable kAvx2Kernels;
extern const KernelTable kAvx512Kernels;

/// kAvx512Kernels but for panels of pairs.
KernelTable avx512_bf16_kernels();
#elif defined(__aarch64__)
extern const KernelTable kNeonKernels;
extern const KernelTable kNeonI8mmKernels;
#endif

}  // namespace falconet
