#include "formats/gguf_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/file.h"
#include "base/testdata.h"
#include "formats/synthetic.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

using testing::HasSubstr;

/// Builds a file field by field, so that any field can be wrong.
class Bytes {
 public:
  template <class T>
  Bytes& number(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Bytes& string(std::string_view text) {
    number<std::uint64_t>(text.size());
    text_ += text;
    return *this;
  }
  Bytes& header(std::uint64_t num_tensors, std::uint64_t num_entries) {
    return number(kGgufMagic).number(kGgufVersion).number(num_tensors).number(num_entries);
  }
  Bytes& entry(std::string_view key, GgufType type) {
    return string(key).number(static_cast<std::uint32_t>(type));
  }
  Bytes& tensor(std::string_view name, std::vector<std::uint64_t> dimensions, DType dtype,
                std::uint64_t offset) {
    string(name).number(static_cast<std::uint32_t>(dimensions.size()));
    for (const std::uint64_t size : dimensions) number(size);
    return number(static_cast<std::uint32_t>(dtype)).number(offset);
  }
  Bytes& data(std::size_t num_bytes, std::size_t alignment = 32) {
    text_.resize((text_.size() + alignment - 1) / alignment * alignment + num_bytes, 'x');
    return *this;
  }
  Result<GgufContents> read() const {
    return read_gguf(std::as_bytes(std::span(text_.data(), text_.size())), "some.gguf");
  }

 private:
  std::string text_;
};

void expect_error(const Bytes& file, ErrorCode code, const std::string& part) {
  const auto result = file.read();
  ASSERT_FALSE(result) << "accepted, but should say: " << part;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(part));
  EXPECT_THAT(result.error().message, testing::StartsWith("some.gguf: "));
}

TEST(GgufReader, ReadsEveryValueType) {
  Bytes file;
  file.header(0, 8)
      .entry("u8", GgufType::Uint8)
      .number<std::uint8_t>(200)
      .entry("i16", GgufType::Int16)
      .number<std::int16_t>(-5)
      .entry("u64", GgufType::Uint64)
      .number<std::uint64_t>(1ull << 63)
      .entry("f32", GgufType::Float32)
      .number(1e-6f)
      .entry("flag", GgufType::Bool)
      .number<std::uint8_t>(1)
      .entry("text", GgufType::String)
      .string("a\0b\xFF")
      .entry("ids", GgufType::Array)
      .number(static_cast<std::uint32_t>(GgufType::Int8))
      .number<std::uint64_t>(2)
      .number<std::int8_t>(-1)
      .number<std::int8_t>(7)
      .entry("texts", GgufType::Array)
      .number(static_cast<std::uint32_t>(GgufType::String))
      .number<std::uint64_t>(2)
      .string("")
      .string("x");
  const auto contents = file.read();
  ASSERT_TRUE(contents) << contents.error().message;
  const Metadata& metadata = contents->metadata;
  EXPECT_EQ(metadata.find_int("u8"), 200);
  EXPECT_EQ(metadata.find_int("i16"), -5);
  EXPECT_EQ(std::get<std::uint64_t>(*metadata.find("u64")), 1ull << 63);
  EXPECT_EQ(metadata.find_number("f32"), static_cast<double>(1e-6f));
  EXPECT_EQ(metadata.find_bool("flag"), true);
  EXPECT_EQ(*metadata.find_string("text"), "a");  // the literal above ends there
  EXPECT_EQ(*metadata.find_ints("ids"), (std::vector<std::int64_t>{-1, 7}));
  EXPECT_EQ(*metadata.find_strings("texts"), (std::vector<std::string>{"", "x"}));
}

