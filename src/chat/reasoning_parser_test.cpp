#include "chat/reasoning_parser.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace falconet {
namespace {

ReasoningDelta parse(ReasoningStart start, const std::vector<std::string_view>& pieces) {
  ReasoningParser parser(start);
  ReasoningDelta all;
  const auto add = [&all](const ReasoningDelta& delta) {
    all.reasoning += delta.reasoning;
    all.content += delta.content;
  };
  for (const std::string_view piece : pieces) add(parser.push(piece));
  add(parser.finish());
  return all;
}

void expect_parts(ReasoningStart start, std::string_view output, std::string_view reasoning,
                  std::string_view content) {
  const ReasoningDelta delta = parse(start, {output});
  EXPECT_EQ(delta.reasoning, reasoning) << output;
  EXPECT_EQ(delta.content, content) << output;
}

TEST(ReasoningParser, SplitsAtTheTagsAndDropsTheNewlinesAroundThem) {
  expect_parts(ReasoningStart::InAnswer, "<think>\nWhy?\n\n</think>\n\nSo.\n", "Why?", "So.\n");
  expect_parts(ReasoningStart::InAnswer, "<think>a</think>b", "a", "b");
  expect_parts(ReasoningStart::InAnswer, "\n <think>a\n\nb</think>\r\nc", "a\n\nb", "c");
}

TEST(ReasoningParser, NeedsNoOpeningTagWhereThePromptHasIt) {
  expect_parts(ReasoningStart::InReasoning, "Why?\n</think>\n\nSo.", "Why?", "So.");
  expect_parts(ReasoningStart::InReasoning, "\n\n</think>\n\nSo.", "", "So.");
}

TEST(ReasoningParser, DropsAnOpeningTagThatRepeatsThePrompts) {
  expect_parts(ReasoningStart::InReasoning, "<think>\nWhy?</think>So.", "Why?", "So.");
  expect_parts(ReasoningStart::InReasoning, "\n<think>Why?</think>So.", "Why?", "So.");
}

TEST(ReasoningParser, TakesOutputWithoutTagsForTheAnswer) {
  expect_parts(ReasoningStart::InAnswer, " plain <think>x</think>", "", " plain <think>x</think>");
  expect_parts(ReasoningStart::InAnswer, "<thin", "", "<thin");
  expect_parts(ReasoningStart::Off, "<think>x</think>y", "", "<think>x</think>y");
}

TEST(ReasoningParser, KeepsReasoningThatIsCutOff) {
  expect_parts(ReasoningStart::InReasoning, "Why? </thin", "Why? </thin", "");
  expect_parts(ReasoningStart::InAnswer, "<think>\nWhy?\n", "Why?\n", "");
}

TEST(ReasoningParser, LeavesLaterTagsInTheAnswer) {
  expect_parts(ReasoningStart::InAnswer, "<think>a</think>b<think>c</think>", "a",
               "b<think>c</think>");
}

TEST(ReasoningParser, EmitsReasoningAsSoonAsItIsSettled) {
  ReasoningParser parser(ReasoningStart::InReasoning);
  EXPECT_EQ(parser.push("one <").reasoning, "one ");
  EXPECT_EQ(parser.push("b>\n").reasoning, "<b>");
  EXPECT_TRUE(parser.is_in_reasoning());
  const ReasoningDelta delta = parser.push("</think>two");
  EXPECT_EQ(delta.reasoning, "");
  EXPECT_EQ(delta.content, "two");
  EXPECT_FALSE(parser.is_in_reasoning());
}

TEST(ReasoningParser, GivesTheSamePartsHoweverTheOutputIsCut) {
  static constexpr std::string_view kBits[] = {"<think>", "</think>", "\n", "\r\n", " ",
                                               "<",       "</thi",    "a",  "nk>",  "é"};
  static constexpr ReasoningStart kStarts[] = {ReasoningStart::InReasoning,
                                               ReasoningStart::InAnswer, ReasoningStart::Off};
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string output;
    for (std::uint64_t i = random.below(9); i > 0; --i) {
      output += kBits[random.below(std::size(kBits))];
    }
    const ReasoningStart start = kStarts[random.below(std::size(kStarts))];
    const ReasoningDelta whole = parse(start, {output});
    std::vector<std::string_view> pieces;
    for (std::string_view rest = output; !rest.empty();) {
      const std::size_t size = 1 + random.below(std::min<std::size_t>(rest.size(), 4));
      pieces.push_back(rest.substr(0, std::min(size, rest.size())));
      rest.remove_prefix(pieces.back().size());
    }
    const ReasoningDelta cut = parse(start, pieces);
    ASSERT_EQ(cut.reasoning, whole.reasoning) << output;
    ASSERT_EQ(cut.content, whole.content) << output;
  }
}

TEST(FindReasoningTags, TakesTheFormThatTheTemplateOrTheVocabularyNames) {
  const auto open_of = [](std::string_view source, std::string_view vocabulary) {
    const auto is_in_vocabulary = [vocabulary](std::string_view tag) {
      return vocabulary.find(tag) != std::string_view::npos;
    };
    return find_reasoning_tags(source, is_in_vocabulary).value_or(ReasoningTags{"none", ""}).open;
  };
  EXPECT_EQ(open_of("{{ x.split('</think>')[-1] }}", ""), "<think>");
  EXPECT_EQ(open_of("…[THINK]{{ x }}[/THINK]…", ""), "[THINK]");
  EXPECT_EQ(open_of("", "<seed:think> </seed:think>"), "<seed:think>");
  EXPECT_EQ(open_of("…[/THINK]…", "<think> </think>"), "[THINK]") << "the template knows better";
  EXPECT_EQ(open_of("", "<think>"), "none") << "reasoning that could not end";
  EXPECT_EQ(open_of("{{ messages }}", "hello"), "none");
}

TEST(ReasoningParser, TakesTagsOfAnyForm) {
  ReasoningParser parser(ReasoningStart::InAnswer, {"[THINK]", "[/THINK]"});
  std::string reasoning;
  std::string content;
  for (const char byte : std::string("[THINK]a [b] [/TH[/THINK]\n[/c]")) {
    const ReasoningDelta delta = parser.push(std::string(1, byte));
    reasoning += delta.reasoning;
    content += delta.content;
  }
  content += parser.finish().content;
  EXPECT_EQ(reasoning, "a [b] [/TH");
  EXPECT_EQ(content, "[/c]");
}

}  // namespace
}  // namespace falconet
