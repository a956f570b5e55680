// What is asked in the chat, and when somebody asks on: by hand-written cases in both languages.
#include "feedback/interview_guide.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "base/strings.h"
#include "feedback/interview_guide_template.h"

namespace falconet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GuideProbe probe_of(ProbeRule rule, std::vector<std::string> terms = {}) {
  return {.rule = rule, .words = 6, .characters = 10, .terms = std::move(terms)};
}

Json both(const std::string& en) { return {{"en", en}, {"zh", "中 " + en}}; }

/// Two questions; the first has all rules, in this order.
Json guide_json() {
  const Json probes = {
      {{"rule", "short"}, {"words", 3}, {"characters", 5}, {"text", both("more?")}},
      {{"rule", "mentions"}, {"terms", {"slow", "慢"}}, {"text", both("how slow?")}},
      {{"rule", "no_example"}, {"text", both("example?")}},
      {{"rule", "always"}, {"text", both("else?")}}};
  return {{"title", both("Talk")},
          {"questions",
           {{{"text", both("problems?")}, {"probes", probes}}, {{"text", both("wish?")}}}}};
}

InterviewGuide guide_of(const Json& json) {
  auto guide = read_interview_guide(json);
  EXPECT_TRUE(guide) << (guide ? "" : guide.error().message);
  return guide ? *std::move(guide) : InterviewGuide();
}

/// What is asked when these answers are given in turn; "-" skips.
std::vector<std::string> asked(const InterviewGuide& guide,
                               const std::vector<std::string>& answers) {
  std::optional<GuidePosition> at = GuidePosition();
  std::vector<std::string> out;
  std::string said;
  for (const std::string& answer : answers) {
    if (!at) break;
    out.push_back(text_at(guide, *at).en);
    said += "\n" + answer;
    const std::size_t before = at->question;
    const bool skips = answer == "-";
    at = next_position(guide, *at, skips ? std::nullopt : std::optional<std::string_view>(said));
    if (!at || at->question != before) said.clear();
  }
  if (!at) out.push_back("end");
  return out;
}

std::string why_not(const Json& json) {
  const auto guide = read_interview_guide(json);
  return guide ? "it was read" : guide.error().message;
}

TEST(InterviewGuide, AsksOnWhereAnAnswerIsShortInItsOwnLanguage) {
  const GuideProbe probe = probe_of(ProbeRule::Short);  // 6 words, or 10 characters
  EXPECT_TRUE(is_to_be_asked(probe, "It is slow, isn't it?")) << "five words: isn't is one";
  EXPECT_FALSE(is_to_be_asked(probe, "It is slow, and that hurts."));
  EXPECT_TRUE(is_to_be_asked(probe, "有时候太慢了。")) << "six characters; the mark is none";
  EXPECT_FALSE(is_to_be_asked(probe, "有时候太慢了，我等不及了。"));
  EXPECT_FALSE(is_to_be_asked(probe, "JSON 输出 invalid 经常要重试")) << "2/6 + 7/10";
  EXPECT_TRUE(is_to_be_asked(probe, "JSON 输出总错")) << "1/6 + 4/10";
  EXPECT_TRUE(is_to_be_asked(probe, ""));
}

TEST(InterviewGuide, AsksForAnExampleWhereAProblemHasNone) {
  const GuideProbe probe = probe_of(ProbeRule::NoExample);
  for (const char* said : {"It often forgets what I told it.", "The answers are far too slow.",
                           "它经常忘记我说过的话。", "语气太生硬了，像公文。"}) {
    EXPECT_TRUE(is_to_be_asked(probe, said)) << said;
  }
  for (const char* said : {"It often forgets, for example my name.", "It forgot my name yesterday.",
                           "It was rude: “figure it out”.", "它经常忘记我说过的话，比如我的名字。",
                           "上次它忘了我的名字。"}) {
    EXPECT_FALSE(is_to_be_asked(probe, said)) << said << ": it has an example";
  }
  for (const char* said : {"I use it for my homework.", "It is quick and friendly.",
                           "我用它写周报。", "回答又快又好。"}) {
    EXPECT_FALSE(is_to_be_asked(probe, said)) << said << ": it names no problem";
  }
}

TEST(InterviewGuide, HearsWordsAndNotPartsOfThem) {
  const GuideProbe probe = probe_of(ProbeRule::Mentions, {"Tool", "forg*", "格式"});
  EXPECT_TRUE(is_to_be_asked(probe, "The TOOL failed."));
  EXPECT_FALSE(is_to_be_asked(probe, "The toolbox failed."));
  EXPECT_TRUE(is_to_be_asked(probe, "It keeps forgetting."));
  EXPECT_TRUE(is_to_be_asked(probe, "输出的格式不对"));
  EXPECT_TRUE(is_to_be_asked(probe, "ｔｏｏｌ")) << "as wide characters";
  EXPECT_FALSE(is_to_be_asked(probe, ""));
}

