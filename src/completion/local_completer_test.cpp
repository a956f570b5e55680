#include "completion/local_completer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <thread>

#include "completion/test_tokenizer.h"
#include "engine/fake_model.h"

namespace falconet {
namespace {

using namespace test_tokens;

// Says one text, whatever the prompt: the script's tokens after the prompt's last position.
class ScriptedModel final : public Model {
 public:
  explicit ScriptedModel(std::vector<TokenId> script) : script_(std::move(script)) {}

  ModelLimits limits() const override {
    return {.vocab_size = kVocabSize, .max_context = 1000, .max_batch_tokens = 64};
  }
  KvCacheShape kv_cache_shape() const override {
    return {.num_layers = 1, .num_kv_heads = 1, .head_dim = 2};
  }
  void move_on(BlockId, std::size_t, KvCache&) override {}

  MatrixView<const float> forward(const Batch& batch, KvCache&) override {
    logits_.assign(batch.sampled_rows.size() * kVocabSize, 0.0f);
    for (std::size_t i = 0; i < batch.sampled_rows.size(); ++i) {
      const std::size_t row = batch.sampled_rows[i];
      for (const SequenceSlice& slice : batch.slices) {
        if (row < slice.first_row || row >= slice.first_row + slice.num_tokens) continue;
        const std::size_t position = slice.first_position + row - slice.first_row;
        if (!first_position_ && i + 1 == batch.sampled_rows.size()) first_position_ = position;
        const std::size_t index = position - first_position_.value_or(position);
        const TokenId token = script_[std::min(index, script_.size() - 1)];
        logits_[i * kVocabSize + static_cast<std::size_t>(token.value)] = 50;
      }
    }
    return {logits_.data(), batch.sampled_rows.size(), kVocabSize};
  }

 private:
  std::vector<TokenId> script_;
  std::optional<std::size_t> first_position_;
  std::vector<float> logits_;
};

constexpr const char* kTemplate =
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% if enable_thinking is not defined or "
    "enable_thinking %}<think>\n{% endif %}{% endif %}";

struct Said {
  std::map<int, std::string> reasoning;
  std::map<int, std::string> content;
  std::map<int, ChoiceFinished> finishes;
  std::vector<TokenLogprob> logprobs;
  std::vector<TextDelta> deltas;
  std::optional<CompletionFinished> end;
  std::optional<Error> error;
};

Said read_all(CompletionStream& stream) {
  Said said;
  bool is_first = true;
  while (auto event = stream.next()) {
    EXPECT_FALSE(said.end || said.error) << "an event after the end";
    if (!*event) {
      said.error = event->error();
      continue;
    }
    EXPECT_EQ(std::holds_alternative<PromptAccepted>(**event), is_first);
    is_first = false;
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      said.reasoning[delta->choice] += delta->reasoning;
      said.content[delta->choice] += delta->content;
      said.logprobs.insert(said.logprobs.end(), delta->logprobs.begin(), delta->logprobs.end());
      said.deltas.push_back(*delta);
    } else if (const auto* finish = std::get_if<ChoiceFinished>(&**event)) {
      EXPECT_TRUE(said.finishes.emplace(finish->choice, *finish).second);
    } else if (const auto* end = std::get_if<CompletionFinished>(&**event)) {
      said.end = *end;
    }
  }
  EXPECT_TRUE(stream.is_finished());
  return said;
}

std::unique_ptr<LocalCompleter> completer_of(std::unique_ptr<Model> model,
                                             const char* chat_template = kTemplate,
                                             bool assumes_reasoning = false) {
  return std::make_unique<LocalCompleter>(LocalCompleterParts{
      .description = {.id = "test", .max_model_len = 500, .has_reasoning = true},
      .tokenizer = byte_tokenizer(),
      .chat_template = ChatTemplate::parse(chat_template).value(),
      .defaults = {.temperature = 0},
      .end_tokens = {kEos},
      .pool = std::make_unique<ThreadPool>(1),
      .model = std::move(model),
      .engine = {.num_blocks = 100, .max_model_len = 500, .max_num_seqs = 4},
      .assumes_reasoning = assumes_reasoning});
}

std::vector<TokenId> script_of(std::string_view text) {
  std::vector<TokenId> ids = byte_tokenizer().encode(text, {.add_special = AddSpecial::No});
  ids.push_back(kEos);
  return ids;
}

std::unique_ptr<LocalCompleter> saying(std::string_view text) {
  return completer_of(std::make_unique<ScriptedModel>(script_of(text)));
}

CompletionRequest chat(const char* question) {
  return {.prompt = ChatPrompt{.messages = {{{"role", "user"}, {"content", question}}}}};
}

Said ask(LocalCompleter& completer, CompletionRequest request) {
  auto stream = completer.start(std::move(request));
  EXPECT_TRUE(stream) << stream.error().message;
  return read_all(**stream);
}

TEST(LocalCompleter, SeparatesReasoningFromTheAnswerAndCountsBoth) {
  const auto completer = saying("hm, hm\n</think>\n\n42 \u00e9");
  const Said said = ask(*completer, chat("6*7?"));
  EXPECT_EQ(said.reasoning.at(0), "hm, hm");
  EXPECT_EQ(said.content.at(0), "42 \u00e9");
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::Stop);
  const Usage& usage = said.end->usage;
  EXPECT_EQ(usage.num_prompt_tokens, std::ssize("[user]6*7?[assistant]\n") - 1 + 2);
  EXPECT_EQ(usage.num_reasoning_tokens, 7);
  EXPECT_EQ(usage.num_completion_tokens, 7 + 1 + 2 + 5 + 1);
  std::size_t num_ids = 0;
  for (const TextDelta& delta : said.deltas) num_ids += delta.ids.size();
  EXPECT_EQ(num_ids, 16u) << "every token is in some delta";
}

