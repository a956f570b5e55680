// Packing: stored rows into the panels that the kernels stream.
#include <cstring>

#include "base/check.h"
#include "kernels/panels.h"

namespace falconet {
namespace {

PanelKind kind_for(DType dtype, Isa isa) {
  if (isa == Isa::Reference) return PanelKind::Stored;
  if (is_quantized(dtype)) return PanelKind::Codes;
  return dtype == DType::F32 ? PanelKind::Float : PanelKind::Half;
}

/// Writes column `column` of row `lane` into its tile, whose bytes are zero where not yet written.
void place_code(std::byte* tile, int bits, std::size_t lane, std::size_t column,
                std::uint8_t code) {
  const std::size_t slot = column / 4;
  const std::size_t place = lane * 4 + column % 4;
  const auto put = [&](std::size_t byte_slot, unsigned value, std::size_t shift) {
    tile[byte_slot * kSlotBytes + place] |= static_cast<std::byte>(value << shift);
  };
  if (bits == 8) return put(slot, code, 0);
  unsigned rest = code;
  if (bits & 4) {
    put(slot % 4, rest & 15, slot / 4 * 4);
    rest >>= 4;
    tile += 4 * kSlotBytes;
  }
  if (bits & 2) {
    put(slot / 4, rest & 3, slot % 4 * 2);
    rest >>= 2;
    tile += 2 * kSlotBytes;
  }
  if (bits & 1) put(0, rest & 1, slot);
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
  for (std::size_t k = 0; k < w.in_dim; ++k) {
    std::byte* tile = panel + w.layout.codes + k / kTileColumns * tile_bytes(form);
    place_code(tile, form.bits, lane, k % kTileColumns, row.codes[k]);
  }
}

void pack_panel(const PackedMatrix::Impl& w, const WeightView& weight, std::size_t index,
                RowCodes& codes) {
  std::byte* panel = w.memory.data() + index * w.panel_bytes;
  std::memset(panel, 0, w.panel_bytes);
  for (std::size_t lane = 0; lane < kPanelRows && index * kPanelRows + lane < w.out_dim; ++lane) {
    const std::span<const std::byte> row = weight.row(index * kPanelRows + lane);
    if (w.kind == PanelKind::Codes) {
      unpack_row(w.dtype, row, w.in_dim, codes);
      place_row(w, codes, panel, lane);
    } else {
      const std::size_t bytes = w.kind == PanelKind::Half ? 2 : 4;
      for (std::size_t k = 0; k < w.in_dim; ++k) {
        std::memcpy(panel + (k * kPanelRows + lane) * bytes, row.data() + k * bytes, bytes);
      }
    }
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
      impl->panel_bytes = weight.in_dim * kPanelRows * (impl->kind == PanelKind::Half ? 2 : 4);
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
