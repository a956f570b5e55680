#include "feedback/record_filter.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

/// Two people, three answers, each rated; one of them filled in a questionnaire.
FeedbackRecords two_people() {
  FeedbackRecords records;
  records.participants = {{.id = "a", .segment = "leads"}, {.id = "b", .segment = "students"}};
  records.generations = {
      {.id = "1", .participant_id = "a", .created = 100, .model = "small", .language = "en"},
      {.id = "2", .participant_id = "b", .created = 200, .model = "small", .language = "zh"},
      {.id = "3",
       .participant_id = "b",
       .created = 300,
       .model = "large",
       .language = "zh",
       .provenance = Provenance::Imported}};
  for (const char* id : {"1", "2", "3"}) {
    records.ratings.push_back({.id = id, .generation_id = id, .value = 1});
    records.signals.push_back({.generation_id = id});
    records.annotations.push_back({.id = id, .generation_id = id});
  }
  records.survey_answers = {{.survey_id = "s", .participant_id = "b"}};
  records.interviews = {{.id = "u", .participant_id = "a"}};
  return records;
}

std::string answers_left(const RecordFilter& filter) {
  const FeedbackRecords left = filtered_records(two_people(), filter);
  EXPECT_EQ(left.ratings.size(), left.generations.size());
  EXPECT_EQ(left.signals.size(), left.generations.size());
  EXPECT_EQ(left.annotations.size(), left.generations.size());
  std::string ids;
  for (const StudyGeneration& generation : left.generations) ids += generation.id;
  return ids;
}

TEST(RecordFilter, LeavesTheAnswersThatFitWithAllThatIsSaidOfThem) {
  EXPECT_EQ(answers_left({}), "123");
  EXPECT_EQ(answers_left({.from = 200}), "23");
  EXPECT_EQ(answers_left({.until = 200}), "1") << "the end is exclusive";
  EXPECT_EQ(answers_left({.model = "small"}), "12");
  EXPECT_EQ(answers_left({.language = "zh"}), "23");
  EXPECT_EQ(answers_left({.segment = "students"}), "23");
  EXPECT_EQ(answers_left({.model = "small", .segment = "students"}), "2");
  EXPECT_EQ(answers_left({.provenance = Provenance::Live}), "123") << "left to the analysis";
}

TEST(RecordFilter, LeavesOutWhatIsAboutNoAnswerWhereAnswersAreChosen) {
  const FeedbackRecords by_model = filtered_records(two_people(), {.model = "small"});
  EXPECT_TRUE(by_model.survey_answers.empty());
  EXPECT_TRUE(by_model.interviews.empty());
  EXPECT_EQ(by_model.participants.size(), 2u) << "who was asked stays";
  const FeedbackRecords by_segment = filtered_records(two_people(), {.segment = "students"});
  EXPECT_EQ(by_segment.survey_answers.size(), 1u);
  EXPECT_TRUE(by_segment.interviews.empty());
  EXPECT_EQ(by_segment.participants.size(), 1u);
}

TEST(RecordFacets, CountWhatThereIsToChooseFrom) {
  const RecordFacets facets = facets_of(two_people());
  EXPECT_EQ(facets.models.at("small"), 2);
  EXPECT_EQ(facets.languages.at("zh"), 2);
  EXPECT_EQ(facets.segments.at("leads"), 1);
  EXPECT_EQ(facets.provenances.at("imported"), 1);
  EXPECT_EQ(facets.first, 100);
  EXPECT_EQ(facets.last, 300);
}

}  // namespace
}  // namespace falconet
