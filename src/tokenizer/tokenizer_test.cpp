#include "tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <thread>

#include "base/file.h"
#include "base/random.h"
#include "base/testdata.h"
#include "base/unicode.h"
#include "tokenizer/tokenizer_test.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 26;

/// The tokenizer of a folder of golden data, loaded once; null where the data are absent.
const Tokenizer* tokenizer_of(const std::string& folder_name) {
  static std::map<std::string, std::unique_ptr<Tokenizer>> loaded;
  const auto found = loaded.find(folder_name);
  if (found != loaded.end()) return found->second.get();
  const auto folder = test_data(folder_name);
  if (!folder) return nullptr;
  const auto config =
      parse_json(read_file(*folder / "tokenizer_config.json", kMaxFileBytes).value()).value();
  auto tokenizer = Tokenizer::from_huggingface(
      read_file(*folder / "tokenizer.json", kMaxFileBytes).value(), config);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  if (!tokenizer) return nullptr;
  return (loaded[folder_name] = std::make_unique<Tokenizer>(std::move(*tokenizer))).get();
}

constexpr const char* kR1 = "tokenizer/deepseek-r1-distill-qwen";
constexpr const char* kQwen = "tokenizer/qwen2.5";
constexpr const char* kV3 = "tokenizer/deepseek-v3";
constexpr const char* kStories = "models/stories260K";

std::string streamed(const Tokenizer& tokenizer, std::span<const TokenId> ids, SkipSpecial skip) {
  StreamDecoder decoder(tokenizer, skip);
  std::string text;
  for (const TokenId id : ids) {
    const std::string part = decoder.push(id);
    EXPECT_TRUE(is_valid_utf8(part));
    text += part;
  }
  return text + decoder.finish();
}

void check_decoding(const Tokenizer& tokenizer, const Json& ids, const Json* text,
                    SkipSpecial skip) {
  if (text == nullptr) return;
  EXPECT_EQ(tokenizer.decode(ids_of(ids), skip), text->get<std::string>());
  EXPECT_EQ(streamed(tokenizer, ids_of(ids), skip), text->get<std::string>());
}

void check_goldens(const char* folder_name, const char* golden_name) {
  const Tokenizer* tokenizer = tokenizer_of(folder_name);
  if (tokenizer == nullptr) GTEST_SKIP();
  std::ifstream file(*test_data(folder_name) / golden_name);
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    SCOPED_TRACE(line);
    const Json golden = parse_json(line).value();
    const auto text = golden["text"].get<std::string>();
    EXPECT_EQ(tokenizer->encode(text, {AddSpecial::No}), ids_of(golden["ids"]));
    EXPECT_EQ(tokenizer->encode(text), ids_of(golden["ids_special"]));
    check_decoding(*tokenizer, golden["ids"], find_member(golden, "decoded"), SkipSpecial::No);
    check_decoding(*tokenizer, golden["ids_special"], find_member(golden, "decoded_skip_special"),
                   SkipSpecial::Yes);
  }
  EXPECT_GT(count, 50);
}

// Oracle of the goldens: the Hugging Face tokenizers' JavaScript implementation.
TEST(Tokenizer, MatchesTheGoldensOfDeepSeekR1DistillQwen) { check_goldens(kR1, "golden.jsonl"); }
TEST(Tokenizer, MatchesTheGoldensOfQwen25) { check_goldens(kQwen, "golden.jsonl"); }
TEST(Tokenizer, MatchesTheGoldensOfDeepSeekV3) { check_goldens(kV3, "golden.jsonl"); }
TEST(Tokenizer, MatchesTheGoldensOfASentencePieceVocabulary) {
  check_goldens(kStories, "tokenizer_golden.jsonl");
}

TEST(Tokenizer, NamesTheTokensThatBeginAndEndAText) {
  const Tokenizer* r1 = tokenizer_of(kR1);
  const Tokenizer* qwen = tokenizer_of(kQwen);
  if (r1 == nullptr || qwen == nullptr) GTEST_SKIP();
  EXPECT_EQ(r1->bos(), TokenId{151646});
  EXPECT_EQ(r1->eos(), TokenId{151643});
  EXPECT_EQ(r1->end_tokens().size(), 1u);
  EXPECT_EQ(qwen->bos(), std::nullopt);
  EXPECT_EQ(qwen->eos(), TokenId{151645});
  EXPECT_EQ(qwen->end_tokens().size(), 2u);  // <|im_end|>, <|endoftext|>
  EXPECT_EQ(r1->vocab_size(), 151665);
  EXPECT_EQ(r1->find("<think>"), TokenId{151648});
  EXPECT_FALSE(r1->is_special(TokenId{151648}));
  EXPECT_TRUE(r1->is_special(TokenId{151646}));
}

