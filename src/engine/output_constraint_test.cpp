#include "engine/output_constraint.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/json.h"
#include "base/random.h"
#include "grammar/test_vocabulary.h"

namespace falconet {
namespace {

const Grammar::Vocabulary& vocabulary() {
  static const Grammar::Vocabulary kVocabulary = test_vocabulary();
  return kVocabulary;
}

Grammar::Pointer schema(const char* text) {
  auto grammar = Grammar::from_json_schema(*parse_json(text), {}, vocabulary());
  EXPECT_TRUE(grammar) << grammar.error().message;
  return *grammar;
}

std::vector<TokenId> tokens_of(std::span<const std::uint64_t> bits) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < vocabulary()->size(); ++i) {
    if ((bits[i / 64] >> (i % 64)) & 1u) tokens.push_back({static_cast<std::int32_t>(i)});
  }
  return tokens;
}

struct Written {
  std::string text;
  std::size_t num_tokens = 0;
  bool is_complete = false;
};

/// Draws among the allowed tokens, evenly, until the text is complete or the tokens are spent.
Written write(Grammar::Pointer grammar, std::size_t max_tokens, Random& random) {
  OutputConstraint constraint(std::move(grammar));
  Written written;
  while (written.num_tokens < max_tokens && !constraint.is_complete()) {
    const std::vector<TokenId> allowed = tokens_of(constraint.allowed());
    EXPECT_FALSE(allowed.empty()) << written.text;
    if (allowed.empty()) return written;
    const TokenId drawn = allowed[random.below(allowed.size())];
    const auto token = constraint.settle(drawn, max_tokens - written.num_tokens);
    EXPECT_TRUE(token) << written.text;
    if (!token) return written;
    written.text += vocabulary()->bytes(*token);
    ++written.num_tokens;
  }
  written.is_complete = constraint.is_complete();
  return written;
}

// The oracle is the standard library's regular expressions.
TEST(OutputConstraint, LetsOnlyWhatTheGrammarDescribes) {
  const auto grammar = Grammar::from_regex("(ab|[xyz]{2}){1,4}!", vocabulary());
  ASSERT_TRUE(grammar);
  const std::regex expected("(ab|[xyz]{2}){1,4}!");
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    const Written written = write(*grammar, 100, random);
    EXPECT_TRUE(written.is_complete);
    EXPECT_TRUE(std::regex_match(written.text, expected)) << written.text;
  }
}

TEST(OutputConstraint, CompletesWithinTheTokensThereAre) {
  const auto grammar = schema(R"({"type":"object","properties":{"name":{"type":"string"},
      "tags":{"type":"array","items":{"type":"integer"}}},"required":["name","tags"],
      "additionalProperties":false})");
  Random random(11);
  const std::size_t shortest = OutputConstraint(grammar).shortest_tokens();
  for (std::size_t max_tokens = shortest; max_tokens < shortest + 40; ++max_tokens) {
    for (int i = 0; i < 10; ++i) {
      const Written written = write(grammar, max_tokens, random);
      const auto value = parse_json(written.text);
      ASSERT_TRUE(value) << max_tokens << ": " << written.text;
      EXPECT_TRUE(value->at("name").is_string() && value->at("tags").is_array());
    }
  }
}

TEST(OutputConstraint, IsCutOffWhereNothingFits) {
  const auto grammar = schema(R"({"const":"a long text that cannot be shortened"})");
  Random random(3);
  const Written written = write(grammar, 4, random);
  EXPECT_EQ(written.num_tokens, 4u);
  EXPECT_FALSE(written.is_complete);
}

TEST(OutputConstraint, AllowsOneTokenMoreOnRequest) {
  OutputConstraint constraint(schema(R"({"type":"boolean"})"));
  const TokenId other{'%'};
  const auto plain = tokens_of(constraint.allowed());
  const auto more = tokens_of(constraint.allowed(other));
  EXPECT_EQ(more.size(), plain.size() + 1);
  EXPECT_NE(std::ranges::find(more, other), more.end());
}

}  // namespace
}  // namespace falconet
