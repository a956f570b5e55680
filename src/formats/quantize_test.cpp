#include "formats/quantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "base/testdata.h"
#include "formats/gguf_writer.h"
#include "formats/temporary_folder.h"
#include "kernels/matmul.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

std::vector<float> values_of(const StoredTensor& tensor) {
  std::size_t count = 1;
  for (const std::size_t size : tensor.shape) count *= size;
  std::vector<float> values(count);
  dequantize_row(tensor.dtype, tensor.bytes, values);
  return values;
}

double relative_error(const StoredTensor& a, const StoredTensor& b) {
  const std::vector<float> left = values_of(a);
  const std::vector<float> right = values_of(b);
  double difference = 0;
  double total = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    difference += std::pow(static_cast<double>(left[i] - right[i]), 2);
    total += std::pow(static_cast<double>(left[i]), 2);
  }
  return std::sqrt(difference / total);
}

TEST(Recipe, FindsNamesInAnyCaseAndListsThemOtherwise) {
  EXPECT_EQ(find_recipe("Q4_K_M")->file_type, 15);
  const auto unknown = find_recipe("q9");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("q4_k_m"), std::string::npos);
}

TEST(Recipe, ChoosesTypesAsLlamaCppDoes) {
  const Recipe q4_k_m = *find_recipe("q4_k_m");
  const ModelOutline outline{.num_layers = 28, .has_head = true};
  const auto type = [&](const std::string& name, std::vector<std::size_t> shape) {
    return choose_dtype(q4_k_m, {name, DType::F32, std::move(shape)}, outline);
  };
  EXPECT_EQ(type("output.weight", {1000, 1536}), DType::Q6_K);
  EXPECT_EQ(type("token_embd.weight", {1000, 1536}), DType::Q4_K);
  EXPECT_EQ(type("blk.3.attn_norm.weight", {1536}), DType::F32);
  EXPECT_EQ(type("blk.3.attn_q.bias", {1536}), DType::F32);
  EXPECT_EQ(type("blk.3.attn_q.weight", {1536, 1536}), DType::Q4_K);
  EXPECT_EQ(type("blk.3.attn_q.weight", {1536, 1504}), DType::Q5_0);
  EXPECT_EQ(type("blk.3.attn_q.weight", {1536, 1500}), DType::F16);
  // Layers 0–2, 5, 8, 11, 14, 17, 20, 23 and 24–27 of 28.
  std::string more;
  for (std::size_t layer = 0; layer < 28; ++layer) {
    const DType down = type(cat("blk.", layer, ".ffn_down.weight"), {1536, 8960});
    EXPECT_EQ(down, type(cat("blk.", layer, ".attn_v.weight"), {256, 1536}));
    if (down == DType::Q6_K) more += cat(layer, ' ');
  }
  EXPECT_EQ(more, "0 1 2 5 8 11 14 17 20 23 24 25 26 27 ");
}

TEST(Recipe, TreatsATiedEmbeddingAsTheHead) {
  const TensorPlan embedding{"token_embd.weight", DType::F32, {1000, 1536}};
  EXPECT_EQ(choose_dtype(*find_recipe("q4_0"), embedding, outline_of({})), DType::Q6_K);
  EXPECT_EQ(choose_dtype(*find_recipe("q8_0"), embedding, outline_of({})), DType::Q8_0);
  EXPECT_EQ(choose_dtype(*find_recipe("f16"), embedding, outline_of({})), DType::F16);
}

TEST(QuantizeCheckpoint, WritesEveryRecipeWithinItsError) {
  const auto path = test_data("models/tiny-qwen2-random/tiny-qwen2-random-bf16.gguf");
  if (!path) GTEST_SKIP();
  const auto source = Checkpoint::open(*path);
  ASSERT_TRUE(source) << source.error().message;
  const TemporaryFolder folder;
  // Relative root mean square errors of normal weights, measured and rounded up.
  const std::pair<const char*, double> bounds[] = {
      {"f32", 0.0},     {"f16", 0.0003},  {"bf16", 0.002}, {"q8_0", 0.007},
      {"q6_k", 0.02},   {"q5_k_m", 0.04}, {"q5_1", 0.05},  {"q5_0", 0.06},
      {"q4_k_m", 0.08}, {"q4_1", 0.1},    {"q4_0", 0.12}};
  ASSERT_EQ(std::size(bounds), recipes().size());
  for (const auto& [name, bound] : bounds) {
    SCOPED_TRACE(name);
    std::size_t num_reports = 0;
    QuantizeOptions options{.num_threads = 2};
    options.report = [&](const QuantizeProgress&) { ++num_reports; };
    const Status status =
        quantize_checkpoint(*source, *find_recipe(name), folder.path() / name, options);
    ASSERT_TRUE(status) << status.error().message;
    const auto back = Checkpoint::open(folder.path() / name);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(num_reports, source->tensors().size());
    EXPECT_EQ(back->metadata().find_int("general.file_type"), find_recipe(name)->file_type);
    for (const StoredTensor& tensor : back->tensors()) {
      const StoredTensor* original = source->find_tensor(tensor.name);
      ASSERT_NE(original, nullptr);
      EXPECT_LE(relative_error(*original, tensor), bound) << tensor.name;
    }
  }
}

