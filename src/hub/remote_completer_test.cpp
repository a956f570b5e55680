// A model on another server, which follows a script on loopback.
#include "hub/remote_completer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>

#include "base/strings.h"
#include "hub/remote_chat.h"
#include "hub/scripted_server.h"

namespace falconet {
namespace {

std::string chunk(const Json& delta, const char* reason = nullptr) {
  Json choice = {{"index", 0}, {"delta", delta}, {"finish_reason", nullptr}};
  if (reason != nullptr) choice["finish_reason"] = reason;
  return cat("data: ", to_text({{"choices", Json::array({choice})}}), "\n\n");
}

constexpr const char* kDone = "data: [DONE]\n\n";

struct Heard {
  std::string reasoning;
  std::string content;
  std::vector<ToolCallDelta> calls;
  FinishReason reason = FinishReason::Failed;
  Usage usage;
  std::string error;
};

void take(Result<CompletionEvent> event, Heard& heard) {
  if (!event) {
    heard.error = event.error().message;
  } else if (const auto* text = std::get_if<TextDelta>(&*event)) {
    heard.reasoning += text->reasoning;
    heard.content += text->content;
    heard.calls.insert(heard.calls.end(), text->tool_calls.begin(), text->tool_calls.end());
  } else if (const auto* end = std::get_if<ChoiceFinished>(&*event)) {
    heard.reason = end->reason;
  } else if (const auto* finished = std::get_if<CompletionFinished>(&*event)) {
    heard.usage = finished->usage;
  }
}

/// What a reader makes of an event stream that comes in pieces of this size.
Heard read_stream(std::string_view stream, std::size_t piece_bytes) {
  RemoteChatReader reader(7);
  for (std::size_t at = 0; at < stream.size(); at += piece_bytes) {
    reader.push(stream.substr(at, piece_bytes));
  }
  reader.finish();
  Heard heard;
  while (auto event = reader.pop()) take(*std::move(event), heard);
  return heard;
}

TEST(RemoteChatReader, ReadsAnAnswerHoweverItIsCut) {
  const std::string usage =
      R"(data: {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 5,
"completion_tokens_details": {"reasoning_tokens": 2}}})";
  const std::string stream =
      cat(": keep-alive\n\n", chunk({{"reasoning_content", "hm, "}}), chunk({{"reasoning", "é"}}),
          chunk({{"content", "4 < 5 ▷"}}), chunk(Json::object(), "stop"),
          replace_all(usage, "\n", " "), "\n\n", kDone, chunk({{"content", "too late"}}));
  for (std::size_t piece = 1; piece < stream.size(); piece = piece * 2 + 1) {
    const Heard heard = read_stream(stream, piece);
    EXPECT_EQ(heard.reasoning, "hm, é");
    EXPECT_EQ(heard.content, "4 < 5 ▷");
    EXPECT_EQ(heard.reason, FinishReason::Stop);
    EXPECT_EQ(heard.usage.num_prompt_tokens, 11);
    EXPECT_EQ(heard.usage.num_completion_tokens, 5);
    EXPECT_EQ(heard.usage.num_reasoning_tokens, 2);
    EXPECT_EQ(heard.error, "");
  }
}

TEST(RemoteChatReader, FindsReasoningInsideTheContent) {
  const Heard heard =
      read_stream(cat(chunk({{"content", "<thi"}}), chunk({{"content", "nk>\nhm\n</think>"}}),
                      chunk({{"content", "\n\nYes"}}), chunk({{"content", "."}}, "length"), kDone),
                  1000);
  EXPECT_EQ(heard.reasoning, "hm");
  EXPECT_EQ(heard.content, "Yes.");
  EXPECT_EQ(heard.reason, FinishReason::Length);
  EXPECT_EQ(heard.usage.num_prompt_tokens, 7) << "the estimate, where the server does not count";
  EXPECT_GT(heard.usage.num_completion_tokens, 1);
}

TEST(RemoteChatReader, ReadsToolCalls) {
  const auto call = [](const char* name, const char* arguments) {
    Json function = {{"arguments", arguments}};
    if (*name != '\0') function["name"] = name;
    return chunk({{"tool_calls", Json::array({{{"index", 0}, {"function", function}}})}});
  };
  const Heard heard = read_stream(
      cat(call("f", ""), call("", "{\"x\":"), call("", "1}"), chunk({}, "tool_calls"), kDone), 64);
  ASSERT_EQ(heard.calls.size(), 3u);
  EXPECT_EQ(heard.calls[0].name, "f");
  EXPECT_EQ(heard.calls[1].arguments + heard.calls[2].arguments, "{\"x\":1}");
  EXPECT_EQ(heard.reason, FinishReason::ToolCalls);
}

TEST(RemoteChatReader, SaysWhatWentWrong) {
  EXPECT_NE(read_stream(chunk({{"content", "a"}}), 9).error.find("broke the answer off"),
            std::string::npos);
  EXPECT_NE(
      read_stream("data: {\"error\": {\"message\": \"no credit\"}}\n", 9).error.find("no credit"),
      std::string::npos);
  EXPECT_NE(read_stream("data: <html>\n", 9).error.find("no JSON: <html>"), std::string::npos);
  EXPECT_NE(read_stream("", 1).error.find("broke"), std::string::npos);
}

