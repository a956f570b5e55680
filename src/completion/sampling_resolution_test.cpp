#include "completion/sampling_resolution.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "completion/test_tokenizer.h"

namespace falconet {
namespace {

TEST(SamplingResolution, TheCallerGoesBeforeTheModelAndTheModelBeforeUs) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const GenerationDefaults model{.temperature = 0.6, .top_p = 0.95};
  const SamplingParams params =
      resolve_sampling({.temperature = 0.2, .top_k = -1}, model, 7, tokenizer).value();
  EXPECT_FLOAT_EQ(params.temperature, 0.2f);
  EXPECT_FLOAT_EQ(params.top_p, 0.95f);
  EXPECT_EQ(params.top_k, 0u);
  EXPECT_FLOAT_EQ(params.min_p, 0);
  EXPECT_EQ(params.seed, 7u);
  EXPECT_EQ(resolve_sampling({.seed = 9}, model, 7, tokenizer)->seed, 9u);
}

TEST(SamplingResolution, AValueOutOfRangeIsRefusedByItsName) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<const char*, SamplingOptions>> bad = {
      {"temperature", {.temperature = -0.1}},
      {"temperature", {.temperature = nan}},
      {"top_p", {.top_p = 0}},
      {"top_p", {.top_p = 1.01}},
      {"top_k", {.top_k = -2}},
      {"min_p", {.min_p = 1.5}},
      {"typical_p", {.typical_p = 0}},
      {"xtc_probability", {.xtc_probability = 2}},
      {"dry_base", {.dry_base = 0.5}},
      {"repetition_penalty", {.repetition_penalty = 0}},
      {"presence_penalty", {.presence_penalty = 2.1}},
      {"frequency_penalty", {.frequency_penalty = -2.1}},
      {"logit_bias", {.logit_bias = {{TokenId{1}, 101}}}},
      {"bad_words", {.bad_words = {""}}},
  };
  for (const auto& [field, options] : bad) {
    const auto params = resolve_sampling(options, {}, 0, tokenizer);
    ASSERT_FALSE(params) << field;
    EXPECT_EQ(params.error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(params.error().message.starts_with(field)) << params.error().message;
  }
}

TEST(SamplingResolution, RequestsAreCheckedTheSameWay) {
  const auto message = [](const std::function<void(CompletionRequest&)>& alter) {
    CompletionRequest request{.prompt = ChatPrompt{}};
    alter(request);
    const Status status = check_request(request);
    return status ? std::string("fine") : status.error().message;
  };
  EXPECT_EQ(message([](auto&) {}), "fine");
  EXPECT_EQ(message([](auto& r) { r.num_choices = 0; }), "n must be at least 1, found 0");
  EXPECT_EQ(message([](auto& r) { r.stopping.max_tokens = -1; }),
            "max_tokens must be at least 0, found -1");
  EXPECT_EQ(message([](auto& r) { r.num_top_logprobs = 21; }),
            "top_logprobs must be at most 20, found 21");
  EXPECT_EQ(message([](auto& r) { r.stopping.stop = {""}; }),
            "stop must not contain an empty string");
  EXPECT_EQ(message([](auto& r) { r.echo = true; }), "echo is for text prompts, not for chats");
  EXPECT_EQ(message([](auto& r) {
              r.stopping.max_tokens = 5;
              r.stopping.min_tokens = 6;
            }),
            "min_tokens (6) must not be greater than max_tokens (5)");
}

TEST(SamplingResolution, BadWordsAreRefusedAtTheBeginningAndInsideAText) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const auto params = resolve_sampling({.bad_words = {"ab"}}, {}, 0, tokenizer).value();
  EXPECT_EQ(params.bad_words,
            (std::vector<std::vector<TokenId>>{{{'a'}, {'b'}}, {{' '}, {'a'}, {'b'}}}));
}

TEST(SamplingResolution, DryBreaksAtEveryTokenThatHoldsABreaker) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const auto params = resolve_sampling({.dry_multiplier = 0.8}, {}, 0, tokenizer).value();
  EXPECT_EQ(params.dry.breakers, (std::vector<TokenId>{{'\n'}, {'"'}, {'*'}, {':'}}));
  const auto off = resolve_sampling({}, {}, 0, tokenizer).value();
  EXPECT_TRUE(off.dry.breakers.empty());
}

TEST(GenerationDefaults, ComeFromEitherKindOfFile) {
  const Json config = parse_json(R"({"temperature": 0.7, "top_k": 20, "top_p": 3,
                                     "repetition_penalty": 1.05, "do_sample": true})")
                          .value();
  const GenerationDefaults folder = defaults_from_huggingface(config);
  EXPECT_EQ(folder.temperature, 0.7);
  EXPECT_EQ(folder.top_k, 20);
  EXPECT_EQ(folder.repetition_penalty, 1.05);
  EXPECT_FALSE(folder.top_p) << "3 is out of range";
  EXPECT_EQ(defaults_from_huggingface(Json()), GenerationDefaults{});
  Metadata metadata;
  metadata.set("general.sampling.temp", 0.5);
  metadata.set("general.sampling.top_k", std::int64_t{40});
  EXPECT_EQ(defaults_from_gguf(metadata), (GenerationDefaults{.temperature = 0.5, .top_k = 40}));
}

TEST(GenerationDefaults, DeepSeekR1IsKnownByItsName) {
  for (const char* name : {"DeepSeek-R1-Distill-Qwen-1.5B", "DeepSeek R1 Distill Qwen 1.5B",
                           "deepseek_r1_distill_llama_8b-Q4_K_M"}) {
    const auto defaults = defaults_by_name(name);
    ASSERT_TRUE(defaults) << name;
    EXPECT_EQ(defaults->temperature, 0.6);
    EXPECT_EQ(defaults->top_p, 0.95);
  }
  EXPECT_EQ(defaults_by_name("SmolLM2-135M-Instruct.Q4_1")->temperature, 0.2);
  EXPECT_EQ(defaults_by_name("Qwen3-0.6B-Q8_0")->top_k, 20);
  EXPECT_FALSE(defaults_by_name("Qwen2.5-1.5B-Instruct"));
}

}  // namespace
}  // namespace falconet
