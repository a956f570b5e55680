#include "grammar/matcher.h"

#include <gtest/gtest.h>

#include <ctime>

#include "base/random.h"
#include "grammar/instance_check.h"
#include "grammar/test_vocabulary.h"

namespace falconet {
namespace {

// Each brings another part of the machine into play.
const char* const kSchemas[] = {
    R"({"type":"object","properties":{"name":{"type":"string"},"id":{"type":"integer"},
        "kind":{"enum":["a","ab","abc",1,null]}},"required":["name"],"additionalProperties":false})",
    R"({})",
    R"({"type":"object","additionalProperties":{"type":"integer"}})",
    R"({"type":"object","properties":{"a":{}},"minProperties":2,"maxProperties":3})",
    R"({"type":"object","patternProperties":{"^a":{"type":"integer"},"b$":{"minimum":5}},
        "additionalProperties":{"type":"boolean"}})",
    R"({"type":"object","propertyNames":{"enum":["a","aa","b"]}})",
    R"({"type":"object","propertyNames":{"pattern":"^(a|b[0-9]*)$"},"maxProperties":4})",
    R"({"type":"array","items":{"type":"integer","minimum":-5,"maximum":123},"minItems":2,"maxItems":5})",
    R"({"type":"array","prefixItems":[{"type":"string"},{"type":"null"}],"items":{"type":"boolean"}})",
    R"({"type":"array","items":{"type":"number","multipleOf":0.25},"contains":{"minimum":10},"maxItems":3})",
    R"({"type":"array","items":{"enum":["a","aa","aaa",12,1]},"uniqueItems":true,"minItems":2})",
    R"({"type":"array","items":{"type":"integer"},"uniqueItems":true,"maxItems":6})",
    R"({"type":"string","minLength":3,"maxLength":6})",
    R"({"type":"string","pattern":"^[a-z]+(-[0-9]{2})?$"})",
    R"({"type":"string","pattern":"é|日"})",
    R"({"type":"string","format":"date-time"})",
    R"({"type":["string","number","null"],"not":{"enum":["a","",0]}})",
    R"({"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},
        {"properties":{"b":{"type":"string"},"a":{"type":"string"}},"required":["b"]}],"type":"object"})",
    R"({"$defs":{"tree":{"type":"object","properties":{"v":{"type":"integer"},
        "kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["v"],
        "additionalProperties":false}},"$ref":"#/$defs/tree"})",
    R"({"if":{"properties":{"k":{"const":"x"}},"required":["k"]},
        "then":{"properties":{"n":{"type":"integer"}},"required":["n"]},
        "else":{"properties":{"n":{"type":"string"}}},"type":"object",
        "properties":{"k":{"type":"string"}},"required":["k"]})",
};

Grammar::Pointer compile(const std::string& schema, WhitespaceStyle style,
                         Grammar::Vocabulary vocabulary) {
  auto grammar = Grammar::from_json_schema(Json::parse(schema), {style}, std::move(vocabulary));
  EXPECT_TRUE(grammar.has_value()) << schema << ": " << (grammar ? "" : grammar.error().message);
  return grammar ? *grammar : nullptr;
}

bool has_bit(const std::vector<std::uint64_t>& bits, std::size_t id) {
  return ((bits[id / 64] >> (id % 64)) & 1) != 0;
}

std::vector<std::int32_t> allowed_tokens(const std::vector<std::uint64_t>& bits, std::size_t size) {
  std::vector<std::int32_t> ids;
  for (std::size_t id = 0; id < size; ++id) {
    if (has_bit(bits, id)) ids.push_back(static_cast<std::int32_t>(id));
  }
  return ids;
}

