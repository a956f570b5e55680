#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/testdata.h"
#include "formats/checkpoint.h"
#include "formats/gguf_reader.h"
#include "formats/safetensors.h"

namespace falconet {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Checkpoint, ReadsTheSameTensorsFromGgufAndFromAFolder) {
  const auto folder = test_data("models/tiny-qwen2-random");
  if (!folder) GTEST_SKIP();
  const auto hf = Checkpoint::open(*folder);
  ASSERT_TRUE(hf) << hf.error().message;
  const auto gguf = Checkpoint::open(*folder / "tiny-qwen2-random-bf16.gguf");
  ASSERT_TRUE(gguf) << gguf.error().message;
  const StoredTensor* a = hf->find_tensor("model.layers.0.self_attn.q_proj.weight");
  const StoredTensor* b = gguf->find_tensor("blk.0.attn_q.weight");
  ASSERT_TRUE(a != nullptr && b != nullptr);
  EXPECT_EQ(a->shape, b->shape);
  ASSERT_EQ(a->bytes.size(), b->bytes.size());
  EXPECT_EQ(std::memcmp(a->bytes.data(), b->bytes.data(), a->bytes.size()), 0);
  EXPECT_EQ(hf->kind(), CheckpointKind::HuggingFace);
  EXPECT_EQ(gguf->metadata().find_string("general.architecture")->substr(0, 5), "qwen2");
}

TEST(Checkpoint, SaysWhatIsMissing) {
  const auto absent = Checkpoint::open("/nonexistent/model.gguf");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
  EXPECT_NE(absent.error().message.find("/nonexistent/model.gguf"), std::string::npos);
}

TEST(Gguf, EveryTruncationIsAnErrorAndNeverACrash) {
  const auto path = test_data("models/tiny-qwen2-random/tiny-qwen2-random-q4_k_m.gguf");
  if (!path) GTEST_SKIP();
  const std::string whole = read_file(*path, 1u << 30).value();
  for (std::size_t size = 0; size < whole.size(); size += size < 20000 ? 37 : 50021) {
    const std::string part = whole.substr(0, size);
    const auto result = read_gguf(bytes_of(part), "part");
    ASSERT_FALSE(result) << size;
  }
}

/// Flips, overwrites and cuts bytes of `whole`; most hits go to the header, where the structure is.
std::string mutate(const std::string& whole, std::size_t header_bytes, Random& random) {
  std::string text = whole;
  const std::uint64_t num_edits = 1 + random.below(4);
  for (std::uint64_t i = 0; i < num_edits; ++i) {
    const std::size_t place = random.below(random.below(8) == 0 ? text.size() : header_bytes);
    text[place] = random.below(2) == 0 ? static_cast<char>(random())
                                       : static_cast<char>(text[place] ^ (1 << random.below(8)));
  }
  if (random.below(10) == 0) text.resize(random.below(text.size()));
  return text;
}

TEST(Gguf, MutatedFilesAreReadOrRefusedButNeverCrash) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  std::string whole = read_file(*path, 1u << 30).value();
  const std::uint64_t seed = 20261124;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  int num_refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = mutate(whole, 24000, random);
    const auto result = read_gguf(bytes_of(text), "mutant");
    num_refused += result ? 0 : 1;
    if (!result) {
      EXPECT_FALSE(result.error().message.empty());
      continue;
    }
    for (const StoredTensor& tensor : result->tensors) {
      ASSERT_GE(tensor.bytes.data(), bytes_of(text).data());
      ASSERT_LE(tensor.bytes.data() + tensor.bytes.size(), bytes_of(text).data() + text.size());
    }
  }
  EXPECT_GT(num_refused, 100);
}

TEST(Safetensors, MutatedFilesAreReadOrRefusedButNeverCrash) {
  const auto path = test_data("models/stories260K/model.safetensors");
  if (!path) GTEST_SKIP();
  const std::string whole = read_file(*path, 1u << 30).value();
  const std::uint64_t seed = 7;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    const std::string text = mutate(whole, 5000, random);
    const auto result = read_safetensors(bytes_of(text), "mutant");
    if (!result) continue;
    for (const StoredTensor& tensor : result->tensors) {
      ASSERT_LE(tensor.bytes.data() + tensor.bytes.size(), bytes_of(text).data() + text.size());
    }
  }
}

TEST(Safetensors, RefusesSizesThatContradictEachOther) {
  const auto build = [](const std::string& header) {
    std::string text(8, '\0');
    const std::uint64_t size = header.size();
    std::memcpy(text.data(), &size, 8);
    return text + header + std::string(16, 'x');
  };
  const auto good = build(R"({"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})");
  ASSERT_TRUE(read_safetensors(bytes_of(good), "good"));
  for (const char* header : {R"({"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}})",
                             R"({"w":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}})",
                             R"({"w":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}})",
                             R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                             R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                             R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
                             R"({"v":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},
                                 "w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                             R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                                 "w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                             R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,16]}})",
                             R"({"w":{"shape":[4],"data_offsets":[0,16]}})", R"([1])"}) {
    const auto bad = build(header);
    EXPECT_FALSE(read_safetensors(bytes_of(bad), "bad")) << header;
  }
}

}  // namespace
}  // namespace falconet
