// The panel kernel with AVX-512 and VNNI: sixteen rows in the lanes, several tokens at a time, so
// that each weight register serves all of them.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstring>

#include "kernels/panels.h"

namespace falconet {
namespace {

// Tokens that share one pass over a panel: 8 sums and 8 registers of codes leave room to work.
constexpr std::size_t kTokenBlock = 8;

__m512 load_halves(const std::uint16_t* halves) {
  return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(halves)));
}

__m512i broadcast_four(const std::int8_t* codes) {
  std::int32_t four;
  std::memcpy(&four, codes, sizeof four);
  return _mm512_set1_epi32(four);
}

/// Codes of one group as registers of four elements a lane.
template <std::size_t kGroup, int kBits>
void load_codes(const std::uint8_t* codes, __m512i (&out)[kGroup / 4]) {
  if constexpr (kBits == 8) {
    for (std::size_t i = 0; i < kGroup / 4; ++i) out[i] = _mm512_loadu_si512(codes + i * 64);
  } else {
    const __m512i low = _mm512_set1_epi8(15);
    for (std::size_t i = 0; i < kGroup / 8; ++i) {
      const __m512i both = _mm512_loadu_si512(codes + i * 64);
      out[i] = _mm512_and_si512(both, low);
      out[i + kGroup / 8] = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
    }
  }
}

template <std::size_t kGroup, int kBits, std::size_t kTokens>
void multiply_codes(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                    std::size_t first_token, __m512 (&sums)[kTokens]) {
  constexpr std::size_t kCodeBytes = kPanelRows * kGroup * kBits / 8;
  const bool has_mins = w.form.has_mins;
  const std::int32_t zero = w.form.zero;
  const std::byte* group = w.panel(panel);
  for (auto& sum : sums) sum = _mm512_setzero_ps();
  for (std::size_t g = 0; g < w.in_dim / kGroup; ++g) {
    const auto* halves = reinterpret_cast<const std::uint16_t*>(group);
    const __m512 scales = load_halves(halves);
    const __m512 mins = has_mins ? load_halves(halves + kPanelRows) : _mm512_setzero_ps();
    const auto* bytes =
        reinterpret_cast<const std::uint8_t*>(halves + kPanelRows * (has_mins ? 2 : 1));
    __m512i codes[kGroup / 4];
    load_codes<kGroup, kBits>(bytes, codes);
    group = reinterpret_cast<const std::byte*>(bytes) + kCodeBytes;
    _mm_prefetch(reinterpret_cast<const char*>(group) + 2048, _MM_HINT_T0);
    for (std::size_t t = 0; t < kTokens; ++t) {
      const std::int8_t* a = x.row_codes(first_token + t) + g * kGroup;
      const std::int32_t* row_sums = x.row_sums(first_token + t) + g * kGroup / 16;
      const std::int32_t sum = kGroup == 32 ? row_sums[0] + row_sums[1] : row_sums[0];
      __m512i even = _mm512_set1_epi32(-zero * sum);
      __m512i odd = _mm512_setzero_si512();
      for (std::size_t i = 0; i < kGroup / 4; i += 2) {
        even = _mm512_dpbusd_epi32(even, codes[i], broadcast_four(a + i * 4));
        odd = _mm512_dpbusd_epi32(odd, codes[i + 1], broadcast_four(a + i * 4 + 4));
      }
      const __m512 dots = _mm512_cvtepi32_ps(_mm512_add_epi32(even, odd));
      const float scale = x.row_scales(first_token + t)[g * kGroup / 32];
      __m512 value = _mm512_mul_ps(scales, dots);
      if (has_mins) {
        value = _mm512_fnmadd_ps(mins, _mm512_set1_ps(static_cast<float>(sum)), value);
      }
      sums[t] = _mm512_fmadd_ps(_mm512_set1_ps(scale), value, sums[t]);
    }
  }
  const __m512 factors = _mm512_loadu_ps(w.row_factors.data() + panel * kPanelRows);
  for (auto& sum : sums) sum = _mm512_mul_ps(sum, factors);
}

