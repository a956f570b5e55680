// Products of BF16 weights with activations rounded to BF16, two at a time (VDPBF16PS).
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "kernels/kernel_table.h"
#include "kernels/panels.h"

namespace falconet {
namespace {

// Sixteen sums in registers hide the products' latency; eight tokens with two panels need ten loads
// for sixteen products, where sixteen tokens with one panel would need seventeen.
constexpr std::size_t kPanelsAtATime = 2;
constexpr std::size_t kTokensAtATime = 8;

// Activations that stay in the second-level cache while a worker's panels pass by.
constexpr std::size_t kRoundedBytes = std::size_t{512} << 10;

// As in matmul_loop.h.
constexpr std::size_t kPairPrefetchBytes = 8192;

constexpr std::size_t kPairBytes = kPanelRows * sizeof(std::uint32_t);  // of a panel: a register

struct PairTask {
  const Activations::Impl& x;
  const PackedMatrix::Impl& w;
  MatrixView<float> out;
};

template <std::size_t kPanels, std::size_t kTokens>
void multiply_pair_block(const PairTask& task, std::size_t panel, std::size_t token) {
  __m512 sums[kPanels][kTokens];
  for (auto& part : sums) {
    for (__m512& sum : part) sum = _mm512_setzero_ps();
  }
  const std::size_t num = num_pairs(task.w.in_dim);
  const std::uint32_t* pairs = task.x.row_pairs(token);
  const std::byte* bytes = task.w.panel(panel);
  for (std::size_t k = 0; k < num; ++k) {
    __m512bh weights[kPanels];
    for (std::size_t p = 0; p < kPanels; ++p) {
      const std::byte* at = bytes + p * task.w.panel_bytes + k * kPairBytes;
      __builtin_prefetch(at + kPairPrefetchBytes);
      weights[p] = reinterpret_cast<__m512bh>(_mm512_loadu_si512(at));
    }
    for (std::size_t t = 0; t < kTokens; ++t) {
      const auto x = reinterpret_cast<__m512bh>(
          _mm512_set1_epi32(static_cast<std::int32_t>(pairs[t * num + k])));
      for (std::size_t p = 0; p < kPanels; ++p) {
        sums[p][t] = _mm512_dpbf16_ps(sums[p][t], x, weights[p]);
      }
    }
  }
  for (std::size_t p = 0; p < kPanels; ++p) {
    const std::size_t first_row = (panel + p) * kPanelRows;
    const std::size_t count = std::min(kPanelRows, task.w.out_dim - first_row);
    const auto lanes = static_cast<__mmask16>((1u << count) - 1u);
    for (std::size_t t = 0; t < kTokens; ++t) {
      _mm512_mask_storeu_ps(task.out.row(token + t).data() + first_row, lanes, sums[p][t]);
    }
  }
}

/// Tokens [begin, end) in blocks of kTokens, then the rest in smaller ones.
template <std::size_t kPanels, std::size_t kTokens>
void multiply_pair_tokens(const PairTask& task, std::size_t panel, std::size_t begin,
                          std::size_t end) {
  for (; begin + kTokens <= end; begin += kTokens) {
    multiply_pair_block<kPanels, kTokens>(task, panel, begin);
  }
  if constexpr (kTokens > 1) {
    multiply_pair_tokens<kPanels, kTokens / 2>(task, panel, begin, end);
  }
}

void multiply_pairs(const PairTask& task, std::size_t begin, std::size_t end) {
  const std::size_t num_tokens = task.x.values.rows;
  const std::size_t token_bytes = num_pairs(task.w.in_dim) * sizeof(std::uint32_t);
  const std::size_t blocks = std::max<std::size_t>(1, kRoundedBytes / token_bytes / kTokensAtATime);
  const std::size_t chunk = blocks * kTokensAtATime;
  for (std::size_t token = 0; token < num_tokens; token += chunk) {
    const std::size_t last = std::min(num_tokens, token + chunk);
    std::size_t panel = begin;
    // A single token is bound by memory, which likes one stream best.
    if (num_tokens > 1) {
      for (; panel + kPanelsAtATime <= end; panel += kPanelsAtATime) {
        multiply_pair_tokens<kPanelsAtATime, kTokensAtATime>(task, panel, token, last);
      }
    }
    for (; panel < end; ++panel) {
      multiply_pair_tokens<1, kTokensAtATime>(task, panel, token, last);
    }
  }
}

void multiply_panels_bf16(const Activations::Impl& x, const PackedMatrix::Impl& w,
                          std::size_t begin, std::size_t end, MatrixView<float> out) {
  if (w.kind == PanelKind::Pairs) return multiply_pairs({x, w, out}, begin, end);
  kAvx512Kernels.multiply_panels(x, w, begin, end, out);
}

void round_row_to_bf16(Activations::Impl& x, std::size_t row) {
  const std::span<const float> values = x.values.row(row);
  std::uint32_t* pairs = x.row_pairs(row);
  for (std::size_t i = 0; i < values.size(); i += kPanelRows) {
    const std::size_t count = std::min(kPanelRows, values.size() - i);
    const auto lanes = static_cast<__mmask16>((1u << count) - 1u);
    const __m512 some = _mm512_maskz_loadu_ps(lanes, values.data() + i);
    const __m256bh rounded = _mm512_cvtneps_pbh(some);
    std::memcpy(pairs + i / 2, &rounded, num_pairs(count) * sizeof *pairs);
  }
}

}  // namespace

KernelTable avx512_bf16_kernels() {
  KernelTable kernels = kAvx512Kernels;
  kernels.multiply_panels = &multiply_panels_bf16;
  kernels.round_row = &round_row_to_bf16;
  return kernels;
}

}  // namespace falconet

#endif
