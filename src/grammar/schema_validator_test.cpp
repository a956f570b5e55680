// The oracles are the JSON Schema Test Suite and the labels of jsonschemabench, which agree with
// the Python package jsonschema.
#include "grammar/schema_validator.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "base/strings.h"
#include "base/testdata.h"
#include "grammar/instance_check.h"
#include "grammar/schema_relaxation.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxSuiteFileBytes = 1u << 26;

struct Judged {
  int num_instances = 0;
  int num_undecided = 0;
};

void judge_tests(const Json& row, const std::string& name, Judged& judged) {
  const auto validator = SchemaValidator::from_schema(row["schema"]);
  for (const Json& test : row["tests"]) {
    ++judged.num_instances;
    const auto verdict = validator ? validator->judge(test["data"])
                                   : Result<SchemaVerdict>(Error(validator.error()));
    if (!verdict) {
      ++judged.num_undecided;
      EXPECT_NE(verdict.error().message.find('/'), std::string::npos) << verdict.error().message;
      continue;
    }
    EXPECT_EQ(verdict->is_valid, test["valid"].get<bool>())
        << name << ": " << test.value("description", std::string()) << ": " << verdict->error
        << "\nof " << to_text(test["data"]).substr(0, 400) << "\nunder "
        << to_text(row["schema"]).substr(0, 1000);
    EXPECT_EQ(verdict->is_valid, verdict->error.empty());
  }
}

TEST(SchemaValidator, JudgesAsTheTestSuiteDoes) {
  const auto folder = test_data("json_schema/test-suite/draft2020-12");
  if (!folder) GTEST_SKIP();
  Judged judged;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename();
    // These two ask that formats, and a dialect without validation, be ignored. We judge by them.
    if (!entry.is_regular_file() || name == "format.json" || name == "vocabulary.json") continue;
    const auto groups = parse_json(*read_file(entry.path(), kMaxSuiteFileBytes));
    ASSERT_TRUE(groups.has_value()) << name;
    for (const Json& group : *groups) judge_tests(group, name, judged);
  }
  EXPECT_GT(judged.num_instances, 700);
  // Schemas that refer to others, which we do not fetch.
  EXPECT_LT(judged.num_undecided * 12, judged.num_instances) << judged.num_undecided;
}

TEST(SchemaValidator, JudgesInstancesOfRealSchemasAsTheyAreLabelled) {
  const auto folder = test_data("json_schema/jsonschemabench");
  if (!folder) GTEST_SKIP();
  Judged judged;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (line.size() > 100'000) continue;  // the sanitizers are slow
      const Json row = Json::parse(line);
      judge_tests(row, row["id"], judged);
    }
  }
  EXPECT_GT(judged.num_instances, 2'500);
  EXPECT_LT(judged.num_undecided * 100, judged.num_instances) << judged.num_undecided;
}

/// A place in the value, drawn evenly on each level, is taken away or becomes something else.
void disturb(Json& value, Random& random) {
  static const Json kOthers[] = {nullptr, true,    -1, 0.5,           "",
                                 "a b",   "x.y@z", 7,  Json::array(), Json::object()};
  const bool goes_in = value.is_structured() && !value.empty() && random.below(4) != 0;
  if (!goes_in) {
    value = kOthers[random.below(std::size(kOthers))];
    return;
  }
  auto place = value.begin();
  std::advance(place, static_cast<std::ptrdiff_t>(random.below(value.size())));
  if (random.below(3) == 0) {
    value.erase(place);
  } else {
    disturb(*place, random);
  }
}

// Each of the two is the other's oracle: they share no automaton.
TEST(SchemaValidator, AgreesWithTheAutomatonAboutDisturbedInstances) {
  const auto folder = test_data("json_schema/jsonschemabench");
  if (!folder) GTEST_SKIP();
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  Random random(kSeed);
  int num_valid = 0;
  int num_invalid = 0;
  int num_refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    int num_rows = 0;
    for (std::string line; num_rows < 10 && std::getline(in, line);) {
      if (line.size() > 5'000) continue;  // the sanitizers are slow
      ++num_rows;
      const Json row = Json::parse(line);
      const auto grammar = Grammar::from_json_schema(row["schema"], {}, nullptr);
      const auto validator = SchemaValidator::from_schema(row["schema"]);
      const Json& tests = row["tests"];
      if (!grammar || !validator || tests.empty()) continue;
      for (int i = 0; i < 10; ++i) {
        Json value = tests[random.below(tests.size())]["data"];
        disturb(value, random);
        const auto verdict = validator->judge(value);
        if (!verdict) continue;
        const bool is_taken = check_instance(*grammar, value).has_value();
        ++(verdict->is_valid ? num_valid : num_invalid);
        num_refused += verdict->is_valid && !is_taken ? 1 : 0;
        EXPECT_FALSE(is_taken && !verdict->is_valid)
            << verdict->error << "\nof " << to_text(value) << "\nunder " << to_text(row["schema"]);
      }
    }
  }
  EXPECT_GT(num_valid, 100);
  EXPECT_GT(num_invalid, 100);
  // Formats are a part of what their standards allow.
  EXPECT_LE(num_refused * 100, num_valid) << "of " << num_valid;
}

std::string judged(const char* schema, const char* value) {
  const auto validator = SchemaValidator::from_schema(Json::parse(schema));
  EXPECT_TRUE(validator);
  const auto verdict = validator->judge(Json::parse(value));
  if (!verdict) return "undecided: " + verdict.error().message;
  return verdict->is_valid ? "valid" : verdict->error;
}

