#include "server/openai.h"

#include <algorithm>

#include "server/server_test.h"

namespace falconet {
namespace {

/// Replaces what follows each `mark`, as long as it consists of `characters`.
std::string mask_after(std::string text, std::string_view mark, const char* characters,
                       const std::string& replacement) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const auto end = std::min(text.find_first_not_of(characters, begin), text.size());
    text.replace(begin, end - begin, replacement);
  }
  return text;
}

/// The text with what differs from run to run made the same.
std::string masked(const std::string& text) {
  return mask_after(mask_after(text, "cmpl-", "0123456789abcdef", "ID"),
                    "\"created\":", "0123456789", "0");
}

TEST(Models, AreListedWithTheirCards) {
  TestServer test;
  test.models.serve({"org/other"}, test.model);
  TestClient client(test.port());
  const Json list = client.get("/v1/models").json();
  ASSERT_EQ(list["data"].size(), 2u);
  const Json& card = list["data"][0];
  EXPECT_EQ(card["id"], "fake");
  EXPECT_EQ(card["root"], "fake-model.gguf");
  EXPECT_EQ(card["max_model_len"], 4096);
  EXPECT_EQ(card["permission"][0]["object"], "model_permission");
  EXPECT_EQ(client.get("/v1/models/org/other").json()["id"], "org/other");
  EXPECT_EQ(client.get("/v1/models/org%2Fother").json()["id"], "org/other");
  const TestResponse missing = client.get("/v1/models/none");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.error("code"), "model_not_found");
  EXPECT_EQ(missing.error("param"), "model");
}

TEST(Models, AreUnavailableWhileTheyLoad) {
  TestServer test(TestServer::Loading{}, {});
  TestClient client(test.port());
  TestResponse health = client.get("/health");
  EXPECT_EQ(health.status, 503);
  EXPECT_TRUE(health.headers.contains("retry-after"));
  EXPECT_EQ(client.get("/ping").status, 200);
  EXPECT_EQ(client.post("/v1/chat/completions", kHelloChat).status, 503);
  EXPECT_EQ(client.get("/v1/models").json()["data"].size(), 0u);
  test.models.serve({"fake"}, test.model);
  EXPECT_EQ(client.get("/health").status, 200);
  EXPECT_EQ(client.post("/v1/chat/completions", kHelloChat).status, 200);
}

TEST(Chat, AnswersWithReasoningUnderBothNamesAndWithUsage) {
  TestServer test(FakeCompleter::saying("It is 4.", "Two and two "));
  const TestResponse response =
      TestClient(test.port()).post("/v1/chat/completions", chat_with(R"("seed":7)"));
  EXPECT_EQ(
      masked(response.body),
      R"({"id":"chatcmpl-ID","object":"chat.completion","created":0,"model":"fake",)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":"It is 4.",)"
      R"("refusal":null,"reasoning":"Two and two ","reasoning_content":"Two and two "},)"
      R"("logprobs":null,"finish_reason":"stop","stop_reason":null}],)"
      R"("usage":{"prompt_tokens":3,"completion_tokens":6,"total_tokens":9,)"
      R"("prompt_tokens_details":{"cached_tokens":0},)"
      R"("completion_tokens_details":{"reasoning_tokens":3}},"system_fingerprint":null,)"
      R"("seed":7,"timings":{"queue_seconds":0.0,"prefill_seconds":0.0,"decode_seconds":0.0}})");
}

TEST(Chat, StreamsTheBytesThatClientsOfOpenAiExpect) {
  TestServer test(FakeCompleter::saying("It is", "Hm "));
  TestResponse response =
      TestClient(test.port())
          .post("/v1/chat/completions", chat_with(R"("stream":true,"stream_options":)"
                                                  R"({"include_usage":true})"));
  EXPECT_EQ(response.headers["content-type"], "text/event-stream; charset=utf-8");
  const std::string head =
      R"(data: {"id":"chatcmpl-ID","object":"chat.completion.chunk","created":0,"model":"fake",)";
  const auto chunk = [&](const std::string& delta, const std::string& finish) {
    return cat(head, R"("choices":[{"index":0,"delta":)", delta,
               R"(,"logprobs":null,"finish_reason":)", finish, "}],\"usage\":null}\n\n");
  };
  EXPECT_EQ(masked(response.body),
            cat(chunk(R"({"role":"assistant","content":""})", "null"),
                chunk(R"({"reasoning":"Hm ","reasoning_content":"Hm "})", "null"),
                chunk(R"({"content":"It "})", "null"), chunk(R"({"content":"is"})", "null"),
                chunk("{}", R"("stop","stop_reason":null)"), head,
                R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":3,)"
                R"("total_tokens":6,"prompt_tokens_details":{"cached_tokens":0},)"
                R"("completion_tokens_details":{"reasoning_tokens":1}},"seed":0,)"
                R"("timings":{"queue_seconds":0.0,"prefill_seconds":0.0,"decode_seconds":0.0}})",
                "\n\ndata: [DONE]\n\n"));
}