TEST(RemoteChatRequest, AsksForWhatWasAskedAndNothingElse) {
  CompletionRequest request{.prompt =
                                ChatPrompt{.messages = {{{"role", "user"}, {"content", "hi"}}}}};
  const Json bare = remote_chat_request(request, "m").value();
  EXPECT_EQ(bare, (Json{{"model", "m"},
                        {"messages", {{{"role", "user"}, {"content", "hi"}}}},
                        {"stream", true},
                        {"stream_options", {{"include_usage", true}}}}));
  request.sampling.temperature = 0.5;
  request.stopping.max_tokens = 9;
  request.stopping.thinking_budget = 0;
  request.grammar =
      OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = {{"type", "object"}}};
  const Json full = remote_chat_request(request, "m").value();
  EXPECT_EQ(full["temperature"], 0.5);
  EXPECT_EQ(full["max_tokens"], 9);
  EXPECT_EQ(full["chat_template_kwargs"]["enable_thinking"], false);
  EXPECT_EQ(full["response_format"]["json_schema"]["schema"]["type"], "object");
  request.grammar->kind = OutputGrammar::Kind::Regex;
  EXPECT_EQ(remote_chat_request(request, "m").error().code, ErrorCode::Unsupported);
  EXPECT_FALSE(remote_chat_request({.prompt = TextPrompt{"hi"}}, "m"));
}

CompletionRequest question() {
  return {.prompt = ChatPrompt{.messages = {{{"role", "user"}, {"content", "hi"}}}}};
}

Heard ask(const RemoteEndpoint& endpoint) {
  RemoteCompleter completer(endpoint, {.id = "m"});
  auto stream = completer.start(question()).value();
  Heard heard;
  while (auto event = stream->next()) take(*std::move(event), heard);
  EXPECT_TRUE(stream->is_finished());
  return heard;
}

TEST(RemoteCompleter, AnswersWithTheKeyThatWasGiven) {
  ScriptedServer server([](const TestRequest& request) {
    if (request.headers.at("authorization") != "Bearer k") {
      return test_answer(401, {}, R"({"error": {"message": "bad key"}})");
    }
    return test_answer(200, {"Content-Type: text/event-stream"},
                       cat(chunk({{"content", "Hello"}}), chunk({}, "stop"), kDone));
  });
  EXPECT_EQ(ask({server.address() + "/v1", "k"}).content, "Hello");
  EXPECT_EQ(server.requests().at(0).path, "/v1/chat/completions");
  const Heard refused = ask({server.address() + "/v1", "wrong"});
  EXPECT_NE(refused.error.find("401: bad key"), std::string::npos) << refused.error;
  EXPECT_NE(refused.error.find("OPENAI_API_KEY"), std::string::npos);
}

TEST(RemoteCompleter, IsCancelledAtOnceWhileTheOtherServerIsSilent) {
  std::promise<void> may_answer;
  const std::shared_future<void> gate = may_answer.get_future().share();
  std::promise<void> was_asked;
  std::atomic<bool> is_first = true;
  ScriptedServer server([&](const TestRequest&) {
    if (is_first.exchange(false)) was_asked.set_value();
    gate.wait();
    return std::string();
  });
  RemoteCompleter completer({server.address(), ""}, {.id = "m"});
  auto stream = completer.start(question()).value();
  std::atomic<int> num_wakes = 0;
  stream->on_ready([&] { ++num_wakes; });
  was_asked.get_future().wait();
  const auto begin = std::chrono::steady_clock::now();
  stream->cancel();
  Heard heard;
  while (auto event = stream->next()) take(*std::move(event), heard);
  EXPECT_EQ(heard.reason, FinishReason::Cancelled);
  EXPECT_EQ(heard.error, "");
  EXPECT_GT(num_wakes, 0);
  auto dropped = completer.start(question()).value();  // waits for its turn at the server
  dropped.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  may_answer.set_value();
}

TEST(RemoteEndpoint, ComesFromTheEnvironment) {
  ::setenv("OPENAI_API_KEY", "k", 1);
  EXPECT_TRUE(remote_endpoints_from_environment().empty()) << "a key alone sends nothing anywhere";
  ::setenv("OPENAI_API_BASE_URLS", "http://a:1/v1/; https://b.org/v1", 1);
  ::setenv("OPENAI_API_KEYS", "x", 1);
  const auto endpoints = remote_endpoints_from_environment();
  ASSERT_EQ(endpoints.size(), 2u);
  EXPECT_EQ(endpoints[0].url, "http://a:1/v1");
  EXPECT_EQ(endpoints[0].key, "x");
  EXPECT_EQ(endpoints[1].host(), "b.org");
  EXPECT_EQ(endpoints[1].key, "");
  for (const char* name : {"OPENAI_API_KEY", "OPENAI_API_KEYS", "OPENAI_API_BASE_URLS"}) {
    ::unsetenv(name);
  }
}

TEST(EstimatedTokens, AreAboutRight) {
  // Counted with DeepSeek-R1's tokenizer: 9 and 8.
  EXPECT_NEAR(static_cast<double>(estimated_tokens("The quick brown fox jumps over the dog.")), 9,
              3);
  EXPECT_NEAR(static_cast<double>(estimated_tokens("今天天气很好，我们去公园。")), 8, 5);
}

}  // namespace
}  // namespace falconet
