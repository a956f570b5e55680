#include "formats/safetensors.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/unicode.h"
#include "formats/byte_reader.h"

namespace falconet {
namespace {

struct ElementType {
  std::string_view name;
  std::uint64_t num_bytes = 0;
  std::optional<DType> dtype;  // none for buffers that are no weights
};

constexpr std::array kElementTypes = {
    ElementType{"F32", 4, DType::F32},   ElementType{"F16", 2, DType::F16},
    ElementType{"BF16", 2, DType::BF16}, ElementType{"BOOL", 1, std::nullopt},
    ElementType{"I32", 4, std::nullopt}, ElementType{"I64", 8, std::nullopt},
};

/// A tensor's entry, with its place in the data section.
struct Entry {
  std::string name;
  ElementType type;
  std::vector<std::size_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::optional<std::uint64_t> as_count(const SortedJson& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint64_t>();
}

const SortedJson* find_member(const SortedJson& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

Result<ElementType> read_type(const SortedJson& value, const std::string& what) {
  const SortedJson* dtype = find_member(value, "dtype");
  if (dtype == nullptr || !dtype->is_string()) {
    return error(ErrorCode::Corrupt, what, " has no \"dtype\"");
  }
  const auto& name = dtype->get_ref<const std::string&>();
  for (const ElementType& type : kElementTypes) {
    if (type.name == name) return type;
  }
  return error(ErrorCode::Unsupported, what, " has the element type ", in_quotes(name),
               "; F32, F16 and BF16 are read");
}

Status read_shape(const SortedJson& value, const std::string& what, Entry& entry) {
  const SortedJson* shape = find_member(value, "shape");
  if (shape == nullptr || !shape->is_array()) {
    return error(ErrorCode::Corrupt, what, " has no \"shape\"");
  }
  std::uint64_t num_bytes = entry.type.num_bytes;
  for (const SortedJson& dimension : *shape) {
    const auto size = as_count(dimension);
    if (!size || *size == 0 ||
        *size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / num_bytes) {
      return error(ErrorCode::Corrupt, what, ": ", to_valid_utf8(dimension.dump()),
                   " is not a dimension");
    }
    num_bytes *= *size;
    entry.shape.push_back(static_cast<std::size_t>(*size));
  }
  if (entry.end - entry.begin != num_bytes) {
    return error(ErrorCode::Corrupt, what, ": its shape takes ", num_bytes,
                 " bytes, but data_offsets ", entry.begin, " to ", entry.end, " hold ",
                 entry.end - entry.begin);
  }
  return {};
}

Result<Entry> read_entry(const std::string& name, const SortedJson& value,
                         std::uint64_t data_bytes) {
  const std::string what = cat("tensor ", in_quotes(name));
  if (!value.is_object()) return error(ErrorCode::Corrupt, what, " is not described by an object");
  Entry entry{.name = name, .type = {}, .shape = {}};
  TRY_ASSIGN(entry.type, read_type(value, what));
  const SortedJson* offsets = find_member(value, "data_offsets");
  if (offsets == nullptr || !offsets->is_array() || offsets->size() != 2) {
    return error(ErrorCode::Corrupt, what, " has no pair of \"data_offsets\"");
  }
  const auto begin = as_count((*offsets)[0]);
  const auto end = as_count((*offsets)[1]);
  if (!begin || !end || *begin > *end || *end > data_bytes) {
    return error(ErrorCode::Corrupt, what, ": data_offsets ", offsets->dump(),
                 " do not lie in the data of ", data_bytes,
                 " bytes; is the file cut off? Download it again");
  }
  entry.begin = *begin;
  entry.end = *end;
  TRY(read_shape(value, what, entry));
  return entry;
}

/// The format wants the data to be covered without holes and overlaps, which also betrays a name
/// that stands there twice.
Status check_coverage(std::vector<Entry>& entries, std::uint64_t data_start,
                      std::uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  std::uint64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != covered) {
      return error(ErrorCode::Corrupt, "tensor ", in_quotes(entry.name), " begins at byte ",
                   data_start + entry.begin, ", but the tensors before it end at ",
                   data_start + covered);
    }
    covered = entry.end;
  }
  if (covered != data_bytes) {
    return error(ErrorCode::Corrupt, "the last tensor ends at byte ", data_start + covered,
                 ", but the file at ", data_start + data_bytes);
  }
  return {};
}

Result<SafetensorsContents> read(std::span<const std::byte> file) {
  ByteReader reader(file);
  TRY_ASSIGN(const std::string_view header,
             reader.read_string(kSafetensorsMaxHeaderBytes, "the header"));
  auto parsed = parse_sorted_json(header);
  if (!parsed) return error(ErrorCode::Corrupt, "the header at byte 8: ", parsed.error().message);
  if (!parsed->is_object()) {
    return error(ErrorCode::Corrupt, "the header at byte 8 is not a JSON object");
  }
  const std::uint64_t data_start = reader.offset();
  std::vector<Entry> entries;
  for (const auto& [name, value] : parsed->items()) {
    if (name == "__metadata__") continue;  // free text about the file
    TRY_ASSIGN(Entry entry, read_entry(name, value, reader.num_left()));
    entries.push_back(std::move(entry));
  }
  TRY(check_coverage(entries, data_start, reader.num_left()));
  SafetensorsContents contents;
  for (Entry& entry : entries) {
    if (!entry.type.dtype) {
      contents.other_names.push_back(std::move(entry.name));
      continue;
    }
    contents.tensors.push_back(
        {.name = std::move(entry.name),
         .dtype = *entry.type.dtype,
         .shape = std::move(entry.shape),
         .bytes = file.subspan(static_cast<std::size_t>(data_start + entry.begin),
                               static_cast<std::size_t>(entry.end - entry.begin))});
  }
  return contents;
}

}  // namespace

Result<SafetensorsContents> read_safetensors(std::span<const std::byte> file,
                                             const std::string& name) {
  auto contents = read(file);
  if (!contents) return std::move(contents).error().within(name);
  return contents;
}

}  // namespace falconet
