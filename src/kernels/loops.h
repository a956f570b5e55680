// All loops over one instruction set's operations, as a table.
#pragma once

#include "kernels/attention_loop.h"
#include "kernels/kernel_table.h"
#include "kernels/matmul_loop.h"
#include "kernels/row_loops.h"

namespace falconet {

template <class Simd>
constexpr KernelTable make_kernel_table() {
  return {.multiply_panels = &multiply_panels<Simd>,
          .quantize_row = &quantize_row<Simd>,
          .round_row = nullptr,
          .attend = &attend<Simd>,
          .max_queries = Simd::kQueries,
          .rms_norm_row = &rms_norm_row<Simd>,
          .silu_multiply_row = &silu_multiply_row<Simd>};
}

}  // namespace falconet
