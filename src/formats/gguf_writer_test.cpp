#include "formats/gguf_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/testdata.h"
#include "formats/checkpoint.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

Status copy(const Checkpoint& source, const fs::path& path) {
  std::vector<TensorPlan> plans;
  for (const StoredTensor& tensor : source.tensors()) {
    plans.push_back({tensor.name, tensor.dtype, tensor.shape});
  }
  TRY_ASSIGN(GgufWriter writer, GgufWriter::create(path, source.metadata(), std::move(plans)));
  for (const StoredTensor& tensor : source.tensors()) {
    const std::size_t half = tensor.bytes.size() / 2;
    TRY(writer.write(tensor.bytes.first(half)));
    TRY(writer.write(tensor.bytes.subspan(half)));
  }
  return writer.finish();
}

void expect_same(const Checkpoint& a, const Checkpoint& b) {
  EXPECT_EQ(a.metadata().entries(), b.metadata().entries());
  ASSERT_EQ(a.tensors().size(), b.tensors().size());
  for (std::size_t i = 0; i < a.tensors().size(); ++i) {
    const StoredTensor& left = a.tensors()[i];
    const StoredTensor& right = b.tensors()[i];
    EXPECT_EQ(left.name, right.name);
    EXPECT_EQ(left.dtype, right.dtype);
    EXPECT_EQ(left.shape, right.shape);
    EXPECT_TRUE(
        std::equal(left.bytes.begin(), left.bytes.end(), right.bytes.begin(), right.bytes.end()));
  }
}

TEST(GgufWriter, CopiesAForeignFileWithoutLoss) {
  const TemporaryFolder folder;
  const auto path = test_data("models/tiny-qwen2-random/tiny-qwen2-random-q4_k_m.gguf");
  if (!path) GTEST_SKIP();
  const auto source = Checkpoint::open(*path);
  ASSERT_TRUE(source) << source.error().message;
  const Status written = copy(*source, folder.path() / "copy.gguf");
  ASSERT_TRUE(written) << written.error().message;
  const auto back = Checkpoint::open(folder.path() / "copy.gguf");
  ASSERT_TRUE(back) << back.error().message;
  expect_same(*source, *back);
}

TEST(GgufWriter, KeepsEveryKindOfValueAndAnyAlignment) {
  const TemporaryFolder folder;
  Metadata metadata;
  metadata.set("general.alignment", std::uint64_t{128});
  metadata.set("int", std::int64_t{-3});
  metadata.set("long", std::int64_t{-1} << 40);
  metadata.set("unsigned", std::uint64_t{1} << 40);
  metadata.set("float", 0.5);
  metadata.set("flag", true);
  metadata.set("text", std::string("a\0b", 3));
  metadata.set("ints", std::vector<std::int64_t>{1, -2});
  metadata.set("longs", std::vector<std::int64_t>{std::int64_t{1} << 50});
  metadata.set("floats", std::vector<float>{1.5f});
  metadata.set("texts", std::vector<std::string>{"", "x"});
  auto writer = GgufWriter::create(folder.path() / "m.gguf", metadata,
                                   {{"odd", DType::F32, {5}}, {"w", DType::Q8_0, {2, 3, 32}}});
  ASSERT_TRUE(writer) << writer.error().message;
  const std::vector<std::byte> odd(20, std::byte{1});
  const std::vector<std::byte> w(6 * 34, std::byte{2});
  ASSERT_TRUE(writer->write(odd));
  ASSERT_TRUE(writer->write(w));
  EXPECT_FALSE(fs::exists(folder.path() / "m.gguf")) << "a half file has the final name";
  ASSERT_TRUE(writer->finish());
  const auto back = Checkpoint::open(folder.path() / "m.gguf");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->metadata().entries(), metadata.entries());
  const StoredTensor* tensor = back->find_tensor("w");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->shape, (std::vector<std::size_t>{2, 3, 32}));
  EXPECT_TRUE(std::equal(tensor->bytes.begin(), tensor->bytes.end(), w.begin(), w.end()));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor->bytes.data()) % 128, 0u);
}

TEST(GgufWriter, RefusesWhatTheFormatCannotHold) {
  const TemporaryFolder folder;
  const auto refuses = [&](std::vector<TensorPlan> plans) {
    return !GgufWriter::create(folder.path() / "m.gguf", {}, std::move(plans));
  };
  EXPECT_TRUE(refuses({{"t", DType::F32, {}}}));
  EXPECT_TRUE(refuses({{"t", DType::F32, {1, 1, 1, 1, 1}}}));
  EXPECT_TRUE(refuses({{"t", DType::F32, {3, 0}}}));
  EXPECT_TRUE(refuses({{"t", DType::Q4_K, {128}}}));
  EXPECT_TRUE(refuses({{"t", DType::F32, {1}}, {"t", DType::F32, {1}}}));
  EXPECT_TRUE(fs::is_empty(folder.path())) << "a refused file leaves something behind";
}

TEST(GgufWriter, LeavesNothingWhenItIsGivenUp) {
  const TemporaryFolder folder;
  {
    const auto writer = GgufWriter::create(folder.path() / "m.gguf", {}, {{"t", DType::F32, {1}}});
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace falconet
