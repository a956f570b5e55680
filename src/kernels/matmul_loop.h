// The panel products, written once over the operations of an instruction set (simd_*.h).
#pragma once

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/panels.h"

namespace falconet {

// Activations that stay in the second-level cache while a worker's panels pass by.
constexpr std::size_t kActivationBytes = std::size_t{512} << 10;

// How far ahead of the codes in use the memory is asked for the next: 8 KB reads 26 GB/s on one
// Zen 4 core where 2 KB reads 23. Several streams at a time read less (bench/matmul_bench.cpp).
constexpr std::size_t kPrefetchBytes = 8192;

/// Registers of codes of a tile's eight slots, from the planes of panels.h.
template <class Simd, CodeForm kForm>
struct TileCodes {
  typename Simd::Bytes slots[kSlots];

  explicit TileCodes(const std::byte* tile) { load(tile, std::make_index_sequence<kSlots>()); }

 private:
  template <std::size_t... kSlot>
  void load(const std::byte* tile, std::index_sequence<kSlot...>) {
    (load_slot<kSlot>(tile), ...);
  }

  template <std::size_t kSlot>
  void load_slot(const std::byte* tile) {
    constexpr int kIndex = static_cast<int>(kSlot);
    constexpr int kTwosAt = kForm.bits & 4;  // where in a code the plane's bits belong
    constexpr int kOneAt = kForm.bits & 6;
    typename Simd::Bytes& slot = slots[kSlot];
    if constexpr (kForm.bits == 8) {
      slot = Simd::load(tile + kSlot * kSlotBytes);
      return;
    }
    const std::byte* twos = tile + (kForm.bits & 4) * kSlotBytes;
    const std::byte* ones = tile + (kForm.bits & 6) * kSlotBytes;
    if constexpr ((kForm.bits & 4) != 0) {
      const auto nibbles = Simd::load(tile + kSlot % 4 * kSlotBytes);
      slot = Simd::mask(Simd::template shift<kIndex / 4 * 4>(nibbles), 15);
    } else {
      slot = Simd::mask(
          Simd::template shift<kIndex % 4 * 2>(Simd::load(twos + kSlot / 4 * kSlotBytes)), 3);
    }
    if constexpr ((kForm.bits & 6) == 6 && kForm.bits != 8) {
      const auto plane = Simd::load(twos + kSlot / 4 * kSlotBytes);
      slot = Simd::or_masked(slot, Simd::template shift<kIndex % 4 * 2 - kTwosAt>(plane),
                             3 << kTwosAt);
    }
    if constexpr ((kForm.bits & 1) != 0) {
      slot = Simd::or_masked(slot, Simd::template shift<kIndex - kOneAt>(Simd::load(ones)),
                             1 << kOneAt);
    }
    if constexpr (kForm.has_table) slot = Simd::iq4_levels(slot);
  }
};

/// The scales and mins of the tiles of a panel's rows [first_lane, first_lane + kLanes), in f32.
template <class Simd, CodeForm kForm>
class TileScales {
 public:
  static constexpr std::size_t kGroups = kTileColumns / kForm.group;
  typename Simd::Floats scales[kGroups];
  typename Simd::Floats mins[kGroups];

  TileScales(const std::byte* panel, const PanelLayout& layout, std::size_t tile,
             std::size_t first_lane) {
    const auto nest_scale = nest(panel + layout.nest_scales, tile, first_lane);
    for (std::size_t g = 0; g < kGroups; ++g) {
      scales[g] = read(panel + layout.scales, tile * kGroups + g, first_lane, nest_scale);
    }
    if constexpr (kForm.has_mins) {
      const auto nest_min = nest(panel + layout.nest_mins, tile, first_lane);
      for (std::size_t g = 0; g < kGroups; ++g) {
        mins[g] = read(panel + layout.mins, tile * kGroups + g, first_lane, nest_min);
      }
    }
  }

 private:
  using Floats = typename Simd::Floats;

  static Floats nest(const std::byte* nests, std::size_t tile, std::size_t first_lane) {
    if constexpr (!kForm.is_nested) return Simd::zero();
    const std::size_t index = tile / (kNestElements / kTileColumns);
    return Simd::from_halves(reinterpret_cast<const std::uint16_t*>(nests) + index * kPanelRows +
                             first_lane);
  }

