#include "formats/safetensors.h"

#include <cstring>
#include <limits>

#include "base/json.h"

namespace falconet {
namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100u << 20;  // the format's own limit
constexpr std::size_t kMaxDimensions = 8;

std::optional<DType> dtype_of(std::string_view name) {
  if (name == "F32") return DType::F32;
  if (name == "F16") return DType::F16;
  if (name == "BF16") return DType::BF16;
  return std::nullopt;
}

Result<StoredTensor> read_tensor(const std::string& tensor_name, const SortedJson& record,
                                 std::span<const std::byte> contents) {
  const auto corrupt = [&](std::string_view what) {
    return error(ErrorCode::Corrupt, "tensor ", tensor_name, ": ", what);
  };
  if (!record.is_object() || !record.contains("dtype") || !record.contains("shape") ||
      !record.contains("data_offsets")) {
    return corrupt("expected dtype, shape and data_offsets");
  }
  const auto& dtype_name = record["dtype"];
  const auto& shape = record["shape"];
  const auto& offsets = record["data_offsets"];
  if (!dtype_name.is_string() || !shape.is_array() || shape.size() > kMaxDimensions ||
      !offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return corrupt("dtype, shape or data_offsets has the wrong form");
  }
  const auto dtype = dtype_of(dtype_name.get<std::string>());
  if (!dtype) {
    return error(ErrorCode::Unsupported, "tensor ", tensor_name, " has type ",
                 dtype_name.get<std::string>(), "; F32, F16 and BF16 are supported");
  }
  StoredTensor tensor{.name = tensor_name, .dtype = *dtype, .shape = {}, .bytes = {}};
  std::size_t num_elements = 1;
  for (const auto& size : shape) {
    if (!size.is_number_unsigned()) return corrupt("a dimension is not a count");
    const auto value = size.get<std::uint64_t>();
    if (value != 0 && num_elements > contents.size() / value) {
      return corrupt("the shape is larger than the file");
    }
    num_elements *= value;
    tensor.shape.push_back(value);
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > contents.size()) {
    return corrupt(cat("bytes ", begin, " to ", end, " of ", contents.size()));
  }
  if (end - begin != num_elements * traits(*dtype).block_bytes) {
    return corrupt(cat(end - begin, " bytes for ", num_elements, " elements"));
  }
  tensor.bytes = contents.subspan(begin, end - begin);
  return tensor;
}

}  // namespace

Result<std::vector<StoredTensor>> read_safetensors(std::span<const std::byte> bytes,
                                                   const std::string& name) {
  std::uint64_t header_bytes = 0;
  if (bytes.size() < sizeof header_bytes) {
    return error(ErrorCode::Corrupt, name, ": ", bytes.size(), " bytes are no safetensors file");
  }
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  if (header_bytes > kMaxHeaderBytes || header_bytes > bytes.size() - sizeof header_bytes) {
    return error(ErrorCode::Corrupt, name, ": header length at byte 0 is ", header_bytes,
                 ", but the file has ", bytes.size(), " bytes");
  }
  const auto* text = reinterpret_cast<const char*>(bytes.data() + sizeof header_bytes);
  auto header = parse_sorted_json({text, header_bytes});
  if (!header) return Error{ErrorCode::Corrupt, header.error().message}.within(name);
  if (!header->is_object()) return error(ErrorCode::Corrupt, name, ": the header is no object");

  const auto contents = bytes.subspan(sizeof header_bytes + header_bytes);
  std::vector<StoredTensor> tensors;
  for (const auto& [tensor_name, record] : header->items()) {
    if (tensor_name == "__metadata__") continue;
    auto tensor = read_tensor(tensor_name, record, contents);
    if (!tensor) return std::move(tensor).error().within(name);
    tensors.push_back(std::move(tensor).value());
  }
  return tensors;
}

}  // namespace falconet
