// Panel products with AVX2: a register holds eight of the sixteen rows.
#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels/dequantize.h"
#include "kernels/matmul_loop.h"

namespace falconet {
namespace {

struct Avx2 {
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kTokens = 4;
  using Floats = __m256;
  using Bytes = __m256i;

  static Floats zero() { return _mm256_setzero_ps(); }
  static Floats set(float value) { return _mm256_set1_ps(value); }
  static Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static void store(float* out, Floats value) { _mm256_storeu_ps(out, value); }
  static Floats from_floats(const float* values) { return _mm256_loadu_ps(values); }
  static Floats from_halves(const std::uint16_t* bits) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bits)));
  }
  static Floats from_bf16(const std::uint16_t* bits) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bits));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
  }
  static Floats from_int8(const std::int8_t* values) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
  }
  static Floats set_int(const std::int32_t* value) {
    return _mm256_cvtepi32_ps(_mm256_set1_epi32(*value));
  }

  static Bytes load(const std::byte* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  static Bytes mask(Bytes bytes, int bits) {
    return _mm256_and_si256(bytes, _mm256_set1_epi8(static_cast<char>(bits)));
  }
  static Bytes or_masked(Bytes bytes, Bytes more, int bits) {
    return _mm256_or_si256(bytes, mask(more, bits));
  }
  template <int kBits>
  static Bytes shift(Bytes bytes) {
    if constexpr (kBits > 0) return _mm256_srli_epi16(bytes, kBits);
    if constexpr (kBits < 0) return _mm256_slli_epi16(bytes, -kBits);
    return bytes;
  }
  static Bytes iq4_levels(Bytes indexes) {
    const __m128i levels = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kIq4Values.data()));
    const __m128i raised = _mm_xor_si128(levels, _mm_set1_epi8(static_cast<char>(0x80)));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(raised), indexes);
  }

  template <CodeForm kForm, std::size_t kCount>
  static Floats dot(const Bytes* slots, const std::int8_t* a, const std::int32_t* minus_sum) {
    if constexpr (kForm.bits == 8 || kForm.has_table) {
      return dot_wide<kForm, kCount>(slots, a);
    } else {
      return dot_narrow<kForm, kCount>(slots, a, minus_sum);
    }
  }

 private:
  static __m256i set_four(const std::int8_t* a) {
    std::int32_t four;
    std::memcpy(&four, a, sizeof four);
    return _mm256_set1_epi32(four);
  }

  /// Codes of up to 8 bits, whose zero of 128 goes first: |code| · (a with the code's sign) fits
  /// 16 bits in pairs, 2 · 128 · 127 = 32,512.
  template <CodeForm kForm, std::size_t kCount>
  static Floats dot_wide(const Bytes* slots, const std::int8_t* a) {
    static_assert(kForm.zero == 128);
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t i = 0; i < kCount; ++i) {
      const __m256i codes = _mm256_xor_si256(slots[i], _mm256_set1_epi8(static_cast<char>(0x80)));
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(codes),
                                                 _mm256_sign_epi8(set_four(a + i * 4), codes));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return _mm256_cvtepi32_ps(sum);
  }

  /// Narrower codes: several products of pairs are added before 16 bits could overflow.
  template <CodeForm kForm, std::size_t kCount>
  static Floats dot_narrow(const Bytes* slots, const std::int8_t* a,
                           const std::int32_t* minus_sum) {
    constexpr std::size_t kLargestPair = 2 * 127 * ((std::size_t{1} << kForm.bits) - 1);
    constexpr std::size_t kRun = std::min<std::size_t>(kCount, 32767 / kLargestPair);
    static_assert(kCount % kRun == 0);
    __m256i sum = _mm256_set1_epi32(kForm.zero * *minus_sum);
    for (std::size_t i = 0; i < kCount; i += kRun) {
      __m256i pairs = _mm256_maddubs_epi16(slots[i], set_four(a + i * 4));
      for (std::size_t j = i + 1; j < i + kRun; ++j) {
        pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(slots[j], set_four(a + j * 4)));
      }
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return _mm256_cvtepi32_ps(sum);
  }
};

}  // namespace

void matmul_panels_avx2(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                        std::size_t end, MatrixView<float> out) {
  multiply_panels<Avx2>(x, w, begin, end, out);
}

}  // namespace falconet

#endif
