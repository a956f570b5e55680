#include "formats/gguf_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <type_traits>

namespace falconet {
namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF", little endian
constexpr std::uint64_t kMaxDimensions = 4;
constexpr std::uint64_t kMaxNameBytes = 64u << 10;  // keys and tensor names
constexpr std::uint64_t kMaxTensors = 1u << 20;
constexpr std::uint64_t kMaxKeys = 1u << 20;
constexpr std::uint64_t kMaxAlignment = 1u << 20;

enum class ValueType : std::uint32_t {
  Uint8,
  Int8,
  Uint16,
  Int16,
  Uint32,
  Int32,
  Float32,
  Bool,
  String,
  Array,
  Uint64,
  Int64,
  Float64,
};

/// A cursor that knows where it is and what it is reading.
class GgufParser {
 public:
  GgufParser(std::span<const std::byte> bytes, const std::string& name)
      : bytes_(bytes), name_(name) {}

  Result<GgufContents> parse() {
    TRY_ASSIGN(const auto magic, read<std::uint32_t>("magic"));
    if (magic != kMagic) return corrupt("magic", "this is not a GGUF file");
    TRY_ASSIGN(const auto version, read<std::uint32_t>("version"));
    if (version != 2 && version != 3) {
      return error(ErrorCode::Unsupported, name_, ": GGUF version ", version,
                   "; versions 2 and 3 are supported");
    }
    TRY_ASSIGN(const auto num_tensors, read<std::uint64_t>("tensor count"));
    TRY_ASSIGN(const auto num_keys, read<std::uint64_t>("metadata count"));
    if (num_tensors > kMaxTensors) return corrupt("tensor count", cat(num_tensors, " tensors"));
    if (num_keys > kMaxKeys) return corrupt("metadata count", cat(num_keys, " keys"));
    for (std::uint64_t i = 0; i < num_keys; ++i) TRY(parse_pair());
    TRY(parse_tensors(num_tensors));
    return std::move(contents_);
  }

 private:
  struct TensorRecord {
    std::uint64_t offset = 0;
    std::size_t num_bytes = 0;
  };

  Error corrupt(std::string_view field, std::string_view what) const {
    return error(ErrorCode::Corrupt, name_, ": ", field, " at byte ", offset_, ": ", what);
  }

  std::size_t rest() const { return bytes_.size() - offset_; }

  template <class T>
  Result<T> read(std::string_view field) {
    static_assert(std::endian::native == std::endian::little);
    if (rest() < sizeof(T)) return corrupt(field, "the file ends here");
    T value;
    std::memcpy(&value, bytes_.data() + offset_, sizeof(T));
    offset_ += sizeof(T);
    return value;
  }

  Result<std::string> read_string(std::string_view field, std::uint64_t max_bytes) {
    TRY_ASSIGN(const auto length, read<std::uint64_t>(field));
    if (length > max_bytes) return corrupt(field, cat("a text of ", length, " bytes"));
    if (length > rest())
      return corrupt(field, cat("a text of ", length, " bytes, ", rest(), " left"));
    std::string text(reinterpret_cast<const char*>(bytes_.data() + offset_), length);
    offset_ += length;
    return text;
  }

  template <class T>
  Result<MetadataValue> scalar(const std::string& key) {
    TRY_ASSIGN(const T value, read<T>(key));
    if constexpr (std::is_floating_point_v<T>) return MetadataValue(static_cast<double>(value));
    if constexpr (std::is_signed_v<T>) return MetadataValue(static_cast<std::int64_t>(value));
    return MetadataValue(static_cast<std::uint64_t>(value));
  }

