// The operations of the loops in plain C++, for CPUs without a path of their own.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/codes.h"
#include "kernels/dequantize.h"
#include "tensor/half.h"

namespace falconet {
namespace {

struct Portable {
  static constexpr std::size_t kLanes = 16;
  static constexpr std::size_t kTokens = 1;
  static constexpr std::size_t kQueries = 4;
  using Floats = std::array<float, kLanes>;
  using Bytes = std::array<std::uint8_t, kLanes * 4>;

  template <class F>
  static Floats each(F&& lane) {
    Floats result;
    for (std::size_t i = 0; i < kLanes; ++i) result[i] = lane(i);
    return result;
  }
  template <class F>
  static Bytes each_byte(F&& byte) {
    Bytes result;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<std::uint8_t>(byte(i));
    return result;
  }

  static Floats zero() { return Floats{}; }
  static Floats set(float value) {
    return each([&](std::size_t) { return value; });
  }
  static Floats mul(const Floats& a, const Floats& b) {
    return each([&](std::size_t i) { return a[i] * b[i]; });
  }
  static Floats fma(const Floats& a, const Floats& b, const Floats& c) {
    return each([&](std::size_t i) { return a[i] * b[i] + c[i]; });
  }
  static Floats div(const Floats& a, const Floats& b) {
    return each([&](std::size_t i) { return a[i] / b[i]; });
  }
  // Of an ordinary number and NaN, both give the second argument.
  static Floats max(const Floats& a, const Floats& b) {
    return each([&](std::size_t i) { return a[i] > b[i] ? a[i] : b[i]; });
  }
  static Floats min(const Floats& a, const Floats& b) {
    return each([&](std::size_t i) { return a[i] < b[i] ? a[i] : b[i]; });
  }
  static Floats abs(const Floats& a) {
    return each([&](std::size_t i) { return std::fabs(a[i]); });
  }
  static Floats round(const Floats& a) {
    return each([&](std::size_t i) { return std::nearbyintf(a[i]); });
  }
  static Floats times_power_of_two(const Floats& a, const Floats& power) {
    return each([&](std::size_t i) {
      const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(power[i]) + 127);
      return a[i] * std::bit_cast<float>(exponent << 23);
    });
  }
  static Floats first_lanes(const Floats& a, std::size_t count, const Floats& rest) {
    return each([&](std::size_t i) { return i < count ? a[i] : rest[i]; });
  }
  static float largest(const Floats& a) {
    float result = a[0];
    for (const float value : a) result = std::max(result, value);
    return result;
  }
  static float sum(const Floats& a) {
    float result = 0;
    for (const float value : a) result += value;
    return result;
  }
  static void store(float* out, const Floats& value) {
    std::memcpy(out, value.data(), sizeof value);
  }
  static Floats from_floats(const float* values) {
    return each([&](std::size_t i) { return values[i]; });
  }
  static Floats from_halves(const std::uint16_t* bits) {
    return each([&](std::size_t i) { return f16_to_f32(bits[i]); });
  }
  static Floats from_bf16(const std::uint16_t* bits) {
    return each([&](std::size_t i) { return bf16_to_f32(bits[i]); });
  }
  static Floats from_int8(const std::int8_t* values) {
    return each([&](std::size_t i) { return static_cast<float>(values[i]); });
  }
  static Floats set_int(const std::int32_t* value) { return set(static_cast<float>(*value)); }

  /// Integral values as int8.
  static void store_int8(std::int8_t* out, const Floats& integers) {
    for (std::size_t i = 0; i < kLanes; ++i) out[i] = static_cast<std::int8_t>(integers[i]);
  }

  static Bytes load(const std::byte* bytes) {
    Bytes result;
    std::memcpy(result.data(), bytes, sizeof result);
    return result;
  }
  static Bytes mask(const Bytes& bytes, int bits) {
    return each_byte([&](std::size_t i) { return bytes[i] & bits; });
  }
  static Bytes or_masked(const Bytes& bytes, const Bytes& more, int bits) {
    return each_byte([&](std::size_t i) { return bytes[i] | (more[i] & bits); });
  }
  template <int kBits>
  static Bytes shift(const Bytes& bytes) {
    return each_byte([&](std::size_t i) {
      return kBits >= 0 ? bytes[i] >> (kBits >= 0 ? kBits : 0)
                        : bytes[i] << (kBits >= 0 ? 0 : -kBits);
    });
  }
  static Bytes iq4_levels(const Bytes& indexes) {
    return each_byte([&](std::size_t i) { return kIq4Values[indexes[i]] + 128; });
  }

  template <CodeForm kForm, std::size_t kCount>
  static Floats dot(const Bytes* slots, const std::int8_t* a, const std::int32_t* minus_sum) {
    return each([&](std::size_t lane) {
      std::int32_t sum = kForm.zero * *minus_sum;
      for (std::size_t i = 0; i < kCount * 4; ++i) sum += slots[i / 4][lane * 4 + i % 4] * a[i];
      return static_cast<float>(sum);
    });
  }
};

}  // namespace
}  // namespace falconet