/// Walks at random under the masks; at each step the mask must be what trying every token says.
void compare_masks(const Grammar::Pointer& grammar, const TokenVocabulary& vocabulary,
                   std::uint64_t seed) {
  Random random(seed);
  GrammarMatcher matcher(grammar);
  std::vector<std::uint64_t> bits((vocabulary.size() + 63) / 64 + 1);
  for (int step = 0; step < 25 && !matcher.is_complete(); ++step) {
    bits.back() = ~std::uint64_t{0};
    matcher.fill_mask(bits);
    ASSERT_EQ(bits.back(), 0u) << "bits beyond the vocabulary must be cleared";
    for (std::size_t id = 0; id < vocabulary.size(); ++id) {
      GrammarMatcher fork(matcher);
      const TokenId token{static_cast<std::int32_t>(id)};
      ASSERT_EQ(has_bit(bits, id), fork.accept(token))
          << "token " << id << " \"" << vocabulary.bytes(token) << "\" after " << matcher.text()
          << ", seed " << seed;
    }
    const auto allowed = allowed_tokens(bits, vocabulary.size());
    ASSERT_FALSE(allowed.empty()) << "nothing is allowed after " << matcher.text();
    ASSERT_TRUE(matcher.accept(TokenId{allowed[random.below(allowed.size())]}));
  }
}

TEST(Matcher, MasksWhatTryingEveryTokenAccepts) {
  const auto vocabulary = test_vocabulary();
  for (const char* schema : kSchemas) {
    for (const auto style : {WhitespaceStyle::Compact, WhitespaceStyle::Flexible}) {
      SCOPED_TRACE(schema);
      const auto grammar = compile(schema, style, vocabulary);
      ASSERT_NE(grammar, nullptr);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) compare_masks(grammar, *vocabulary, seed);
    }
  }
}

/// A random walk, then the shortest completion: the document must be one of the schema.
std::string random_document(const Grammar::Pointer& grammar, const TokenVocabulary& vocabulary,
                            Random& random, int num_free_steps) {
  GrammarMatcher matcher(grammar);
  std::vector<std::uint64_t> bits((vocabulary.size() + 63) / 64);
  for (int step = 0; step < num_free_steps; ++step) {
    matcher.fill_mask(bits);
    const auto allowed = allowed_tokens(bits, vocabulary.size());
    if (allowed.empty()) break;
    EXPECT_TRUE(matcher.accept(TokenId{allowed[random.below(allowed.size())]}));
    if (matcher.is_complete()) return matcher.text();
  }
  const std::uint32_t bound = matcher.shortest_completion_bytes();
  const std::string completion = matcher.shortest_completion();
  EXPECT_LE(completion.size(), bound) << "after " << matcher.text();
  EXPECT_TRUE(completion.empty() || matcher.accept(completion)) << completion;
  EXPECT_TRUE(matcher.can_end()) << matcher.text() << " was not completed";
  return matcher.text();
}

TEST(Matcher, WritesDocumentsThatParseAndThatItReadsItself) {
  const auto vocabulary = test_vocabulary();
  Random random(11);
  for (const char* schema : kSchemas) {
    for (const auto style : {WhitespaceStyle::Compact, WhitespaceStyle::Flexible}) {
      const auto grammar = compile(schema, style, vocabulary);
      const auto compact = compile(schema, WhitespaceStyle::Compact, nullptr);
      for (int i = 0; i < 10; ++i) {
        const std::string text = random_document(grammar, *vocabulary, random, 4 * i);
        const auto document = parse_json(text);
        ASSERT_TRUE(document.has_value()) << schema << ": " << text;
        const Status status = check_instance(compact, *document);
        EXPECT_TRUE(status.has_value())
            << schema << ": " << text << ": " << (status ? "" : status.error().message);
      }
    }
  }
}

TEST(Matcher, NeverWritesAKeyTwice) {
  const auto vocabulary = test_vocabulary();
  const auto grammar = compile(R"({"type":"object","additionalProperties":{"const":1}})",
                               WhitespaceStyle::Compact, vocabulary);
  GrammarMatcher matcher(grammar);
  ASSERT_TRUE(matcher.accept(R"({"a":1,"ab":1)"));
  EXPECT_FALSE(matcher.accept(R"(,"a":)"));
  EXPECT_FALSE(matcher.accept(R"(,"ab":)"));
  EXPECT_TRUE(matcher.accept(R"(,"abc":)"));
}

