// Bound answers of a model that wants something else at every step: forced text, verdicts.
#include <gtest/gtest.h>

#include "completion/local_completer.h"
#include "completion/test_tokenizer.h"
#include "engine/fake_model.h"

namespace falconet {
namespace {

using namespace test_tokens;

constexpr const char* kPlainTemplate =
    "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}{% if tools %}{% endif %}";

std::unique_ptr<LocalCompleter> rambling_completer(SpeculationOptions speculation = {},
                                                   std::unique_ptr<Model> draft_model = nullptr) {
  return std::make_unique<LocalCompleter>(LocalCompleterParts{
      .description = {.id = "test", .max_model_len = 1000},
      .tokenizer = byte_tokenizer(),
      .chat_template = ChatTemplate::parse(kPlainTemplate).value(),
      .defaults = {.temperature = 1},
      .end_tokens = {kEos},
      .pool = std::make_unique<ThreadPool>(1),
      .model = std::make_unique<FakeModel>(FakeModelOptions{.vocab_size = kVocabSize}),
      .draft_model = std::move(draft_model),
      .engine = {.num_blocks = 200,
                 .max_model_len = 1000,
                 .max_num_seqs = 4,
                 .speculation = speculation}});
}

CompletionRequest request_bound_to(const char* schema, std::uint64_t seed) {
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = Json::array({{{"role", "user"}, {"content", "hi"}}})}};
  request.sampling.seed = seed;
  request.stopping.max_tokens = 300;
  request.grammar =
      OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = *parse_json(schema)};
  return request;
}

struct BoundAnswer {
  std::string content;
  std::vector<ToolCallDelta> calls;
  std::vector<TokenId> ids;
  std::vector<TokenLogprob> logprobs;
  ChoiceFinished finished;
  Usage usage;
};

BoundAnswer answer_to(LocalCompleter& completer, CompletionRequest request) {
  BoundAnswer answer;
  auto stream = completer.start(std::move(request));
  EXPECT_TRUE(stream) << stream.error().message;
  if (!stream) return answer;
  while (auto event = (*stream)->next()) {
    EXPECT_TRUE(*event) << event->error().message;
    if (!*event) return answer;
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      answer.content += delta->content;
      answer.ids.insert(answer.ids.end(), delta->ids.begin(), delta->ids.end());
      answer.logprobs.insert(answer.logprobs.end(), delta->logprobs.begin(), delta->logprobs.end());
      for (const ToolCallDelta& call : delta->tool_calls) {
        if (call.index == answer.calls.size()) answer.calls.push_back({.name = call.name});
        answer.calls.at(call.index).arguments += call.arguments;
      }
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&**event)) {
      answer.finished = *finished;
    } else if (const auto* end = std::get_if<CompletionFinished>(&**event)) {
      answer.usage = end->usage;
    }
  }
  return answer;
}

constexpr const char* kLongKeys = R"({"type":"object","additionalProperties":false,
    "required":["identification_number","is_available_today"],
    "properties":{"identification_number":{"type":"integer","minimum":0,"maximum":99},
                  "is_available_today":{"enum":["certainly","perhaps not","certainly not"]}}})";

// Where every token is a byte, what is forced is what would have been drawn: the mask leaves one
// token. So the answers must agree to the token, at any temperature.
TEST(ForcedText, IsWhatTheModelWouldHaveBeenLeftWith) {
  const auto completer = rambling_completer();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CompletionRequest request = request_bound_to(kLongKeys, seed);
    request.skips_forced_text = false;
    const auto before = *completer->engine_stats();
    const BoundAnswer drawn = answer_to(*completer, request);
    const auto between = *completer->engine_stats();
    request.skips_forced_text = true;
    const BoundAnswer skipped = answer_to(*completer, request);
    const auto after = *completer->engine_stats();
    EXPECT_EQ(skipped.ids, drawn.ids) << "seed " << seed;
    EXPECT_EQ(skipped.content, drawn.content);
    EXPECT_TRUE(parse_json(skipped.content)) << skipped.content;
    EXPECT_EQ(skipped.usage.num_completion_tokens, drawn.usage.num_completion_tokens);
    EXPECT_EQ(static_cast<std::size_t>(skipped.usage.num_completion_tokens), skipped.ids.size());
    EXPECT_EQ(between.num_forced_tokens, before.num_forced_tokens);
    EXPECT_GT(after.num_forced_tokens - between.num_forced_tokens, skipped.ids.size() / 2);
    EXPECT_LT((after.num_steps - between.num_steps) * 2, between.num_steps - before.num_steps);
  }
}