  static Floats read(const std::byte* values, std::size_t group, std::size_t first_lane,
                     Floats nest) {
    const std::size_t index = group * kPanelRows + first_lane;
    if constexpr (kForm.is_nested) {
      return Simd::mul(nest, Simd::from_int8(reinterpret_cast<const std::int8_t*>(values) + index));
    } else {
      return Simd::from_halves(reinterpret_cast<const std::uint16_t*>(values) + index);
    }
  }
};

/// One token's product with one tile, without the activations' scale: Σ over groups of
/// scale · Σ (code − zero) · a − min · Σ a.
template <class Simd, CodeForm kForm>
typename Simd::Floats multiply_tile(const TileCodes<Simd, kForm>& codes,
                                    const TileScales<Simd, kForm>& scales, const std::int8_t* a,
                                    const std::int32_t* minus_sums) {
  constexpr std::size_t kGroups = TileScales<Simd, kForm>::kGroups;
  constexpr std::size_t kGroupSlots = kSlots / kGroups;
  typename Simd::Floats value = Simd::zero();
  for (std::size_t g = 0; g < kGroups; ++g) {
    const std::int32_t* minus_sum = minus_sums + (kGroups == 1 ? 0 : 1 + g);
    const auto dots = Simd::template dot<kForm, kGroupSlots>(codes.slots + g * kGroupSlots,
                                                             a + g * kForm.group, minus_sum);
    value = g == 0 ? Simd::mul(scales.scales[g], dots) : Simd::fma(scales.scales[g], dots, value);
    if constexpr (kForm.has_mins) {
      value = Simd::fma(scales.mins[g], Simd::set_int(minus_sum), value);
    }
  }
  return value;
}

/// Instruction sets that multiply two tokens at once.
template <class Simd>
concept MultipliesPairs = requires {
  typename Simd::FloatsPair;
};

/// As multiply_tile(), of two tokens; each one's value is the same bits.
template <class Simd, CodeForm kForm>
typename Simd::FloatsPair multiply_tile_pair(const TileCodes<Simd, kForm>& codes,
                                             const TileScales<Simd, kForm>& scales,
                                             const std::int8_t* a, const std::int8_t* b,
                                             const std::int32_t* a_minus_sums,
                                             const std::int32_t* b_minus_sums) {
  constexpr std::size_t kGroups = TileScales<Simd, kForm>::kGroups;
  constexpr std::size_t kGroupSlots = kSlots / kGroups;
  typename Simd::FloatsPair value{Simd::zero(), Simd::zero()};
  for (std::size_t g = 0; g < kGroups; ++g) {
    const std::size_t sum = kGroups == 1 ? 0 : 1 + g;
    const auto dots = Simd::template dot_pair<kForm, kGroupSlots>(
        codes.slots + g * kGroupSlots, a + g * kForm.group, b + g * kForm.group, a_minus_sums + sum,
        b_minus_sums + sum);
    const auto scale = scales.scales[g];
    value.first = g == 0 ? Simd::mul(scale, dots.first) : Simd::fma(scale, dots.first, value.first);
    value.second =
        g == 0 ? Simd::mul(scale, dots.second) : Simd::fma(scale, dots.second, value.second);
    if constexpr (kForm.has_mins) {
      value.first = Simd::fma(scales.mins[g], Simd::set_int(a_minus_sums + sum), value.first);
      value.second = Simd::fma(scales.mins[g], Simd::set_int(b_minus_sums + sum), value.second);
    }
  }
  return value;
}

/// What one pass computes: kTokens tokens with one panel, in parts of kLanes rows.
template <class Simd, std::size_t kTokens>
struct Sums {
  static constexpr std::size_t kPanelParts = kPanelRows / Simd::kLanes;
  typename Simd::Floats parts[kPanelParts][kTokens];

