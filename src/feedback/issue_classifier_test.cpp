#include "feedback/issue_classifier.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>

#include "base/json.h"
#include "base/strings.h"
#include "base/testdata.h"

namespace falconet {
namespace {

using Categories = std::set<std::string_view>;

Categories categories_of(const std::vector<IssueLabel>& labels) {
  Categories names;
  for (const IssueLabel& label : labels) names.insert(issue_category_name(label.category));
  return names;
}

IssueLabels classify(std::string_view text) { return IssueClassifier().classify({.text = text}); }

struct LabelledComment {
  Categories problems;
  Categories praises;
  std::string text;
  bool was_at_hand = false;  // while the word lists were written
};

Categories names_in(std::string_view column) {
  Categories names;
  if (column == "-") return names;
  for (const std::string_view name : split(column, ',')) {
    const auto category = issue_category_of(name);
    EXPECT_TRUE(category) << name;
    if (category) names.insert(issue_category_name(*category));
  }
  return names;
}

std::vector<LabelledComment> labelled_comments() {
  std::ifstream in(FALCONET_SOURCE_DIR "/testdata/feedback/labelled_comments.tsv");
  std::vector<LabelledComment> comments;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = split(line, '\t');
    EXPECT_EQ(columns.size(), 3u) << line;
    if (columns.size() != 3) continue;
    comments.push_back({names_in(columns[0]), names_in(columns[1]), std::string(columns[2]),
                        comments.size() % 4 < 2});
  }
  return comments;
}

struct Agreement {
  int num_right = 0;
  int num_given = 0;
  int num_wanted = 0;

