#include "hub/model_name.h"

#include <gtest/gtest.h>

#include "hub/short_names.h"

namespace falconet {
namespace {

ModelName parsed(std::string_view text) {
  auto name = parse_model_name(text);
  EXPECT_TRUE(name) << text << ": " << (name ? "" : name.error().message);
  return name ? *name : ModelName{};
}

TEST(ModelName, ReadsARepositoryWithAndWithoutItsQuantization) {
  for (const auto* text : {"bartowski/Some-GGUF:q8_0", "hf.co/bartowski/Some-GGUF:Q8_0",
                           "huggingface.co/bartowski/Some-GGUF:Q8_0",
                           "https://huggingface.co/bartowski/Some-GGUF:Q8_0"}) {
    const ModelName name = parsed(text);
    EXPECT_EQ(name.source, ModelSource::HuggingFace) << text;
    EXPECT_EQ(name.repository, "bartowski/Some-GGUF") << text;
    EXPECT_EQ(name.quant, "Q8_0") << text;
    EXPECT_EQ(name.revision, "main") << text;
    EXPECT_TRUE(name.file.empty()) << text;
  }
  EXPECT_EQ(parsed("Qwen/Qwen3-0.6B").quant, "");
  EXPECT_EQ(parsed("Qwen/Qwen3-0.6B:latest").quant, "");
  EXPECT_EQ(parsed("Qwen/Qwen3-0.6B@v1.0:Q4_0").revision, "v1.0");
}

TEST(ModelName, ReadsTheAddressOfAFileInARepository) {
  const ModelName name =
      parsed("https://huggingface.co/org/repo/resolve/dev/sub/model-Q4_0.gguf?download=true");
  EXPECT_EQ(name.source, ModelSource::HuggingFace);
  EXPECT_EQ(name.repository, "org/repo");
  EXPECT_EQ(name.revision, "dev");
  EXPECT_EQ(name.file, "sub/model-Q4_0.gguf");
  EXPECT_EQ(parsed("org/repo/model.gguf").file, "model.gguf");
}

TEST(ModelName, KnowsModelScope) {
  for (const auto* text :
       {"modelscope.cn/Qwen/Qwen3-0.6B-GGUF", "www.modelscope.cn/Qwen/Qwen3-0.6B-GGUF",
        "https://modelscope.cn/models/Qwen/Qwen3-0.6B-GGUF"}) {
    const ModelName name = parsed(text);
    EXPECT_EQ(name.source, ModelSource::ModelScope) << text;
    EXPECT_EQ(name.repository, "Qwen/Qwen3-0.6B-GGUF") << text;
    EXPECT_EQ(name.revision, "master") << text;
  }
}

TEST(ModelName, KeepsOtherAddressesWithTheirQuery) {
  const ModelName name = parsed("http://example.org:8080/a/b/tiny.gguf?token=x");
  EXPECT_EQ(name.source, ModelSource::Url);
  EXPECT_EQ(name.url, "http://example.org:8080/a/b/tiny.gguf?token=x");
  EXPECT_EQ(name.file, "tiny.gguf");
}

TEST(ModelName, TakesPathsAsTheyAre) {
  for (const auto* text :
       {"./model.gguf", "/srv/models/qwen", "~/x.gguf", "../x", "model.gguf", "."}) {
    EXPECT_EQ(parsed(text).source, ModelSource::Path) << text;
    EXPECT_EQ(parsed(text).path, text);
  }
}

TEST(ModelName, KnowsShortNamesTheirFamiliesAndTheirQuantizations) {
  const ModelName name = parsed("deepseek-r1:1.5b");
  EXPECT_EQ(name.repository, "bartowski/DeepSeek-R1-Distill-Qwen-1.5B-GGUF");
  EXPECT_EQ(name.file, "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf");
  EXPECT_EQ(parsed("deepseek-r1").file, name.file);
  EXPECT_EQ(parsed("DeepSeek-R1:1.5B").file, name.file);
  const ModelName other = parsed("deepseek-r1:1.5b-q8_0");
  EXPECT_EQ(other.repository, name.repository);
  EXPECT_EQ(other.quant, "Q8_0");
  EXPECT_EQ(other.file, "");
}

TEST(ModelName, ListsTheKnownNamesWhenOneIsUnknown) {
  const auto name = parse_model_name("gpt-5");
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().code, ErrorCode::NotFound);
  EXPECT_NE(name.error().message.find("qwen2.5:0.5b"), std::string::npos) << name.error().message;
}

TEST(ModelName, RefusesWhatCouldLeaveTheModelFolder) {
  for (const auto* text :
       {"org/..", "org/repo:../../x", "hf.co/../x", "hf.co/org/repo/../../x.gguf",
        "org/repo/.hidden.gguf", "org/repo/a b.gguf", "hf.co/org", "hf.co/", "org/repo/notes.txt",
        "ftp://x/y.gguf", "https://x", "https://u:p@x/y.gguf", "https://x/", "org/repo@:Q4_0",
        "org/repo:", "", " x", "modelscope.cn/models/x"}) {
    EXPECT_FALSE(parse_model_name(text)) << text;
  }
}

TEST(ModelName, PrintsTheNameThatReadsBack) {
  for (const auto* text : {"deepseek-r1:1.5b", "org/repo", "org/repo:Q8_0", "org/repo/file.gguf",
                           "modelscope.cn/org/repo:Q4_0", "org/repo@dev:Q4_0", "./x.gguf",
                           "https://example.org/x.gguf"}) {
    EXPECT_EQ(display_name(parsed(text)), text);
  }
}

TEST(ModelName, FindsTheQuantizationInAFileName) {
  EXPECT_EQ(quant_of_file("DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"), "Q4_K_M");
  EXPECT_EQ(quant_of_file("qwen2.5-0.5b-instruct-q5_k_s.gguf"), "Q5_K_S");
  EXPECT_EQ(quant_of_file("SmolLM2.Q4_0.gguf"), "Q4_0");
  EXPECT_EQ(quant_of_file("x-IQ4_XS.gguf"), "IQ4_XS");
  EXPECT_EQ(quant_of_file("x-bf16.gguf"), "BF16");
  EXPECT_EQ(quant_of_file("x-fp16.gguf"), "F16");
  EXPECT_EQ(quant_of_file("Q8_0/model.gguf"), "");
  EXPECT_EQ(quant_of_file("model.gguf"), "");
  EXPECT_EQ(quant_of_file("x-Q4_0_4_4.gguf"), "");
}

TEST(ShortNames, NameFilesWhoseQuantizationIsKnown) {
  for (const ShortName& entry : short_names()) {
    EXPECT_FALSE(quant_of_file(entry.file).empty()) << entry.name;
    EXPECT_EQ(parsed(entry.name).file, entry.file);
  }
}

}  // namespace
}  // namespace falconet