// Four characters are free, and the model itself guesses them, more than a third of them right;
// then text is forced, which must not come before the last of them.
TEST(ForcedText, ComesBehindTokensThatWereGuessed) {
  const auto plain = rambling_completer();
  const auto guessing = rambling_completer(
      kUsualSpeculation, std::make_unique<FakeModel>(FakeModelOptions{.vocab_size = kVocabSize}));
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CompletionRequest request = request_bound_to("{}", seed);
    request.prompt = TextPrompt{std::string(static_cast<std::size_t>(seed), 'a')};
    request.sampling.temperature = 0;
    request.grammar =
        OutputGrammar{.kind = OutputGrammar::Kind::Regex, .text = "([ -~]{4}#-#-#-#-){20}"};
    const BoundAnswer wanted = answer_to(*plain, request);
    const BoundAnswer answer = answer_to(*guessing, request);
    EXPECT_EQ(answer.content, wanted.content) << "seed " << seed;
    EXPECT_EQ(answer.ids, wanted.ids) << "seed " << seed;
  }
  EXPECT_GT(guessing->engine_stats()->num_accepted_tokens, 20u);
  EXPECT_EQ(guessing->engine_stats()->num_forced_tokens, plain->engine_stats()->num_forced_tokens);
  EXPECT_GT(plain->engine_stats()->num_forced_tokens, 1000u);
}

TEST(ForcedText, EndsWithMaxTokens) {
  const auto completer = rambling_completer();
  for (std::int64_t max_tokens = 1; max_tokens < 120; ++max_tokens) {
    CompletionRequest request = request_bound_to(kLongKeys, 7);
    request.stopping.max_tokens = max_tokens;
    const BoundAnswer answer = answer_to(*completer, request);
    EXPECT_LE(answer.usage.num_completion_tokens, max_tokens);
    const bool is_whole = answer.finished.reason == FinishReason::Stop;
    EXPECT_EQ(is_whole, parse_json(answer.content).has_value()) << answer.content;
    ASSERT_TRUE(answer.finished.verdict);
    EXPECT_EQ(answer.finished.verdict->is_valid, is_whole);
    // The shortest: {"identification_number":0,"is_available_today":"certainly"}.
    EXPECT_EQ(is_whole, max_tokens >= 60) << answer.content;
  }
}

TEST(ForcedText, IsDrawnWhereSingleTokensAreAskedAbout) {
  const auto completer = rambling_completer();
  const auto num_forced = [&](auto change) {
    CompletionRequest request = request_bound_to(kLongKeys, 3);
    change(request);
    const auto before = completer->engine_stats()->num_forced_tokens;
    const BoundAnswer answer = answer_to(*completer, request);
    EXPECT_TRUE(parse_json(answer.content)) << answer.content;
    if (request.num_top_logprobs) {
      EXPECT_EQ(answer.logprobs.size(), answer.ids.size());
      for (const TokenLogprob& logprob : answer.logprobs) EXPECT_LT(logprob.logprob, 0);
    }
    return completer->engine_stats()->num_forced_tokens - before;
  };
  EXPECT_GT(num_forced([](CompletionRequest&) {}), 0u);
  EXPECT_EQ(num_forced([](CompletionRequest& r) { r.num_top_logprobs = 0; }), 0u);
  EXPECT_EQ(num_forced([](CompletionRequest& r) { r.sampling.logit_bias[{'q'}] = 1; }), 0u);
  EXPECT_EQ(num_forced([](CompletionRequest& r) { r.sampling.bad_words = {"zzz"}; }), 0u);
  EXPECT_EQ(num_forced([](CompletionRequest& r) { r.stopping.stop_token_ids = {kStop}; }), 0u);
}

TEST(ForcedText, StopsAtAStopString) {
  const auto completer = rambling_completer();
  CompletionRequest request = request_bound_to(kLongKeys, 3);
  request.stopping.stop = {"ication_n"};
  const BoundAnswer answer = answer_to(*completer, request);
  EXPECT_TRUE(answer.content.ends_with("\"identif")) << answer.content;
  EXPECT_EQ(answer.finished.reason, FinishReason::Stop);
  ASSERT_TRUE(answer.finished.verdict);
  EXPECT_EQ(answer.finished.verdict->is_valid, false) << "a stop string cut it off";
}