  Sums() {
    for (auto& part : parts) {
      for (auto& sum : part) sum = Simd::zero();
    }
  }
};

/// Asks for memory at the rate at which a panel is used up, scales included, so that those of the
/// next panel are asked for in time as well. Beyond the last panel that has no effect.
template <CodeForm kForm>
void prefetch_share(const std::byte* codes, std::size_t tile) {
  const std::byte* ahead = codes + kPrefetchBytes + tile * tile_share(kForm);
  for (std::size_t line = 0; line < tile_share(kForm); line += 64) {
    __builtin_prefetch(ahead + line);
  }
}

template <class Simd, CodeForm kForm, std::size_t kTokens>
void multiply_codes(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                    std::size_t first_token, Sums<Simd, kTokens>& sums) {
  constexpr std::size_t kPanelParts = kPanelRows / Simd::kLanes;
  const std::size_t num_tiles = w.in_dim / kTileColumns;
  const std::int8_t* a = x.row_codes(first_token);
  const float* a_scales = x.row_scales(first_token);
  const std::int32_t* minus_sums = x.row_minus_sums(first_token);
  const std::byte* bytes = w.panel(panel);
  for (std::size_t tile = 0; tile < num_tiles; ++tile) {
    prefetch_share<kForm>(bytes + w.layout.codes, tile);
    const std::byte* tile_codes = bytes + w.layout.codes + tile * tile_bytes(kForm);
    for (std::size_t part = 0; part < kPanelParts; ++part) {
      const std::size_t first_lane = part * Simd::kLanes;
      const TileCodes<Simd, kForm> codes(tile_codes + first_lane * 4);
      const TileScales<Simd, kForm> scales(bytes, w.layout, tile, first_lane);
      auto& part_sums = sums.parts[part];
      const auto add = [&](std::size_t t, typename Simd::Floats value) {
        const auto a_scale = Simd::set(a_scales[t * num_tiles + tile]);
        part_sums[t] = Simd::fma(a_scale, value, part_sums[t]);
      };
      std::size_t t = 0;
      if constexpr (MultipliesPairs<Simd>) {
        for (; t + 2 <= kTokens; t += 2) {
          const std::size_t first = t * num_tiles + tile;
          const std::size_t second = first + num_tiles;
          const auto values = multiply_tile_pair<Simd, kForm>(
              codes, scales, a + first * kTileColumns, a + second * kTileColumns,
              minus_sums + first * 3, minus_sums + second * 3);
          add(t, values.first);
          add(t + 1, values.second);
        }
      }
      for (; t < kTokens; ++t) {
        const std::size_t index = t * num_tiles + tile;
        add(t, multiply_tile<Simd, kForm>(codes, scales, a + index * kTileColumns,
                                          minus_sums + index * 3));
      }
    }
  }
}

template <class Simd, DType kType>
typename Simd::Floats load_elements(const std::byte* panel, std::size_t index) {
  if constexpr (kType == DType::F32) {
    return Simd::from_floats(reinterpret_cast<const float*>(panel) + index);
  } else if constexpr (kType == DType::F16) {
    return Simd::from_halves(reinterpret_cast<const std::uint16_t*>(panel) + index);
  } else {
    return Simd::from_bf16(reinterpret_cast<const std::uint16_t*>(panel) + index);
  }
}

template <class Simd, DType kType, std::size_t kTokens>
void multiply_elements(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                       std::size_t first_token, Sums<Simd, kTokens>& sums) {
  constexpr std::size_t kPanelParts = kPanelRows / Simd::kLanes;
  const float* values = x.values.row(first_token).data();
  const std::byte* bytes = w.panel(panel);
  const std::size_t column_bytes = w.panel_bytes / w.in_dim;
  for (std::size_t k = 0; k < w.in_dim; ++k) {
    __builtin_prefetch(bytes + kPrefetchBytes + k * column_bytes);
    for (std::size_t part = 0; part < kPanelParts; ++part) {
      const std::size_t index = k * kPanelRows + part * Simd::kLanes;
      const auto elements = load_elements<Simd, kType>(bytes, index);
      for (std::size_t t = 0; t < kTokens; ++t) {
        const auto value = Simd::set(values[t * x.values.stride + k]);
        sums.parts[part][t] = Simd::fma(value, elements, sums.parts[part][t]);
      }
    }
  }
}

template <class Simd, DType kType, std::size_t kTokens>
void multiply_block(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                    std::size_t first_token, MatrixView<float> out) {
  Sums<Simd, kTokens> sums;
  if constexpr (code_form(kType).is_coded()) {
    multiply_codes<Simd, code_form(kType), kTokens>(x, w, panel, first_token, sums);
  } else {
    multiply_elements<Simd, kType, kTokens>(x, w, panel, first_token, sums);
  }
  const std::size_t first_row = panel * kPanelRows;
  const std::size_t num_rows = std::min(kPanelRows, w.out_dim - first_row);
  for (std::size_t t = 0; t < kTokens; ++t) {
    float rows[kPanelRows];
    for (std::size_t part = 0; part < std::size(sums.parts); ++part) {
      Simd::store(rows + part * Simd::kLanes, sums.parts[part][t]);
    }
    std::memcpy(out.row(first_token + t).data() + first_row, rows, num_rows * sizeof(float));
  }
}

/// Tokens [begin, end) in blocks of kTokens, then the rest in smaller ones.
template <class Simd, DType kType, std::size_t kTokens>
void multiply_tokens(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                     std::size_t begin, std::size_t end, MatrixView<float> out) {
  for (; begin + kTokens <= end; begin += kTokens) {
    multiply_block<Simd, kType, kTokens>(x, w, panel, begin, out);
  }
  if constexpr (kTokens > 1) {
    multiply_tokens<Simd, kType, kTokens / 2>(x, w, panel, begin, end, out);
  }
}

template <class Simd, DType kType>
void multiply_panels_of(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                        std::size_t end, MatrixView<float> out) {
  const std::size_t token_bytes = w.in_dim * (code_form(kType).is_coded() ? 1 : sizeof(float));
  const std::size_t blocks =
      std::max<std::size_t>(1, kActivationBytes / token_bytes / Simd::kTokens);
  const std::size_t chunk = blocks * Simd::kTokens;
  for (std::size_t token = 0; token < x.values.rows; token += chunk) {
    const std::size_t last = std::min(x.values.rows, token + chunk);
    for (std::size_t panel = begin; panel < end; ++panel) {
      multiply_tokens<Simd, kType, Simd::kTokens>(x, w, panel, token, last, out);
    }
  }
}

template <class Simd>
void multiply_panels(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                     std::size_t end, MatrixView<float> out) {
  switch (w.dtype) {
    case DType::F32: return multiply_panels_of<Simd, DType::F32>(x, w, begin, end, out);
    case DType::F16: return multiply_panels_of<Simd, DType::F16>(x, w, begin, end, out);
    case DType::BF16: return multiply_panels_of<Simd, DType::BF16>(x, w, begin, end, out);
    case DType::Q4_0: return multiply_panels_of<Simd, DType::Q4_0>(x, w, begin, end, out);
    case DType::Q4_1: return multiply_panels_of<Simd, DType::Q4_1>(x, w, begin, end, out);
    case DType::Q5_0: return multiply_panels_of<Simd, DType::Q5_0>(x, w, begin, end, out);
    case DType::Q5_1: return multiply_panels_of<Simd, DType::Q5_1>(x, w, begin, end, out);
    case DType::Q8_0: return multiply_panels_of<Simd, DType::Q8_0>(x, w, begin, end, out);
    case DType::Q2_K: return multiply_panels_of<Simd, DType::Q2_K>(x, w, begin, end, out);
    case DType::Q3_K: return multiply_panels_of<Simd, DType::Q3_K>(x, w, begin, end, out);
    case DType::Q4_K: return multiply_panels_of<Simd, DType::Q4_K>(x, w, begin, end, out);
    case DType::Q5_K: return multiply_panels_of<Simd, DType::Q5_K>(x, w, begin, end, out);
    case DType::Q6_K: return multiply_panels_of<Simd, DType::Q6_K>(x, w, begin, end, out);
    case DType::IQ4_NL: return multiply_panels_of<Simd, DType::IQ4_NL>(x, w, begin, end, out);
    case DType::IQ4_XS: return multiply_panels_of<Simd, DType::IQ4_XS>(x, w, begin, end, out);
  }
}

}  // namespace falconet