TEST(Chat, LeavesReasoningOutOnRequest) {
  TestServer test(FakeCompleter::saying("Yes.", "Hm "));
  TestClient client(test.port());
  const Json plain =
      client.post("/v1/chat/completions", chat_with(R"("include_reasoning":false)")).json();
  EXPECT_FALSE(plain["choices"][0]["message"].contains("reasoning"));
  const TestResponse streamed =
      client.post("/v1/chat/completions", chat_with(R"("include_reasoning":false,"stream":true)"));
  EXPECT_EQ(streamed.body.find("Hm"), std::string::npos);
  EXPECT_NE(streamed.body.find("Yes."), std::string::npos);
}

TEST(Chat, SendsCommentsWhileTheModelIsSilent) {
  ServerOptions options;
  options.limits.sse_keep_alive = std::chrono::milliseconds(20);
  TestServer test(FakeCompleter::saying("Hello."), options);
  test.model->hold_after(0);
  TestClient client(test.port());
  client.send(TestClient::request_text("POST", "/v1/chat/completions", kHelloChatStream));
  EXPECT_TRUE(client.read_until(": keep-alive\n\n"));
  test.model->release();
  EXPECT_TRUE(client.read_until("data: [DONE]\n\n"));
}

TEST(Chat, NumbersItsChoices) {
  TestServer test(FakeCompleter::saying("Hello."));
  TestClient client(test.port());
  const Json plain = client.post("/v1/chat/completions", chat_with(R"("n":3)")).json();
  ASSERT_EQ(plain["choices"].size(), 3u);
  EXPECT_EQ(plain["choices"][2]["index"], 2);
  EXPECT_EQ(plain["choices"][2]["message"]["content"], "Hello.");
}

TEST(Chat, WritesLogprobsInOpenAisShape) {
  const auto script = [](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    FakeCompleter::Events events = FakeCompleter::events_saying(request, "");
    const TokenLogprob other{.id = {8}, .text = "Ho", .bytes = "Ho", .logprob = -2.5};
    const TokenLogprob token{
        .id = {7}, .text = "Hé", .bytes = "H\xC3\xA9", .logprob = -0.5, .top = {other}};
    events.insert(events.begin() + 1,
                  CompletionEvent(TextDelta{.content = "Hé", .ids = {{7}}, .logprobs = {token}}));
    return events;
  };
  TestServer test(script);
  TestClient client(test.port());
  const Json chat =
      client.post("/v1/chat/completions", chat_with(R"("logprobs":true,"top_logprobs":1)")).json();
  EXPECT_EQ(to_text(chat["choices"][0]["logprobs"]),
            R"({"content":[{"token":"Hé","logprob":-0.5,"bytes":[72,195,169],"top_logprobs":)"
            R"([{"token":"Ho","logprob":-2.5,"bytes":[72,111]}]}],"refusal":null})");
  EXPECT_EQ(test.model->requests().back().num_top_logprobs, 1);
  const Json text = client.post("/v1/completions", R"({"prompt":"a","logprobs":1})").json();
  EXPECT_EQ(to_text(text["choices"][0]["logprobs"]),
            R"({"text_offset":[0],"token_logprobs":[-0.5],"tokens":["Hé"],)"
            R"("top_logprobs":[{"Ho":-2.5,"Hé":-0.5}]})");
}

TEST(Chat, ReportsAnErrorBeforeTheFirstEventByItsStatusAndALaterOneInTheStream) {
  const Error failure = error(ErrorCode::Exhausted, "the queue is full");
  TestServer early([&](const CompletionRequest&) -> Result<FakeCompleter::Events> {
    return FakeCompleter::Events{failure};
  });
  TestResponse refused = TestClient(early.port()).post("/v1/chat/completions", kHelloChatStream);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.error("message"), "the queue is full");
  EXPECT_TRUE(refused.headers.contains("retry-after"));

  TestServer late([&](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    FakeCompleter::Events events = FakeCompleter::events_saying(request, "Half a ");
    events.resize(2, failure);
    events.emplace_back(error(ErrorCode::Io, "the disk is gone"));
    return events;
  });
  const TestResponse broken =
      TestClient(late.port()).post("/v1/chat/completions", kHelloChatStream);
  EXPECT_EQ(broken.status, 200);
  EXPECT_TRUE(broken.body.ends_with(
      R"(data: {"error":{"message":"the disk is gone","type":"server_error","param":null,)"
      "\"code\":\"io\"}}\n\ndata: [DONE]\n\n"))
      << broken.body;
}