// No automaton knows back references; the type and the length are enforced all the same.
constexpr const char* kBeyond = R"({"type":"string","pattern":"^(a|b)\\1$","maxLength":3})";

TEST(AnswerVerdict, SaysWhetherWhatIsNotEnforcedWasMet) {
  const auto completer = rambling_completer();
  const auto refused = completer->start(request_bound_to(kBeyond, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("/pattern"), 0u) << refused.error().message;

  CompletionRequest request = request_bound_to(kBeyond, 1);
  request.grammar->is_strict = false;
  const BoundAnswer answer = answer_to(*completer, request);
  const auto text = parse_json(answer.content);
  ASSERT_TRUE(text && text->is_string()) << answer.content;
  ASSERT_TRUE(answer.finished.verdict);
  EXPECT_FALSE(answer.finished.verdict->is_valid) << "nor can the pattern be judged";
  EXPECT_EQ(answer.finished.verdict->error.find("/pattern"), 0u) << answer.finished.verdict->error;
  EXPECT_EQ(answer.finished.verdict->not_enforced.size(), 1u);

  // That two items are equal can be judged, but not enforced.
  int num_valid = 0;
  int num_invalid = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CompletionRequest equal = request_bound_to(
        R"({"type":"array","items":{"enum":[1,2]},"minItems":2,"maxItems":2,
            "not":{"uniqueItems":true}})",
        seed);
    equal.grammar->is_strict = false;
    const BoundAnswer pair = answer_to(*completer, equal);
    const auto value = parse_json(pair.content);
    ASSERT_TRUE(value && value->size() == 2) << pair.content;
    ASSERT_TRUE(pair.finished.verdict && pair.finished.verdict->is_valid.has_value());
    const bool is_valid = *pair.finished.verdict->is_valid;
    EXPECT_EQ(is_valid, (*value)[0] == (*value)[1]) << pair.content;
    EXPECT_EQ(pair.finished.verdict->error.find("the root: "), is_valid ? std::string::npos : 0u);
    ++(is_valid ? num_valid : num_invalid);
  }
  EXPECT_GT(num_valid, 0);
  EXPECT_GT(num_invalid, 0);
}

TEST(AnswerVerdict, IsTrueOfWhatTheGrammarEnforces) {
  const auto completer = rambling_completer();
  CompletionRequest lenient = request_bound_to(kLongKeys, 1);
  lenient.grammar->is_strict = false;
  for (const CompletionRequest& request : {request_bound_to(kLongKeys, 1), lenient}) {
    const BoundAnswer answer = answer_to(*completer, request);
    ASSERT_TRUE(answer.finished.verdict);
    EXPECT_EQ(answer.finished.verdict->is_valid, true) << answer.finished.verdict->error;
    EXPECT_TRUE(answer.finished.verdict->not_enforced.empty());
  }
  CompletionRequest free = request_bound_to(kLongKeys, 1);
  free.grammar.reset();
  EXPECT_FALSE(answer_to(*completer, free).finished.verdict);
}

TEST(AnswerVerdict, IsAboutTheArgumentsOfCalls) {
  const auto completer = rambling_completer();
  CompletionRequest request = request_bound_to("true", 5);
  request.grammar.reset();
  auto& prompt = std::get<ChatPrompt>(request.prompt);
  prompt.tools = *parse_json(R"([{"function":{"name":"f","parameters":{
      "properties":{"a":{"enum":["x"]},"b":{"enum":["yyy"],"unevaluatedItems":false}},
      "required":["a","b"],"not":{"unevaluatedProperties":{"type":"string"}}}}}])");
  prompt.tool_choice = {.kind = ToolChoice::Kind::Required, .name = "f"};
  const BoundAnswer answer = answer_to(*completer, request);
  ASSERT_EQ(answer.calls.size(), 1u) << answer.content;
  EXPECT_EQ(*parse_json(answer.calls[0].arguments), (Json{{"a", "x"}, {"b", "yyy"}}));
  ASSERT_TRUE(answer.finished.verdict);
  EXPECT_EQ(answer.finished.verdict->is_valid, false);
  EXPECT_EQ(answer.finished.verdict->error.find("tool_calls[0]: the root: "), 0u)
      << answer.finished.verdict->error;
  EXPECT_EQ(answer.finished.verdict->not_enforced.size(), 2u);
}

}  // namespace
}  // namespace falconet