  template <class T, class Element>
  Result<MetadataValue> array(const std::string& key, std::uint64_t count) {
    if (count > rest() / sizeof(T)) return corrupt(key, cat("an array of ", count, " elements"));
    std::vector<Element> values;
    values.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const T value, read<T>(key));
      values.push_back(static_cast<Element>(value));
    }
    return MetadataValue(std::move(values));
  }

  Result<MetadataValue> string_array(const std::string& key, std::uint64_t count) {
    if (count > rest() / sizeof(std::uint64_t)) {
      return corrupt(key, cat("an array of ", count, " texts"));
    }
    std::vector<std::string> values;
    values.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY_ASSIGN(std::string value, read_string(key, rest()));
      values.push_back(std::move(value));
    }
    return MetadataValue(std::move(values));
  }

  Result<MetadataValue> parse_array(const std::string& key) {
    TRY_ASSIGN(const auto type, read<std::uint32_t>(key));
    TRY_ASSIGN(const auto count, read<std::uint64_t>(key));
    switch (static_cast<ValueType>(type)) {
      case ValueType::Uint8: return array<std::uint8_t, std::int64_t>(key, count);
      case ValueType::Bool: return array<std::uint8_t, std::int64_t>(key, count);
      case ValueType::Int8: return array<std::int8_t, std::int64_t>(key, count);
      case ValueType::Uint16: return array<std::uint16_t, std::int64_t>(key, count);
      case ValueType::Int16: return array<std::int16_t, std::int64_t>(key, count);
      case ValueType::Uint32: return array<std::uint32_t, std::int64_t>(key, count);
      case ValueType::Int32: return array<std::int32_t, std::int64_t>(key, count);
      case ValueType::Uint64: return array<std::uint64_t, std::int64_t>(key, count);
      case ValueType::Int64: return array<std::int64_t, std::int64_t>(key, count);
      case ValueType::Float32: return array<float, float>(key, count);
      case ValueType::Float64: return array<double, float>(key, count);
      case ValueType::String: return string_array(key, count);
      case ValueType::Array: return corrupt(key, "an array of arrays");
    }
    return corrupt(key, cat("unknown element type ", type));
  }

  Result<MetadataValue> parse_value(const std::string& key, std::uint32_t type) {
    switch (static_cast<ValueType>(type)) {
      case ValueType::Uint8: return scalar<std::uint8_t>(key);
      case ValueType::Int8: return scalar<std::int8_t>(key);
      case ValueType::Uint16: return scalar<std::uint16_t>(key);
      case ValueType::Int16: return scalar<std::int16_t>(key);
      case ValueType::Uint32: return scalar<std::uint32_t>(key);
      case ValueType::Int32: return scalar<std::int32_t>(key);
      case ValueType::Uint64: return scalar<std::uint64_t>(key);
      case ValueType::Int64: return scalar<std::int64_t>(key);
      case ValueType::Float32: return scalar<float>(key);
      case ValueType::Float64: return scalar<double>(key);
      case ValueType::Bool: {
        TRY_ASSIGN(const auto value, read<std::uint8_t>(key));
        if (value > 1) return corrupt(key, cat("a truth value of ", value));
        return MetadataValue(value == 1);
      }
      case ValueType::String: {
        TRY_ASSIGN(std::string value, read_string(key, rest()));
        return MetadataValue(std::move(value));
      }
      case ValueType::Array: return parse_array(key);
    }
    return corrupt(key, cat("unknown value type ", type));
  }

  Status parse_pair() {
    TRY_ASSIGN(std::string key, read_string("metadata key", kMaxNameBytes));
    if (contents_.metadata.contains(key)) return corrupt(key, "this key stands here twice");
    TRY_ASSIGN(const auto type, read<std::uint32_t>(key));
    TRY_ASSIGN(MetadataValue value, parse_value(key, type));
    contents_.metadata.set(std::move(key), std::move(value));
    return {};
  }

  Result<TensorRecord> parse_tensor_record(StoredTensor& tensor) {
    TRY_ASSIGN(tensor.name, read_string("tensor name", kMaxNameBytes));
    TRY_ASSIGN(const auto num_dimensions, read<std::uint32_t>(tensor.name));
    if (num_dimensions == 0 || num_dimensions > kMaxDimensions) {
      return corrupt(tensor.name, cat(num_dimensions, " dimensions"));
    }
    // A tensor cannot have more elements than half the bits of the file.
    std::uint64_t num_elements = 1;
    for (std::uint32_t i = 0; i < num_dimensions; ++i) {
      TRY_ASSIGN(const auto size, read<std::uint64_t>(tensor.name));
      if (size == 0 || size > bytes_.size() * 4 / num_elements + 1) {
        return corrupt(tensor.name, cat("dimension ", i, " is ", size));
      }
      num_elements *= size;
      tensor.shape.push_back(size);
    }
    std::reverse(tensor.shape.begin(), tensor.shape.end());  // GGUF writes the innermost first
    TRY_ASSIGN(const auto type, read<std::uint32_t>(tensor.name));
    const auto dtype = dtype_from_ggml(type);
    if (!dtype) {
      return error(ErrorCode::Unsupported, name_, ": tensor ", tensor.name, " has type ", type,
                   ", which Falconet does not read");
    }
    tensor.dtype = *dtype;
    if (tensor.shape.back() % traits(*dtype).block_size != 0) {
      return corrupt(tensor.name, cat("rows of ", tensor.shape.back(), " elements do not fill ",
                                      traits(*dtype).name, " blocks"));
    }
    TRY_ASSIGN(const auto offset, read<std::uint64_t>(tensor.name));
    const std::size_t num_rows = num_elements / tensor.shape.back();
    return TensorRecord{offset, num_rows * row_bytes(*dtype, tensor.shape.back())};
  }

  Status parse_tensors(std::uint64_t count) {
    const auto alignment =
        static_cast<std::uint64_t>(contents_.metadata.find_int("general.alignment").value_or(32));
    if (!std::has_single_bit(alignment) || alignment > kMaxAlignment) {
      return corrupt("general.alignment", cat(alignment, " is not a power of two in range"));
    }
    std::vector<TensorRecord> records;
    std::set<std::string, std::less<>> names;
    for (std::uint64_t i = 0; i < count; ++i) {
      StoredTensor tensor;
      TRY_ASSIGN(const TensorRecord record, parse_tensor_record(tensor));
      if (record.offset % alignment != 0) {
        return corrupt(tensor.name, cat("offset ", record.offset, " is not aligned"));
      }
      if (!names.insert(tensor.name).second) return corrupt(tensor.name, "a second tensor of it");
      records.push_back(record);
      contents_.tensors.push_back(std::move(tensor));
    }
    const std::uint64_t data_start = (offset_ + alignment - 1) / alignment * alignment;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto [offset, num_bytes] = records[i];
      if (data_start > bytes_.size() || offset > bytes_.size() - data_start ||
          num_bytes > bytes_.size() - data_start - offset) {
        return error(ErrorCode::Corrupt, name_, ": tensor ", contents_.tensors[i].name, " needs ",
                     num_bytes, " bytes at byte ", data_start + offset, ", but the file ends at ",
                     bytes_.size(), " (truncated download?)");
      }
      contents_.tensors[i].bytes = bytes_.subspan(data_start + offset, num_bytes);
    }
    return check_overlap();
  }

  Status check_overlap() const {
    std::vector<const StoredTensor*> order;
    for (const StoredTensor& tensor : contents_.tensors) order.push_back(&tensor);
    std::sort(order.begin(), order.end(), [](const StoredTensor* a, const StoredTensor* b) {
      return a->bytes.data() < b->bytes.data();
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
      const auto& before = *order[i - 1];
      if (before.bytes.data() + before.bytes.size() > order[i]->bytes.data()) {
        return error(ErrorCode::Corrupt, name_, ": tensors ", before.name, " and ", order[i]->name,
                     " share bytes");
      }
    }
    return {};
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
  std::size_t offset_ = 0;
  GgufContents contents_;
};

}  // namespace

Result<GgufContents> read_gguf(std::span<const std::byte> bytes, const std::string& name) {
  return GgufParser(bytes, name).parse();
}

}  // namespace falconet
