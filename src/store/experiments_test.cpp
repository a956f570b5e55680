#include "store/experiments.h"

#include "store/generations.h"
#include "store/study_test.h"

namespace falconet {
namespace {

class Experiments : public StudyStoreTest {
 protected:
  static Experiment wanted() {
    return {.name = "Shorter",
            .hypothesis = "A brief system prompt makes fewer answers poor",
            .first = {"as it is", Json::object()},
            .second = {"brief", {{"system", "Be brief."}}},
            .people_per_arm = 5};
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Experiments, tested_databases(), database_name);

TEST_P(Experiments, RunOneAtATimeAndStayAsTheyWereStarted) {
  const Experiment first = write([](Transaction& t) { return start_experiment(t, wanted()); });
  EXPECT_EQ(first.started, clock.milliseconds);
  EXPECT_EQ(failure([](Transaction& t) { return start_experiment(t, wanted()); }),
            ErrorCode::AlreadyExists);
  const auto running = write([](Transaction& t) { return running_experiment(t); });
  ASSERT_TRUE(running);
  EXPECT_EQ(running->second.parameters, Json({{"system", "Be brief."}}));
  clock.milliseconds += 10;
  const auto end = [&](Transaction& t) { return end_experiment(t, first.id); };
  EXPECT_EQ(write(end).ended, clock.milliseconds);
  clock.milliseconds += 10;
  EXPECT_EQ(write(end).ended, clock.milliseconds - 10) << "the first end counts";
  EXPECT_FALSE(write([](Transaction& t) { return running_experiment(t); }));
  const Experiment second = write([](Transaction& t) { return start_experiment(t, wanted()); });
  const auto all = write([](Transaction& t) { return list_experiments(t); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, second.id);
  EXPECT_EQ(failure([](Transaction& t) { return find_experiment(t, {"x"}); }), ErrorCode::NotFound);
}

TEST_P(Experiments, CompareTwoThings) {
  const auto refused = [&](auto change) {
    Experiment experiment = wanted();
    change(experiment);
    return failure([&](Transaction& t) { return start_experiment(t, experiment); }) ==
           ErrorCode::InvalidArgument;
  };
  EXPECT_TRUE(refused([](Experiment& e) { e.name = " "; }));
  EXPECT_TRUE(refused([](Experiment& e) { e.hypothesis.clear(); }));
  EXPECT_TRUE(refused([](Experiment& e) { e.second.name = e.first.name; }));
  EXPECT_TRUE(refused([](Experiment& e) { e.second.parameters = e.first.parameters; }));
  EXPECT_TRUE(refused([](Experiment& e) { e.people_per_arm = 4; }));
  EXPECT_TRUE(refused([](Experiment& e) { e.share = 0; }));
  EXPECT_TRUE(refused([](Experiment& e) { e.share = 1.1; }));
}

TEST_P(Experiments, OfAStudyCompareItsArmsAmongItsPeople) {
  const std::vector<ExperimentArm> arms = {
      {"as it is"}, {"brief", {{"system", "Be brief."}}}, {"large", Json::object(), "m-2"}};
  const StudyChange plan{.arms = arms, .is_open = true};
  const StudyRecord study = started_study(plan);
  EXPECT_EQ(study.arms.size(), 3u);
  Experiment experiment = wanted();
  experiment.study = study.id;
  experiment.second = {"unheard of"};
  const auto start = [&](Transaction& t) { return start_experiment(t, experiment); };
  EXPECT_EQ(failure(start), ErrorCode::InvalidArgument);
  experiment.second = {"large"};
  experiment.kind = ExperimentKind::SideBySide;
  experiment.share = 0.25;
  write(start);
  const auto running = read([](Transaction& t) { return running_experiment(t); });
  ASSERT_TRUE(running);
  EXPECT_EQ(running->second.model, "m-2") << "as the study has declared it";
  EXPECT_EQ(running->kind, ExperimentKind::SideBySide);
  EXPECT_EQ(running->share, 0.25);
  EXPECT_EQ(running->study, study.id);
  const auto takes_part = [&](const UserId& user) {
    return read([&](Transaction& t) { return takes_part_in(t, *running, user); });
  };
  EXPECT_FALSE(takes_part(alice)) << "nobody has agreed to anything";
  const Participant participant = join(study, alice);
  EXPECT_TRUE(takes_part(alice));
  EXPECT_FALSE(takes_part(bob));
  write([&](Transaction& t) { return change_consent(t, participant, 1, {}); });
  EXPECT_FALSE(takes_part(alice)) << "answers may not be used";
  write([&](Transaction& t) { return change_consent(t, participant, 1, {kScopeRatingsAndLogs}); });
  write([&](Transaction& t) { return end_study(t, study.id); });
  EXPECT_FALSE(takes_part(alice)) << "the study is over";
}

TEST(ExperimentArms, AreHalvesThatStay) {
  // Ids as they are made: they share their beginning, and differ in chance.
  const StoreTestClock clock;
  IdSource ids(clock);
  const ExperimentId one{ids.next()};
  const ExperimentId other{ids.next()};
  int num_first = 0;
  int num_same = 0;
  constexpr int kPeople = 4'000;
  for (int i = 0; i < kPeople; ++i) {
    const UserId user{ids.next()};
    EXPECT_EQ(arm_of(one, user), arm_of(one, user));
    num_first += arm_of(one, user) == Arm::First ? 1 : 0;
    num_same += arm_of(one, user) == arm_of(other, user) ? 1 : 0;
  }
  // Five standard deviations of a fair coin: 5 * sqrt(4000) / 2 = 158.
  EXPECT_NEAR(num_first, kPeople / 2, 158);
  EXPECT_NEAR(num_same, kPeople / 2, 158) << "one experiment's halves say nothing of another's";
}

}  // namespace
}  // namespace falconet
