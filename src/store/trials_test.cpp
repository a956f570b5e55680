// What came of trials, kept beside the findings that they were made for.
#include "store/trials.h"

#include "store/store_test.h"
#include "store/studies.h"

namespace falconet {
namespace {

class Trials : public StoreTest {
 protected:
  TrialRecord add(const std::string& finding, const std::optional<StudyId>& study = {}) {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) {
      return add_trial(t, {.finding = finding,
                           .study = study,
                           .model = "fake",
                           .items = "sums.jsonl",
                           .half = "second",
                           .first = {{"temperature", 0}},
                           .second = {{"system", "用口语回答"}},
                           .num_both = 5,
                           .num_only_first = 1,
                           .num_only_second = 7,
                           .num_neither = 2});
    });
  }
  std::vector<TrialRecord> listed(const std::optional<StudyId>& study = {}, int limit = 100) {
    return read([&](Transaction& t) { return list_trials(t, study, limit); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Trials, tested_databases(), database_name);

TEST_P(Trials, AreThereAfterARestartNewestFirst) {
  add("problem:style");
  const TrialRecord later = add("problem:reasoning");
  reopen();
  const std::vector<TrialRecord> all = listed();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, later.id);
  EXPECT_EQ(all[0].finding, "problem:reasoning");
  EXPECT_EQ(all[0].ended, clock.milliseconds);
  EXPECT_EQ(all[0].model, "fake");
  EXPECT_EQ(all[0].items, "sums.jsonl");
  EXPECT_EQ(all[0].half, "second");
  EXPECT_EQ(all[0].first, Json({{"temperature", 0}}));
  EXPECT_EQ(all[0].second, Json({{"system", "用口语回答"}}));
  EXPECT_EQ(all[0].num_both, 5);
  EXPECT_EQ(all[0].num_only_first, 1);
  EXPECT_EQ(all[0].num_only_second, 7);
  EXPECT_EQ(all[0].num_neither, 2);
  EXPECT_EQ(listed({}, 1).size(), 1u);
}

TEST_P(Trials, OfAStudyGoWithIt) {
  const StudyRecord study =
      write([&](Transaction& t) { return create_study(t, {.name = "Study"}); });
  add("problem:style");
  add("problem:style", study.id);
  ASSERT_EQ(listed(study.id).size(), 1u);
  EXPECT_EQ(listed(study.id)[0].study, study.id);
  EXPECT_EQ(listed().size(), 1u) << "everybody's findings have their own";
  write([&](Transaction& t) { return delete_study(t, study.id); });
  EXPECT_TRUE(listed(study.id).empty());
  EXPECT_EQ(listed().size(), 1u);
}

TEST_P(Trials, AreDeletedOnce) {
  const TrialRecord trial = add("problem:style");
  EXPECT_EQ(write([&](Transaction& t) { return delete_trial(t, trial.id); }).finding,
            "problem:style");
  EXPECT_TRUE(listed().empty());
  EXPECT_EQ(failure([&](Transaction& t) { return delete_trial(t, trial.id); }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace falconet
