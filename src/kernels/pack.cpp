// Packing: stored rows into the panels that the kernels stream.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "kernels/panels.h"

namespace falconet {
namespace {

PanelKind kind_for(DType dtype, Isa isa) {
  if (isa == Isa::Reference) return PanelKind::Stored;
  if (is_quantized(dtype)) return PanelKind::Codes;
  if (dtype == DType::BF16 && isa == Isa::Avx512Bf16) return PanelKind::Pairs;
  return dtype == DType::F32 ? PanelKind::Float : PanelKind::Half;
}

/// Four codes of a row, which a slot has side by side.
using FourCodes = std::uint32_t;

constexpr FourCodes kLowBit = 0x01010101;
constexpr FourCodes kTwoBits = 0x03030303;
constexpr FourCodes kFourBits = 0x0F0F0F0F;

/// One row's codes of a tile, into the planes of panels.h.
void place_codes(const std::uint8_t* codes, int bits, std::byte* tile, std::size_t lane) {
  FourCodes slots[kSlots];
  std::memcpy(slots, codes, sizeof slots);
  const auto put = [&](std::size_t byte_slot, FourCodes value) {
    std::memcpy(tile + byte_slot * kSlotBytes + lane * sizeof value, &value, sizeof value);
  };
  if (bits == 8) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) put(slot, slots[slot]);
    return;
  }
  if (bits & 4) {
    for (std::size_t i = 0; i < 4; ++i) {
      put(i, (slots[i] & kFourBits) | ((slots[i + 4] & kFourBits) << 4));
      slots[i] = (slots[i] >> 4) & kFourBits;
      slots[i + 4] = (slots[i + 4] >> 4) & kFourBits;
    }
    tile += 4 * kSlotBytes;
  }
  if (bits & 2) {
    for (std::size_t half = 0; half < 2; ++half) {
      FourCodes plane = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        plane |= (slots[half * 4 + i] & kTwoBits) << (2 * i);
        slots[half * 4 + i] = (slots[half * 4 + i] >> 2) & kFourBits;
      }
      put(half, plane);
    }
    tile += 2 * kSlotBytes;
  }
  if (bits & 1) {
    FourCodes plane = 0;
    for (std::size_t i = 0; i < kSlots; ++i) plane |= (slots[i] & kLowBit) << i;
    put(0, plane);
  }
}

/// Scales or mins of one row, every sixteenth of `target`.
void place_scales(std::byte* target, const std::vector<std::uint16_t>& scales, std::size_t bytes,
                  std::size_t lane) {
  for (std::size_t i = 0; i < scales.size(); ++i) {
    std::memcpy(target + (i * kPanelRows + lane) * bytes, &scales[i], bytes);  // little endian
  }
}

void place_row(const PackedMatrix::Impl& w, const RowCodes& row, std::byte* panel,
               std::size_t lane) {
  const CodeForm form = code_form(w.dtype);
  const std::size_t scale_bytes = form.is_nested ? sizeof(std::int8_t) : sizeof(std::uint16_t);
  place_scales(panel + w.layout.nest_scales, row.nest_scales, sizeof(std::uint16_t), lane);
  place_scales(panel + w.layout.nest_mins, row.nest_mins, sizeof(std::uint16_t), lane);
  place_scales(panel + w.layout.scales, row.scales, scale_bytes, lane);
  place_scales(panel + w.layout.mins, row.mins, scale_bytes, lane);
  std::byte* tile = panel + w.layout.codes;
  for (std::size_t k = 0; k < w.in_dim; k += kTileColumns, tile += tile_bytes(form)) {
    place_codes(row.codes.data() + k, form.bits, tile, lane);
  }
}

/// Elements of all rows side by side; rows beyond the matrix are zero.
template <class Element>
void place_elements(const WeightView& weight, std::size_t first_row, std::byte* panel) {
  const std::size_t num_rows = std::min(kPanelRows, weight.out_dim - first_row);
  const std::byte* rows = weight.row(first_row).data();
  const std::size_t row_size = weight.in_dim * sizeof(Element);
  for (std::size_t k = 0; k < weight.in_dim; ++k) {
    Element column[kPanelRows] = {};
    for (std::size_t lane = 0; lane < num_rows; ++lane) {
      std::memcpy(&column[lane], rows + lane * row_size + k * sizeof(Element), sizeof(Element));
    }
    std::memcpy(panel + k * sizeof column, column, sizeof column);
  }
}

std::size_t panel_bytes(PanelKind kind, std::size_t in_dim) {
  if (kind == PanelKind::Pairs) return num_pairs(in_dim) * kPanelRows * 2 * sizeof(std::uint16_t);
  return in_dim * kPanelRows * (kind == PanelKind::Half ? sizeof(std::uint16_t) : sizeof(float));
}

