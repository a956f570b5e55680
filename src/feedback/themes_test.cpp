// Themes: what was planted comes back, whatever the order, and one person's repeats count once.
#include "feedback/themes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "base/json.h"
#include "base/random.h"
#include "base/strings.h"
#include "base/testdata.h"
#include "feedback/comment_words.h"
#include "feedback/near_duplicates.h"
#include "feedback/simulation.h"

namespace falconet {
namespace {

struct PlantedTheme {
  std::array<std::string_view, 5> subjects;
  std::array<std::string_view, 6> predicates;
};

constexpr std::array kEnglishThemes = {
    PlantedTheme{{"the summary of my contract", "a summary of twenty pages", "this long report",
                  "the chapter summaries", "summarising the minutes"},
                 {"misses the second half", "leaves out whole sections", "skips the last pages",
                  "covers only the first pages", "drops half of the sections",
                  "gets vague after ten pages"}},
    PlantedTheme{{"the first token", "every answer on my phone", "the reply", "generation",
                  "loading the model"},
                 {"takes forever", "is far too slow", "needs a full minute", "makes me wait",
                  "crawls at two tokens a second", "is slow and I wait for ages"}},
    PlantedTheme{
        {"the function call", "its JSON output", "the tool call", "the arguments", "the parser"},
        {"has a missing bracket", "breaks on invalid JSON", "has the wrong arguments",
         "fails to parse", "needs a bracket to be valid JSON",
         "returns arguments that fail to parse"}},
    PlantedTheme{{"its tone", "the wording", "this letter", "the style", "every sentence"},
                 {"sounds stiff and formal", "reads like a lawyer wrote it",
                  "is formal like an old textbook", "sounds like a textbook",
                  "is stiff, nobody writes like that", "sounds wooden like a lawyer"}},
    PlantedTheme{{"after six turns", "later in the chat", "once the chat gets long",
                  "two messages later", "in the next turn"},
                 {"it forgets my name", "it forgot the budget I had told it",
                  "it asks for my name again", "I must repeat what I told it",
                  "it has forgotten the beginning of the chat", "I repeat the budget again"}},
    PlantedTheme{{"the proof", "my algebra homework", "the equation", "the integral",
                  "step three of the proof"},
                 {"has a sign error", "is solved with a wrong sign", "ends in a wrong number",
                  "contains an arithmetic error", "adds the wrong numbers",
                  "has arithmetic that does not add up"}},
};

constexpr std::array kChineseThemes = {
    PlantedTheme{{"合同的摘要", "这份长文档", "会议纪要的总结", "长文档的摘要", "整本书的总结"},
                 {"漏掉了后半部分", "只概括前几页", "后面几页都没看", "遗漏了很多章节",
                  "后半部分全部遗漏", "章节漏得厉害"}},
    PlantedTheme{{"手机上生成", "第一个字", "每次响应", "出字速度", "回答问题"},
                 {"慢得受不了", "要等一分钟", "等了半天", "太慢，等得着急", "慢得像蜗牛",
                  "速度慢，要等很久"}},
    PlantedTheme{{"函数调用", "工具调用的结果", "返回的格式", "接口参数", "调用接口"},
                 {"少了括号解析失败", "参数经常传错", "格式错误，解析报错", "缺少参数就报错",
                  "括号不匹配", "解析失败，参数又错"}},
    PlantedTheme{{"它的语气", "写的文案", "邮件的措辞", "中文表达", "每句话"},
                 {"太书面化，像公文", "生硬得像翻译", "文绉绉的像公文", "书面化，不像人说话",
                  "翻译腔，语气生硬", "像说明书一样生硬"}},
    PlantedTheme{{"聊了几轮以后", "第六轮对话", "上下文一多", "隔两条消息", "对话一长"},
                 {"它忘了我的名字", "前面说过的预算全忘了", "又问我名字", "要我重新说预算",
                  "忘记前面说过的话", "前面说过的名字记不住"}},
    PlantedTheme{{"数学证明", "代数作业", "这个方程", "积分题", "计算题"},
                 {"正负号算错", "结果算错了", "符号写反，算错", "加减法都算错", "最后一步符号错",
                  "推导里正负号反了"}},
};

constexpr std::array<std::string_view, 6> kEnglishOpenings = {
    "", "Hm, ", "Honestly, ", "On Monday ", "I noticed that ", ""};
constexpr std::array<std::string_view, 6> kChineseOpenings = {"",           "说实话，", "昨天",
                                                              "用了一周，", "感觉",     ""};

struct PlantedCorpus {
  FreeTexts texts = {};
  std::vector<int> theme_of = {};
};

void add_text(FreeTexts& texts, int person, std::string text) {
  const std::string id = cat("r", texts.all.size());
  texts.all.push_back({PersonId{person},
                       {.file = "ratings.jsonl",
                        .id = id,
                        .participant_id = cat("p", person),
                        .end = text.size(),
                        .text = std::move(text)},
                       true});
}

/// `num_each` comments of each theme, by 20 people.
PlantedCorpus plant(bool is_chinese, int num_each, std::uint64_t seed) {
  Random random(seed);
  PlantedCorpus out;
  const auto one_of = [&](const auto& rows) { return rows[random.below(rows.size())]; };
  const auto& themes = is_chinese ? kChineseThemes : kEnglishThemes;
  for (std::size_t theme = 0; theme < themes.size(); ++theme) {
    for (int i = 0; i < num_each; ++i) {
      std::string text(one_of(is_chinese ? kChineseOpenings : kEnglishOpenings));
      text += one_of(themes[theme].subjects);
      text += is_chinese ? "" : " ";
      text += one_of(themes[theme].predicates);
      add_text(out.texts, static_cast<int>(random.below(20)), text);
      out.theme_of.push_back(static_cast<int>(theme));
    }
  }
  return out;
}

/// Hubert and Arabie 1985; a comment in no theme is alone.
double adjusted_rand_index(const std::vector<int>& a, std::vector<int> b) {
  int next = 1'000'000;
  for (int& theme : b) theme = theme < 0 ? next++ : theme;
  const auto pairs = [](double n) { return n * (n - 1) / 2; };
  std::map<std::pair<int, int>, int> cells;
  std::map<int, int> rows;
  std::map<int, int> columns;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++cells[{a[i], b[i]}];
    ++rows[a[i]];
    ++columns[b[i]];
  }
  double both = 0, of_a = 0, of_b = 0;
  for (const auto& [cell, n] : cells) both += pairs(n);
  for (const auto& [row, n] : rows) of_a += pairs(n);
  for (const auto& [column, n] : columns) of_b += pairs(n);
  const double expected = of_a * of_b / pairs(static_cast<double>(a.size()));
  return (both - expected) / ((of_a + of_b) / 2 - expected);
}

TEST(Themes, RandIndexIsOneForTheSamePartitionAndNearNothingForAnother) {
  EXPECT_DOUBLE_EQ(adjusted_rand_index({0, 0, 1, 1, 2}, {5, 5, 3, 3, 9}), 1);
  EXPECT_NEAR(adjusted_rand_index({0, 0, 1, 1}, {0, 1, 0, 1}), -0.5, 1e-12);  // by hand
}

void expect_recovered(bool is_chinese) {
  double sum = 0;
  constexpr int kSeeds = 5;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const PlantedCorpus corpus = plant(is_chinese, 25, seed);
    const ThemeResult found = find_themes(corpus.texts, 1);
    const double index = adjusted_rand_index(corpus.theme_of, found.theme_of);
    std::printf("%s, seed %d: index %.3f, %zu themes\n", is_chinese ? "Chinese" : "English",
                static_cast<int>(seed), index, found.themes.size());
    for (const Theme& theme : found.themes) {
      std::printf("   %s: %d people\n", join(theme.keyphrases, ", ").c_str(),
                  static_cast<int>(theme.num_people));
    }
    EXPECT_GE(index, 0.7) << "seed " << seed;
    sum += index;
  }
  EXPECT_GE(sum / kSeeds, 0.8);
}