TEST(Chat, HandsEveryFieldToTheModel) {
  TestServer test;
  const TestResponse response = TestClient(test.port()).post("/v1/chat/completions", R"({
    "model": "fake",
    "messages": [
      {"role": "developer", "content": "Be brief."},
      {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
      {"role": "assistant", "content": null, "reasoning": "Hm"},
      {"role": "user", "content": "c"}],
    "temperature": 0.5, "top_p": 0.9, "top_k": 40.0, "min_p": 0.1, "typical_p": 0.8,
    "xtc_probability": 0.2, "xtc_threshold": 0.3, "dry_multiplier": 0.4, "dry_base": 1.5,
    "dry_allowed_length": 3, "dry_penalty_last_n": 64, "dry_sequence_breakers": ["."],
    "repetition_penalty": 1.1, "presence_penalty": 0.6, "frequency_penalty": 0.7,
    "logit_bias": {"12": -100, "13": 1.5}, "bad_words": ["no"], "seed": -1,
    "stop": "END", "stop_token_ids": [5, 6], "include_stop_str_in_output": true,
    "ignore_eos": true, "min_tokens": 2, "max_tokens": 10, "max_completion_tokens": 20,
    "thinking_token_budget": 30, "detect_loops": true, "n": 2, "priority": -3,
    "skip_special_tokens": false, "prompt_logprobs": 1,
    "chat_template": "{{ messages }}", "continue_final_message": true,
    "chat_template_kwargs": {"enable_thinking": true},
    "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "auto",
    "user": "someone", "nonsense": 1})");
  ASSERT_EQ(response.status, 200) << response.body;
  const CompletionRequest request = test.model->requests().at(0);
  const SamplingOptions& sampling = request.sampling;
  EXPECT_EQ(sampling.temperature, 0.5);
  EXPECT_EQ(sampling.top_p, 0.9);
  EXPECT_EQ(sampling.top_k, 40);
  EXPECT_EQ(sampling.min_p, 0.1);
  EXPECT_EQ(sampling.typical_p, 0.8);
  EXPECT_EQ(sampling.xtc_probability, 0.2);
  EXPECT_EQ(sampling.xtc_threshold, 0.3);
  EXPECT_EQ(sampling.dry_multiplier, 0.4);
  EXPECT_EQ(sampling.dry_base, 1.5);
  EXPECT_EQ(sampling.dry_allowed_length, 3);
  EXPECT_EQ(sampling.dry_penalty_last_n, 64);
  EXPECT_EQ(sampling.dry_sequence_breakers, std::vector<std::string>{"."});
  EXPECT_EQ(sampling.repetition_penalty, 1.1);
  EXPECT_EQ(sampling.presence_penalty, 0.6);
  EXPECT_EQ(sampling.frequency_penalty, 0.7);
  EXPECT_EQ(sampling.logit_bias, (std::map<TokenId, double>{{{12}, -100.0}, {{13}, 1.5}}));
  EXPECT_EQ(sampling.bad_words, std::vector<std::string>{"no"});
  EXPECT_EQ(sampling.seed, ~std::uint64_t{0});
  const StopOptions& stopping = request.stopping;
  EXPECT_EQ(stopping.stop, std::vector<std::string>{"END"});
  EXPECT_EQ(stopping.stop_token_ids, (std::vector<TokenId>{{5}, {6}}));
  EXPECT_TRUE(stopping.include_stop_string);
  EXPECT_TRUE(stopping.ignore_eos);
  EXPECT_EQ(stopping.min_tokens, 2);
  EXPECT_EQ(stopping.max_tokens, 20);
  EXPECT_EQ(stopping.thinking_budget, 30);
  EXPECT_TRUE(stopping.detect_loops);
  EXPECT_EQ(request.num_choices, 2);
  EXPECT_EQ(request.priority, -3);
  EXPECT_FALSE(request.skip_special_tokens);
  EXPECT_TRUE(request.separate_reasoning);
  EXPECT_EQ(request.prompt_logprobs, 1);
  const ChatPrompt& prompt = std::get<ChatPrompt>(request.prompt);
  EXPECT_EQ(prompt.messages[0]["role"], "system");
  EXPECT_EQ(prompt.messages[1]["content"], "a\nb");
  EXPECT_EQ(prompt.messages[2]["reasoning_content"], "Hm");
  EXPECT_EQ(prompt.chat_template, "{{ messages }}");
  EXPECT_TRUE(prompt.continue_final_message);
  EXPECT_FALSE(prompt.add_generation_prompt);
  EXPECT_EQ(prompt.template_kwargs["enable_thinking"], true);
  EXPECT_EQ(prompt.tools[0]["function"]["name"], "f");
}