TEST(Tokenizer, TellsBytesAndSpellingOfEachId) {
  const Tokenizer* tokenizer = tokenizer_of(kQwen);
  if (tokenizer == nullptr) GTEST_SKIP();
  const auto world = tokenizer->find("Ġworld");
  ASSERT_TRUE(world);
  EXPECT_EQ(tokenizer->token_bytes(*world), " world");
  EXPECT_EQ(tokenizer->piece(*world), "Ġworld");
  EXPECT_EQ(tokenizer->token_bytes(tokenizer->find("ä½").value()), "\xE4\xBD");
  for (const TokenId outside : {TokenId{-1}, TokenId{tokenizer->vocab_size()}, TokenId{1 << 30}}) {
    EXPECT_EQ(tokenizer->token_bytes(outside), "");
    EXPECT_EQ(tokenizer->piece(outside), "");
    EXPECT_FALSE(tokenizer->is_special(outside));
    EXPECT_EQ(tokenizer->decode(std::vector{outside}), "");
  }
}

TEST(Tokenizer, AUsersTextCannotForgeSpecialTokens) {
  const Tokenizer* tokenizer = tokenizer_of(kQwen);
  if (tokenizer == nullptr) GTEST_SKIP();
  const EncodeOptions plain{AddSpecial::No, ParseSpecial::No};
  EXPECT_EQ(tokenizer->encode("<|im_end|>", {AddSpecial::No}).size(), 1u);
  const auto ids = tokenizer->encode("a<|im_end|>b<tool_call>", plain);
  for (const TokenId id : ids) EXPECT_FALSE(tokenizer->is_special(id));
  EXPECT_EQ(tokenizer->decode(ids), "a<|im_end|>b<tool_call>");
  EXPECT_EQ(ids.back(), tokenizer->find("<tool_call>"));  // added, but not special
}

TEST(Tokenizer, KeepsTheBytesOfTextThatIsNotUtf8) {
  const Tokenizer* tokenizer = tokenizer_of(kQwen);
  if (tokenizer == nullptr) GTEST_SKIP();
  const std::uint64_t seed = 11;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    std::string text(random.below(40), '\0');
    for (char& byte : text) byte = static_cast<char>(random.below(256));
    if (is_valid_utf8(text)) continue;  // may be normalized
    std::string bytes;
    for (const TokenId id : tokenizer->encode(text)) bytes += tokenizer->token_bytes(id);
    EXPECT_EQ(bytes, text);
  }
}

TEST(Tokenizer, GivesTheSameIdsOnManyThreads) {
  const Tokenizer* tokenizer = tokenizer_of(kStories);
  if (tokenizer == nullptr) GTEST_SKIP();
  const std::string text = "Once upon a time, there was a little girl named Lily. \u4F60\u597D";
  std::vector<std::vector<TokenId>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] { result = tokenizer->encode(text); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
  EXPECT_EQ(tokenizer->decode(results[0], SkipSpecial::Yes), text);
}

TEST(StreamDecoder, NeverEmitsHalfACharacterAndLosesNothing) {
  for (const char* name : {kQwen, kV3, kStories}) {
    const Tokenizer* tokenizer = tokenizer_of(name);
    if (tokenizer == nullptr) GTEST_SKIP();
    const std::uint64_t seed = 42;
    SCOPED_TRACE(cat(name, ", seed ", seed));
    Random random(seed);
    for (int round = 0; round < 300; ++round) {
      // Low ids are single bytes and short pieces; some ids are outside.
      const auto bound = static_cast<std::uint64_t>(
          round % 3 == 0 ? tokenizer->vocab_size() + 20 : std::min(tokenizer->vocab_size(), 600));
      std::vector<TokenId> ids;
      for (int i = 0; i < 30; ++i) {
        ids.push_back(TokenId{static_cast<std::int32_t>(random.below(bound))});
      }
      for (const SkipSpecial skip : {SkipSpecial::No, SkipSpecial::Yes}) {
        EXPECT_EQ(streamed(*tokenizer, ids, skip), tokenizer->decode(ids, skip));
      }
    }
  }
}

TEST(StreamDecoder, IsFreshAfterFinish) {
  const Tokenizer* tokenizer = tokenizer_of(kStories);
  if (tokenizer == nullptr) GTEST_SKIP();
  const auto ids = tokenizer->encode("Once upon", {AddSpecial::No});
  StreamDecoder decoder(*tokenizer);
  for (int round = 0; round < 2; ++round) {
    std::string text;
    for (const TokenId id : ids) text += decoder.push(id);
    EXPECT_EQ(text + decoder.finish(), "Once upon");  // the first space is gone both times
  }
}

}  // namespace
}  // namespace falconet
