// Compiled schemas as validators, against the verdicts of the JSON Schema Test Suite and of a
// sample of real schemas (labels of jsonschemabench, which agree with the Python package
// jsonschema).
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/testdata.h"
#include "grammar/instance_check.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 26;

struct Tally {
  int num_schemas = 0;
  int num_compiled = 0;
  int num_valid = 0;
  int num_wrongly_rejected = 0;
};

void run(const Json& row, const std::string& name, Tally& tally) {
  ++tally.num_schemas;
  const auto grammar = Grammar::from_json_schema(row["schema"], {}, nullptr);
  if (!grammar) {
    EXPECT_FALSE(grammar.error().message.empty());
    return;
  }
  ++tally.num_compiled;
  for (const Json& test : row["tests"]) {
    const bool is_accepted = check_instance(*grammar, test["data"]).has_value();
    if (test["valid"] == true) {
      ++tally.num_valid;
      tally.num_wrongly_rejected += is_accepted ? 0 : 1;
    } else {
      EXPECT_FALSE(is_accepted) << "wrongly accepted: " << name << ": " << to_text(test["data"])
                                << "\nunder " << to_text(row["schema"]);
    }
  }
}

TEST(JsonSchemaSuite, AcceptsNothingWrong) {
  const auto folder = test_data("json_schema/test-suite/draft2020-12");
  if (!folder) GTEST_SKIP();
  Tally tally;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename();
    // These two ask that formats, and a dialect without validation, be ignored. We enforce.
    if (!entry.is_regular_file() || name == "format.json" || name == "vocabulary.json") continue;
    const auto groups = parse_json(*read_file(entry.path(), kMaxFileBytes));
    ASSERT_TRUE(groups.has_value()) << name;
    for (const Json& group : *groups) run(group, name, tally);
  }
  EXPECT_GT(tally.num_compiled, 150);
  EXPECT_EQ(tally.num_wrongly_rejected, 0) << "of " << tally.num_valid;
}

TEST(JsonSchemaSuite, AcceptsNothingWrongUnderRealSchemas) {
  const auto folder = test_data("json_schema/jsonschemabench");
  if (!folder) GTEST_SKIP();
  constexpr int kRowsOfAFile = 6;  // of some hundred: the sanitizers are slow
  Tally tally;
  Tally adversarial;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    int num_rows = 0;
    for (std::string line; num_rows < kRowsOfAFile && std::getline(in, line); ++num_rows) {
      const Json row = Json::parse(line);
      if (line.size() < 20'000) {
        const bool is_made_up = entry.path().stem() == "Handwritten";
        run(row, row["id"], is_made_up ? adversarial : tally);
      }
    }
  }
  EXPECT_GE(tally.num_compiled * 10, tally.num_schemas * 9);
  EXPECT_LE(tally.num_wrongly_rejected * 100, tally.num_valid);
}

TEST(JsonSchema, NamesTheKeywordThatItCannotEnforce) {
  const auto refusal = [](const char* schema) {
    const auto grammar = Grammar::from_json_schema(Json::parse(schema), {}, nullptr);
    return grammar ? std::string("compiled") : grammar.error().message;
  };
  EXPECT_EQ(refusal(R"({"properties":{"a":{"$ref":"#/nowhere"}}})").find("/properties/a/$ref"), 0u);
  EXPECT_EQ(refusal(R"({"not":{"uniqueItems":true}})").find("/not"), 0u);
  EXPECT_EQ(refusal(R"({"items":{"pattern":"(a)\\1"}})").find("/items/pattern"), 0u);
  EXPECT_EQ(refusal(R"({"minimum":"1"})").find("/minimum"), 0u);
  EXPECT_EQ(refusal(R"({"type":"strin"})").find("/type"), 0u);
  EXPECT_NE(refusal(R"({"$ref":"#"})").find("$ref"), std::string::npos);
  EXPECT_NE(refusal("false"), "compiled");
}

TEST(JsonSchema, TakesNoObjectThatLacksWhatItMayNotHave) {
  constexpr const char* kImpossible =
      R"({"type":"object","required":["b"],"properties":{"a":{}},"additionalProperties":false})";
  EXPECT_FALSE(Grammar::from_json_schema(Json::parse(kImpossible), {}, nullptr));
  const Json either = {
      {"oneOf", {Json::parse(kImpossible), {{"type", "object"}, {"required", {"c"}}}}}};
  const auto grammar = Grammar::from_json_schema(either, {}, nullptr);
  ASSERT_TRUE(grammar) << grammar.error().message;
  EXPECT_FALSE(check_instance(*grammar, Json::object()));
  EXPECT_FALSE(check_instance(*grammar, Json{{"a", 1}}));
  EXPECT_TRUE(check_instance(*grammar, Json{{"c", 1}}));
}

/// Each must end in an answer at once, whatever it is.
TEST(JsonSchema, EndsQuicklyOnHostileSchemas) {
  Json huge_enum = {{"enum", Json::array()}};
  for (int i = 0; i < 20'000; ++i) huge_enum["enum"].push_back("value " + std::to_string(i));
  EXPECT_TRUE(Grammar::from_json_schema(huge_enum, {}, nullptr).has_value());

  Json deep = Json::object();
  for (int i = 0; i < 200; ++i) deep = Json{{"items", std::move(deep)}};
  EXPECT_FALSE(Grammar::from_json_schema(deep, {}, nullptr).has_value());

  Json product = {{"allOf", Json::array()}};
  for (int i = 0; i < 20; ++i) {
    Json any = Json::array();
    for (int j = 0; j < 10; ++j) {
      any.push_back({{"properties", {{"p" + std::to_string(i), {{"const", j}}}}}});
    }
    product["allOf"].push_back({{"anyOf", std::move(any)}});
  }
  EXPECT_FALSE(Grammar::from_json_schema(product, {}, nullptr).has_value());

  const Json pattern = {{"allOf",
                         {{{"pattern", "^((a+)+)+$"}},
                          {{"pattern", "(x|a|aa|aaa){1,900}b?$"}},
                          {{"not", {{"pattern", "(a{3}){1,700}c"}}}}}}};
  const auto hard = Grammar::from_json_schema(pattern, {}, nullptr);
  EXPECT_TRUE(hard || hard.error().code == ErrorCode::TooLarge) << hard.error().message;
}

}  // namespace
}  // namespace falconet