TEST(LocalCompleter, TakesReasoningThatNothingOpensForWhatItIsWhereToldTo) {
  // A template that leaves the opening tag to the model, and a model that leaves it out.
  const char* silent =
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]";
  const auto script = script_of("Why?\n</think>\n\nSo.");
  const auto told = completer_of(std::make_unique<ScriptedModel>(script), silent, true);
  const Said said = ask(*told, chat("?"));
  EXPECT_EQ(said.reasoning.at(0), "Why?");
  EXPECT_EQ(said.content.at(0), "So.");
  // Where the prompt has closed it, there is none.
  const auto closed = completer_of(std::make_unique<ScriptedModel>(script_of("So.")),
                                   "[assistant]<think>\n\n</think>\n\n", true);
  EXPECT_EQ(ask(*closed, chat("?")).content.at(0), "So.");
  EXPECT_EQ(ask(*closed, chat("?")).reasoning.at(0), "");
}

TEST(LocalCompleter, GivesEverythingAsContentWhereAskedTo) {
  const auto completer = saying("hm</think>4");
  CompletionRequest request = chat("2+2?");
  request.separate_reasoning = false;
  EXPECT_EQ(ask(*completer, request).content.at(0), "hm</think>4");
}

TEST(LocalCompleter, RendersThePromptWithOneBeginningOfSequence) {
  const auto completer = saying("x");
  const auto rendered = completer->render(chat("hi").prompt).value();
  EXPECT_EQ(rendered.text, "<bos>[user]hi[assistant]<think>\n");
  EXPECT_EQ(std::ranges::count(rendered.ids, kBos), 1);
  EXPECT_EQ(rendered.ids.front(), kBos);
  const auto text = completer->render(TextPrompt{"hi"}).value();
  EXPECT_EQ(text.ids, (std::vector<TokenId>{kBos, {'h'}, {'i'}}));
}

TEST(LocalCompleter, AStopStringNeverShowsAndIsNamed) {
  const auto completer = saying("</think>one STOP two");
  CompletionRequest request = chat("?");
  request.stopping.stop = {"never", "STOP"};
  const Said said = ask(*completer, request);
  EXPECT_EQ(said.content.at(0), "one ");
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::Stop);
  EXPECT_EQ(std::get<std::string>(said.finishes.at(0).stop), "STOP");
  request.stopping.include_stop_string = true;
  const auto again = saying("</think>one STOP two");
  EXPECT_EQ(ask(*again, request).content.at(0), "one STOP");
}

TEST(LocalCompleter, AStopTokenEndsTheAnswerWithoutText) {
  const auto completer = saying("</think>one<stop>two");
  CompletionRequest request = chat("?");
  request.stopping.stop_token_ids = {kStop};
  request.skip_special_tokens = false;
  const Said said = ask(*completer, request);
  EXPECT_EQ(said.content.at(0), "one");
  EXPECT_EQ(std::get<TokenId>(said.finishes.at(0).stop), kStop);
}

TEST(LocalCompleter, ASpentThinkingBudgetClosesTheReasoning) {
  const auto completer = saying("on and on and on and on");
  CompletionRequest request = chat("?");
  request.stopping.thinking_budget = 5;
  request.stopping.max_tokens = 5 + 4 + 3;
  const Said said = ask(*completer, request);
  EXPECT_EQ(said.reasoning.at(0), "on an");
  EXPECT_EQ(said.content.at(0), " an") << "the newlines after the tag only separate";
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::Length);
}