TEST(Themes, RecoversThemesThatWerePlantedInEnglish) { expect_recovered(false); }
TEST(Themes, RecoversThemesThatWerePlantedInChinese) { expect_recovered(true); }

/// What of a result does not depend on the order of the texts.
std::string summary_of(const ThemeResult& result) {
  std::string out;
  for (const Theme& theme : result.themes) {
    out += cat(join(theme.keyphrases, ","), " ", theme.num_people, " ", theme.num_comments, " ",
               theme.num_different, " ", theme.sentiments[0], "/", theme.sentiments[1], "/",
               theme.sentiments[2]);
    for (const QuoteReference& quote : theme.quotes) out += cat(" '", quote.text, "'");
    out += "\n";
  }
  return out;
}

TEST(Themes, AreTheSameInWhateverOrderCommentsCome) {
  PlantedCorpus corpus = plant(false, 15, 3);
  const PlantedCorpus chinese = plant(true, 15, 4);
  for (const FreeText& text : chinese.texts.all) corpus.texts.all.push_back(text);
  const std::string before = summary_of(find_themes(corpus.texts, 1));
  Random random(7);
  for (int round = 0; round < 3; ++round) {
    auto& all = corpus.texts.all;
    for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[random.below(i + 1)]);
    EXPECT_EQ(summary_of(find_themes(corpus.texts, 1)), before);
  }
}