TEST(SchemaValidator, NamesThePlaceAndTheKeyword) {
  const char* schema = R"({"properties":{"a/b":{"items":{"type":"integer"}}}})";
  EXPECT_EQ(judged(schema, R"({"a/b":[1,"x"]})"),
            R"(/a~1b/1: "x" is no "integer" (/properties/a~1b/items/type))");
  EXPECT_EQ(judged(schema, R"({"a/b":[1,2.0]})"), "valid");
  EXPECT_EQ(judged("false", "1"), "the root: nothing is allowed here ()");
}

TEST(SchemaValidator, SaysWhatItCannotDecide) {
  EXPECT_EQ(judged(R"({"$ref":"https://example.org/other"})", "1").find("undecided: /$ref"), 0u);
  EXPECT_EQ(judged(R"({"pattern":"(a)\\1"})", R"("aa")").find("undecided: /pattern"), 0u);
  EXPECT_EQ(judged(R"({"type":"strin"})", "1").find("undecided: /type"), 0u);
}

/// Each must end in an answer at once, whatever it is.
TEST(SchemaValidator, EndsQuicklyOnHostileSchemas) {
  EXPECT_EQ(judged(R"({"$ref":"#"})", "1").find("undecided: "), 0u);
  EXPECT_EQ(judged(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1").find("undecided: "), 0u);
  const std::string many_as(3000, 'a');
  const std::string text = to_text(Json(many_as));
  EXPECT_NE(judged(R"({"pattern":"^((a+)+)+$"})", text.c_str()).find("alid"), 0u);
  std::string nested = "1";
  std::string schema = R"({"type":"integer"})";
  for (int i = 0; i < 100; ++i) nested = "[" + nested + "]";
  EXPECT_EQ(judged(R"({"items":{"$ref":"#"}})", nested.c_str()), "valid");
}

TEST(SchemaRelaxation, KeepsWhatCanBeEnforced) {
  const auto relaxed = [](const char* schema) {
    auto grammar = relaxed_grammar(Json::parse(schema), {}, nullptr);
    EXPECT_TRUE(grammar) << grammar.error().message;
    return *std::move(grammar);
  };
  const auto takes = [](const RelaxedGrammar& grammar, const char* value) {
    return check_instance(grammar.grammar, Json::parse(value)).has_value();
  };
  const auto whole = relaxed(R"({"type":"integer"})");
  EXPECT_TRUE(whole.left_out.empty());

  const auto pattern = relaxed(
      R"({"type":"object","required":["a","b"],"additionalProperties":false,
          "properties":{"a":{"type":"string","pattern":"(x)\\1","maxLength":3},
                        "b":{"type":"integer","not":{"type":"string","pattern":"(x)\\1"}}}})");
  ASSERT_EQ(pattern.left_out.size(), 2u) << join(pattern.left_out, "\n");
  EXPECT_NE(join(pattern.left_out, "\n").find("/properties/a/pattern: "), std::string::npos);
  EXPECT_NE(join(pattern.left_out, "\n").find("/properties/b/not/pattern: "), std::string::npos);
  EXPECT_TRUE(takes(pattern, R"({"a":"xyz","b":1})"));
  EXPECT_FALSE(takes(pattern, R"({"a":"wxyz","b":1})")) << "the length is still enforced";
  EXPECT_FALSE(takes(pattern, R"({"a":"xyz"})")) << "what is required is";
  EXPECT_FALSE(takes(pattern, R"({"a":"xyz","b":"1"})")) << "the type is";

  const auto one_of =
      relaxed(R"({"oneOf":[{"type":"string","pattern":"(x)\\1"},{"type":"integer","minimum":3}]})");
  EXPECT_TRUE(takes(one_of, R"("any")"));
  EXPECT_TRUE(takes(one_of, "3"));
  EXPECT_FALSE(takes(one_of, "2"));

  const auto hopeless = relaxed(R"({"type":"array","$ref":"#"})");
  EXPECT_FALSE(hopeless.left_out.empty());
  EXPECT_TRUE(takes(hopeless, "[1]"));
  EXPECT_FALSE(takes(hopeless, "{}"));

  EXPECT_EQ(relaxed_grammar(Json{{"type", "strin"}}, {}, nullptr).error().code,
            ErrorCode::InvalidArgument);
}

// Of every refused schema of the sample, what is left must still take every valid instance.
TEST(SchemaRelaxation, RefusesNoValidInstanceOfRealSchemas) {
  const auto folder = test_data("json_schema/jsonschemabench");
  if (!folder) GTEST_SKIP();
  int num_relaxed = 0;
  int num_valid = 0;
  int num_rejected = 0;
  for (const char* name : {"Handwritten", "Github_medium"}) {
    std::ifstream in(*folder / (std::string(name) + ".jsonl"));
    for (std::string line; num_relaxed < 10 && std::getline(in, line);) {
      if (line.size() > 2'000) continue;  // the sanitizers are slow
      const Json row = Json::parse(line);
      const auto strict = Grammar::from_json_schema(row["schema"], {}, nullptr);
      // One that is too large takes seconds under the sanitizers.
      if (strict || strict.error().code != ErrorCode::Unsupported) continue;
      const auto relaxed = relaxed_grammar(row["schema"], {}, nullptr);
      if (!relaxed) continue;  // malformed
      ++num_relaxed;
      for (const Json& test : row["tests"]) {
        if (test["valid"] != true) continue;
        ++num_valid;
        const Status taken = check_instance(relaxed->grammar, test["data"]);
        num_rejected += taken ? 0 : 1;
      }
    }
  }
  EXPECT_EQ(num_relaxed, 10);
  EXPECT_LE(num_rejected * 50, num_valid) << "of " << num_valid;
}

}  // namespace
}  // namespace falconet