TEST(InterviewGuide, AsksTwoProbesAQuestionAndNeverOneTwice) {
  const InterviewGuide guide = guide_of(guide_json());
  EXPECT_THAT(asked(guide, {"slow", "yes", "so", "faster"}),
              ElementsAre("problems?", "more?", "how slow?", "wish?", "end"))
      << "the third and fourth rule hold, too: two are enough";
  EXPECT_THAT(asked(guide, {"I like it very much", "no", "nothing"}),
              ElementsAre("problems?", "else?", "wish?", "end"));
  EXPECT_THAT(asked(guide, {"It forgets what I tell it", "yesterday my name", "x"}),
              ElementsAre("problems?", "example?", "else?"));
  EXPECT_THAT(asked(guide, {"It forgets what I tell it", "yesterday it was slow", "x"}),
              ElementsAre("problems?", "example?", "else?"))
      << "what was passed over does not come back";
}

TEST(InterviewGuide, LeavesAloneWhoSkips) {
  const InterviewGuide guide = guide_of(guide_json());
  EXPECT_THAT(asked(guide, {"-", "-"}), ElementsAre("problems?", "wish?", "end"));
  EXPECT_THAT(asked(guide, {"slow", "-", "x"}), ElementsAre("problems?", "more?", "wish?", "end"))
      << "a probe that is skipped ends its question";
}

TEST(InterviewGuide, SaysWhereADefinitionIsWrong) {
  const auto with = [](const char* pointer, const Json& value) {
    Json json = guide_json();
    json[Json::json_pointer(pointer)] = value;
    return why_not(json);
  };
  EXPECT_THAT(why_not(Json::array()), HasSubstr("definition: expected an object"));
  EXPECT_THAT(why_not(Json::object()), HasSubstr("title: expected"));
  EXPECT_THAT(with("/questions", Json::array()),
              HasSubstr("questions: expected a list of 1 to 40"));
  EXPECT_THAT(with("/questions/1/text/zh", " "),
              HasSubstr("questions[1].text.zh: expected a text in Chinese"));
  EXPECT_THAT(with("/questions/0/probes/1/terms", Json::array()),
              HasSubstr("questions[0].probes[1].terms: expected a list of 1 to 30, found 0"));
  EXPECT_THAT(with("/questions/0/probes/1/terms/1", 7), HasSubstr("terms[1]: expected a word"));
  EXPECT_THAT(with("/questions/0/probes/0/words", 0),
              HasSubstr("questions[0].probes[0].words: expected a number from 1"));
  EXPECT_THAT(with("/questions/0/probes/3/rule", "often"),
              HasSubstr("questions[0].probes[3].rule: expected always, short, no_example"));
  EXPECT_THAT(with("/questions/1/probes", Json::array({1, 2, 3, 4, 5, 6, 7})),
              HasSubstr("questions[1].probes: expected a list of 0 to 6, found 7"));
  EXPECT_THAT(with("/intro", {{"en", "x"}}), HasSubstr("intro.zh"));
  EXPECT_THAT(with("/title/en", std::string(kMaxGuideBytes, 'x')),
              HasSubstr("definition: at most"));
}

TEST(InterviewGuide, EveryRuleHasAName) {
  for (const auto rule :
       {ProbeRule::Always, ProbeRule::Short, ProbeRule::NoExample, ProbeRule::Mentions}) {
    EXPECT_EQ(probe_rule_of(probe_rule_name(rule)), rule);
  }
  EXPECT_FALSE(probe_rule_of("sometimes"));
}

TEST(InterviewGuide, ThatComesWithTheProgramGoesThroughInBothLanguages) {
  const InterviewGuide guide = guide_of(model_study_guide());
  EXPECT_EQ(guide.questions.size(), 9u) << "as its introduction says";
  const std::vector<std::string> english =
      asked(guide, {"Homework", "Physics, mostly, with many formulas in it.",
                    "It explains step by step, and it is quick even on my old laptop.",
                    "It forgets what I told it before.", "Yesterday it forgot my name.", "-", "-",
                    "-", "It forgets.", "Five.", "-"});
  EXPECT_EQ(english[1], "What was the last thing that you used it for?") << "one word";
  EXPECT_EQ(english[4], "Can you give an example?");
  EXPECT_EQ(english[9], "After about how many messages did you notice that?");
  EXPECT_EQ(english[10], "What had it forgotten, for example?") << "nothing was told of it here";
  const std::vector<std::string> chinese =
      asked(guide, {"写代码", "写了一个爬虫程序，抓取新闻网站的标题。", "-",
                    "它总是忘记我前面说过的要求。", "-"});
  EXPECT_EQ(chinese[1], "What was the last thing that you used it for?") << "three characters";
  EXPECT_EQ(chinese[4], "Can you give an example?");
}

/// Whatever is said, an interview ends, with at most two probes a question.
TEST(InterviewGuide, EndsWhateverIsSaid) {
  constexpr std::uint64_t kSeed = 14;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed);
  const InterviewGuide guide = guide_of(model_study_guide());
  for (int run = 0; run < 20; ++run) {
    std::optional<GuidePosition> at = GuidePosition();
    std::size_t num_asked = 0;
    while (at) {
      ASSERT_TRUE(has_position(guide, *at)) << "seed " << kSeed;
      ++num_asked;
      ASSERT_LE(num_asked, guide.questions.size() * (1 + kMaxProbesAsked));
      std::string said;
      for (std::uint64_t k = random.below(200); k > 0; --k) {
        said += static_cast<char>(random.below(256));
      }
      at = next_position(guide, *at, said);
    }
  }
}

}  // namespace
}  // namespace falconet
