// Files that are wrong on purpose: each is refused with a reason, or loads and works.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "base/metadata.h"
#include "base/random.h"
#include "base/unicode.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

/// What a file is refused with; empty where it loads.
std::string refusal(std::string_view file) {
  const auto tokenizer = Tokenizer::from_huggingface(file, Json());
  return tokenizer ? "" : tokenizer.error().message;
}

TEST(HostileTokenizerJson, IsRefusedWithTheReason) {
  const std::pair<const char*, const char*> kFiles[] = {
      {"", "parse error"},
      {"[]", "not an object"},
      {"{}", "vocab"},
      {R"({"model":{"type":"BPE"}})", "vocab is missing"},
      {R"({"model":{"type":"Unigram","vocab":[["a",0.5]]}})", "Unigram"},
      {R"({"model":{"vocab":{"a":-1},"merges":[]}})", "id -1"},
      {R"({"model":{"vocab":{"a":99999999},"merges":[]}})", "id 99999999"},
      {R"({"model":{"vocab":{"a":1.5},"merges":[]}})", "no integer"},
      {R"({"model":{"vocab":{"a":{}},"merges":[]}})", "no integer"},
      {R"({"model":{"vocab":{"a":0},"merges":["a b"]}})", "merge 0"},
      {R"({"model":{"vocab":{"a":0},"merges":["ab"]}})", "one space"},
      {R"({"model":{"vocab":{"a":0},"merges":[7]}})", "no text"},
      {R"({"model":{"vocab":{"a":0},"merges":[["a"]]}})", "not a pair"},
      {R"({"model":{"vocab":{"a":0},"merges":[["a","a","a"]]}})", "more than two"},
      {R"({"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"u"}})", "unk_token"},
      {R"({"model":{"type":"BPE","vocab":{"a":0},"end_of_word_suffix":"</w>"}})", "end_of_word"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":{"type":"Nmt"}})", "Nmt"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":7})", "normalizer"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","behavior":"x"}})",
       "pattern"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":
          {"type":"Split","behavior":"Isolated","pattern":{"Regex":"(("}}})",
       "regular expression"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"decoder":{"type":"CTC"}})", "CTC"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"added_tokens":[{"id":-3,"content":"x"}]})",
       "added_tokens[0]"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"post_processor":
          {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"b"}}]}})",
       "template"},
      {R"({"model":{"vocab":{"a":0},"merges":[]},"post_processor":
          {"type":"BertProcessing","sep":["s",5],"cls":["c",0]}})",
       "post_processor"},
  };
  for (const auto& [file, reason] : kFiles) {
    const std::string message = refusal(file);
    EXPECT_NE(message.find(reason), std::string::npos) << file << "\n  gave: " << message;
  }
}

TEST(HostileTokenizerJson, IsRefusedWhenNestedTooDeeply) {
  EXPECT_NE(refusal(std::string(1'000'000, '[')).find("nested"), std::string::npos);
  std::string parts = R"({"model":{"vocab":{"a":0},"merges":[]},"normalizer":)";
  for (int i = 0; i < 100'000; ++i) parts += R"({"type":"Sequence","normalizers":[)";
  EXPECT_NE(refusal(parts).find("nested"), std::string::npos);
}

TEST(HostileTokenizerJson, SurvivesEverySmallChange) {
  const auto file = read_file(
      std::filesystem::path(FALCONET_SOURCE_DIR) / "src/tokenizer/testdata/tokenizer_variants.json",
      1u << 24);
  ASSERT_TRUE(file) << file.error().message;
  const Json goldens = parse_json(*file).value();
  const std::uint64_t seed = 99;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  int num_loaded = 0;
  for (int round = 0; round < 1000; ++round) {
    const Json& variants = goldens["variants"];
    const Json& variant = variants[random.below(variants.size())];
    Json json = variant["file"];
    json["model"] = goldens["models"][variant["model"].get<std::string>()];
    std::string text = to_text(json);
    // The interesting parts come before the vocabulary.
    const std::size_t range = random.below(4) == 0 ? text.size() : text.size() / 6;
    for (std::uint64_t i = random.below(3) + 1; i-- > 0;) {
      const std::size_t place = random.below(range);
      if (random.below(3) == 0) {
        text.erase(place, random.below(20));
      } else {
        constexpr std::string_view kBytes = "\"{}[]:,0-9\\\xFF\x80 aeT";
        text[place] = kBytes[random.below(kBytes.size())];
      }
    }
    const auto tokenizer = Tokenizer::from_huggingface(text, Json());
    if (!tokenizer) continue;
    ++num_loaded;
    const auto ids = tokenizer->encode("Hello <s> world\xFF 12 \u4F60");
    EXPECT_TRUE(is_valid_utf8(tokenizer->decode(ids)));
  }
  EXPECT_GT(num_loaded, 50);
}

Metadata gguf_metadata(const char* model) {
  Metadata metadata;
  metadata.set("tokenizer.ggml.model", std::string(model));
  metadata.set("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "ab"});
  metadata.set("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
  metadata.set("tokenizer.ggml.scores", std::vector<float>{0, 0, -1});
  return metadata;
}

std::string refusal(const Metadata& metadata) {
  const auto tokenizer = Tokenizer::from_gguf(metadata);
  return tokenizer ? "" : tokenizer.error().message;
}

TEST(HostileGguf, IsRefusedWithTheKey) {
  EXPECT_EQ(refusal(gguf_metadata("gpt2")), "");
  EXPECT_EQ(refusal(gguf_metadata("llama")), "");
  EXPECT_EQ(refusal(gguf_metadata("bert")), "");
  EXPECT_NE(refusal(Metadata()).find("tokenizer.ggml.model"), std::string::npos);
  EXPECT_NE(refusal(gguf_metadata("rwkv")).find("rwkv"), std::string::npos);

  Metadata pre = gguf_metadata("gpt2");
  pre.set("tokenizer.ggml.pre", std::string("from-the-future"));
  EXPECT_NE(refusal(pre).find("from-the-future"), std::string::npos);

  Metadata merges = gguf_metadata("gpt2");
  merges.set("tokenizer.ggml.merges", std::vector<std::string>{"a b", "ab c"});
  EXPECT_NE(refusal(merges).find("merges[1]"), std::string::npos);

  Metadata types = gguf_metadata("gpt2");
  types.set("tokenizer.ggml.token_type", std::vector<std::int64_t>{1});
  EXPECT_NE(refusal(types).find("token_type"), std::string::npos);

  Metadata scores = gguf_metadata("llama");
  scores.set("tokenizer.ggml.scores", std::vector<float>{0, 0});
  EXPECT_NE(refusal(scores).find("scores"), std::string::npos);
}

}  // namespace
}  // namespace falconet
