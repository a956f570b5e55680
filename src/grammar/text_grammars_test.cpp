#include <gtest/gtest.h>

#include "grammar/matcher.h"
#include "grammar/test_vocabulary.h"

namespace falconet {
namespace {

bool reads(const Grammar::Pointer& grammar, std::string_view text) {
  GrammarMatcher matcher(grammar);
  return (text.empty() || matcher.accept(text)) && matcher.can_end();
}

constexpr const char* kArithmetic = R"ebnf(
root ::= expr
expr ::= term (("+" | "-") term)*   # a comment
term ::= factor ([*/] factor)*
factor ::= [0-9]+ | "(" expr ")"
)ebnf";

TEST(Ebnf, ReadsRecursiveRules) {
  const auto grammar = Grammar::from_ebnf(kArithmetic, test_vocabulary());
  ASSERT_TRUE(grammar.has_value()) << grammar.error().message;
  EXPECT_TRUE(reads(*grammar, "1+2*(3-(4))"));
  EXPECT_FALSE(reads(*grammar, "1+2*(3-(4)"));
  EXPECT_FALSE(reads(*grammar, "1++2"));
  EXPECT_FALSE(reads(*grammar, ""));
}

TEST(Ebnf, ReadsRepetitionsAndEscapes) {
  const auto grammar =
      Grammar::from_ebnf("root ::= ([a-c]{2,3} | \"\\u00e9\\n\") \"!\"? .", test_vocabulary());
  ASSERT_TRUE(grammar.has_value()) << grammar.error().message;
  EXPECT_TRUE(reads(*grammar, "ab!x"));
  EXPECT_TRUE(reads(*grammar, "é\n?"));
  EXPECT_FALSE(reads(*grammar, "a!x"));
}

TEST(Ebnf, SaysWhatIsWrong) {
  const auto refused = [](const char* text) {
    const auto grammar = Grammar::from_ebnf(text, nullptr);
    return grammar ? "accepted" : grammar.error().message;
  };
  EXPECT_NE(refused("root ::= missing").find("missing"), std::string::npos);
  EXPECT_NE(refused("root ::= root \"a\" | \"a\"").find("left recursion"), std::string::npos);
  EXPECT_NE(refused("root ::= \"a\n\nb").find("line"), std::string::npos);
  EXPECT_NE(refused("root ::= \"a\" root").find("no text"), std::string::npos);
  EXPECT_NE(refused("").find("root"), std::string::npos);
}

TEST(Choice, ReadsOneOfItsTexts) {
  const auto grammar = Grammar::from_choice({"yes", "no", "not sure"}, test_vocabulary());
  ASSERT_TRUE(grammar.has_value());
  for (const char* text : {"yes", "no", "not sure"}) EXPECT_TRUE(reads(*grammar, text));
  for (const char* text : {"", "ye", "not", "maybe"}) EXPECT_FALSE(reads(*grammar, text));
}

TEST(Regex, BindsTheWholeText) {
  const auto grammar = Grammar::from_regex("\\d{3}-[a-z]+", test_vocabulary());
  ASSERT_TRUE(grammar.has_value());
  EXPECT_TRUE(reads(*grammar, "123-abc"));
  EXPECT_FALSE(reads(*grammar, "x123-abc"));
  EXPECT_FALSE(reads(*grammar, "123-"));
}

TEST(Triggers, BindFromTheMarkerOn) {
  const Trigger call{.marker = "<call>",
                     .grammar = R"({"type":"object","properties":{"n":{"type":"integer"}},
                                   "required":["n"],"additionalProperties":false})",
                     .is_schema = true,
                     .end = "</call>"};
  const auto free = Grammar::from_triggers({call}, {}, test_vocabulary());
  ASSERT_TRUE(free.has_value()) << free.error().message;
  EXPECT_TRUE(reads(*free, ""));
  EXPECT_TRUE(reads(*free, "no call, <cal or {\"n\":x}"));
  EXPECT_TRUE(reads(*free, "so: <call>{\"n\":1}</call> and <call>{\"n\":2}</call>."));
  EXPECT_FALSE(reads(*free, "so: <call>{\"n\":1}"));
  EXPECT_FALSE(reads(*free, "so: <<call>{\"m\":1}</call>"));
  const auto bound =
      Grammar::from_triggers({call}, {.ends_after = true, .is_required = true}, test_vocabulary());
  ASSERT_TRUE(bound.has_value());
  EXPECT_FALSE(reads(*bound, "nothing"));
  EXPECT_TRUE(reads(*bound, "well <call>{\"n\":1}</call>"));
  EXPECT_FALSE(reads(*bound, "well <call>{\"n\":1}</call>."));
}