  void add(const Categories& given, const Categories& wanted) {
    for (const auto& name : given) num_right += wanted.contains(name) ? 1 : 0;
    num_given += static_cast<int>(given.size());
    num_wanted += static_cast<int>(wanted.size());
  }
  double precision() const { return num_given == 0 ? 1 : 1.0 * num_right / num_given; }
  double recall() const { return num_wanted == 0 ? 1 : 1.0 * num_right / num_wanted; }
};

struct Score {
  Agreement problems;
  Agreement praises;
  std::vector<std::string> mistakes;
};

Score score_of(const std::vector<LabelledComment>& comments, bool was_at_hand) {
  const IssueClassifier classifier;
  Score score;
  for (const LabelledComment& comment : comments) {
    if (comment.was_at_hand != was_at_hand) continue;
    const IssueLabels labels = classifier.classify({.text = comment.text});
    const Categories problems = categories_of(labels.problems);
    const Categories praises = categories_of(labels.praises);
    score.problems.add(problems, comment.problems);
    score.praises.add(praises, comment.praises);
    if (problems == comment.problems && praises == comment.praises) continue;
    std::string mistake = comment.text + " ->";
    for (const auto& name : problems) mistake += cat(" -", name);
    for (const auto& name : praises) mistake += cat(" +", name);
    score.mistakes.push_back(mistake);
  }
  return score;
}

void print(const char* title, const Score& score) {
  std::printf("%s: problems precision %.3f recall %.3f, praises precision %.3f recall %.3f\n",
              title, score.problems.precision(), score.problems.recall(), score.praises.precision(),
              score.praises.recall());
}

TEST(IssueClassifier, AgreesWithPeopleOnCommentsThatTheWordListsWereWrittenWith) {
  const auto comments = labelled_comments();
  ASSERT_GT(comments.size(), 160u);
  const Score score = score_of(comments, true);
  print("at hand", score);
  for (const std::string& mistake : score.mistakes) std::printf("  %s\n", mistake.c_str());
  EXPECT_GE(score.problems.precision(), 0.95);
  EXPECT_GE(score.problems.recall(), 0.95);
  EXPECT_GE(score.praises.precision(), 0.95);
  EXPECT_GE(score.praises.recall(), 0.95);
}

TEST(IssueClassifier, AgreesWithPeopleOnCommentsThatWereKeptBack) {
  const Score score = score_of(labelled_comments(), false);
  print("kept back", score);  // and not which ones: the lists shall not be fitted to them
  EXPECT_GE(score.problems.precision(), 0.90);
  EXPECT_GE(score.problems.recall(), 0.90);
  EXPECT_GE(score.praises.precision(), 0.90);
  EXPECT_GE(score.praises.recall(), 0.90);
}

// Ratings of passages found by a search engine (docs of health authorities): nobody there speaks of
// tools, memory or tone, so that every such label is false.
TEST(IssueClassifier, FindsFewComplaintsWhereThereAreNone) {
  const auto path = test_data("feedback/feedbackqa_ratings.jsonl");
  if (!path) GTEST_SKIP();
  const IssueClassifier classifier;
  std::ifstream in(*path);
  int num_comments = 0;
  int num_excellent = 0;
  int num_wrong_side = 0;
  std::array<int, kIssueCategories.size()> counts = {};
  for (std::string line; std::getline(in, line);) {
    const Json row = Json::parse(line);
    for (std::size_t i = 0; i < row["feedback"].size(); ++i) {
      const std::string text = row["feedback"][i].get<std::string>();
      const IssueLabels labels = classifier.classify({.text = text});
      ++num_comments;
      for (const IssueLabel& label : labels.problems) ++counts[index_of(label.category)];
      if (row["rating"][i] != "Excellent") continue;
      ++num_excellent;
      num_wrong_side += !labels.problems.empty() && labels.praises.empty() ? 1 : 0;
    }
  }
  std::printf("%d comments:", num_comments);
  for (const IssueCategory category : kIssueCategories) {
    std::printf(" %s %d", std::string(issue_category_name(category)).c_str(),
                counts[index_of(category)]);
  }
  std::printf("; %d of %d praises taken for complaints\n", num_wrong_side, num_excellent);
  ASSERT_GT(num_comments, 7000);
  for (const auto category : {IssueCategory::FunctionCalling, IssueCategory::Memory,
                              IssueCategory::Style, IssueCategory::Speed}) {
    EXPECT_LT(counts[index_of(category)], num_comments / 100) << issue_category_name(category);
  }
  EXPECT_LT(num_wrong_side, num_excellent / 10);
}

TEST(IssueClassifier, NegationTurnsAComplaintRound) {
  EXPECT_EQ(categories_of(classify("No malformed JSON so far").praises),
            (Categories{"function_calling"}));
  EXPECT_TRUE(classify("No malformed JSON so far").problems.empty());
  EXPECT_EQ(categories_of(classify("Not fast enough").problems), (Categories{"speed"}));
  EXPECT_EQ(categories_of(classify("不慢").praises), (Categories{"speed"}));
}

TEST(IssueClassifier, ShowsTheWordsThatItRestsOn) {
  const std::string text = "Nice maths. But it FORGOT my name, sadly";
  const IssueLabels labels = classify(text);
  ASSERT_EQ(categories_of(labels.problems), (Categories{"memory"}));
  const IssueEvidence& evidence = labels.problems[0].evidence.at(0);
  EXPECT_EQ(evidence.source, EvidenceSource::Text);
  EXPECT_EQ(evidence.what, "forgot");
  EXPECT_EQ(trim(std::string_view(text).substr(evidence.begin, evidence.end - evidence.begin)),
            "But it FORGOT my name,");
}

TEST(IssueClassifier, TagsAndTheParserCountBesideTheText) {
  const IssueClassifier classifier;
  const std::vector<std::string> tags = {"Don't like the style", "unheard of"};
  StudyGeneration generation;
  generation.structured_outcome = StructuredOutcome::ParseError;
  const IssueLabels labels =
      classifier.classify({.tags = tags, .is_positive = false, .generation = &generation});
  EXPECT_EQ(categories_of(labels.problems), (Categories{"style", "function_calling"}));
  EXPECT_EQ(labels.problems[0].evidence.at(0).source, EvidenceSource::Signal);
}

TEST(IssueClassifier, TheRatingDecidesWhereTheWordsDoNot) {
  const IssueClassifier classifier;
  const std::string_view text = "the tone";
  EXPECT_TRUE(classifier.classify({.text = text}).problems.empty());
  EXPECT_EQ(categories_of(classifier.classify({.text = text, .is_positive = false}).problems),
            (Categories{"style"}));
  EXPECT_EQ(categories_of(classifier.classify({.text = text, .is_positive = true}).praises),
            (Categories{"style"}));
}

TEST(IssueClassifier, NeverLooksAtLengthOrTurn) {
  const IssueClassifier classifier;
  StudyGeneration generation;
  generation.prompt_tokens = 30000;
  generation.turn = 40;
  const IssueLabels labels =
      classifier.classify({.text = "", .is_positive = false, .generation = &generation});
  EXPECT_EQ(categories_of(labels.problems), Categories{});
}

TEST(IssueClassifier, TakesAnyBytes) {
  const IssueClassifier classifier;
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\xff\xfe\x00n't", 6), std::string_view("n't"),
        std::string_view("\xe4\xbd"), std::string_view("..!!,,but"), std::string_view("ﬁne ①")}) {
    const IssueLabels labels = classifier.classify({.text = text, .is_positive = false});
    for (const IssueLabel& label : labels.problems) {
      for (const IssueEvidence& row : label.evidence) EXPECT_LE(row.end, text.size());
    }
  }
}

}  // namespace
}  // namespace falconet
