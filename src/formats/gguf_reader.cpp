#include "formats/gguf_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/unicode.h"
#include "formats/byte_reader.h"

namespace falconet {
namespace {

// The least that one entry can take, so that a count is checked before anything is allocated:
// key length, type, one byte of value; name length, dimensions' count, one dimension, type, offset.
constexpr std::uint64_t kMinEntryBytes = 8 + 4 + 1;
constexpr std::uint64_t kMinTensorBytes = 8 + 4 + 8 + 4 + 8;

/// A tensor's header; its place in the file is known once all headers are read.
struct TensorHeader {
  StoredTensor tensor;
  std::uint64_t offset = 0;  // from the start of the data section
  std::uint64_t num_bytes = 0;
  std::size_t header_offset = 0;
};

/// The bytes a value of a fixed-size type takes; 0 for strings, arrays and unknown types.
std::uint64_t value_bytes(GgufType type) {
  switch (type) {
    case GgufType::Uint8:
    case GgufType::Int8:
    case GgufType::Bool: return 1;
    case GgufType::Uint16:
    case GgufType::Int16: return 2;
    case GgufType::Uint32:
    case GgufType::Int32:
    case GgufType::Float32: return 4;
    case GgufType::Uint64:
    case GgufType::Int64:
    case GgufType::Float64: return 8;
    default: return 0;
  }
}

class GgufParser {
 public:
  explicit GgufParser(std::span<const std::byte> file) : file_(file), reader_(file) {}

  Result<GgufContents> parse() {
    TRY(read_header());
    for (std::uint64_t i = 0; i < num_entries_; ++i) TRY(read_entry());
    TRY(read_alignment());
    std::vector<TensorHeader> headers;
    headers.reserve(static_cast<std::size_t>(num_tensors_));
    std::unordered_set<std::string_view> names;
    for (std::uint64_t i = 0; i < num_tensors_; ++i) {
      TRY_ASSIGN(TensorHeader header, read_tensor_header(names));
      headers.push_back(std::move(header));
    }
    TRY(check_overlap(headers));
    TRY(place_tensors(headers));
    return std::move(contents_);
  }

 private:
  Status read_header();
  Status read_entry();
  Result<MetadataValue> read_value(GgufType type, const std::string& what);
  Result<MetadataValue> read_array(const std::string& what);
  Status read_alignment();
  Result<TensorHeader> read_tensor_header(std::unordered_set<std::string_view>& names);
  Status read_shape(TensorHeader& header, const std::string& what);
  Status check_overlap(const std::vector<TensorHeader>& headers) const;
  Status place_tensors(std::vector<TensorHeader>& headers);

  template <class T, class Stored>
  Result<MetadataValue> read_number(const std::string& what) {
    TRY_ASSIGN(const T value, reader_.read<T>(what));
    return MetadataValue(static_cast<Stored>(value));
  }

  template <class T, class Stored>
  Result<MetadataValue> read_numbers(std::uint64_t count, const std::string& what) {
    std::vector<Stored> values(static_cast<std::size_t>(count));
    for (auto& value : values) {
      TRY_ASSIGN(const T element, reader_.read<T>(what));
      value = static_cast<Stored>(element);
    }
    return MetadataValue(std::move(values));
  }