TEST(LocalCompleter, ABudgetOfZeroAsksTheTemplateForNoReasoning) {
  const auto completer = saying("straight");
  CompletionRequest request = chat("?");
  request.stopping.thinking_budget = 0;
  const Said said = ask(*completer, request);
  EXPECT_EQ(said.reasoning.at(0), "");
  EXPECT_EQ(said.content.at(0), "straight");
}

TEST(LocalCompleter, ContinuesTheLastMessage) {
  const auto completer = saying("three");
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = {{{"role", "user"}, {"content", "count"}},
                                        {{"role", "assistant"}, {"content", "one two "}}},
                           .add_generation_prompt = false,
                           .continue_final_message = true}};
  EXPECT_EQ(completer->render(request.prompt)->text, "<bos>[user]count[assistant]one two");
  EXPECT_EQ(ask(*completer, request).content.at(0), "three");
  std::get<ChatPrompt>(request.prompt).add_generation_prompt = true;
  EXPECT_EQ(completer->start(request).error().code, ErrorCode::InvalidArgument);
}

TEST(LocalCompleter, EchoesThePromptWithItsLogprobs) {
  const auto completer = saying("d");
  CompletionRequest request{.prompt = TextPrompt{"abc"}, .num_top_logprobs = 1, .echo = true};
  const Said said = ask(*completer, request);
  EXPECT_EQ(said.content.at(0), "abcd");
  ASSERT_EQ(said.logprobs.size(), 4u + 2) << "prompt with BOS, then d and the end token";
  EXPECT_TRUE(std::isnan(said.logprobs[0].logprob));
  EXPECT_EQ(said.logprobs[3].text, "c");
  EXPECT_EQ(said.logprobs[3].top.size(), 1u);
  EXPECT_LT(said.logprobs[4].logprob, 0.001);
  request.stopping.max_tokens = 0;
  const auto again = saying("d");
  const Said only_prompt = ask(*again, request);
  EXPECT_EQ(only_prompt.content.at(0), "abc");
  EXPECT_EQ(only_prompt.finishes.at(0).reason, FinishReason::Length);
  EXPECT_EQ(only_prompt.end->usage.num_completion_tokens, 0);
}

TEST(LocalCompleter, PromptLogprobsComeWithTheEnd) {
  const auto completer = saying("d");
  const Said said = ask(*completer, {.prompt = TextPrompt{"abc"}, .prompt_logprobs = 2});
  ASSERT_EQ(said.end->prompt_logprobs.size(), 4u);
  EXPECT_EQ(said.end->prompt_logprobs[2].bytes, "b");
  EXPECT_EQ(said.end->prompt_logprobs[2].top.size(), 2u);
  EXPECT_EQ(said.content.at(0), "d");
}