__m512 load_elements(const PackedMatrix::Impl& w, const std::byte* panel, std::size_t k) {
  if (w.kind == PanelKind::Float) {
    return _mm512_load_ps(reinterpret_cast<const float*>(panel) + k * kPanelRows);
  }
  const auto* halves = reinterpret_cast<const std::uint16_t*>(panel) + k * kPanelRows;
  if (w.dtype == DType::F16) return load_halves(halves);
  const __m512i wide =
      _mm512_cvtepu16_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(halves)));
  return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

/// Two chains of sums hide the latency of the multiply-add when there is one token.
template <std::size_t kTokens>
void multiply_elements(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                       std::size_t first_token, __m512 (&sums)[kTokens]) {
  const std::byte* elements = w.panel(panel);
  __m512 odd[kTokens];
  for (std::size_t t = 0; t < kTokens; ++t) sums[t] = odd[t] = _mm512_setzero_ps();
  std::size_t k = 0;
  for (; k + 2 <= w.in_dim; k += 2) {
    const __m512 first = load_elements(w, elements, k);
    const __m512 second = load_elements(w, elements, k + 1);
    for (std::size_t t = 0; t < kTokens; ++t) {
      const float* values = x.values.row(first_token + t).data() + k;
      sums[t] = _mm512_fmadd_ps(_mm512_set1_ps(values[0]), first, sums[t]);
      odd[t] = _mm512_fmadd_ps(_mm512_set1_ps(values[1]), second, odd[t]);
    }
  }
  for (; k < w.in_dim; ++k) {
    const __m512 last = load_elements(w, elements, k);
    for (std::size_t t = 0; t < kTokens; ++t) {
      sums[t] = _mm512_fmadd_ps(_mm512_set1_ps(x.values.row(first_token + t)[k]), last, sums[t]);
    }
  }
  for (std::size_t t = 0; t < kTokens; ++t) sums[t] = _mm512_add_ps(sums[t], odd[t]);
}

template <std::size_t kTokens>
void multiply_block(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                    std::size_t first_token, MatrixView<float> out) {
  __m512 sums[kTokens];
  if (w.kind != PanelKind::Codes) {
    multiply_elements<kTokens>(x, w, panel, first_token, sums);
  } else if (w.form.group == 16) {
    multiply_codes<16, 8, kTokens>(x, w, panel, first_token, sums);
  } else if (w.form.bits == 4) {
    multiply_codes<32, 4, kTokens>(x, w, panel, first_token, sums);
  } else {
    multiply_codes<32, 8, kTokens>(x, w, panel, first_token, sums);
  }
  const std::size_t first_row = panel * kPanelRows;
  const std::size_t num_rows = std::min(kPanelRows, w.out_dim - first_row);
  const auto mask = static_cast<__mmask16>((1u << num_rows) - 1u);
  for (std::size_t t = 0; t < kTokens; ++t) {
    _mm512_mask_storeu_ps(out.row(first_token + t).data() + first_row, mask, sums[t]);
  }
}

}  // namespace

void matmul_panels_avx512(const Activations::Impl& x, const PackedMatrix::Impl& w,
                          std::size_t begin, std::size_t end, MatrixView<float> out) {
  for (std::size_t panel = begin; panel < end; ++panel) {
    std::size_t token = 0;
    for (; token + kTokenBlock <= x.values.rows; token += kTokenBlock) {
      multiply_block<kTokenBlock>(x, w, panel, token, out);
    }
    for (; token + 4 <= x.values.rows; token += 4) multiply_block<4>(x, w, panel, token, out);
    for (; token + 2 <= x.values.rows; token += 2) multiply_block<2>(x, w, panel, token, out);
    if (token < x.values.rows) multiply_block<1>(x, w, panel, token, out);
  }
}

}  // namespace falconet

#endif
