#include "feedback/structured_output.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace falconet {
namespace {

Json json(const std::string& text) { return parse_json(text).value(); }

std::optional<StructuredOutcome> outcome_of_content(const Json& request, const std::string& text) {
  return structured_outcome(request, {{"role", "assistant"}, {"content", text}});
}

std::optional<StructuredOutcome> outcome_of_arguments(const Json& request, const std::string& name,
                                                      const std::string& arguments) {
  return structured_outcome(
      request, {{"tool_calls", {{{"function", {{"name", name}, {"arguments", arguments}}}}}}});
}

TEST(StructuredOutput, AsksNothingOfPlainAnswers) {
  EXPECT_FALSE(outcome_of_content(Json::object(), "{"));
  const Json tools = json(R"({"tools":[{"function":{"name":"f"}}]})");
  EXPECT_FALSE(outcome_of_content(tools, "I need no tool.")) << "offered, not demanded";
}

TEST(StructuredOutput, TellsWhatIsNoJsonFromWhatBreaksItsSchema) {
  const Json object = json(R"({"response_format":{"type":"json_object"}})");
  EXPECT_EQ(outcome_of_content(object, " {\"a\": 1}\n"), StructuredOutcome::Ok);
  EXPECT_EQ(outcome_of_content(object, "[1]"), StructuredOutcome::SchemaError);
  EXPECT_EQ(outcome_of_content(object, "{\"a\": 1"), StructuredOutcome::ParseError);
  EXPECT_EQ(outcome_of_content(object, "Here it is: {}"), StructuredOutcome::ParseError);
  const Json schema =
      json(R"({"response_format":{"type":"json_schema","json_schema":{"strict":true,"schema":)"
           R"({"type":"object","required":["n"],"additionalProperties":false,"properties":)"
           R"({"n":{"type":"integer"},"k":{"enum":["a","b"]},"l":{"type":"array","items":)"
           R"({"type":["string","null"]}}}}}}})");
  EXPECT_EQ(outcome_of_content(schema, R"({"n":2,"k":"a","l":["x",null]})"), StructuredOutcome::Ok);
  for (const char* wrong : {R"({"k":"a"})", R"({"n":2.5})", R"({"n":2,"k":"c"})",
                            R"({"n":2,"l":[3]})", R"({"n":2,"more":1})", R"([])"}) {
    EXPECT_EQ(outcome_of_content(schema, wrong), StructuredOutcome::SchemaError) << wrong;
  }
  EXPECT_TRUE(asks_for_binding(schema));
  EXPECT_FALSE(asks_for_binding(object));
}

TEST(StructuredOutput, JudgesCallsByTheToolsThatWereOffered) {
  const Json request =
      json(R"({"tool_choice":"required","tools":[{"function":{"name":"weather","parameters":)"
           R"({"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}}}]})");
  EXPECT_EQ(outcome_of_arguments(request, "weather", R"({"city":"Oslo"})"), StructuredOutcome::Ok);
  EXPECT_EQ(outcome_of_arguments(request, "weather", R"({"city":)"), StructuredOutcome::ParseError);
  EXPECT_EQ(outcome_of_arguments(request, "weather", R"({"town":"Oslo"})"),
            StructuredOutcome::SchemaError);
  EXPECT_EQ(outcome_of_arguments(request, "wether", R"({"city":"Oslo"})"),
            StructuredOutcome::SchemaError);
  EXPECT_EQ(outcome_of_content(request, "It is sunny."), StructuredOutcome::ParseError)
      << "a call was demanded";
  Json two = {{"tool_calls", Json::array()}};
  for (const char* arguments : {R"({"city":"Oslo"})", "{", R"({})"}) {
    two["tool_calls"].push_back({{"function", {{"name", "weather"}, {"arguments", arguments}}}});
  }
  EXPECT_EQ(structured_outcome(request, two), StructuredOutcome::ParseError) << "the worst of them";
}

TEST(StructuredOutput, LooksAtEveryKeywordAndLetsPassWhatCannotBeTold) {
  const auto asked = [](const std::string& schema) {
    return json(
        cat(R"({"response_format":{"type":"json_schema","json_schema":{"schema":)", schema, "}}}"));
  };
  const std::string age =
      R"({"anyOf":[{"type":"integer","minimum":18},{"type":"string","pattern":"^[a-z]+$"}]})";
  EXPECT_EQ(outcome_of_content(asked(age), "18"), StructuredOutcome::Ok);
  EXPECT_EQ(outcome_of_content(asked(age), "17"), StructuredOutcome::SchemaError);
  EXPECT_EQ(outcome_of_content(asked(age), R"("Adult")"), StructuredOutcome::SchemaError);
  EXPECT_EQ(outcome_of_content(asked(R"({"$ref":"https://example.com/"})"), "17"),
            StructuredOutcome::Ok);
}

}  // namespace
}  // namespace falconet