TEST(LocalCompleter, RefusesPromptsOverTheContextWithBothNumbers) {
  const auto completer = saying("x");
  const auto refused = completer->start({.prompt = TextPrompt{std::string(600, 'a')}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
  EXPECT_NE(refused.error().message.find("601"), std::string::npos);
  EXPECT_NE(refused.error().message.find("500"), std::string::npos);
}

TEST(LocalCompleter, RefusesWhatItCannotRead) {
  const auto completer = saying("x");
  const auto message = [&](Json messages) {
    const auto stream = completer->start({.prompt = ChatPrompt{.messages = std::move(messages)}});
    return stream ? std::string("fine") : stream.error().message;
  };
  EXPECT_EQ(message(Json()), "messages must be an array of at least one message");
  EXPECT_EQ(message(parse_json(R"([{"content": "x"}])").value()),
            "messages[0] must be an object with a role");
  EXPECT_NE(message(parse_json(R"([{"role": "user", "content": [{"type": "image_url"}]}])").value())
                .find("image_url"),
            std::string::npos);
  EXPECT_EQ(message(parse_json(R"([{"role": "user", "content": [
                {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}])")
                        .value()),
            "fine");
  EXPECT_EQ(completer->start({.prompt = TokenPrompt{}}).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(completer->start({.prompt = TokenPrompt{{{9999}}}}).error().code,
            ErrorCode::InvalidArgument);
}

// With a model whose tokens depend on everything: choices, seeds and company.
std::unique_ptr<LocalCompleter> babbling() {
  return completer_of(
      std::make_unique<FakeModel>(FakeModelOptions{.vocab_size = kVocabSize, .max_context = 1000}));
}

CompletionRequest babble(std::uint64_t seed, int num_choices = 1) {
  return {.prompt = TextPrompt{"go"},
          .sampling = {.temperature = 1, .seed = seed},
          .stopping = {.max_tokens = 40, .ignore_eos = true},
          .num_choices = num_choices};
}

TEST(LocalCompleter, TheSameSeedGivesTheSameTextWhateverElseRuns) {
  const auto completer = babbling();
  const Said alone = ask(*completer, babble(5, 3));
  EXPECT_NE(alone.content.at(0), alone.content.at(1));
  std::vector<std::unique_ptr<CompletionStream>> company;
  for (std::uint64_t i = 0; i < 6; ++i) company.push_back(*completer->start(babble(100 + i)));
  const Said crowded = ask(*completer, babble(5, 3));
  EXPECT_EQ(crowded.content, alone.content);
  EXPECT_EQ(crowded.end->usage.seed, 5u);
  EXPECT_EQ(crowded.end->usage.num_completion_tokens, 120);
  EXPECT_NE(ask(*completer, babble(6, 3)).content, alone.content);
}

TEST(LocalCompleter, CancellingEndsEveryChoiceWithUsage) {
  const auto completer = completer_of(std::make_unique<FakeModel>(FakeModelOptions{
      .vocab_size = kVocabSize, .max_context = 1000, .step_time = std::chrono::milliseconds(1)}));
  CompletionRequest request = babble(1, 2);
  request.stopping.max_tokens = 400;
  auto stream = completer->start(request).value();
  while (!std::holds_alternative<TextDelta>(stream->next()->value())) {
  }
  stream->cancel();
  std::size_t num_cancelled = 0;
  std::optional<Usage> usage;
  while (auto event = stream->next()) {
    if (const auto* finish = std::get_if<ChoiceFinished>(&event->value())) {
      num_cancelled += finish->reason == FinishReason::Cancelled ? 1 : 0;
    } else if (const auto* end = std::get_if<CompletionFinished>(&event->value())) {
      usage = end->usage;
    }
  }
  EXPECT_EQ(num_cancelled, 2u);
  ASSERT_TRUE(usage);
  EXPECT_LT(usage->num_completion_tokens, 400);
}

TEST(LocalCompleter, ADroppedStreamFreesItsBlocks) {
  const auto completer = completer_of(std::make_unique<FakeModel>(FakeModelOptions{
      .vocab_size = kVocabSize, .max_context = 1000, .step_time = std::chrono::milliseconds(1)}));
  CompletionRequest request = babble(1);
  request.stopping.max_tokens = 450;
  { const auto dropped = completer->start(request).value(); }
  EXPECT_TRUE(completer->drain(std::chrono::seconds(10)));
  EXPECT_EQ(completer->engine_stats()->num_used_blocks, 0u);
  EXPECT_EQ(completer->start(request).error().code, ErrorCode::Unavailable);
}

TEST(LocalCompleter, StoppingTheEngineEndsTheStreamWithAnError) {
  const auto completer = completer_of(std::make_unique<FakeModel>(FakeModelOptions{
      .vocab_size = kVocabSize, .max_context = 1000, .step_time = std::chrono::milliseconds(1)}));
  CompletionRequest request = babble(1);
  request.stopping.max_tokens = 450;
  const auto stream = completer->start(request).value();
  completer->stop();
  const Said said = read_all(*stream);
  ASSERT_TRUE(said.error);
  EXPECT_EQ(said.error->code, ErrorCode::Unavailable);
}

TEST(LocalCompleter, WakesItsReaderUntilAllWasRead) {
  const auto completer = babbling();
  const auto stream = completer->start(babble(3)).value();
  std::atomic<int> num_wakes{0};
  stream->on_ready([&num_wakes] { ++num_wakes; });
  EXPECT_GE(num_wakes, 1) << "there is an event already";
  int num_seen = 0;
  std::string content;
  while (!stream->is_finished()) {
    while (num_wakes == num_seen) std::this_thread::yield();
    num_seen = num_wakes;
    while (auto event = stream->try_next()) {
      if (const auto* delta = std::get_if<TextDelta>(&event->value())) content += delta->content;
    }
  }
  EXPECT_EQ(content, ask(*completer, babble(3)).content.at(0));
}

CompletionRequest bound_by(const char* schema, std::string_view question = "hi") {
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = Json::array({{{"role", "user"}, {"content", question}}})}};
  request.grammar =
      OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = *parse_json(schema)};
  return request;
}