TEST(Chat, TurnsReasoningOffInEveryDialect) {
  for (const char* field :
       {R"("reasoning_effort":"none")", R"("thinking_budget":0)", R"("thinking_token_budget":0)",
        R"("chat_template_kwargs":{"enable_thinking":false})"}) {
    TestServer test;
    EXPECT_EQ(TestClient(test.port()).post("/v1/chat/completions", chat_with(field)).status, 200);
    EXPECT_EQ(test.model->requests().at(0).stopping.thinking_budget, 0) << field;
  }
}

TEST(Chat, UsesTheFirstModelWhenNoneIsNamed) {
  TestServer test;
  const Json answer =
      TestClient(test.port())
          .post("/v1/chat/completions", R"({"messages":[{"role":"user","content":"Hi"}]})")
          .json();
  EXPECT_EQ(answer["model"], "fake");
}

struct Refusal {
  const char* members;
  const char* param;
  const char* code = "null";
};

class RefusedChat : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedChat, Is400AndNamesTheField) {
  TestServer test;
  const TestResponse response =
      TestClient(test.port()).post("/v1/chat/completions", chat_with(GetParam().members));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.error("type"), "invalid_request_error");
  EXPECT_EQ(response.error("param"), GetParam().param) << response.body;
  EXPECT_EQ(response.error("code"), GetParam().code);
  EXPECT_TRUE(test.model->requests().empty());
}

INSTANTIATE_TEST_SUITE_P(
    , RefusedChat,
    testing::Values(
        Refusal{R"("temperature":"hot")", "temperature"}, Refusal{R"("top_k":1.5)", "top_k"},
        Refusal{R"("n":0)", "n"}, Refusal{R"("n":129)", "n"}, Refusal{R"("n":99999999999)", "n"},
        Refusal{R"("stop":5)", "stop"}, Refusal{R"("stop":["a",5])", "stop[1]"},
        Refusal{R"("stop_token_ids":[1,-1])", "stop_token_ids[1]"},
        Refusal{R"("logit_bias":[1])", "logit_bias"},
        Refusal{R"("logit_bias":{"x":1})", "logit_bias"},
        Refusal{R"("logit_bias":{"1":"x"})", "logit_bias"}, Refusal{R"("stream":"yes")", "stream"},
        Refusal{R"("stream_options":{"include_usage":true})", "stream_options"},
        Refusal{R"("stream":true,"stream_options":{"include_usage":1})",
                "stream_options.include_usage"},
        Refusal{R"("top_logprobs":3)", "top_logprobs"},
        Refusal{R"("logprobs":true,"top_logprobs":21)", "top_logprobs"},
        Refusal{R"("reasoning_effort":"extreme")", "reasoning_effort"},
        Refusal{R"("chat_template_kwargs":[])", "chat_template_kwargs"},
        Refusal{R"("continue_final_message":true,"add_generation_prompt":true)",
                "continue_final_message"},
        Refusal{R"("messages":[])", "messages"}, Refusal{R"("messages":"Hi")", "messages"},
        Refusal{R"("messages":["Hi"])", "messages[0]"},
        Refusal{R"("messages":[{"content":"Hi"}])", "messages[0].role"},
        Refusal{R"("messages":[{"role":"user"}])", "messages[0].content"},
        Refusal{R"("messages":[{"role":"user","content":5}])", "messages[0].content"},
        Refusal{R"("messages":[{"role":"user","content":[{"type":"image_url"}]}])",
                "messages[0].content[0]", "unsupported_value"},
        Refusal{R"("tools":{})", "tools"}, Refusal{R"("tool_choice":"required")", "tool_choice"},
        Refusal{R"("tool_choice":{"type":"function"})", "tool_choice"},
        Refusal{R"("response_format":{"type":"xml"})", "response_format.type"},
        Refusal{R"("response_format":{"type":"json_schema"})",
                "response_format.json_schema.schema"},
        Refusal{R"("guided_json":3)", "guided_json"},
        Refusal{R"("guided_json":{},"guided_regex":"a")", "guided_regex"},
        Refusal{R"("structured_outputs":{"regex":3})", "structured_outputs.regex"},
        Refusal{R"("structured_outputs":{"structural_tag":{}})",
                "structured_outputs.structural_tag", "unsupported_value"},
        Refusal{R"("echo":true)", "echo", "unsupported_value"},
        Refusal{R"("best_of":3)", "best_of", "unsupported_value"}));