TEST(QuantizeCheckpoint, RefusesWeightsThatAreNotFinite) {
  const TemporaryFolder folder;
  std::vector<float> values(2 * 32, 0.5f);
  values[40] = std::numeric_limits<float>::quiet_NaN();
  auto writer = GgufWriter::create(folder.path() / "nan.gguf", {},
                                   {{"blk.0.attn_q.weight", DType::F32, {2, 32}}});
  ASSERT_TRUE(writer->write(std::as_bytes(std::span(values))));
  ASSERT_TRUE(writer->finish());
  const auto source = Checkpoint::open(folder.path() / "nan.gguf");
  ASSERT_TRUE(source);
  const Status status =
      quantize_checkpoint(*source, *find_recipe("q8_0"), folder.path() / "out.gguf");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("\"blk.0.attn_q.weight\", row 1"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path() / "out.gguf"));
}

TEST(QuantizeCheckpoint, ConvertsAFolderIntoTheSameGguf) {
  const auto path = test_data("models/stories260K");
  if (!path) GTEST_SKIP();
  const auto source = Checkpoint::open(*path);
  ASSERT_TRUE(source) << source.error().message;
  const auto expected = Checkpoint::open(*path / "stories260K-f32.gguf");
  ASSERT_TRUE(expected) << expected.error().message;
  const std::pair<std::string_view, std::string_view> names[] = {
      {"model.embed_tokens.", "token_embd."},
      {"model.norm.", "output_norm."},
      {"model.layers.", "blk."},
      {"input_layernorm.", "attn_norm."},
      {"self_attn.q_proj.", "attn_q."},
      {"self_attn.k_proj.", "attn_k."},
      {"self_attn.v_proj.", "attn_v."},
      {"self_attn.o_proj.", "attn_output."},
      {"mlp.gate_proj.", "ffn_gate."},
      {"mlp.up_proj.", "ffn_up."},
      {"mlp.down_proj.", "ffn_down."},
      {"post_attention_layernorm.", "ffn_norm."}};
  GgufConversion conversion{.metadata = expected->metadata()};
  conversion.place = [&](const StoredTensor& tensor) -> std::optional<GgufPlace> {
    std::string name = tensor.name;
    for (const auto& [from, to] : names) name = replace_all(name, from, to);
    const std::size_t heads = name.ends_with("attn_q.weight")   ? 8
                              : name.ends_with("attn_k.weight") ? 4
                                                                : 0;
    return GgufPlace{name, heads};
  };
  const TemporaryFolder folder;
  const Status status = quantize_checkpoint(*source, *find_recipe("f32"), folder.path() / "m.gguf",
                                            {.conversion = &conversion});
  ASSERT_TRUE(status) << status.error().message;
  const auto back = Checkpoint::open(folder.path() / "m.gguf");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->tensors().size(), expected->tensors().size());
  for (const StoredTensor& want : expected->tensors()) {
    const StoredTensor* tensor = back->find_tensor(want.name);
    ASSERT_NE(tensor, nullptr) << want.name;
    EXPECT_EQ(tensor->shape, want.shape) << want.name;
    EXPECT_EQ(values_of(*tensor), values_of(want)) << want.name;
  }
}

TEST(QuantizeCheckpoint, AsksForAConversionOfAFolder) {
  const auto path = test_data("models/stories260K");
  if (!path) GTEST_SKIP();
  const auto source = Checkpoint::open(*path);
  const Status status = quantize_checkpoint(*source, *find_recipe("q8_0"), "/nonexistent/x.gguf");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
