#include "model/gguf_conversion.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testdata.h"
#include "base/unicode.h"
#include "model/random_checkpoint.h"
#include "model/test_model.h"
#include "tokenizer/gguf_keys.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

// Of the logits' root mean square, as between two orders of summation (docs/correctness.md): rows
// of another order, and 32 bits for epsilon, theta and Llama 3's divisors, move a key or value that
// lies near the middle of two f16 numbers to the other one. What is really lost shows a
// hundredfold.
constexpr double kRoundTripBar = 0.002;

std::filesystem::path convert(const std::filesystem::path& folder, const char* type,
                              const TemporaryFolder& target) {
  const Checkpoint source = Checkpoint::open(folder).value();
  const GgufConversion conversion = convert_to_gguf(source).value();
  const auto path = target.path() / "model.gguf";
  quantize_checkpoint(source, find_recipe(type).value(), path, {.conversion = &conversion}).value();
  return path;
}

std::vector<TokenId> some_ids(std::size_t vocab_size) {
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < 60; ++i) {
    ids.push_back(TokenId{static_cast<std::int32_t>((i * 37 + 11) % vocab_size)});
  }
  return ids;
}

void expect_same_logits(const std::filesystem::path& folder, const char* type) {
  const TemporaryFolder target;
  const auto path = convert(folder, type, target);
  TestModel before(folder, {.isa = Isa::Reference});
  TestModel after(path, {.isa = Isa::Reference});
  ASSERT_EQ(before.model().limits().vocab_size, after.model().limits().vocab_size);
  EXPECT_EQ(before.model().limits().max_context, after.model().limits().max_context);
  const auto ids = some_ids(before.model().limits().vocab_size);
  const Logits expected = before.prefill(ids, 64);
  EXPECT_LT(logit_error(after.prefill(ids, 64), expected).worst, kRoundTripBar);
}

TEST(GgufConversion, GivesTheLogitsOfTheFolder) {
  const auto qwen = test_data("models/tiny-qwen2-random");
  const auto stories = test_data("models/stories260K");
  if (!qwen || !stories) GTEST_SKIP();
  expect_same_logits(*qwen, "bf16");    // as it is stored: biases, a head of its own
  expect_same_logits(*stories, "f32");  // rows of Q and K change their order; the head is tied
}

