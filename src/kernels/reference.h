// Scalar twins: what every fast kernel is compared with.
#pragma once

#include "base/thread_pool.h"
#include "tensor/view.h"

namespace falconet {

/// x · wᵀ with dequantized weights and double sums; no quantization of x.
void matmul_reference(MatrixView<const float> x, const WeightView& w, MatrixView<float> out,
                      ThreadPool& pool);

}  // namespace falconet