// The script wants to say something else in the answer; the reasoning before it is free.
TEST(LocalCompleter, BindsTheAnswerAndNotTheReasoning) {
  const auto completer = saying("no JSON here</think>none here either");
  auto stream = completer->start(bound_by(
      R"({"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],
          "additionalProperties":false})"));
  ASSERT_TRUE(stream) << stream.error().message;
  const Said said = read_all(**stream);
  ASSERT_FALSE(said.error) << said.error->message;
  EXPECT_EQ(said.reasoning.at(0), "no JSON here");
  const auto answer = parse_json(said.content.at(0));
  ASSERT_TRUE(answer) << said.content.at(0);
  EXPECT_TRUE(answer->at("ok").is_boolean());
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::Stop);
}

TEST(LocalCompleter, EndsReasoningInTimeForTheAnswer) {
  const auto completer = saying(std::string(400, 'x'));  // never closes its reasoning
  CompletionRequest request = bound_by(R"({"enum":["yes","no"]})");
  request.stopping.max_tokens = 40;
  auto stream = completer->start(std::move(request));
  ASSERT_TRUE(stream) << stream.error().message;
  const Said said = read_all(**stream);
  ASSERT_FALSE(said.error) << said.error->message;
  const std::string& answer = said.content.at(0);
  EXPECT_TRUE(answer == "\"yes\"" || answer == "\"no\"") << answer;
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::Stop);
}

CompletionRequest with_tool(ToolChoice choice) {
  ChatPrompt prompt{.messages = Json::array({{{"role", "user"}, {"content", "hi"}}})};
  prompt.tools = *parse_json(R"([{"type":"function","function":{"name":"add","parameters":{
      "type":"object","properties":{"n":{"type":"integer","minimum":0,"maximum":9}},
      "required":["n"]}}}])");
  prompt.tool_choice = std::move(choice);
  // A template that shows tools: described in a message they would fill this model's context.
  prompt.chat_template = cat("{% if tools %}[tools]{% endif %}", kTemplate);
  return {.prompt = std::move(prompt)};
}

std::vector<ToolCallDelta> calls_of(const Said& said) {
  std::vector<ToolCallDelta> calls;
  for (const TextDelta& delta : said.deltas) {
    for (const ToolCallDelta& call : delta.tool_calls) {
      if (call.index == calls.size()) calls.push_back({.index = call.index, .name = call.name});
      calls.at(call.index).arguments += call.arguments;
    }
  }
  return calls;
}

TEST(LocalCompleter, TellsToolCallsFromText) {
  const auto completer = saying(
      "add them</think>\n\nSo:\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"n\": "
      "3}}\n</tool_call>");
  const Said said = ask(*completer, with_tool({}));
  EXPECT_EQ(said.reasoning.at(0), "add them");
  EXPECT_EQ(said.content.at(0), "So:");
  const auto calls = calls_of(said);
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].name, "add");
  EXPECT_EQ(calls[0].arguments, "{\"n\": 3}");
  EXPECT_EQ(said.finishes.at(0).reason, FinishReason::ToolCalls);
}

// The script wants to go another way; once begun, and where it is required, a call is bound.
TEST(LocalCompleter, BindsToolCallsToTheirSchema) {
  const ToolChoice choices[] = {{}, {.kind = ToolChoice::Kind::Required}};
  for (const ToolChoice& choice : choices) {
    const bool is_free = choice.kind == ToolChoice::Kind::Auto;
    const auto completer =
        saying(is_free ? "no</think>\n\n<tool_call>whatever" : "no</think>\n\nno");
    const Said said = ask(*completer, with_tool(choice));
    EXPECT_EQ(said.content.count(0) ? said.content.at(0) : "", "");
    const auto calls = calls_of(said);
    ASSERT_FALSE(calls.empty());
    for (const ToolCallDelta& call : calls) {
      EXPECT_EQ(call.name, "add");
      const auto arguments = parse_json(call.arguments);
      ASSERT_TRUE(arguments) << call.arguments;
      EXPECT_LE(arguments->at("n").get<int>(), 9);
    }
  }
}

TEST(LocalCompleter, RefusesASchemaThatItCannotEnforce) {
  const auto completer = saying("x");
  const auto stream = completer->start(bound_by(R"({"type":"strin"})"));
  ASSERT_FALSE(stream);
  EXPECT_NE(stream.error().message.find("/type"), std::string::npos) << stream.error().message;
}

}  // namespace
}  // namespace falconet
