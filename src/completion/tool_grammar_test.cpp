#include "completion/tool_grammar.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "chat/tool_call_parser.h"
#include "completion/tool_prompt.h"
#include "grammar/matcher.h"

namespace falconet {
namespace {

const Json kTools = *parse_json(R"([
  {"type": "function", "function": {"name": "add", "parameters": {"type": "object",
    "properties": {"n": {"$ref": "#/$defs/count"}}, "required": ["n"],
    "$defs": {"count": {"type": "integer"}}}}},
  {"type": "function", "function": {"name": "ping"}}])");

/// Whether the tools' grammar takes the whole text.
bool reads(const ToolChoice& choice, ToolCallForm form, std::string_view text) {
  const auto tools = tool_grammar(kTools, choice, form);
  EXPECT_TRUE(tools) << tools.error().message;
  if (!tools) return false;
  const auto grammar = Grammar::from_triggers(tools->triggers, tools->options, nullptr);
  EXPECT_TRUE(grammar) << grammar.error().message;
  if (!grammar) return false;
  GrammarMatcher matcher(*grammar);
  return (text.empty() || matcher.accept(text)) && matcher.can_end();
}

const std::string kAdd =
    "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"n\": 3}}\n</tool_call>";
const std::string kPing = "<tool_call>\n{\"name\": \"ping\", \"arguments\": {}}\n</tool_call>";

TEST(ToolGrammar, LeavesTheDecisionToTheModelAndBindsEachCall) {
  const auto can_say = [](const std::string& text) { return reads({}, ToolCallForm::Tags, text); };
  EXPECT_TRUE(can_say(""));
  EXPECT_TRUE(can_say("No need for {\"name\": \"add\"}."));
  EXPECT_TRUE(can_say("Let me see.\n" + kAdd));
  EXPECT_TRUE(can_say(kAdd + "\n" + kPing));
  EXPECT_FALSE(
      can_say("<tool_call>\n{\"name\": \"add\", \"arguments\": {\"n\": \"3\"}}\n</tool_call>"));
  EXPECT_FALSE(can_say("<tool_call>\n{\"name\": \"add\", \"arguments\": {}}\n</tool_call>"));
  EXPECT_FALSE(can_say(
      "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"n\": 3, \"m\": 1}}\n</tool_call>"));
  EXPECT_FALSE(can_say("<tool_call>\n{\"name\": \"rm\", \"arguments\": {}}\n</tool_call>"));
  EXPECT_FALSE(can_say("<tool_call>\n{\"name\": \"add\""));
}

TEST(ToolGrammar, BindsTheWholeAnswerWhereACallIsRequired) {
  const ToolChoice required{.kind = ToolChoice::Kind::Required};
  EXPECT_TRUE(reads(required, ToolCallForm::Tags, kPing));
  EXPECT_TRUE(reads(required, ToolCallForm::Tags, kPing + "\n" + kAdd));
  EXPECT_FALSE(reads(required, ToolCallForm::Tags, ""));
  EXPECT_FALSE(reads(required, ToolCallForm::Tags, "Well, " + kPing));
  const ToolChoice named{.kind = ToolChoice::Kind::Required, .name = "add"};
  EXPECT_TRUE(reads(named, ToolCallForm::Tags, kAdd));
  EXPECT_FALSE(reads(named, ToolCallForm::Tags, kPing));
  EXPECT_FALSE(reads(named, ToolCallForm::Tags, kAdd + "\n" + kAdd));
}

TEST(ToolGrammar, AllowsOneCallWhereSeveralAreNotWanted) {
  const ToolChoice single{.is_parallel = false};
  EXPECT_TRUE(reads(single, ToolCallForm::Tags, "So: " + kAdd));
  EXPECT_FALSE(reads(single, ToolCallForm::Tags, kAdd + "\n" + kPing));
}

TEST(ToolGrammar, KnowsTheOtherFamiliesForms) {
  EXPECT_TRUE(reads({}, ToolCallForm::Mistral,
                    "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {\"n\": 3}}]"));
  EXPECT_FALSE(
      reads({}, ToolCallForm::Mistral, "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {}}]"));
  EXPECT_TRUE(reads({}, ToolCallForm::Object, "{\"name\": \"add\", \"parameters\": {\"n\": 3}}"));
  EXPECT_TRUE(reads({}, ToolCallForm::Object, "It is 3."));
  EXPECT_FALSE(reads({}, ToolCallForm::Object, "{\"name\": \"rm\", \"parameters\": {}}"));
}

TEST(ToolGrammar, BindsPythonicArguments) {
  const auto can_say = [](const std::string& text) {
    return reads({}, ToolCallForm::Pythonic, text);
  };
  EXPECT_TRUE(can_say("[add(n=3)]"));
  EXPECT_TRUE(can_say("[ping()]"));
  EXPECT_TRUE(can_say("See [1], add(n=x) and [rm(x)]."));
  EXPECT_FALSE(can_say("[add(n=\"3\")]"));
  EXPECT_FALSE(can_say("[add()]"));
  EXPECT_FALSE(can_say("[add(n=3, m=1)]"));
  EXPECT_FALSE(can_say("[add(n=3)"));
  EXPECT_FALSE(can_say("[add({\"n\": 3})]"));
}

TEST(ToolGrammar, TakesListsOfCallsInTheFormsThatHaveThem) {
  const std::string add = R"({"name": "add", "arguments": {"n": 3}})";
  const std::string ping = R"({"name": "ping", "arguments": {}})";
  const auto mistral = [](const std::string& list) { return "[TOOL_CALLS][" + list + "]"; };
  EXPECT_TRUE(reads({}, ToolCallForm::Mistral, mistral(cat(add, ", ", ping, ", ", add))));
  EXPECT_FALSE(reads({}, ToolCallForm::Mistral, mistral(cat(add, ", "))));
  EXPECT_FALSE(reads({}, ToolCallForm::Mistral, mistral(cat(add, " ", ping))));
  EXPECT_FALSE(reads({}, ToolCallForm::Mistral, mistral(add) + ", " + ping)) << "it has ended";
  EXPECT_TRUE(reads({}, ToolCallForm::Pythonic, "[add(n=3), ping(), add(n=-1)]"));
  EXPECT_FALSE(reads({}, ToolCallForm::Pythonic, "[add(n=3), rm()]"));
  EXPECT_FALSE(reads({}, ToolCallForm::Pythonic, "[add(n=3), ping()"));
  const ToolChoice single{.is_parallel = false};
  const ToolChoice named{.kind = ToolChoice::Kind::Required, .name = "add"};
  for (const ToolChoice& choice : {single, named}) {
    EXPECT_TRUE(reads(choice, ToolCallForm::Pythonic, "[add(n=3)]"));
    EXPECT_FALSE(reads(choice, ToolCallForm::Pythonic, "[add(n=3), add(n=4)]"));
    EXPECT_TRUE(reads(choice, ToolCallForm::Mistral, mistral(add)));
    EXPECT_FALSE(reads(choice, ToolCallForm::Mistral, mistral(cat(add, ", ", add))));
  }
  const ToolChoice required{.kind = ToolChoice::Kind::Required};
  EXPECT_TRUE(reads(required, ToolCallForm::Pythonic, "[ping(), ping()]"));
  EXPECT_FALSE(reads(required, ToolCallForm::Pythonic, "Here: [ping()]"));
}

TEST(ToolGrammar, TakesPythonicCallsThatReadBackAsTheSameArguments) {
  const Json tools = *parse_json(R"([{"function": {"name": "f", "parameters": {
    "properties": {"text": {"type": "string"}, "list": {"items": {"type": ["number", "null"]}},
                   "is-on": {"type": "boolean"}, "deep": {"type": "object"}}}}}])");
  const auto rules = tool_grammar(tools, {}, ToolCallForm::Pythonic);
  ASSERT_TRUE(rules) << rules.error().message;
  const auto grammar = Grammar::from_triggers(rules->triggers, rules->options, nullptr);
  ASSERT_TRUE(grammar) << grammar.error().message;
  for (const char* arguments :
       {R"({})", R"({"text": ")], g(x='", "deep": {"a": [{"b, ": "}"}], "c": "\""}})",
        R"({"text": "\ud83d\ude00 \\n\/ 你", "list": [], "is-on": false})",
        R"({"list": [1, -2.5e-3, null], "is-on": true, "deep": {}})"}) {
    const Json expected = *parse_json(arguments);
    std::string call;
    for (const auto& [key, value] : expected.items()) {
      call += cat(call.empty() ? "" : ", ", key, "=", to_text(value));
    }
    call = cat("[f(", call, ")]");
    GrammarMatcher matcher(*grammar);
    EXPECT_TRUE(matcher.accept(call) && matcher.can_end()) << call;
    const ToolCallText read = ToolCallParser(ToolCallForm::Pythonic).push(call);
    ASSERT_EQ(read.calls.size(), 1u) << call;
    EXPECT_EQ(*parse_json(read.calls[0].arguments), expected) << call;
  }
}