/// Pairs of elements of all rows side by side; what is beyond the matrix is zero.
void place_pairs(const WeightView& weight, std::size_t first_row, std::byte* panel) {
  const std::size_t num_rows = std::min(kPanelRows, weight.out_dim - first_row);
  const std::byte* rows = weight.row(first_row).data();
  const std::size_t row_size = weight.in_dim * sizeof(std::uint16_t);
  for (std::size_t pair = 0; pair < num_pairs(weight.in_dim); ++pair) {
    std::uint32_t column[kPanelRows] = {};
    const std::size_t size = std::min(sizeof column[0], row_size - pair * sizeof column[0]);
    for (std::size_t lane = 0; lane < num_rows; ++lane) {
      std::memcpy(&column[lane], rows + lane * row_size + pair * sizeof column[0], size);
    }
    std::memcpy(panel + pair * sizeof column, column, sizeof column);
  }
}

void pack_panel(const PackedMatrix::Impl& w, const WeightView& weight, std::size_t index,
                RowCodes& codes) {
  std::byte* panel = w.memory.data() + index * w.panel_bytes;
  const std::size_t first_row = index * kPanelRows;
  if (w.kind == PanelKind::Half) return place_elements<std::uint16_t>(weight, first_row, panel);
  if (w.kind == PanelKind::Pairs) return place_pairs(weight, first_row, panel);
  if (w.kind == PanelKind::Float) return place_elements<std::uint32_t>(weight, first_row, panel);
  if (first_row + kPanelRows > w.out_dim) std::memset(panel, 0, w.panel_bytes);
  for (std::size_t lane = 0; lane < kPanelRows && first_row + lane < w.out_dim; ++lane) {
    unpack_row(w.dtype, weight.row(first_row + lane), w.in_dim, codes);
    place_row(w, codes, panel, lane);
  }
}

}  // namespace

PanelLayout panel_layout(const CodeForm& form, std::size_t in_dim) {
  PanelLayout layout;
  const auto reserve = [&](std::size_t bytes) {
    const std::size_t at = layout.size;
    layout.size += (bytes + 63) / 64 * 64;
    return at;
  };
  const std::size_t nest_bytes =
      form.is_nested ? in_dim / kNestElements * kPanelRows * sizeof(std::uint16_t) : 0;
  const std::size_t scale_bytes = in_dim / form.group * kPanelRows *
                                  (form.is_nested ? sizeof(std::int8_t) : sizeof(std::uint16_t));
  layout.nest_scales = reserve(nest_bytes);
  layout.nest_mins = reserve(form.has_mins ? nest_bytes : 0);
  layout.scales = reserve(scale_bytes);
  layout.mins = reserve(form.has_mins ? scale_bytes : 0);
  layout.codes = reserve(in_dim / kTileColumns * tile_bytes(form));
  return layout;
}

PackedMatrix PackedMatrix::pack(const WeightView& weight, Isa isa, ThreadPool& pool) {
  CHECK(weight.bytes.size() == weight.out_dim * row_bytes(weight.dtype, weight.in_dim));
  auto impl = std::make_unique<Impl>();
  impl->dtype = weight.dtype;
  impl->out_dim = weight.out_dim;
  impl->in_dim = weight.in_dim;
  impl->kind = kind_for(weight.dtype, isa);
  impl->isa = isa;
  if (impl->kind == PanelKind::Stored) {
    impl->memory = AlignedBytes(weight.bytes.size());
    std::memcpy(impl->memory.data(), weight.bytes.data(), weight.bytes.size());
  } else {
    if (impl->kind == PanelKind::Codes) {
      impl->layout = panel_layout(code_form(weight.dtype), weight.in_dim);
      impl->panel_bytes = impl->layout.size;
    } else {
      impl->panel_bytes = panel_bytes(impl->kind, weight.in_dim);
    }
    impl->memory = AlignedBytes(impl->num_panels() * impl->panel_bytes);
    pool.parallel_for(impl->num_panels(), 1, [&](std::size_t begin, std::size_t end) {
      RowCodes codes;
      for (std::size_t i = begin; i < end; ++i) pack_panel(*impl, weight, i, codes);
    });
  }
  PackedMatrix packed;
  packed.impl_ = std::move(impl);
  return packed;
}

PackedMatrix::PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;
PackedMatrix::~PackedMatrix() = default;

std::size_t PackedMatrix::out_dim() const { return impl_->out_dim; }
std::size_t PackedMatrix::in_dim() const { return impl_->in_dim; }
DType PackedMatrix::dtype() const { return impl_->dtype; }
std::size_t PackedMatrix::num_bytes() const { return impl_->memory.size(); }

}  // namespace falconet
