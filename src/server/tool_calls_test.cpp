// Tool calls over HTTP, in OpenAI's shapes.
#include <gtest/gtest.h>

#include "server/server_test.h"

namespace falconet {
namespace {

constexpr const char* kTool =
    R"("tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}])";

/// An answer of some text and two calls, the first in two parts.
Result<FakeCompleter::Events> calling(const CompletionRequest& request) {
  FakeCompleter::Events events = FakeCompleter::events_saying(request, "So: ");
  const auto call = [](std::size_t index, const char* name, const char* arguments) {
    return TextDelta{.tool_calls = {{.index = index, .name = name, .arguments = arguments}}};
  };
  const auto finish = std::find_if(events.begin(), events.end(), [](const auto& event) {
    return std::holds_alternative<ChoiceFinished>(*event);
  });
  std::get<ChoiceFinished>(**finish).reason = FinishReason::ToolCalls;
  const std::vector<Result<CompletionEvent>> calls = {CompletionEvent(call(0, "add", "{\"n\"")),
                                                      CompletionEvent(call(0, "", ": 3}")),
                                                      CompletionEvent(call(1, "ping", "{}"))};
  events.insert(finish, calls.begin(), calls.end());
  return events;
}

TEST(ToolCalls, StandInTheMessage) {
  TestServer test(calling);
  const Json response =
      TestClient(test.port()).post("/v1/chat/completions", chat_with(kTool)).json();
  const Json& choice = response["choices"][0];
  EXPECT_EQ(choice["finish_reason"], "tool_calls");
  EXPECT_EQ(choice["message"]["content"], "So: ");
  const Json& calls = choice["message"]["tool_calls"];
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0]["type"], "function");
  EXPECT_EQ(calls[0]["function"], (Json{{"name", "add"}, {"arguments", "{\"n\": 3}"}}));
  EXPECT_EQ(calls[1]["function"], (Json{{"name", "ping"}, {"arguments", "{}"}}));
  EXPECT_NE(calls[0]["id"], calls[1]["id"]);
  EXPECT_EQ(calls[0]["id"].get<std::string>().find("call_"), 0u);
}

TEST(ToolCalls, StreamAsDeltas) {
  TestServer test(calling);
  const std::string body =
      TestClient(test.port())
          .post("/v1/chat/completions", chat_with(std::string(kTool) + R"(,"stream":true)"))
          .body;
  std::vector<Json> deltas;
  for (std::size_t at = body.find("\"tool_calls\":["); at != std::string::npos;
       at = body.find("\"tool_calls\":[", at + 1)) {
    const std::size_t begin = body.rfind("data: ", at) + 6;
    const auto chunk = parse_json(body.substr(begin, body.find('\n', begin) - begin));
    ASSERT_TRUE(chunk) << body;
    deltas.push_back((*chunk)["choices"][0]["delta"]["tool_calls"][0]);
  }
  ASSERT_EQ(deltas.size(), 3u) << body;
  EXPECT_EQ(deltas[0]["index"], 0);
  EXPECT_TRUE(deltas[0].contains("id"));
  EXPECT_EQ(deltas[0]["function"], (Json{{"name", "add"}, {"arguments", "{\"n\""}}));
  EXPECT_FALSE(deltas[1].contains("id"));
  EXPECT_EQ(deltas[1]["function"], (Json{{"arguments", ": 3}"}}));
  EXPECT_EQ(deltas[2]["index"], 1);
  EXPECT_NE(body.find(R"("finish_reason":"tool_calls")"), std::string::npos);
}

TEST(AnswerVerdicts, StandBesideTheFinishReason) {
  TestServer test([](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    FakeCompleter::Events events = FakeCompleter::events_saying(request, "[1]");
    for (auto& event : events) {
      if (auto* finished = std::get_if<ChoiceFinished>(&*event)) {
        finished->verdict = AnswerVerdict{
            .is_valid = false, .error = "/0: no", .not_enforced = {"/items/pattern: hard"}};
      }
    }
    return events;
  });
  TestClient client(test.port());
  const Json expected = {
      {"valid", false}, {"error", "/0: no"}, {"not_enforced", {"/items/pattern: hard"}}};
  const std::string lenient =
      R"("response_format":{"type":"json_schema","json_schema":{"strict":false,"schema":{}}})";
  const Json chat = client.post("/v1/chat/completions", chat_with(lenient)).json();
  EXPECT_EQ(chat["choices"][0]["validation"], expected) << to_text(chat);
  EXPECT_FALSE(test.model->requests().back().grammar->is_strict);
  const std::string stream =
      client.post("/v1/chat/completions", chat_with(lenient + R"(,"stream":true)")).body;
  EXPECT_NE(stream.find("\"validation\":" + to_text(expected)), std::string::npos) << stream;
  const Json text =
      client.post("/v1/completions", R"({"model":"fake","prompt":"x","json_schema":{}})").json();
  EXPECT_EQ(text["choices"][0]["validation"], expected) << to_text(text);
}

ToolChoice choice_of(TestServer& test) {
  return std::get<ChatPrompt>(test.model->requests().back().prompt).tool_choice;
}

TEST(ToolCalls, AreChosenAsTheRequestSays) {
  TestServer test(FakeCompleter::saying("x"));
  TestClient client(test.port());
  const auto ask = [&](const std::string& choice) {
    const std::string body = chat_with(std::string(kTool) + choice);
    EXPECT_EQ(client.post("/v1/chat/completions", body).status, 200) << choice;
  };
  ask("");
  EXPECT_EQ(choice_of(test).kind, ToolChoice::Kind::Auto);
  EXPECT_TRUE(choice_of(test).is_parallel);
  ask(R"(,"tool_choice":"required","parallel_tool_calls":false)");
  EXPECT_EQ(choice_of(test).kind, ToolChoice::Kind::Required);
  EXPECT_FALSE(choice_of(test).is_parallel);
  ask(R"(,"tool_choice":{"type":"function","function":{"name":"add"}})");
  EXPECT_EQ(choice_of(test).name, "add");
  ask(R"(,"tool_choice":"none")");
  EXPECT_TRUE(std::get<ChatPrompt>(test.model->requests().back().prompt).tools.is_null());
}

TEST(ToolCalls, CannotBeDemandedWithoutTools) {
  TestServer test(FakeCompleter::saying("x"));
  const TestResponse refused =
      TestClient(test.port())
          .post("/v1/chat/completions", chat_with(R"("tool_choice":"required")"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error("param"), "tool_choice");
}

}  // namespace
}  // namespace falconet
