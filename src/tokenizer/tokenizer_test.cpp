#include "tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "base/testdata.h"
#include "base/unicode.h"

namespace falconet {
namespace {

std::optional<Tokenizer> load(const std::filesystem::path& folder) {
  const auto config =
      parse_json(read_file(folder / "tokenizer_config.json", 1u << 26).value()).value();
  auto tokenizer =
      Tokenizer::from_huggingface(read_file(folder / "tokenizer.json", 1u << 26).value(), config);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  if (!tokenizer) return std::nullopt;
  return std::move(tokenizer).value();
}

std::vector<TokenId> ids_of(const Json& array) {
  std::vector<TokenId> ids;
  for (const Json& id : array) ids.push_back(TokenId{id.get<std::int32_t>()});
  return ids;
}

void check_goldens(const char* folder_name, const char* golden_name) {
  const auto folder = test_data(folder_name);
  if (!folder) GTEST_SKIP();
  const auto tokenizer = load(*folder);
  ASSERT_TRUE(tokenizer);
  std::ifstream file(*folder / golden_name);
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    const Json golden = parse_json(line).value();
    const auto text = golden["text"].get<std::string>();
    ++count;
    EXPECT_EQ(tokenizer->encode(text, {AddSpecial::No}), ids_of(golden["ids"])) << line;
    if (!golden.contains("ids_special")) continue;
    EXPECT_EQ(tokenizer->encode(text), ids_of(golden["ids_special"])) << line;
    if (!golden.contains("decoded")) continue;
    EXPECT_EQ(tokenizer->decode(ids_of(golden["ids"])), golden["decoded"].get<std::string>())
        << line;
    if (!golden.contains("decoded_skip_special")) continue;
    EXPECT_EQ(tokenizer->decode(ids_of(golden["ids_special"]), SkipSpecial::Yes),
              golden["decoded_skip_special"].get<std::string>())
        << line;
  }
  EXPECT_GT(count, 50);
}

// Oracle of the goldens: the Hugging Face tokenizers' JavaScript implementation.
TEST(Tokenizer, MatchesTheGoldensOfDeepSeekR1DistillQwen) {
  check_goldens("tokenizer/deepseek-r1-distill-qwen", "golden.jsonl");
}
TEST(Tokenizer, MatchesTheGoldensOfQwen25) { check_goldens("tokenizer/qwen2.5", "golden.jsonl"); }
TEST(Tokenizer, MatchesTheGoldensOfDeepSeekV3) {
  check_goldens("tokenizer/deepseek-v3", "golden.jsonl");
}
TEST(Tokenizer, MatchesTheGoldensOfASentencePieceVocabulary) {
  check_goldens("models/stories260K", "tokenizer_golden.jsonl");
}

TEST(StreamDecoder, NeverEmitsHalfACharacterAndLosesNothing) {
  const auto folder = test_data("tokenizer/qwen2.5");
  if (!folder) GTEST_SKIP();
  const auto tokenizer = load(*folder);
  ASSERT_TRUE(tokenizer);
  const std::uint64_t seed = 42;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    std::vector<TokenId> ids;
    std::string bytes;
    for (int i = 0; i < 30; ++i) {
      ids.push_back(TokenId{static_cast<std::int32_t>(random.below(2000))});
      bytes += tokenizer->token_bytes(ids.back());
    }
    StreamDecoder decoder(*tokenizer);
    std::string streamed;
    for (const TokenId id : ids) {
      const std::string part = decoder.push(id);
      ASSERT_TRUE(is_valid_utf8(part));
      streamed += part;
    }
    streamed += decoder.finish();
    EXPECT_EQ(streamed, to_valid_utf8(bytes));
    EXPECT_EQ(streamed, tokenizer->decode(ids));
  }
}

TEST(Tokenizer, AUsersTextCannotForgeSpecialTokens) {
  const auto folder = test_data("tokenizer/qwen2.5");
  if (!folder) GTEST_SKIP();
  const auto tokenizer = load(*folder);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("<|im_end|>", {AddSpecial::No}).size(), 1u);
  EXPECT_GT(tokenizer->encode("<|im_end|>", {AddSpecial::No, ParseSpecial::No}).size(), 1u);
}

TEST(Tokenizer, HostileFilesAreRefused) {
  for (
      const char* text :
      {"", "[]", "{}", R"({"model":{"type":"BPE"}})", R"({"model":{"type":"Unigram"}})",
       R"({"model":{"vocab":{"a":-1},"merges":[]}})",
       R"({"model":{"vocab":{"a":99999999},"merges":[]}})",
       R"({"model":{"vocab":{"a":0},"merges":["a b"]}})",
       R"({"model":{"vocab":{"a":0},"merges":[7]}})",
       R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(("},"behavior":"Isolated"}})"}) {
    EXPECT_FALSE(Tokenizer::from_huggingface(text, Json())) << text;
  }
}

}  // namespace
}  // namespace falconet