TEST(GgufReader, PutsTheOutermostDimensionFirst) {
  Bytes file;
  file.header(2, 0)
      .tensor("a", {64, 3}, DType::Q8_0, 256)
      .tensor("b", {2, 3, 4}, DType::F32, 0)
      .data(256 + 6 * 34);
  const auto contents = file.read();
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->tensors[0].shape, (std::vector<std::size_t>{3, 64}));
  EXPECT_EQ(contents->tensors[0].bytes.size(), 6u * 34);
  EXPECT_EQ(contents->tensors[1].shape, (std::vector<std::size_t>{4, 3, 2}));
  EXPECT_EQ(contents->tensors[1].bytes.data() + 256, contents->tensors[0].bytes.data());
}

TEST(GgufReader, RefusesForeignVersionsAndMagic) {
  expect_error(Bytes().number<std::uint32_t>(0x12345678), ErrorCode::Corrupt, "not a GGUF file");
  expect_error(Bytes().number(kGgufMagic).number<std::uint32_t>(1), ErrorCode::Unsupported,
               "GGUF version 1 at byte 4");
  expect_error(Bytes().number(kGgufMagic).number<std::uint32_t>(3u << 24), ErrorCode::Unsupported,
               "big-endian");
  expect_error(Bytes(), ErrorCode::Corrupt, "the magic number at byte 0 needs 4 bytes");
}

// Version 3 only added big-endian files, so a whole model differs from its older twin in one byte.
TEST(GgufReader, ReadsVersion2AsVersion3) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.gguf";
  ASSERT_TRUE(write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0"}, path));
  const std::string now = read_file(path, 1 << 24).value();
  std::string then = now;
  ASSERT_EQ(then[4], 3);
  then[4] = 2;
  const auto read = [](const std::string& text) {
    return read_gguf(std::as_bytes(std::span(text.data(), text.size())), "m.gguf").value();
  };
  const GgufContents newer = read(now);
  const GgufContents older = read(then);
  EXPECT_EQ(newer.version, 3u);
  EXPECT_EQ(older.version, 2u);
  EXPECT_TRUE(older.metadata.entries() == newer.metadata.entries());
  ASSERT_EQ(older.tensors.size(), newer.tensors.size());
  for (std::size_t i = 0; i < newer.tensors.size(); ++i) {
    const StoredTensor& a = older.tensors[i];
    const StoredTensor& b = newer.tensors[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.dtype, b.dtype);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_TRUE(std::ranges::equal(a.bytes, b.bytes)) << a.name;
  }
}

TEST(GgufReader, BelievesNoCountThatTheFileCannotHold) {
  expect_error(Bytes().header(1ull << 40, 0).data(64), ErrorCode::Corrupt, "tensors, as byte 8");
  expect_error(Bytes().header(0, ~0ull).data(64), ErrorCode::Corrupt, "entries, as byte 16");
  expect_error(Bytes()
                   .header(0, 1)
                   .entry("a", GgufType::Array)
                   .number(static_cast<std::uint32_t>(GgufType::Int32))
                   .number<std::uint64_t>(1ull << 62)
                   .data(64),
               ErrorCode::Corrupt, "metadata key \"a\" at byte 37 claims");
  expect_error(Bytes().header(0, 1).entry("a", GgufType::String).number(~0ull), ErrorCode::TooLarge,
               "metadata key \"a\" at byte 37 is 18446744073709551615 bytes long");
  expect_error(Bytes().header(0, 1).number(~0ull).data(64), ErrorCode::TooLarge, "a metadata key");
}