TEST(Themes, CountEveryPersonOnceHoweverOftenTheyRepeatThemselves) {
  PlantedCorpus corpus = plant(false, 20, 5);
  const ThemeResult before = find_themes(corpus.texts, 1);
  ASSERT_FALSE(before.themes.empty());
  const std::vector<FreeText> all = corpus.texts.all;
  for (int copy = 0; copy < 3; ++copy) {
    for (FreeText text : all) {
      text.source.text += copy == 0 ? "!" : copy == 1 ? "..." : "";
      corpus.texts.all.push_back(text);
    }
  }
  const ThemeResult after = find_themes(corpus.texts, 1);
  ASSERT_EQ(after.themes.size(), before.themes.size());
  for (std::size_t i = 0; i < before.themes.size(); ++i) {
    EXPECT_EQ(after.themes[i].num_people, before.themes[i].num_people);
    EXPECT_EQ(after.themes[i].num_different, before.themes[i].num_different);
    EXPECT_EQ(after.themes[i].num_comments, 4 * before.themes[i].num_comments);
    EXPECT_EQ(after.themes[i].keyphrases, before.themes[i].keyphrases);
  }
}

TEST(Themes, OnePersonAloneMakesNoTheme) {
  FreeTexts texts;
  for (const PlantedCorpus corpus = plant(false, 20, 6); const FreeText& text : corpus.texts.all) {
    add_text(texts, 1, text.source.text);
  }
  const ThemeResult found = find_themes(texts, 1);
  EXPECT_TRUE(found.themes.empty());
  EXPECT_EQ(found.num_people, 1);
}

TEST(Themes, QuoteOnlyWhoAgreedAndEachPersonOnce) {
  PlantedCorpus corpus = plant(true, 25, 8);
  for (FreeText& text : corpus.texts.all) text.may_be_quoted = text.person.value % 2 == 0;
  const ThemeResult found = find_themes(corpus.texts, 1);
  ASSERT_FALSE(found.themes.empty());
  for (const Theme& theme : found.themes) {
    std::set<std::string> people;
    if (theme.num_people >= 10) {
      EXPECT_FALSE(theme.quotes.empty());
    }
    for (const QuoteReference& quote : theme.quotes) {
      EXPECT_TRUE(people.insert(quote.participant_id).second) << "quoted twice";
      EXPECT_EQ(std::stoi(quote.participant_id.substr(1)) % 2, 0) << "did not agree";
    }
  }
}

TEST(Themes, NoWordsMakeNoThemes) {
  FreeTexts texts;
  EXPECT_TRUE(find_themes(texts, 1).themes.empty());
  for (int i = 0; i < 30; ++i) add_text(texts, i, i % 2 == 0 ? "!!!" : "\xff\xfe 123");
  const ThemeResult found = find_themes(texts, 1);
  EXPECT_TRUE(found.themes.empty());
  EXPECT_EQ(found.num_in_no_theme, 30);
}

// Words dealt out at random share nothing but chance.
TEST(Themes, FindFewThemesInNoise) {
  const std::uint64_t seed = 20261130;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  FreeTexts texts;
  for (int i = 0; i < 200; ++i) {
    std::string text;
    for (int word = 0; word < 7; ++word) {
      text += cat("w", std::string(1, static_cast<char>('a' + random.below(20))),
                  std::string(1, static_cast<char>('a' + random.below(10))), "k ");
    }
    add_text(texts, i % 20, text);
  }
  const ThemeResult found = find_themes(texts, 1);
  std::printf("%zu themes, %lld of 200 comments in none\n", found.themes.size(),
              static_cast<long long>(found.num_in_no_theme));
  EXPECT_GE(found.num_in_no_theme, 150);
}

