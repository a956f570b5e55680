#include "server/output_grammar_fields.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

using Kind = OutputGrammar::Kind;

Result<std::optional<OutputGrammar>> read(const char* body) {
  const Json json = *parse_json(body);
  auto fields = RequestFields::of(json);
  return read_output_grammar(*fields);
}

struct Form {
  const char* body;
  Kind kind;
};

class EveryForm : public testing::TestWithParam<Form> {};

TEST_P(EveryForm, IsRead) {
  const auto grammar = read(GetParam().body);
  ASSERT_TRUE(grammar) << grammar.error().message;
  ASSERT_TRUE(*grammar);
  EXPECT_EQ((*grammar)->kind, GetParam().kind);
  if (GetParam().kind == Kind::JsonSchema) {
    EXPECT_EQ((*grammar)->schema, Json({{"type", "string"}}));
  } else if (GetParam().kind == Kind::Choice) {
    EXPECT_EQ((*grammar)->choices, (std::vector<std::string>{"a", "b"}));
  } else if (GetParam().kind != Kind::JsonObject) {
    EXPECT_EQ((*grammar)->text, "x");
  }
}

INSTANTIATE_TEST_SUITE_P(
    , EveryForm,
    testing::Values(Form{R"({"response_format":{"type":"json_object"}})", Kind::JsonObject},
                    Form{R"({"response_format":{"type":"json_object","schema":{"type":"string"}}})",
                         Kind::JsonSchema},
                    Form{R"({"response_format":{"type":"json_schema",
                 "json_schema":{"name":"n","strict":true,"schema":{"type":"string"}}}})",
                         Kind::JsonSchema},
                    Form{R"({"structured_outputs":{"json":{"type":"string"}}})", Kind::JsonSchema},
                    Form{R"({"structured_outputs":{"json":"{\"type\":\"string\"}"}})",
                         Kind::JsonSchema},
                    Form{R"({"structured_outputs":{"json_object":true}})", Kind::JsonObject},
                    Form{R"({"structured_outputs":{"regex":"x"}})", Kind::Regex},
                    Form{R"({"structured_outputs":{"choice":["a","b"]}})", Kind::Choice},
                    Form{R"({"structured_outputs":{"grammar":"x"}})", Kind::Ebnf},
                    Form{R"({"guided_json":{"type":"string"}})", Kind::JsonSchema},
                    Form{R"({"guided_regex":"x"})", Kind::Regex},
                    Form{R"({"guided_choice":["a","b"]})", Kind::Choice},
                    Form{R"({"guided_grammar":"x"})", Kind::Ebnf},
                    Form{R"({"grammar":"x"})", Kind::Ebnf},
                    Form{R"({"json_schema":{"type":"string"}})", Kind::JsonSchema}));

TEST(OutputGrammarFields, AreStrictUnlessTheRequestSaysNo) {
  const auto is_strict = [](const char* strict) {
    const std::string body =
        cat(R"({"response_format":{"type":"json_schema","json_schema":{"name":"n",)", strict,
            R"("schema":{"type":"string"}}}})");
    return (*read(body.c_str()))->is_strict;
  };
  EXPECT_TRUE(is_strict(""));
  EXPECT_TRUE(is_strict(R"("strict":null,)"));
  EXPECT_TRUE(is_strict(R"("strict":true,)"));
  EXPECT_FALSE(is_strict(R"("strict":false,)"));
}

TEST(OutputGrammarFields, BindNothingWhereNothingIsSaid) {
  for (const char* body :
       {"{}", R"({"response_format":{"type":"text"}})", R"({"guided_json":null})"}) {
    const auto grammar = read(body);
    ASSERT_TRUE(grammar) << grammar.error().message;
    EXPECT_FALSE(*grammar) << body;
  }
}

TEST(OutputGrammarFields, TakeOneFormOnly) {
  const auto grammar = read(R"({"guided_regex":"a","response_format":{"type":"json_object"}})");
  ASSERT_FALSE(grammar);
  EXPECT_EQ(grammar.error().message, "guided_regex: cannot be combined with response_format");
}

}  // namespace
}  // namespace falconet
