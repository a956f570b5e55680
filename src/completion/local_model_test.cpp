// Real files: they are checked end to end, from the path to the words.
#include "completion/local_model.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testdata.h"

namespace falconet {
namespace {

std::string text_of(CompletionStream& stream) {
  std::string text;
  while (auto event = stream.next()) {
    EXPECT_TRUE(*event) << event->error().message;
    if (const auto* delta = std::get_if<TextDelta>(&**event)) text += delta->content;
  }
  return text;
}

CompletionRequest greedy_story(const Json& golden) {
  CompletionRequest request{
      .prompt = TextPrompt{""}, .sampling = {.temperature = 0}, .stopping = {.ignore_eos = true}};
  request.stopping.max_tokens = static_cast<std::int64_t>(golden["greedy_ids"].size());
  return request;
}

TEST(LocalModel, TellsItsStoryWordForWord) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP();
  const Json golden =
      parse_json(read_file(*folder / "golden_greedy.json", 10'000'000).value()).value();
  const std::string wanted = golden["greedy_text"].get<std::string>();
  for (const auto& path : {*folder, *folder / "stories260K-f32.gguf"}) {
    SCOPED_TRACE(path.string());
    const auto model = open_local_model(path, {.max_num_batched_tokens = 64, .num_threads = 1});
    ASSERT_TRUE(model) << model.error().message;
    LocalCompleter& completer = **model;
    EXPECT_EQ(completer.describe().architecture, "llama");
    EXPECT_EQ(completer.describe().dtype, "F32");
    // Alone, and in company that begins and ends at other times.
    EXPECT_EQ(text_of(**completer.start(greedy_story(golden))), wanted);
    auto first = *completer.start(greedy_story(golden));
    auto prompted =
        *completer.start({.prompt = TextPrompt{"The dog"}, .stopping = {.max_tokens = 40}});
    auto second = *completer.start(greedy_story(golden));
    EXPECT_EQ(text_of(*second), wanted);
    EXPECT_EQ(text_of(*first), wanted);
    EXPECT_FALSE(text_of(*prompted).empty());
  }
}

TEST(LocalModel, OptionsThatContradictTheModelAreRefusedWithTheNumbers) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  const auto message = [&path](const LocalModelOptions& options) {
    const auto model = open_local_model(*path, options);
    return model ? std::string("fine") : model.error().message;
  };
  EXPECT_NE(message({.max_model_len = 100'000}).find("100000"), std::string::npos);
  EXPECT_NE(message({.max_model_len = 256, .kv_cache_bytes = 20'000}).find("256"),
            std::string::npos);
  EXPECT_NE(message({.max_model_len = 256, .sliding_window = 250}).find("16 to 224"),
            std::string::npos);
  EXPECT_NE(message({.max_num_seqs = 100, .max_num_batched_tokens = 50}).find("100"),
            std::string::npos);
  EXPECT_NE(message({.chat_template = "{% if %}"}).find("--chat-template"), std::string::npos);
  EXPECT_EQ(open_local_model("/nonexistent.gguf").error().code, ErrorCode::NotFound);
}

// A model that guesses for itself is always right at temperature 0: the words are the same, in
// fewer steps.
TEST(LocalModel, ATextGoesOnBeyondItsContextIfItMaySlide) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  CompletionRequest request{.prompt = TextPrompt{"Lily and the dog"},
                            .sampling = {.temperature = 0},
                            .stopping = {.ignore_eos = true}};
  request.stopping.max_tokens = 400;
  const auto num_tokens = [&](std::size_t sliding_window) {
    const auto model = open_local_model(
        *path, {.max_model_len = 128, .sliding_window = sliding_window, .num_threads = 1});
    EXPECT_TRUE(model) << model.error().message;
    text_of(**(*model)->start(request));
    return (*model)->engine_stats()->num_generation_tokens;
  };
  EXPECT_LT(num_tokens(0), 128u);
  EXPECT_EQ(num_tokens(64), 400u);
}

TEST(LocalModel, AnotherModelMayGuessForIt) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  CompletionRequest request{
      .prompt = TextPrompt{"Lily and the dog"}, .sampling = {.temperature = 0}, .stopping = {}};
  request.stopping.max_tokens = 60;
  const auto plain = open_local_model(*path, {.speculation = {}, .num_threads = 1});
  ASSERT_TRUE(plain) << plain.error().message;
  const auto guessed = open_local_model(*path, {.draft_model = *path, .num_threads = 1});
  ASSERT_TRUE(guessed) << guessed.error().message;
  EXPECT_EQ(text_of(**(*guessed)->start(request)), text_of(**(*plain)->start(request)));
  const EngineStats stats = *(*guessed)->engine_stats();
  EXPECT_GT(stats.num_draft_tokens, 30u);
  EXPECT_EQ(stats.num_accepted_tokens, stats.num_draft_tokens);
}

TEST(LocalModel, ADraftModelMustFitItsModel) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  const std::filesystem::path other = FALCONET_SOURCE_DIR "/models/spark/spark.gguf";
  const auto message = [&path](const LocalModelOptions& options) {
    const auto model = open_local_model(*path, options);
    return model ? std::string("fine") : model.error().message;
  };
  const std::string vocabulary = message({.draft_model = other});
  EXPECT_NE(vocabulary.find("--speculative-model"), std::string::npos) << vocabulary;
  EXPECT_NE(vocabulary.find("must have the model's own vocabulary"), std::string::npos)
      << vocabulary;
  EXPECT_NE(message({.draft_model = "/nonexistent.gguf"}).find("/nonexistent.gguf"),
            std::string::npos);
  EXPECT_NE(message({.speculation = {}, .draft_model = *path}).find("--speculative-config"),
            std::string::npos);
}

TEST(LocalModel, AChatWithoutATemplateIsRefusedAndWithOneAnswered) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  const CompletionRequest request{
      .prompt = ChatPrompt{.messages = {{{"role", "user"}, {"content", "Lily"}}}},
      .stopping = {.max_tokens = 5}};
  const auto bare = open_local_model(*path, {.num_threads = 1});
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_EQ((*bare)->start(request).error().code, ErrorCode::Unsupported);
  const auto with = open_local_model(
      *path,
      {.num_threads = 1, .chat_template = "{% for m in messages %}{{m.content}}{% endfor %}"});
  ASSERT_TRUE(with) << with.error().message;
  EXPECT_FALSE(text_of(**(*with)->start(request)).empty());
}

}  // namespace
}  // namespace falconet