/// Bytes alone, and one added token.
std::string byte_tokenizer_json() {
  Json vocab = Json::object();
  int id = 0;
  for (unsigned point = 0x21; id < 256; ++point) {
    const bool is_letter = (point <= 0x7E) || (point >= 0xA1 && point <= 0xFF && point != 0xAD) ||
                           (point >= 0x100 && point < 0x100 + 68);
    std::string letter;
    append_utf8(letter, point);
    if (is_letter) vocab[letter] = id++;
  }
  const Json end = {{"id", 256},       {"content", "<end>"}, {"single_word", false},
                    {"lstrip", false}, {"rstrip", false},    {"normalized", false},
                    {"special", true}};
  const Json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
  return to_text({{"version", "1.0"},
                  {"added_tokens", Json::array({end})},
                  {"normalizer", nullptr},
                  {"pre_tokenizer", byte_level},
                  {"post_processor", nullptr},
                  {"decoder", {{"type", "ByteLevel"}}},
                  {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", Json::array()}}}});
}

Json small_config(const char* architecture) {
  return {{"model_type", architecture},     {"vocab_size", 300},      {"hidden_size", 64},
          {"intermediate_size", 96},        {"num_hidden_layers", 2}, {"num_attention_heads", 4},
          {"num_key_value_heads", 2},       {"head_dim", 32},         {"rms_norm_eps", 1e-6},
          {"max_position_embeddings", 256}, {"rope_theta", 10000.0}};
}

void write_model(const std::filesystem::path& folder, const Json& json) {
  const Architecture* architecture = nullptr;
  for (const Architecture& known : architectures()) {
    if (json["model_type"] == known.name) architecture = &known;
  }
  const ModelConfig config = config_from_huggingface(*architecture, json).value();
  write_folder(folder, json, random_tensors(config, CheckpointKind::HuggingFace, DType::BF16, 12));
  write_text(folder / "tokenizer.json", byte_tokenizer_json());
}

TEST(GgufConversion, KeepsEachArchitectureAndEachKindOfRopeScaling) {
  const Json llama3 = {{"rope_type", "llama3"},
                       {"factor", 8.0},
                       {"low_freq_factor", 1.0},
                       {"high_freq_factor", 4.0},
                       {"original_max_position_embeddings", 64}};
  const Json yarn = {{"type", "yarn"},
                     {"factor", 4.0},
                     {"original_max_position_embeddings", 64},
                     {"attention_factor", 1.25},
                     {"beta_fast", 16.0}};
  const Json linear = {{"type", "linear"}, {"factor", 4.0}};
  for (const char* architecture : {"llama", "qwen2", "qwen3"}) {
    for (const Json& scaling : {Json(), llama3, yarn, linear}) {
      SCOPED_TRACE(cat(architecture, ' ', to_text(scaling)));
      const TemporaryFolder folder;
      Json config = small_config(architecture);
      config["rope_scaling"] = scaling;
      write_model(folder.path(), config);
      expect_same_logits(folder.path(), "bf16");
    }
  }
}

TEST(GgufConversion, SaysWhatTheFileNeedsToBeUsed) {
  const TemporaryFolder folder;
  Json config = small_config("qwen2");
  config["_name_or_path"] = "a-name";
  write_model(folder.path(), config);
  write_text(folder.path() / "generation_config.json",
             R"({"temperature":0.6,"top_p":0.95,"top_k":20,"eos_token_id":256})");
  write_text(
      folder.path() / "tokenizer_config.json",
      R"({"eos_token":"<end>","pad_token":{"content":"<end>"},"chat_template":"{{ messages }}"})");
  const Checkpoint source = Checkpoint::open(folder.path()).value();
  const Metadata metadata = convert_to_gguf(source).value().metadata;
  EXPECT_EQ(*metadata.find_string("general.architecture"), "qwen2");
  EXPECT_EQ(*metadata.find_string("general.name"), "a-name");
  EXPECT_EQ(metadata.find_number("general.sampling.temp"), 0.6);
  EXPECT_EQ(metadata.find_int("general.sampling.top_k"), 20);
  EXPECT_EQ(*metadata.find_string("tokenizer.chat_template"), "{{ messages }}");
  EXPECT_EQ(*metadata.find_string("tokenizer.ggml.model"), "gpt2");
  EXPECT_EQ(*metadata.find_string("tokenizer.ggml.pre"), "gpt-2");
  EXPECT_EQ(metadata.find_int("tokenizer.ggml.eos_token_id"), 256);
  EXPECT_EQ(metadata.find_int("tokenizer.ggml.padding_token_id"), 256);
  EXPECT_EQ(metadata.find_bool("tokenizer.ggml.add_bos_token"), false);
  EXPECT_EQ(metadata.find_strings("tokenizer.ggml.tokens")->size(), 300u);
}

TEST(GgufConversion, RefusesWhatGgufCannotSay) {
  const TemporaryFolder folder;
  const auto message = [&] {
    const Checkpoint source = Checkpoint::open(folder.path()).value();
    const auto conversion = convert_to_gguf(source);
    return conversion ? std::string("nothing refused") : conversion.error().message;
  };
  Json config = small_config("llama");
  config["partial_rotary_factor"] = 0.5;
  write_model(folder.path(), config);
  EXPECT_NE(message().find("rotate 16 of 32"), std::string::npos) << message();

  write_model(folder.path(), small_config("llama"));
  Json tokenizer = Json::parse(byte_tokenizer_json());
  tokenizer["added_tokens"][0]["id"] = 300;
  write_text(folder.path() / "tokenizer.json", to_text(tokenizer));
  EXPECT_NE(message().find("\"<end>\" has the id 300"), std::string::npos) << message();
  tokenizer["added_tokens"][0]["id"] = 256;
  tokenizer["added_tokens"][0]["lstrip"] = true;
  write_text(folder.path() / "tokenizer.json", to_text(tokenizer));
  EXPECT_NE(message().find("same ids"), std::string::npos) << message();
  std::filesystem::remove(folder.path() / "tokenizer.json");
  EXPECT_NE(message().find("no tokenizer.json"), std::string::npos) << message();
}

/// The tokenizer of a folder, written as GGUF's keys and read back, against the golden ids.
void expect_golden_ids(const std::filesystem::path& folder, const std::filesystem::path& golden,
                       std::size_t vocab_size, const char* pre) {
  constexpr std::size_t kMaxFileBytes = 1u << 26;
  const std::string json = read_file(folder / "tokenizer.json", kMaxFileBytes).value();
  const Json config =
      parse_json(read_file(folder / "tokenizer_config.json", kMaxFileBytes).value()).value();
  Metadata metadata;
  const Status status = set_tokenizer_keys(json, config, vocab_size, metadata);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*metadata.find_string("tokenizer.ggml.pre"), pre);
  const Tokenizer before = Tokenizer::from_huggingface(json, config).value();
  const Tokenizer after = Tokenizer::from_gguf(metadata).value();
  EXPECT_EQ(after.bos(), before.bos());
  EXPECT_EQ(after.eos(), before.eos());
  EXPECT_EQ(after.vocab_size(), static_cast<int>(vocab_size));
  std::ifstream lines(golden);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const Json row = parse_json(line).value();
    const auto text = row["text"].get<std::string>();
    EXPECT_EQ(after.encode(text, {AddSpecial::No}), ids_of(row["ids"])) << line;
    EXPECT_EQ(after.encode(text), before.encode(text)) << line;
    EXPECT_EQ(after.decode(ids_of(row["ids"])), before.decode(ids_of(row["ids"]))) << line;
  }
  EXPECT_GT(count, 50);
}

TEST(GgufConversion, KeepsTheIdsOfTheTokenizer) {
  const auto folder = test_data("models/stories260K");
  const auto tokenizers = test_data("tokenizer");
  if (!folder || !tokenizers) GTEST_SKIP();
  expect_golden_ids(*folder, *folder / "tokenizer_golden.jsonl", 512, "default");
  const auto check = [&](const char* name, std::size_t vocab_size, const char* pre) {
    SCOPED_TRACE(name);
    expect_golden_ids(*tokenizers / name, *tokenizers / name / "golden.jsonl", vocab_size, pre);
  };
  check("deepseek-r1-distill-qwen", 151936, "qwen2");
  check("qwen2.5", 151936, "qwen2");
  check("deepseek-v3", 129280, "deepseek-v3");
}

}  // namespace
}  // namespace falconet