TEST(Matcher, TakesBackStepsAndForks) {
  const auto vocabulary = test_vocabulary();
  const auto grammar = compile(kSchemas[0], WhitespaceStyle::Compact, vocabulary);
  GrammarMatcher matcher(grammar);
  ASSERT_TRUE(matcher.accept(R"({"name":"x)"));
  std::vector<std::uint64_t> before((vocabulary->size() + 63) / 64);
  matcher.fill_mask(before);
  GrammarMatcher fork(matcher);
  ASSERT_TRUE(matcher.accept("\","));
  ASSERT_TRUE(matcher.accept("\"id\":12}"));
  EXPECT_TRUE(matcher.is_complete());
  matcher.rollback(2);
  EXPECT_EQ(matcher.text(), R"({"name":"x)");
  std::vector<std::uint64_t> after(before.size());
  matcher.fill_mask(after);
  EXPECT_EQ(before, after);
  fork.fill_mask(after);
  EXPECT_EQ(before, after);
}

TEST(Matcher, KnowsWhatMustComeNext) {
  const auto grammar = compile(kSchemas[0], WhitespaceStyle::Compact, test_vocabulary());
  GrammarMatcher matcher(grammar);
  EXPECT_EQ(matcher.forced_bytes(), R"({"name":")");
  EXPECT_EQ(matcher.shortest_completion(), R"({"name":""})");
  EXPECT_EQ(matcher.shortest_completion_bytes(), 11u);
  ASSERT_TRUE(matcher.accept(R"({"name":"")"));
  EXPECT_EQ(matcher.forced_bytes(), "");
}

/// Both took half a minute under a sanitizer, a step at a time, when a fuzzer found them.
TEST(Matcher, WritesLongShortestTextsInTime) {
  const auto vocabulary = test_vocabulary();
  const std::clock_t begin = std::clock();
  const auto several = compile(R"({"type":"string","minLength":1000,"allOf":[
      {"pattern":"^([a-z][0-9])+$"},{"pattern":"^((c1d3g3).{4,8}){6,6}"},{"pattern":"(t|8){10,10}$"}]})",
                               WhitespaceStyle::Compact, vocabulary);
  const std::string text = GrammarMatcher(several).shortest_completion();
  EXPECT_EQ(text.size(), 1002u) << "with its quotes";
  EXPECT_TRUE(text.starts_with("\"c1d3g3")) << text;
  EXPECT_TRUE(text.ends_with("t8t8t8t8t8\"")) << text;
  const auto nested = Grammar::from_ebnf("root ::= ([a-z0-9]{1,3}{1,3}){515}", vocabulary);
  ASSERT_TRUE(nested) << nested.error().message;
  GrammarMatcher matcher(*nested);
  const std::string letters = matcher.shortest_completion();
  EXPECT_EQ(letters.size(), 515u);
  EXPECT_TRUE(matcher.accept(letters));
  EXPECT_TRUE(matcher.can_end());
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_LT(seconds, 10);
}

TEST(Matcher, EndsOnlyWhereTheTextIsComplete) {
  const auto vocabulary = test_vocabulary();
  const TokenId end = vocabulary->end_tokens().front();
  const auto grammar = compile(R"({"type":"integer"})", WhitespaceStyle::Compact, vocabulary);
  GrammarMatcher matcher(grammar);
  EXPECT_FALSE(matcher.accept(end));
  ASSERT_TRUE(matcher.accept("12"));
  EXPECT_TRUE(matcher.can_end());
  EXPECT_FALSE(matcher.is_complete());
  ASSERT_TRUE(matcher.accept(end));
  EXPECT_TRUE(matcher.is_complete());
  EXPECT_FALSE(matcher.accept("3"));
  matcher.rollback(1);
  EXPECT_TRUE(matcher.accept("3"));
}

}  // namespace
}  // namespace falconet
