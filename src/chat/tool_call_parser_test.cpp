#include "chat/tool_call_parser.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/random.h"
#include "base/unicode.h"

namespace falconet {
namespace {

struct Call {
  std::string name;
  std::string arguments;
  friend bool operator==(const Call&, const Call&) = default;
};

struct Parsed {
  std::string content;
  std::vector<Call> calls;
};

void add(Parsed& parsed, const ToolCallText& text) {
  parsed.content += text.content;
  for (const ToolCallDelta& delta : text.calls) {
    if (!delta.name.empty()) {
      EXPECT_EQ(delta.index, parsed.calls.size());
      parsed.calls.push_back({delta.name, ""});
    }
    ASSERT_LT(delta.index, parsed.calls.size());
    parsed.calls[delta.index].arguments += delta.arguments;
  }
}

Parsed parse_calls(ToolCallForm form, std::string_view text, std::size_t piece_bytes) {
  ToolCallParser parser(form);
  Parsed parsed;
  for (std::size_t i = 0; i < text.size(); i += piece_bytes) {
    add(parsed, parser.push(text.substr(i, piece_bytes)));
  }
  add(parsed, parser.finish());
  EXPECT_EQ(parser.num_calls(), parsed.calls.size());
  return parsed;
}

/// The same whatever the pieces.
Parsed parse_calls(ToolCallForm form, std::string_view text) {
  const Parsed whole = parse_calls(form, text, text.size() + 1);
  for (std::size_t bytes = 1; bytes < 9; ++bytes) {
    const Parsed pieces = parse_calls(form, text, bytes);
    EXPECT_EQ(pieces.content, whole.content) << text << " in pieces of " << bytes;
    EXPECT_EQ(pieces.calls, whole.calls) << text << " in pieces of " << bytes;
  }
  return whole;
}

using Calls = std::vector<Call>;

TEST(ToolCallParser, SplitsTextAndCalls) {
  const Parsed parsed =
      parse_calls(ToolCallForm::Tags,
                  "Let me look.\n<tool_call>\n{\"name\": \"weather\", \"arguments\": "
                  "{\"city\": \"Par}\\\"is\"}}\n</tool_call>\n");
  EXPECT_EQ(parsed.content, "Let me look.");
  EXPECT_EQ(parsed.calls, (Calls{{"weather", R"({"city": "Par}\"is"})"}}));
}

TEST(ToolCallParser, ReadsSeveralCalls) {
  const Parsed parsed =
      parse_calls(ToolCallForm::Tags,
                  "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>\n<tool_call>\n"
                  "{\"arguments\": {\"x\": [1, {\"y\": null}]} , \"name\": \"b\"}</tool_call>");
  EXPECT_EQ(parsed.content, "");
  EXPECT_EQ(parsed.calls, (Calls{{"a", "{}"}, {"b", R"({"x": [1, {"y": null}]})"}}));
}

TEST(ToolCallParser, LeavesTextAloneThatIsNoCall) {
  for (const char* text : {"plain", "a < b <tool", "<tool_cal>", "{\"name\": 3}", "", "  x \n y"}) {
    const Parsed parsed = parse_calls(ToolCallForm::Tags, text);
    EXPECT_EQ(parsed.content, text);
    EXPECT_TRUE(parsed.calls.empty());
  }
}

TEST(ToolCallParser, NeverShowsAHalfCall) {
  const std::string_view text =
      "x <tool_call>\n{\"name\": \"a\", \"arguments\": {\"k\": 1}}\n</tool_call>";
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
    const Parsed parsed = parse_calls(ToolCallForm::Tags, text.substr(0, bytes), 3);
    EXPECT_EQ(parsed.content.find("name"), std::string::npos) << bytes;
    EXPECT_EQ(parsed.content.find("</tool"), std::string::npos) << bytes;
  }
}

TEST(ToolCallParser, ReadsMistralsArray) {
  const Parsed parsed =
      parse_calls(ToolCallForm::Mistral,
                  "[TOOL_CALLS] [{\"name\": \"a\", \"arguments\": {\"k\": \"]\"}}, "
                  "{\"name\": \"b\", \"arguments\": {}}]");
  EXPECT_EQ(parsed.content, "");
  EXPECT_EQ(parsed.calls, (Calls{{"a", R"({"k": "]"})"}, {"b", "{}"}}));
}

TEST(ToolCallParser, ReadsLlamasObject) {
  const Parsed parsed =
      parse_calls(ToolCallForm::Object, "\n{\"name\": \"a\", \"parameters\": {\"k\": \"v\"}}");
  EXPECT_EQ(parsed.content, "");
  EXPECT_EQ(parsed.calls, (Calls{{"a", R"({"k": "v"})"}}));
  EXPECT_EQ(parse_calls(ToolCallForm::Object, "It is {\"name\": \"a\"}").content,
            "It is {\"name\": \"a\"}");
  EXPECT_EQ(parse_calls(ToolCallForm::Object, "{\"answer\": 3}").content, "{\"answer\": 3}");
  EXPECT_EQ(parse_calls(ToolCallForm::Object, "{\"answer\": ").content, "{\"answer\": ");
}

TEST(ToolCallParser, ReadsPythonicCalls) {
  // The oracle is what Python's ast.literal_eval and json.dumps make of the same values.
  const Parsed parsed = parse_calls(
      ToolCallForm::Pythonic,
      "[weather(city='It\\'s \"Paris\"', days=[1, -2.5e3], at=(True, None)),\n"
      " ping(), say(text = \"\\u4f60\\n\\x41\\ud83d\\ude00\", options={'a': False}, )]");
  EXPECT_EQ(parsed.content, "");
  EXPECT_EQ(
      parsed.calls,
      (Calls{{"weather", R"({"city": "It's \"Paris\"", "days": [1, -2.5e3], "at": [true, null]})"},
             {"ping", "{}"},
             {"say", "{\"text\": \"你\\nA😀\", \"options\": {\"a\": false}}"}}));
}

TEST(ToolCallParser, TakesOnlyWholeAnswersForPythonicCalls) {
  for (const char* text : {"[1] says so", "[see below]", "[", "[name", "f(x=1)", "It is [f(x=1)]",
                           "[\"a\"]", "", "[ (x=1)]"}) {
    const Parsed parsed = parse_calls(ToolCallForm::Pythonic, text);
    EXPECT_EQ(parsed.content, text);
    EXPECT_TRUE(parsed.calls.empty()) << text;
  }
}

TEST(ToolCallParser, GivesOnlyUtf8FromBrokenEscapes) {
  for (const char* text :
       {R"([f(x="\ud83d")])", R"([f(x="\ude00a")])", R"([f(x="\U00ffffff")])",
        R"([f(x="\ud83d\u0041")])", R"([f(x="\uzzzz")])", R"([f(x="\ud83d\n")])"}) {
    const Parsed parsed = parse_calls(ToolCallForm::Pythonic, text);
    ASSERT_EQ(parsed.calls.size(), 1u) << text;
    EXPECT_TRUE(parse_json(parsed.calls[0].arguments)) << parsed.calls[0].arguments;
    EXPECT_TRUE(is_valid_utf8(parsed.calls[0].arguments)) << text;
  }
}

TEST(ToolCallParser, SurvivesAnyText) {
  constexpr std::string_view kParts[] = {
      "<tool_call>", "</tool_call>", "{", "}",   "\"", "\\", "name", "arguments", ":", ",", "[",
      "]",           "\n",           "é", "[f(", "x=", ")",  "'"};
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  Random random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) text += kParts[random.below(std::size(kParts))];
    for (const auto form : {ToolCallForm::Tags, ToolCallForm::Mistral, ToolCallForm::Object,
                            ToolCallForm::Pythonic}) {
      const Parsed whole = parse_calls(form, text, text.size());
      const Parsed pieces = parse_calls(form, text, 1);
      EXPECT_EQ(pieces.content, whole.content) << text;
      EXPECT_EQ(pieces.calls, whole.calls) << text;
    }
  }
}

TEST(ToolCallForm, IsReadFromTheTemplate) {
  EXPECT_EQ(detect_tool_call_form("{{ '[TOOL_CALLS]' }}"), ToolCallForm::Mistral);
  EXPECT_EQ(detect_tool_call_form("{{ '<|python_tag|>' }}"), ToolCallForm::Object);
  EXPECT_EQ(detect_tool_call_form("{{ '<tool_call>' }}"), ToolCallForm::Tags);
  EXPECT_EQ(detect_tool_call_form("MUST put it in the format of [func_name1(params_name1=…)]"),
            ToolCallForm::Pythonic);
  EXPECT_EQ(detect_tool_call_form("no tools at all"), ToolCallForm::Tags);
}

}  // namespace
}  // namespace falconet