TEST(GgufReader, RefusesMetadataThatContradictsItself) {
  expect_error(Bytes()
                   .header(0, 2)
                   .entry("a", GgufType::Bool)
                   .number<std::uint8_t>(0)
                   .entry("a", GgufType::Bool)
                   .number<std::uint8_t>(0),
               ErrorCode::Corrupt, "metadata key \"a\" at byte 38 stands there twice");
  expect_error(Bytes()
                   .header(0, 1)
                   .entry("a", GgufType::Array)
                   .number(static_cast<std::uint32_t>(GgufType::Array))
                   .number<std::uint64_t>(1)
                   .data(64),
               ErrorCode::Unsupported, "array of arrays");
  expect_error(Bytes().header(0, 1).entry("a", static_cast<GgufType>(77)).data(64),
               ErrorCode::Corrupt, "unknown value type 77 at byte 33");
  expect_error(Bytes().header(0, 1).entry("", GgufType::Bool).data(64), ErrorCode::Corrupt,
               "the metadata key at byte 24 is empty");
  for (const std::uint32_t alignment : {0u, 24u, 1u << 21}) {
    expect_error(
        Bytes().header(0, 1).entry("general.alignment", GgufType::Uint32).number(alignment),
        ErrorCode::Corrupt, "power of two");
  }
  expect_error(Bytes().header(0, 1).entry("general.alignment", GgufType::String).string("32"),
               ErrorCode::Corrupt, "not an integer");
}

TEST(GgufReader, RefusesTensorsThatDoNotFit) {
  const auto one = [](std::vector<std::uint64_t> dimensions, DType dtype, std::uint64_t offset) {
    return Bytes().header(1, 0).tensor("t", std::move(dimensions), dtype, offset).data(128);
  };
  ASSERT_TRUE(one({32}, DType::F32, 0).read());
  expect_error(one({33}, DType::F32, 0), ErrorCode::Corrupt, "has 132 bytes at offset 0");
  expect_error(one({32}, DType::F32, 32), ErrorCode::Corrupt, "at offset 32");
  expect_error(one({32}, DType::F32, ~31ull), ErrorCode::Corrupt, "header at byte 24");
  expect_error(one({8}, DType::F32, 4), ErrorCode::Corrupt, "not a multiple of the alignment 32");
  expect_error(one({}, DType::F32, 0), ErrorCode::Corrupt, "0 dimensions at byte 33");
  expect_error(one({1, 1, 1, 1, 1}, DType::F32, 0), ErrorCode::Corrupt, "5 dimensions");
  expect_error(one({4, 0}, DType::F32, 0), ErrorCode::Corrupt, "dimension 1 at byte 45 is 0");
  expect_error(one({1ull << 32, 1ull << 32}, DType::F32, 0), ErrorCode::Corrupt, "too large");
  expect_error(one({1ull << 60}, DType::Q8_0, 0), ErrorCode::Corrupt, "more than the file");
  expect_error(one({16, 2}, DType::Q4_0, 0), ErrorCode::Corrupt, "do not divide into Q4_0 blocks");
  expect_error(one({32}, static_cast<DType>(16), 0), ErrorCode::Unsupported, "element type 16");
}

TEST(GgufReader, RefusesTensorsThatShareANameOrBytes) {
  expect_error(Bytes()
                   .header(2, 0)
                   .tensor("t", {8}, DType::F32, 0)
                   .tensor("t", {8}, DType::F32, 32)
                   .data(64),
               ErrorCode::Corrupt, "tensor \"t\" at byte 57 stands there twice");
  expect_error(Bytes()
                   .header(2, 0)
                   .tensor("t", {9}, DType::F32, 0)
                   .tensor("u", {8}, DType::F32, 32)
                   .data(64),
               ErrorCode::Corrupt, "tensors \"t\" and \"u\"");
}

TEST(GgufReader, ReadsVocabularyFilesOfOtherPrograms) {
  for (const auto& [name, num_tokens] :
       {std::pair{"gpt-2", 50257u}, {"phi-3", 32064u}, {"bert-bge", 30522u}}) {
    const auto path = test_data(cat("tokenizer/llama.cpp/ggml-vocab-", name, ".gguf"));
    if (!path) GTEST_SKIP();
    const std::string text = read_file(*path, 1 << 24).value();
    const auto contents = read_gguf(std::as_bytes(std::span(text.data(), text.size())), name);
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->metadata.find_strings("tokenizer.ggml.tokens")->size(), num_tokens);
  }
}

}  // namespace
}  // namespace falconet
