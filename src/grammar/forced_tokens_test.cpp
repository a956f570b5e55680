#include "grammar/forced_tokens.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/testdata.h"
#include "grammar/instance_check.h"
#include "grammar/test_vocabulary.h"

namespace falconet {
namespace {

/// With its vocabulary; made once.
struct QwenTokens {
  Tokenizer tokenizer;
  Grammar::Vocabulary vocabulary;  // shared with the grammars
};

const QwenTokens* qwen_tokens() {
  static const auto kTokens = []() -> std::unique_ptr<QwenTokens> {
    const auto path = test_data("tokenizer/deepseek-r1-distill-qwen/tokenizer.json");
    if (!path) return nullptr;
    auto tokens = std::make_unique<QwenTokens>(QwenTokens{
        Tokenizer::from_huggingface(*read_file(*path, 1u << 26), Json()).value(), nullptr});
    tokens->vocabulary = std::make_shared<const TokenVocabulary>(tokens->tokenizer);
    return tokens;
  }();
  return kTokens.get();
}

struct Skipped {
  int num_texts = 0;
  int num_tokens = 0;
  int num_forced = 0;
};

/// A model that writes as the tokenizer does: whatever is forced must be what it would have
/// written.
void write_canonically(const Grammar::Pointer& grammar, const Tokenizer& tokenizer,
                       const std::string& text, Skipped& skipped) {
  const auto wanted = tokenizer.encode(text, {AddSpecial::No, ParseSpecial::No});
  GrammarMatcher matcher(grammar);
  ++skipped.num_texts;
  for (std::size_t i = 0; i < wanted.size();) {
    ASSERT_TRUE(matcher.accept(wanted[i])) << text;
    const auto forced =
        forced_tokens(matcher, grammar->vocabulary(), tokenizer.token_bytes(wanted[i]));
    std::size_t num_written = 1;
    if (!forced.empty()) {
      matcher.rollback(1);
      ASSERT_LE(i + forced.size(), wanted.size()) << matcher.text() << " of " << text;
      for (std::size_t j = 0; j < forced.size(); ++j) {
        ASSERT_TRUE(matcher.accept(forced[j]));
        ASSERT_EQ(forced[j], wanted[i + j])
            << "\"" << tokenizer.token_bytes(forced[j]) << "\" for \""
            << tokenizer.token_bytes(wanted[i + j]) << "\" at the end of " << matcher.text()
            << "\nof " << text;
      }
      num_written = forced.size();
      skipped.num_forced += static_cast<int>(forced.size()) - 1;
    }
    i += num_written;
    skipped.num_tokens += static_cast<int>(num_written);
  }
  EXPECT_EQ(matcher.text(), text);
  EXPECT_TRUE(matcher.can_end());
}

TEST(ForcedTokens, AreThoseThatTheTokenizerMakesOfTheWholeText) {
  const QwenTokens* qwen = qwen_tokens();
  const auto folder = test_data("json_schema/jsonschemabench");
  if (qwen == nullptr || !folder) GTEST_SKIP();
  Skipped skipped;
  for (const char* name : {"Glaiveai2K", "BFCL", "Github_easy", "Snowplow"}) {
    std::ifstream in(*folder / (std::string(name) + ".jsonl"));
    int num_rows = 0;
    for (std::string line; num_rows < 12 && std::getline(in, line); ++num_rows) {
      const Json row = Json::parse(line);
      const auto grammar = Grammar::from_json_schema(row["schema"], {}, qwen->vocabulary);
      if (!grammar) continue;
      for (const Json& test : row["tests"]) {
        const auto text = written_instance(*grammar, test["data"]);
        if (test["valid"] == true && text) {
          write_canonically(*grammar, qwen->tokenizer, *text, skipped);
        }
      }
    }
  }
  EXPECT_GT(skipped.num_texts, 50);
  EXPECT_GT(skipped.num_forced * 10, skipped.num_tokens) << skipped.num_tokens;
}

// As a required call begins: everything up to the arguments is forced from its first token on.
TEST(ForcedTokens, AreReplacedWhereTheLastOneWouldHaveBeenLonger) {
  const QwenTokens* qwen = qwen_tokens();
  if (qwen == nullptr) GTEST_SKIP();
  const auto grammar =
      Grammar::from_regex("(start the engine now|stop) please", qwen->vocabulary).value();
  GrammarMatcher matcher(grammar);
  ASSERT_TRUE(matcher.accept("sta"));
  const auto forced = forced_tokens(matcher, *qwen->vocabulary, "sta");
  EXPECT_EQ(qwen->tokenizer.decode(forced), "start the engine now please");
  EXPECT_EQ(forced, qwen->tokenizer.encode("start the engine now please", {AddSpecial::No}));
  EXPECT_EQ(matcher.text(), "sta") << "nothing is read";
}

TEST(ForcedTokens, LeaveToTheModelWhatItMayStillMakeLonger) {
  const QwenTokens* qwen = qwen_tokens();
  if (qwen == nullptr) GTEST_SKIP();
  // "the" could become "there".
  const auto grammar = Grammar::from_regex("I say the(re|n| end)", qwen->vocabulary).value();
  GrammarMatcher matcher(grammar);
  ASSERT_TRUE(matcher.accept("I"));
  EXPECT_EQ(qwen->tokenizer.decode(forced_tokens(matcher, *qwen->vocabulary, "I")), "I say");
}

TEST(ForcedTokens, AreNoneWithoutATokenizerOrAChoice) {
  const auto vocabulary = test_vocabulary();
  GrammarMatcher matcher(Grammar::from_choice({"abc"}, vocabulary).value());
  ASSERT_TRUE(matcher.accept("a"));
  EXPECT_TRUE(forced_tokens(matcher, *vocabulary, "a").empty());
}

}  // namespace
}  // namespace falconet
