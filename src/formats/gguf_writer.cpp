#include "formats/gguf_writer.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <type_traits>

#include "formats/gguf_reader.h"

namespace falconet {
namespace {

/// Appends fields in GGUF's encoding.
class GgufText {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::endian::native == std::endian::little);
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  void type(GgufType value) { number(static_cast<std::uint32_t>(value)); }

  void string(std::string_view value) {
    number<std::uint64_t>(value.size());
    text_ += value;
  }

  template <class T, class Values>
  void array(GgufType element, const Values& values) {
    type(GgufType::Array);
    type(element);
    number<std::uint64_t>(values.size());
    for (const auto& value : values) number(static_cast<T>(value));
  }

  void pad(std::uint64_t alignment) {
    text_.resize((text_.size() + alignment - 1) / alignment * alignment, '\0');
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <class Small, class Large>
bool fits(Large value) {
  return std::in_range<Small>(value);
}

/// The type's number and the value.
struct ValueWriter {
  GgufText& out;

  void operator()(std::int64_t value) {
    if (!fits<std::int32_t>(value)) return out.type(GgufType::Int64), out.number(value);
    out.type(GgufType::Int32);
    out.number(static_cast<std::int32_t>(value));
  }
  void operator()(std::uint64_t value) {
    if (!fits<std::uint32_t>(value)) return out.type(GgufType::Uint64), out.number(value);
    out.type(GgufType::Uint32);
    out.number(static_cast<std::uint32_t>(value));
  }
  void operator()(double value) {
    out.type(GgufType::Float32);
    out.number(static_cast<float>(value));
  }
  void operator()(bool value) {
    out.type(GgufType::Bool);
    out.number<std::uint8_t>(value ? 1 : 0);
  }
  void operator()(const std::string& value) {
    out.type(GgufType::String);
    out.string(value);
  }
  void operator()(const std::vector<std::int64_t>& values) {
    if (std::all_of(values.begin(), values.end(), fits<std::int32_t, std::int64_t>)) {
      out.array<std::int32_t>(GgufType::Int32, values);
    } else {
      out.array<std::int64_t>(GgufType::Int64, values);
    }
  }
  void operator()(const std::vector<float>& values) { out.array<float>(GgufType::Float32, values); }
  void operator()(const std::vector<std::string>& values) {
    out.type(GgufType::Array);
    out.type(GgufType::String);
    out.number<std::uint64_t>(values.size());
    for (const std::string& value : values) out.string(value);
  }
};

Status check_plans(const std::vector<TensorPlan>& tensors) {
  std::set<std::string_view> names;
  for (const TensorPlan& tensor : tensors) {
    const auto refuse = [&](const std::string& why) {
      return error(ErrorCode::InvalidArgument, "tensor \"", tensor.name,
                   "\" cannot be written to a GGUF file: ", why);
    };
    if (!names.insert(tensor.name).second) return refuse("its name is taken");
    if (tensor.shape.empty() || tensor.shape.size() > kGgufMaxDimensions) {
      return refuse(cat("it has ", tensor.shape.size(), " dimensions"));
    }
    if (std::find(tensor.shape.begin(), tensor.shape.end(), 0u) != tensor.shape.end()) {
      return refuse("it has no elements");
    }
    const DTypeTraits& type = traits(tensor.dtype);
    if (tensor.shape.back() % type.block_size != 0) {
      return refuse(cat("rows of ", tensor.shape.back(), " elements do not divide into ", type.name,
                        " blocks of ", type.block_size));
    }
  }
  return {};
}

}  // namespace

std::size_t TensorPlan::num_bytes() const {
  std::size_t total = row_bytes(dtype, shape.back());
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) total *= shape[i];
  return total;
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path, const Metadata& metadata,
                                      std::vector<TensorPlan> tensors) {
  TRY(check_plans(tensors));
  const auto alignment = static_cast<std::uint64_t>(
      metadata.find_int("general.alignment").value_or(kGgufDefaultAlignment));
  if (!std::has_single_bit(alignment) || alignment > kGgufMaxAlignment) {
    return error(ErrorCode::InvalidArgument, "general.alignment ", alignment,
                 " is not a power of two up to ", kGgufMaxAlignment);
  }
  GgufText header;
  header.number(kGgufMagic);
  header.number(kGgufVersion);
  header.number<std::uint64_t>(tensors.size());
  header.number<std::uint64_t>(metadata.entries().size());
  for (const auto& [key, value] : metadata.entries()) {
    header.string(key);
    std::visit(ValueWriter{header}, value);
  }
  std::uint64_t offset = 0;
  for (const TensorPlan& tensor : tensors) {
    header.string(tensor.name);
    header.number(static_cast<std::uint32_t>(tensor.shape.size()));
    for (std::size_t i = tensor.shape.size(); i-- > 0;) {  // GGUF has the innermost first
      header.number<std::uint64_t>(tensor.shape[i]);
    }
    header.number(static_cast<std::uint32_t>(tensor.dtype));
    header.number(offset);
    offset = (offset + tensor.num_bytes() + alignment - 1) / alignment * alignment;
  }
  header.pad(alignment);
  TRY_ASSIGN(AtomicFile file, AtomicFile::create(path));
  TRY(file.write(header.text()));
  return GgufWriter(std::move(file), std::move(tensors), alignment);
}

Status GgufWriter::write(std::span<const std::byte> piece) {
  CHECK(current_ < tensors_.size(), "all tensors are complete");
  const std::size_t num_bytes = tensors_[current_].num_bytes();
  CHECK(piece.size() <= num_bytes - num_written_, "too many bytes for ", tensors_[current_].name);
  TRY(file_.write(piece));
  num_written_ += piece.size();
  if (num_written_ < num_bytes) return {};
  ++current_;
  num_written_ = 0;
  const std::string padding((alignment_ - num_bytes % alignment_) % alignment_, '\0');
  return file_.write(padding);
}

Status GgufWriter::finish() {
  CHECK(current_ == tensors_.size(), "tensor ", current_, " is incomplete");
  return file_.commit();
}

}  // namespace falconet