TEST(NearDuplicates, AreFoundAcrossSpellingAndNotAcrossMeaning) {
  const std::vector<std::string> texts = {"The table came out broken again, please fix it!",
                                          "the table came out broken again please fix it",
                                          "The table came out broken again... please, fix it :)",
                                          "The summary came out too short again",
                                          "表格又乱了，请尽快修复一下",
                                          "表格又乱了请尽快修复一下！",
                                          "",
                                          "!!!"};
  EXPECT_EQ(near_duplicate_groups(texts), (std::vector<int>{0, 0, 0, 1, 2, 2, 3, 4}));
}

TEST(ChineseWords, AreFoundInTheCommentsThemselves) {
  std::vector<ChineseWords::Run> runs;
  int comment = 0;
  for (const char32_t* text :
       {U"大熔炉模型反应快", U"我的大熔炉不见了", U"说到大熔炉就来气", U"看看大熔炉吧",
        U"请把大熔炉打开", U"没有大熔炉怎么办", U"旧的大熔炉更好", U"大熔炉"}) {
    runs.push_back({text, comment++});
  }
  for (const char32_t* text :
       {U"今天天气晴朗适合散步", U"昨晚读完一本小说", U"她在厨房煮面条", U"火车晚点两小时",
        U"孩子们去公园踢球", U"会议推迟到下周", U"手机屏幕碎掉换新", U"院子里种满玫瑰",
        U"他每周游泳三回", U"老板请大家吃饭", U"图书馆周末闭馆", U"邻居养两只花猫"}) {
    runs.push_back({text, comment++});
  }
  const ChineseWords words(runs);
  EXPECT_TRUE(words.is_word(U"大熔炉"));
  EXPECT_FALSE(words.is_word(U"的大熔"));
  const auto pieces = words.cut(U"我的大熔炉");
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces.back().begin, 2u);
  EXPECT_TRUE(pieces.back().is_word);
}

TEST(CommentWords, MeetInTheirStems) {
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"summaries", "summary"},
                                                        {"stopped", "stops"},
                                                        {"slowly", "slow"},
                                                        {"documents", "document"},
                                                        {"telling", "tells"},
                                                        {"parses", "parsed"}}) {
    EXPECT_EQ(english_stem(a), english_stem(b));
  }
  for (const char* word : {"thing", "bus", "red", "this", "class"}) {
    EXPECT_EQ(english_stem(word), word);
  }
}

// Explanations of ratings in FeedbackQA, on four public health sites' passages: whether a theme
// belongs to one site's answers is known from the data, not from the words.
TEST(Themes, AreMoreThanChanceOnPeoplesOwnComments) {
  const auto path = test_data("feedback/feedbackqa_ratings.jsonl");
  if (!path) GTEST_SKIP();
  std::ifstream in(*path);
  FreeTexts texts;
  std::vector<int> page_of;
  std::map<std::string, int> pages;
  int num_rows = 0;
  for (std::string line; std::getline(in, line) && num_rows < 600; ++num_rows) {
    const Json row = parse_json(line).value();
    const std::string page = row["page_title"].get<std::string>();
    pages.try_emplace(page, static_cast<int>(pages.size()));
    for (const Json& comment : row["feedback"]) {
      add_text(texts, num_rows % 200, comment.get<std::string>());
      page_of.push_back(pages[page]);
    }
  }
  const ThemeResult found = find_themes(texts, 1);
  // Pairs of comments in one theme are about one page more often than any two comments.
  double same = 0, pairs = 0, same_anywhere = 0, all_pairs = 0;
  for (std::size_t i = 0; i < page_of.size(); ++i) {
    for (std::size_t k = i + 1; k < page_of.size(); ++k) {
      const bool is_same = page_of[i] == page_of[k];
      same_anywhere += is_same;
      all_pairs += 1;
      if (found.theme_of[i] < 0 || found.theme_of[i] != found.theme_of[k]) continue;
      same += is_same;
      pairs += 1;
    }
  }
  std::printf(
      "%zu themes in %zu comments, %lld in none; same page: %.4f in a theme, %.4f anywhere\n",
      found.themes.size(), page_of.size(), static_cast<long long>(found.num_in_no_theme),
      same / pairs, same_anywhere / all_pairs);
  for (const Theme& theme : found.themes) {
    std::printf("   %s: %lld comments\n", join(theme.keyphrases, ", ").c_str(),
                static_cast<long long>(theme.num_comments));
  }
  EXPECT_GT(same / pairs, 1.5 * same_anywhere / all_pairs);
}

}  // namespace
}  // namespace falconet