  std::span<const std::byte> file_;
  ByteReader reader_;
  std::uint64_t num_tensors_ = 0;
  std::uint64_t num_entries_ = 0;
  std::uint64_t num_array_elements_ = 0;  // of all arrays so far
  std::uint64_t alignment_ = kGgufDefaultAlignment;
  GgufContents contents_;
};

Status GgufParser::read_header() {
  TRY_ASSIGN(const auto magic, reader_.read<std::uint32_t>("the magic number"));
  if (magic != kGgufMagic) {
    return error(ErrorCode::Corrupt, "not a GGUF file: it does not begin with \"GGUF\"");
  }
  TRY_ASSIGN(contents_.version, reader_.read<std::uint32_t>("the version"));
  if (contents_.version != 2 && contents_.version != kGgufVersion) {
    const bool is_big_endian = contents_.version != 0 && (contents_.version & 0xFFFFu) == 0;
    return error(ErrorCode::Unsupported, "GGUF version ", contents_.version, " at byte 4",
                 is_big_endian ? " (a big-endian file)" : "",
                 "; versions 2 and 3, little endian, are read: convert the model anew");
  }
  TRY_ASSIGN(num_tensors_, reader_.read<std::uint64_t>("the number of tensors"));
  TRY_ASSIGN(num_entries_, reader_.read<std::uint64_t>("the number of metadata entries"));
  if (num_tensors_ > reader_.num_left() / kMinTensorBytes) {
    return error(ErrorCode::Corrupt, num_tensors_,
                 " tensors, as byte 8 says, do not fit a file of ", file_.size(), " bytes");
  }
  if (num_entries_ > reader_.num_left() / kMinEntryBytes) {
    return error(ErrorCode::Corrupt, num_entries_,
                 " metadata entries, as byte 16 says, do not fit a file of ", file_.size(),
                 " bytes");
  }
  return {};
}

Status GgufParser::read_entry() {
  const std::size_t start = reader_.offset();
  TRY_ASSIGN(const std::string_view key, reader_.read_string(kGgufMaxNameBytes, "a metadata key"));
  if (key.empty() || !is_valid_utf8(key)) {
    return error(ErrorCode::Corrupt, "the metadata key at byte ", start, " is ",
                 key.empty() ? "empty" : "not UTF-8");
  }
  const std::string what = cat("metadata key ", in_quotes(key));
  if (contents_.metadata.contains(key)) {
    return error(ErrorCode::Corrupt, what, " at byte ", start, " stands there twice");
  }
  TRY_ASSIGN(const auto type, reader_.read<std::uint32_t>(what));
  TRY_ASSIGN(MetadataValue value, read_value(static_cast<GgufType>(type), what));
  contents_.metadata.set(std::string(key), std::move(value));
  return {};
}

Result<MetadataValue> GgufParser::read_value(GgufType type, const std::string& what) {
  switch (type) {
    case GgufType::Uint8: return read_number<std::uint8_t, std::uint64_t>(what);
    case GgufType::Int8: return read_number<std::int8_t, std::int64_t>(what);
    case GgufType::Uint16: return read_number<std::uint16_t, std::uint64_t>(what);
    case GgufType::Int16: return read_number<std::int16_t, std::int64_t>(what);
    case GgufType::Uint32: return read_number<std::uint32_t, std::uint64_t>(what);
    case GgufType::Int32: return read_number<std::int32_t, std::int64_t>(what);
    case GgufType::Uint64: return read_number<std::uint64_t, std::uint64_t>(what);
    case GgufType::Int64: return read_number<std::int64_t, std::int64_t>(what);
    case GgufType::Float32: return read_number<float, double>(what);
    case GgufType::Float64: return read_number<double, double>(what);
    case GgufType::Bool: {
      TRY_ASSIGN(const auto value, reader_.read<std::uint8_t>(what));
      return MetadataValue(value != 0);
    }
    case GgufType::String: {
      TRY_ASSIGN(const std::string_view text, reader_.read_string(kGgufMaxStringBytes, what));
      return MetadataValue(std::string(text));
    }
    case GgufType::Array: return read_array(what);
  }
  return error(ErrorCode::Corrupt, what, " has the unknown value type ",
               static_cast<std::uint32_t>(type), " at byte ", reader_.offset() - 4);
}

Result<MetadataValue> GgufParser::read_array(const std::string& what) {
  const std::size_t start = reader_.offset();
  TRY_ASSIGN(const auto type_number, reader_.read<std::uint32_t>(what));
  TRY_ASSIGN(const auto count, reader_.read<std::uint64_t>(what));
  const auto type = static_cast<GgufType>(type_number);
  if (type == GgufType::Array) {
    return error(ErrorCode::Unsupported, what, " at byte ", start, " is an array of arrays");
  }
  // An array of strings has at least a length for each.
  const std::uint64_t element_bytes = type == GgufType::String ? 8 : value_bytes(type);
  if (element_bytes == 0) {
    return error(ErrorCode::Corrupt, what, " is an array of the unknown type ", type_number,
                 " at byte ", start);
  }
  if (count > reader_.num_left() / element_bytes) {
    return error(ErrorCode::Corrupt, what, " at byte ", start, " claims ", count,
                 " elements, more than the rest of the file holds");
  }
  if (count > kGgufMaxArrayElements - num_array_elements_) {
    return error(ErrorCode::TooLarge, what, " at byte ", start, " has ", count,
                 " elements; the limit of all arrays together is ", kGgufMaxArrayElements);
  }
  num_array_elements_ += count;
  switch (type) {
    case GgufType::Bool:
    case GgufType::Uint8: return read_numbers<std::uint8_t, std::int64_t>(count, what);
    case GgufType::Int8: return read_numbers<std::int8_t, std::int64_t>(count, what);
    case GgufType::Uint16: return read_numbers<std::uint16_t, std::int64_t>(count, what);
    case GgufType::Int16: return read_numbers<std::int16_t, std::int64_t>(count, what);
    case GgufType::Uint32: return read_numbers<std::uint32_t, std::int64_t>(count, what);
    case GgufType::Int32: return read_numbers<std::int32_t, std::int64_t>(count, what);
    case GgufType::Uint64: return read_numbers<std::uint64_t, std::int64_t>(count, what);
    case GgufType::Int64: return read_numbers<std::int64_t, std::int64_t>(count, what);
    case GgufType::Float32: return read_numbers<float, float>(count, what);
    case GgufType::Float64: return read_numbers<double, float>(count, what);
    default: break;
  }
  std::vector<std::string> texts(static_cast<std::size_t>(count));
  for (auto& text : texts) {
    TRY_ASSIGN(const std::string_view element, reader_.read_string(kGgufMaxStringBytes, what));
    text = element;
  }
  return MetadataValue(std::move(texts));
}

Status GgufParser::read_alignment() {
  if (!contents_.metadata.contains("general.alignment")) return {};
  const auto value = contents_.metadata.find_int("general.alignment");
  if (!value || *value <= 0 || static_cast<std::uint64_t>(*value) > kGgufMaxAlignment ||
      !std::has_single_bit(static_cast<std::uint64_t>(*value))) {
    return error(ErrorCode::Corrupt, "metadata key \"general.alignment\" ",
                 value ? cat("is ", *value) : "is not an integer",
                 "; it must be a power of two up to ", kGgufMaxAlignment);
  }
  alignment_ = static_cast<std::uint64_t>(*value);
  return {};
}

Result<TensorHeader> GgufParser::read_tensor_header(std::unordered_set<std::string_view>& names) {
  TensorHeader header;
  header.header_offset = reader_.offset();
  TRY_ASSIGN(const std::string_view name, reader_.read_string(kGgufMaxNameBytes, "a tensor name"));
  if (name.empty() || !is_valid_utf8(name)) {
    return error(ErrorCode::Corrupt, "the tensor name at byte ", header.header_offset, " is ",
                 name.empty() ? "empty" : "not UTF-8");
  }
  const std::string what = cat("tensor ", in_quotes(name));
  if (!names.insert(name).second) {
    return error(ErrorCode::Corrupt, what, " at byte ", header.header_offset,
                 " stands there twice");
  }
  header.tensor.name = name;
  TRY(read_shape(header, what));
  const std::size_t offset_at = reader_.offset();
  TRY_ASSIGN(header.offset, reader_.read<std::uint64_t>(what));
  if (header.offset % alignment_ != 0) {
    return error(ErrorCode::Corrupt, what, ": its offset ", header.offset, " at byte ", offset_at,
                 " is not a multiple of the alignment ", alignment_);
  }
  return header;
}

/// Dimensions, element type, and the bytes they come to.
Status GgufParser::read_shape(TensorHeader& header, const std::string& what) {
  const std::size_t start = reader_.offset();
  TRY_ASSIGN(const auto num_dimensions, reader_.read<std::uint32_t>(what));
  if (num_dimensions == 0 || num_dimensions > kGgufMaxDimensions) {
    return error(ErrorCode::Corrupt, what, " has ", num_dimensions, " dimensions at byte ", start,
                 "; 1 to ", kGgufMaxDimensions, " are possible");
  }
  std::uint64_t num_elements = 1;
  for (std::uint32_t i = 0; i < num_dimensions; ++i) {
    TRY_ASSIGN(const auto size, reader_.read<std::uint64_t>(what));
    if (size == 0 || size > std::numeric_limits<std::int64_t>::max() / num_elements) {
      return error(ErrorCode::Corrupt, what, ": dimension ", i, " at byte ", reader_.offset() - 8,
                   " is ", size, size == 0 ? "" : ", too large to be counted");
    }
    num_elements *= size;
    header.tensor.shape.push_back(static_cast<std::size_t>(size));
  }
  TRY_ASSIGN(const auto type_number, reader_.read<std::uint32_t>(what));
  const auto dtype = dtype_from_ggml(type_number);
  if (!dtype) {
    return error(ErrorCode::Unsupported, what, " has the element type ", type_number, " at byte ",
                 reader_.offset() - 4,
                 ", which is not supported; use a file in F16, Q8_0, Q4_0, Q4_K_M or the like");
  }
  header.tensor.dtype = *dtype;
  const DTypeTraits& type = traits(*dtype);
  const std::uint64_t row_elements = header.tensor.shape.front();
  if (row_elements % type.block_size != 0) {
    return error(ErrorCode::Corrupt, what, ": rows of ", row_elements, " elements at byte ", start,
                 " do not divide into ", type.name, " blocks of ", type.block_size);
  }
  const std::uint64_t num_blocks = num_elements / type.block_size;
  if (num_blocks > file_.size() / type.block_bytes) {
    return error(ErrorCode::Corrupt, what, ": ", num_elements, " elements of ", type.name,
                 " at byte ", start, " are more than the file of ", file_.size(), " bytes holds");
  }
  header.num_bytes = num_blocks * type.block_bytes;
  std::reverse(header.tensor.shape.begin(), header.tensor.shape.end());  // outermost first
  return {};
}

Status GgufParser::check_overlap(const std::vector<TensorHeader>& headers) const {
  std::vector<const TensorHeader*> sorted;
  sorted.reserve(headers.size());
  for (const TensorHeader& header : headers) sorted.push_back(&header);
  std::sort(sorted.begin(), sorted.end(),
            [](const TensorHeader* a, const TensorHeader* b) { return a->offset < b->offset; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const TensorHeader& before = *sorted[i - 1];
    if (sorted[i]->offset - before.offset < before.num_bytes) {
      return error(ErrorCode::Corrupt, "tensors ", in_quotes(before.tensor.name), " and ",
                   in_quotes(sorted[i]->tensor.name), " (headers at bytes ", before.header_offset,
                   " and ", sorted[i]->header_offset, ") overlap");
    }
  }
  return {};
}

Status GgufParser::place_tensors(std::vector<TensorHeader>& headers) {
  const std::uint64_t data_start = (reader_.offset() + alignment_ - 1) / alignment_ * alignment_;
  const std::uint64_t data_bytes = file_.size() - std::min<std::uint64_t>(data_start, file_.size());
  for (TensorHeader& header : headers) {
    if (header.offset > data_bytes || header.num_bytes > data_bytes - header.offset) {
      return error(ErrorCode::Corrupt, "tensor ", in_quotes(header.tensor.name),
                   " (header at byte ", header.header_offset, ") has ", header.num_bytes,
                   " bytes at offset ", header.offset, " of the data, which end after ", data_bytes,
                   "; is the file cut off? Download it again");
    }
    header.tensor.bytes = file_.subspan(static_cast<std::size_t>(data_start + header.offset),
                                        static_cast<std::size_t>(header.num_bytes));
    contents_.tensors.push_back(std::move(header.tensor));
  }
  return {};
}

}  // namespace

Result<GgufContents> read_gguf(std::span<const std::byte> file, const std::string& name) {
  auto contents = GgufParser(file).parse();
  if (!contents) return std::move(contents).error().within(name);
  return contents;
}

}  // namespace falconet