TEST(Chat, ShapesEveryKindOfErrorOfTheModel) {
  const struct {
    ErrorCode code;
    int status;
    const char* name;
  } expectations[] = {{ErrorCode::InvalidArgument, 400, "null"},
                      {ErrorCode::NotFound, 404, "model_not_found"},
                      {ErrorCode::AlreadyExists, 409, "already_exists"},
                      {ErrorCode::Unsupported, 400, "unsupported_value"},
                      {ErrorCode::Corrupt, 500, "corrupt"},
                      {ErrorCode::TooLarge, 400, "context_length_exceeded"},
                      {ErrorCode::Exhausted, 429, "queue_full"},
                      {ErrorCode::PermissionDenied, 403, "permission_denied"},
                      {ErrorCode::Unavailable, 503, "unavailable"},
                      {ErrorCode::Cancelled, 503, "cancelled"},
                      {ErrorCode::Io, 500, "io"}};
  for (const auto& [code, status, name] : expectations) {
    TestServer test(FakeCompleter::refusing(error(code, "top_p: so it is")));
    const TestResponse response = TestClient(test.port()).post("/v1/chat/completions", kHelloChat);
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.error("code"), name);
    EXPECT_EQ(response.error("param"), "top_p");
    EXPECT_EQ(response.error("message"), "top_p: so it is");
  }
}

TEST(Errors, FindTheirParamInWhateverWayTheMessageGoesOn) {
  const std::pair<const char*, const char*> expectations[] = {
      {"top_p must be at most 1, found 7", "top_p"},
      {"messages[3].content has a part of type 'audio'", "messages[3].content"},
      {"echo is for text prompts, not for chats", "echo"},
      {"roles must alternate", "null"},
      {"the prompt is empty: it needs at least one token", "null"}};
  for (const auto& [message, param] : expectations) {
    TestServer test(FakeCompleter::refusing(error(ErrorCode::InvalidArgument, message)));
    EXPECT_EQ(TestClient(test.port()).post("/v1/chat/completions", kHelloChat).error("param"),
              param);
  }
}