TEST(Triggers, OfOneMarkerAreAlternatives) {
  const auto tool = [](const char* name, const char* schema) {
    return Trigger{.marker = "<call>",
                   .begin = std::string("\n{\"name\": \"") + name + "\", \"arguments\": ",
                   .grammar = schema,
                   .is_schema = true,
                   .end = "}\n</call>"};
  };
  const std::vector<Trigger> tools = {
      tool("add", R"({"type":"object","properties":{"n":{"$ref":"#/$defs/n"}},"required":["n"],
                      "additionalProperties":false,"$defs":{"n":{"type":"integer"}}})"),
      tool("ask", R"({"type":"object","properties":{"q":{"type":"string"}},"required":["q"],
                      "additionalProperties":false})")};
  const auto grammar =
      Grammar::from_triggers(tools, {.is_required = true, .is_first = true}, test_vocabulary());
  ASSERT_TRUE(grammar.has_value()) << grammar.error().message;
  const std::string add = "<call>\n{\"name\": \"add\", \"arguments\": {\"n\":1}}\n</call>";
  const std::string ask = "<call>\n{\"name\": \"ask\", \"arguments\": {\"q\":\"x\"}}\n</call>";
  EXPECT_TRUE(reads(*grammar, add));
  EXPECT_TRUE(reads(*grammar, ask));
  EXPECT_TRUE(reads(*grammar, add + "\n" + ask + " done"));
  EXPECT_FALSE(reads(*grammar, "well " + add));
  EXPECT_FALSE(reads(*grammar, ""));
  EXPECT_FALSE(
      reads(*grammar, "<call>\n{\"name\": \"add\", \"arguments\": {\"q\":\"x\"}}\n</call>"));
  EXPECT_FALSE(reads(*grammar, "<call>\n{\"name\": \"sub\", \"arguments\": {}}\n</call>"));
}

TEST(TextGrammars, MaskWhatTryingEveryTokenAccepts) {
  const auto vocabulary = test_vocabulary();
  const Trigger trigger{.marker = "\"name\":", .grammar = kArithmetic};
  const Grammar::Pointer grammars[] = {
      *Grammar::from_ebnf(kArithmetic, vocabulary),
      *Grammar::from_regex("(a|ab|é)*[^x]{1,3}", vocabulary),
      *Grammar::from_choice({"foo", "foobar", "name"}, vocabulary),
      *Grammar::from_triggers({trigger}, {}, vocabulary),
      *Grammar::from_ebnf("root ::= \"[\" (root (\",\" root)*)? \"]\" | [a-z]", vocabulary)};
  std::vector<std::uint64_t> bits((vocabulary->size() + 63) / 64);
  for (const Grammar::Pointer& grammar : grammars) {
    for (const char* start : {"", "a", "[", "(1", "\"name\":", "1+", "fo", "[[", "[a"}) {
      GrammarMatcher matcher(grammar);
      if (*start != '\0' && !matcher.accept(start)) continue;
      matcher.fill_mask(bits);
      for (std::size_t id = 0; id < vocabulary->size(); ++id) {
        GrammarMatcher fork(matcher);
        const TokenId token{static_cast<std::int32_t>(id)};
        ASSERT_EQ(((bits[id / 64] >> (id % 64)) & 1) != 0, fork.accept(token))
            << vocabulary->bytes(token) << " after " << start;
      }
    }
  }
}

}  // namespace
}  // namespace falconet
