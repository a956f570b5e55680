// Operations on single rows, written once over the operations of an instruction set (simd_*.h).
#pragma once

#include <cmath>
#include <span>

#include "kernels/panels.h"

namespace falconet {

/// e^x, relative error under 2e-7 (Cephes expf): 2^n · a polynomial on [−ln2/2, ln2/2]. Arguments
/// beyond f32's exponents are moved to its ends; NaN stays.
template <class Simd>
typename Simd::Floats exp(typename Simd::Floats x) {
  using Floats = typename Simd::Floats;
  x = Simd::min(Simd::set(88.0f), Simd::max(Simd::set(-87.0f), x));
  const Floats n = Simd::round(Simd::mul(x, Simd::set(1.44269504f)));
  Floats r = Simd::fma(n, Simd::set(-0.693359375f), x);
  r = Simd::fma(n, Simd::set(2.12194440e-4f), r);
  Floats p = Simd::set(1.9875691500e-4f);
  for (const float coefficient :
       {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f}) {
    p = Simd::fma(p, r, Simd::set(coefficient));
  }
  p = Simd::fma(Simd::mul(p, r), r, r);
  return Simd::times_power_of_two(Simd::fma(p, Simd::set(1.0f), Simd::set(1.0f)), n);
}

/// Calls body(i, count) for the row's registers; the last may have fewer elements than lanes.
template <class Simd, class Body>
void for_registers(std::size_t size, Body body) {
  std::size_t i = 0;
  for (; i + Simd::kLanes <= size; i += Simd::kLanes) body(i, Simd::kLanes);
  if (i < size) body(i, size - i);
}

template <class Simd>
typename Simd::Floats load_some(const float* values, std::size_t count) {
  if (count == Simd::kLanes) return Simd::from_floats(values);
  float lanes[Simd::kLanes] = {};
  for (std::size_t i = 0; i < count; ++i) lanes[i] = values[i];
  return Simd::from_floats(lanes);
}

template <class Simd>
void store_some(float* out, typename Simd::Floats values, std::size_t count) {
  if (count == Simd::kLanes) return Simd::store(out, values);
  float lanes[Simd::kLanes];
  Simd::store(lanes, values);
  for (std::size_t i = 0; i < count; ++i) out[i] = lanes[i];
}

template <class Simd>
void rms_norm_row(std::span<const float> x, std::span<const float> weight, float epsilon,
                  std::span<float> out) {
  auto squares = Simd::zero();
  for_registers<Simd>(x.size(), [&](std::size_t i, std::size_t count) {
    const auto value = load_some<Simd>(x.data() + i, count);
    squares = Simd::fma(value, value, squares);
  });
  const float mean = Simd::sum(squares) / static_cast<float>(x.size());
  const auto scale = Simd::set(1.0f / std::sqrt(mean + epsilon));
  for_registers<Simd>(x.size(), [&](std::size_t i, std::size_t count) {
    const auto value = Simd::mul(load_some<Simd>(x.data() + i, count), scale);
    store_some<Simd>(out.data() + i, Simd::mul(value, load_some<Simd>(weight.data() + i, count)),
                     count);
  });
}

template <class Simd>
void silu_multiply_row(std::span<const float> gate, std::span<const float> up,
                       std::span<float> out) {
  for_registers<Simd>(gate.size(), [&](std::size_t i, std::size_t count) {
    const auto g = load_some<Simd>(gate.data() + i, count);
    const auto one = Simd::set(1.0f);
    const auto sigmoid =
        Simd::div(one, Simd::fma(exp<Simd>(Simd::mul(g, Simd::set(-1.0f))), one, one));
    store_some<Simd>(out.data() + i,
                     Simd::mul(Simd::mul(g, sigmoid), load_some<Simd>(up.data() + i, count)),
                     count);
  });
}

/// One group of 32 values to 8 bits.
template <class Simd>
void quantize_group(const float* values, std::int8_t* codes, float& scale,
                    std::int32_t* minus_sums) {
  constexpr std::size_t kRegisters = kTileColumns / Simd::kLanes;
  typename Simd::Floats x[kRegisters];
  auto largest = Simd::zero();
  for (std::size_t i = 0; i < kRegisters; ++i) {
    x[i] = Simd::from_floats(values + i * Simd::kLanes);
    largest = Simd::max(largest, Simd::abs(x[i]));
  }
  const float magnitude = Simd::largest(largest);
  const auto inverse = Simd::set(magnitude > 0 ? 127.0f / magnitude : 0.0f);
  float sums[2] = {0, 0};  // of integers far below 2^24: exact
  for (std::size_t i = 0; i < kRegisters; ++i) {
    x[i] = Simd::round(Simd::mul(x[i], inverse));
    Simd::store_int8(codes + i * Simd::kLanes, x[i]);
    sums[i * Simd::kLanes / 16] += Simd::sum(x[i]);
  }
  scale = magnitude / 127.0f;
  minus_sums[0] = -static_cast<std::int32_t>(sums[0] + sums[1]);
  minus_sums[1] = -static_cast<std::int32_t>(sums[0]);
  minus_sums[2] = -static_cast<std::int32_t>(sums[1]);
}

template <class Simd>
void quantize_row(Activations::Impl& x, std::size_t row) {
  const std::size_t num_groups = x.values.cols / kTileColumns;
  const float* values = x.values.row(row).data();
  for (std::size_t g = 0; g < num_groups; ++g) {
    const std::size_t index = row * num_groups + g;
    quantize_group<Simd>(values + g * kTileColumns, x.row_codes(row) + g * kTileColumns,
                         x.scales[index], x.minus_sums.data() + index * 3);
  }
}

}  // namespace falconet