TEST(Bodies, ThatAreNotJsonObjectsAreRefused) {
  TestServer test;
  TestClient client(test.port());
  for (const std::string& body : {std::string("{"), std::string("[]"), std::string("nonsense"),
                                  std::string("{\"a\":\xff}"), std::string(100'000, '[')}) {
    const TestResponse response = client.post("/v1/chat/completions", body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.error("code"), "null");
  }
  EXPECT_EQ(client.post("/v1/chat/completions", "").status, 400);
  const TestResponse unknown = client.post(
      "/v1/chat/completions", R"({"model":"gpt-4","messages":[{"role":"user","content":"Hi"}]})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.error("code"), "model_not_found");
}

TEST(Completions, AnswerEveryFormOfPromptAndNumberTheirChoicesThrough) {
  TestServer test(FakeCompleter::saying("and so on"));
  TestClient client(test.port());
  const Json one = client.post("/v1/completions", R"({"prompt":"Once"})").json();
  EXPECT_EQ(one["object"], "text_completion");
  EXPECT_EQ(one["choices"][0]["text"], "and so on");
  const CompletionRequest request = test.model->requests().back();
  EXPECT_EQ(request.stopping.max_tokens, 16);
  EXPECT_FALSE(request.separate_reasoning);

  const Json several =
      client.post("/v1/completions", R"({"prompt":["a","bcd"],"n":2,"max_tokens":5})").json();
  ASSERT_EQ(several["choices"].size(), 4u);
  EXPECT_EQ(several["choices"][3]["index"], 3);
  EXPECT_EQ(several["usage"]["prompt_tokens"], 4);
  EXPECT_EQ(several["usage"]["completion_tokens"], 12);

  EXPECT_EQ(client.post("/v1/completions", R"({"prompt":[1,2,3]})").status, 200);
  EXPECT_EQ(std::get<TokenPrompt>(test.model->requests().back().prompt).ids,
            (std::vector<TokenId>{{1}, {2}, {3}}));
  EXPECT_EQ(client.post("/v1/completions", R"({"prompt":[[1,2],[3]]})").json()["choices"].size(),
            2u);
}

TEST(Completions, StreamTheirBytes) {
  TestServer test(FakeCompleter::saying("so on"));
  const TestResponse response =
      TestClient(test.port())
          .post("/v1/completions", R"({"model":"fake","prompt":"And","stream":true})");
  const std::string head =
      R"(data: {"id":"cmpl-ID","object":"text_completion","created":0,"model":"fake",)"
      R"("choices":[{"index":0,"text":)";
  EXPECT_EQ(masked(response.body),
            cat(head, R"("so ","logprobs":null,"finish_reason":null,"stop_reason":null}]})", "\n\n",
                head, R"("on","logprobs":null,"finish_reason":null,"stop_reason":null}]})", "\n\n",
                head, R"("","logprobs":null,"finish_reason":"stop","stop_reason":null}]})",
                "\n\ndata: [DONE]\n\n"));
}

TEST(Completions, DoNotCountAnEchoAsGenerated) {
  const auto script = [](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    FakeCompleter::Events events = FakeCompleter::events_saying(request, "");
    events.insert(events.begin() + 1,
                  CompletionEvent(TextDelta{.content = "ab", .ids = {{1}, {2}}}));
    events.insert(events.begin() + 2, CompletionEvent(TextDelta{.content = "c", .ids = {{3}}}));
    return events;
  };
  TestServer test(script);
  TestClient client(test.port());
  const std::string body =
      client
          .post("/v1/completions", R"({"prompt":"ab","echo":true,"stream":true,)"
                                   R"("stream_options":{"continuous_usage_stats":true}})")
          .body;
  const auto first = body.find("\"completion_tokens\":0");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(body.find("\"completion_tokens\":1", first), std::string::npos);
  EXPECT_EQ(body.find("\"completion_tokens\":3"), std::string::npos);
}

TEST(Completions, RefuseWhatTheyCannotDo) {
  TestServer test;
  TestClient client(test.port());
  for (const Refusal& refusal :
       {Refusal{R"({})", "prompt"}, Refusal{R"({"prompt":5})", "prompt"},
        Refusal{R"({"prompt":[]})", "prompt"}, Refusal{R"({"prompt":["a",5]})", "prompt[1]"},
        Refusal{R"({"prompt":[1,"a"]})", "prompt[1]"},
        Refusal{R"({"prompt":[[1,-2]]})", "prompt[0][1]"},
        Refusal{R"({"prompt":"a","suffix":"b"})", "suffix"},
        Refusal{R"({"prompt":"a","logprobs":21})", "logprobs"}}) {
    const TestResponse response = client.post("/v1/completions", refusal.members);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.error("param"), refusal.param) << response.body;
  }
}

TEST(Completions, CancelAllPromptsWhenOneIsRefused) {
  int calls = 0;
  TestServer test([&](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    if (++calls == 3) return error(ErrorCode::Exhausted, "the queue is full");
    return FakeCompleter::events_saying(request, "x");
  });
  const TestResponse response =
      TestClient(test.port()).post("/v1/completions", R"({"prompt":["a","b","c"]})");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(test.model->num_cancelled_streams(), 2);
  EXPECT_EQ(test.model->num_live_streams(), 0);
}

TEST(Tokenize, CountsTheTokensOfTextAndOfMessages) {
  TestServer test;
  TestClient client(test.port());
  EXPECT_EQ(client.post("/tokenize", R"({"prompt":"abc"})").body,
            R"({"count":3,"max_model_len":4096,"tokens":[97,98,99]})");
  EXPECT_EQ(
      client.post("/tokenize", R"({"messages":[{"role":"user","content":"ab"}]})").json()["count"],
      3);
  EXPECT_EQ(client.post("/tokenize", "{}").error("param"), "prompt");
  EXPECT_EQ(client.post("/detokenize", R"({"tokens":[1,2]})").status, 200);
  EXPECT_EQ(client.post("/detokenize", R"({"tokens":"x"})").error("param"), "tokens");
}

}  // namespace
}  // namespace falconet