TEST(ToolGrammar, RefusesWhatNoPythonicCallCanSay) {
  const auto refused = [](const char* schema) {
    const Json tools = {{{"function", {{"name", "f"}, {"parameters", *parse_json(schema)}}}}};
    const auto rules = tool_grammar(tools, {}, ToolCallForm::Pythonic);
    if (!rules) return rules.error().message;
    const auto grammar = Grammar::from_triggers(rules->triggers, rules->options, nullptr);
    return grammar ? std::string() : grammar.error().message;
  };
  EXPECT_NE(refused(R"({"properties": {"a=b": {}}})").find("\"a=b\""), std::string::npos);
  EXPECT_NE(refused(R"({"properties": {"a": {}}, "additionalProperties": true,
                        "minProperties": 2})")
                .find("minProperties is 2"),
            std::string::npos);
  EXPECT_EQ(refused(R"({"properties": {"a": {}}, "additionalProperties": true})"), "");
}

std::string refusal(const char* tools, const ToolChoice& choice = {}) {
  const auto grammar = tool_grammar(*parse_json(tools), choice, ToolCallForm::Tags);
  return grammar ? "no error" : grammar.error().message;
}

TEST(ToolGrammar, SaysWhatIsWrongWithATool) {
  EXPECT_EQ(refusal("[3]").find("tools[0]: expected"), 0u);
  EXPECT_EQ(refusal(R"([{"function":{}}])").find("tools[0].function.name"), 0u);
  EXPECT_EQ(
      refusal(R"([{"function":{"name":"f","parameters":3}}])").find("tools[0].function.parameters"),
      0u);
  EXPECT_NE(refusal(R"([{"function":{"name":"f"}}])", {.name = "g"}).find("\"g\""),
            std::string::npos);
}

