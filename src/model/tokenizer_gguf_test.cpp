// Tokenizers of real GGUF files: the reader of files is above the tokenizer, so the test is here.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/file.h"
#include "base/testdata.h"
#include "formats/checkpoint.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 26;

std::vector<TokenId> ids_of(const Json& array) {
  std::vector<TokenId> ids;
  for (const Json& id : array) ids.push_back(TokenId{id.get<std::int32_t>()});
  return ids;
}

/// Texts of a .inp file with the ids on the lines of its .out file: llama.cpp's own test vectors.
struct Pairs {
  std::vector<std::string> texts;
  std::vector<std::vector<TokenId>> ids;
};

Pairs read_pairs(const std::filesystem::path& stem) {
  Pairs pairs;
  constexpr std::string_view kSeparator = "\n__ggml_vocab_test__\n";
  const std::string input = read_file(stem.string() + ".inp", kMaxFileBytes).value();
  std::size_t start = 0;
  for (auto end = input.find(kSeparator); end != std::string::npos;
       end = input.find(kSeparator, start)) {
    pairs.texts.push_back(input.substr(start, end - start));
    start = end + kSeparator.size();
  }
  std::ifstream output(stem.string() + ".out");
  for (std::string line; std::getline(output, line);) {
    std::istringstream numbers(line);
    std::vector<TokenId>& ids = pairs.ids.emplace_back();
    for (std::int32_t id = 0; numbers >> id;) ids.push_back(TokenId{id});
  }
  return pairs;
}

void check_pairs(const Tokenizer& tokenizer, const std::filesystem::path& stem) {
  const Pairs pairs = read_pairs(stem);
  ASSERT_EQ(pairs.texts.size(), pairs.ids.size());
  ASSERT_GT(pairs.texts.size(), 40u);
  for (std::size_t i = 0; i < pairs.texts.size(); ++i) {
    EXPECT_EQ(tokenizer.encode(pairs.texts[i], {AddSpecial::No}), pairs.ids[i]) << pairs.texts[i];
  }
}

void check_gguf_pairs(const std::string& name) {
  const auto path = test_data(cat("tokenizer/llama.cpp/ggml-vocab-", name, ".gguf"));
  if (!path) GTEST_SKIP();
  const auto file = Checkpoint::open(*path).value();
  const auto tokenizer = Tokenizer::from_gguf(file.metadata());
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  check_pairs(*tokenizer, *path);
}

// Oracle: llama.cpp's test vectors.
TEST(GgufTokenizer, MatchesLlamaCppOnGpt2) { check_gguf_pairs("gpt-2"); }
TEST(GgufTokenizer, MatchesLlamaCppOnPhi3) { check_gguf_pairs("phi-3"); }
TEST(GgufTokenizer, MatchesLlamaCppOnBge) { check_gguf_pairs("bert-bge"); }

TEST(HuggingFaceTokenizer, MatchesLlamaCppOnQwen2) {
  const auto pairs = test_data("tokenizer/llama.cpp/ggml-vocab-qwen2.gguf.inp");
  if (!pairs) GTEST_SKIP();
  for (const char* name : {"qwen2.5", "deepseek-r1-distill-qwen"}) {
    SCOPED_TRACE(name);
    const auto path = test_data(cat("tokenizer/", name, "/tokenizer.json"));
    const auto tokenizer =
        Tokenizer::from_huggingface(read_file(*path, kMaxFileBytes).value(), Json());
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    check_pairs(*tokenizer, std::filesystem::path(*pairs).replace_extension());
  }
}

// Oracle: the Hugging Face tokenizers library, on the tokenizer.json of the same model.
TEST(GgufTokenizer, MatchesTheGoldensOfStories260K) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP();
  const auto file = Checkpoint::open(*folder / "stories260K-f32.gguf").value();
  const auto tokenizer = Tokenizer::from_gguf(file.metadata());
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  std::ifstream goldens(*folder / "tokenizer_golden.jsonl");
  int count = 0;
  for (std::string line; std::getline(goldens, line); ++count) {
    const Json golden = parse_json(line).value();
    const auto text = golden["text"].get<std::string>();
    EXPECT_EQ(tokenizer->encode(text, {AddSpecial::No}), ids_of(golden["ids"])) << line;
    EXPECT_EQ(tokenizer->encode(text), ids_of(golden["ids_special"])) << line;
    EXPECT_EQ(tokenizer->decode(ids_of(golden["ids"])), golden["decoded"].get<std::string>());
  }
  EXPECT_GT(count, 50);
}

TEST(GgufTokenizer, SaysWhichTokensEndATextAndWhichAreSpecial) {
  const auto path = test_data("tokenizer/llama.cpp/ggml-vocab-phi-3.gguf");
  if (!path) GTEST_SKIP();
  const auto tokenizer = Tokenizer::from_gguf(Checkpoint::open(*path).value().metadata()).value();
  EXPECT_EQ(tokenizer.bos(), TokenId{1});
  EXPECT_EQ(tokenizer.eos(), TokenId{32000});
  const auto ends = tokenizer.end_tokens();
  EXPECT_EQ(std::vector(ends.begin(), ends.end()), (std::vector{TokenId{32000}, TokenId{32007}}));
  EXPECT_TRUE(tokenizer.is_special(TokenId{32007}));
  EXPECT_FALSE(tokenizer.is_special(TokenId{15043}));
  EXPECT_EQ(tokenizer.piece(TokenId{15043}), "▁Hello");
  EXPECT_EQ(tokenizer.token_bytes(TokenId{15043}), " Hello");
  EXPECT_EQ(tokenizer.token_bytes(TokenId{13}), "\n");  // "<0x0A>"
  EXPECT_EQ(tokenizer.find("<|end|>"), TokenId{32007});
  EXPECT_EQ(tokenizer.encode("Hello<|end|> \n you", {AddSpecial::No}),
            (std::vector{TokenId{15043}, TokenId{32007}, TokenId{366}}));
}

}  // namespace
}  // namespace falconet