TEST(ToolGrammar, RefusesWhatAStrictToolCannotBeBoundTo) {
  constexpr const char* kStrict = R"([{"function":{"name":"f","strict":true,
      "parameters":{"properties":{"a":{"unevaluatedItems":false}}}}}])";
  EXPECT_NE(refusal(kStrict).find("/properties/a/unevaluatedItems"), std::string::npos)
      << refusal(kStrict);
  const auto lenient = tool_grammar(*parse_json(R"([{"function":{"name":"f",
      "parameters":{"properties":{"a":{"unevaluatedItems":false}}}}}])"),
                                    {}, ToolCallForm::Tags);
  ASSERT_TRUE(lenient);
  EXPECT_EQ(*parse_json(lenient->triggers.at(0).grammar),
            *parse_json(R"({"properties":{"a":{}},"additionalProperties":false,"type":"object"})"));
  EXPECT_TRUE(lenient->judged_later.at("f").at("properties").at("a").contains("unevaluatedItems"));
  ASSERT_EQ(lenient->not_enforced.size(), 1u);
  EXPECT_EQ(
      lenient->not_enforced[0].find("tools[0].function.parameters: /properties/a/unevaluatedItems"),
      0u)
      << lenient->not_enforced[0];
}

TEST(ToolPrompt, DescribesToolsAndTellsOfEarlierCalls) {
  const Json messages = *parse_json(R"([
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "1+2?"},
    {"role": "assistant", "content": null, "tool_calls": [
      {"function": {"name": "add", "arguments": "{\"n\": 1}"}}, {"function": {"name": "ping"}}]},
    {"role": "tool", "content": "3"}, {"role": "tool", "content": "pong"}])");
  const Json shown = with_tools_as_text(messages, kTools);
  ASSERT_EQ(shown.size(), 4u);
  const std::string system = shown[0]["content"];
  EXPECT_EQ(system.find("Be kind.\n\n"), 0u);
  EXPECT_NE(system.find(R"({"name":"ping"})"), std::string::npos) << system;
  EXPECT_EQ(shown[1], messages[1]);
  EXPECT_EQ(shown[2]["content"],
            "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"n\": 1}}\n</tool_call>\n"
            "<tool_call>\n{\"name\": \"ping\", \"arguments\": {}}\n</tool_call>");
  EXPECT_EQ(shown[3], (Json{{"role", "user"},
                            {"content",
                             "<tool_response>\n3\n</tool_response>\n"
                             "<tool_response>\npong\n</tool_response>"}}));
}

TEST(ToolPrompt, IsForTemplatesThatDoNotKnowTools) {
  EXPECT_TRUE(template_shows_tools("{% if tools %}"));
  EXPECT_FALSE(template_shows_tools("{{ message['tool_calls'] }}"));
}

}  // namespace
}  // namespace falconet
