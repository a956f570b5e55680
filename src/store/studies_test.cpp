#include "store/studies.h"

#include <gmock/gmock.h>

#include "store/study_test.h"

namespace falconet {
namespace {

using testing::ElementsAre;

class StudiesOf : public StudyStoreTest {};
INSTANTIATE_TEST_SUITE_P(Databases, StudiesOf, tested_databases(), database_name);

TEST_P(StudiesOf, AreKeptAsTheyWereWritten) {
  const StudyRecord made = new_study({.name = "小模型够用吗",
                                      .goal = "Is 1.5 B enough?",
                                      .hypotheses = std::vector<std::string>{"it is", "它不是"},
                                      .is_open = true,
                                      .begins = std::optional<std::int64_t>(1000),
                                      .ends = std::optional<std::int64_t>(clock.milliseconds * 2)});
  const StudyRecord found = read([&](Transaction& t) { return find_study(t, made.id); });
  EXPECT_EQ(found.name, "小模型够用吗");
  EXPECT_EQ(found.goal, "Is 1.5 B enough?");
  EXPECT_THAT(found.hypotheses, ElementsAre("it is", "它不是"));
  ASSERT_EQ(found.segments.size(), 2u);
  EXPECT_EQ(found.segments[0].name, "leads");
  EXPECT_EQ(found.segments[0].target, 8);
  EXPECT_TRUE(found.is_open);
  EXPECT_EQ(found.begins, 1000);
  EXPECT_EQ(found.state, StudyState::Draft);
  const StudyRecord later = new_study({.name = "Later"});
  const auto all = read([](Transaction& t) { return list_studies(t); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, later.id) << "newest first";
}

TEST_P(StudiesOf, NeedAName) {
  for (const StudyChange& bad :
       {StudyChange{}, StudyChange{.name = " "},
        StudyChange{.name = "x", .segments = std::vector<SegmentTarget>{{"a", 1}, {"a", 2}}},
        StudyChange{.name = "x", .segments = std::vector<SegmentTarget>{{"a", -1}}},
        StudyChange{.name = "x",
        .begins = std::optional<std::int64_t>(5),
        .ends = std::optional<std::int64_t>(5)}}) {
    EXPECT_EQ(failure([&](Transaction& t) { return create_study(t, bad); }),
              ErrorCode::InvalidArgument);
  }
}

TEST_P(StudiesOf, DoNotChangeTheirHypothesesOnceTheyHaveStarted) {
  const StudyRecord draft = new_study({.hypotheses = std::vector<std::string>{"first"}});
  EXPECT_EQ(failure([&](Transaction& t) {
              return start_study(t, draft.id, {"text", "digest"});
            }),
            ErrorCode::InvalidArgument)
      << "nobody has written what people agree to";
  write([&](Transaction& t) {
    return update_study(t, draft.id, {.hypotheses = std::vector<std::string>{"second"}});
  });
  consent(draft);
  const StudyRecord running = write([&](Transaction& t) {
    return start_study(t, draft.id, {"all of it", "abc"});
  });
  EXPECT_EQ(running.state, StudyState::Running);
  EXPECT_EQ(running.started, clock.milliseconds);
  EXPECT_EQ(running.protocol, "all of it");
  EXPECT_EQ(running.protocol_digest, "abc");
  for (const StudyChange& fixed :
       {StudyChange{.name = "x"}, StudyChange{.goal = "x"},
        StudyChange{.hypotheses = std::vector<std::string>{"what we saw"}},
        StudyChange{.segments = std::vector<SegmentTarget>{}},
        StudyChange{.begins = std::optional<std::int64_t>()}}) {
    EXPECT_EQ(failure([&](Transaction& t) { return update_study(t, draft.id, fixed); }),
              ErrorCode::PermissionDenied);
  }
  const StudyRecord after = read([&](Transaction& t) { return find_study(t, draft.id); });
  EXPECT_THAT(after.hypotheses, ElementsAre("second"));
  EXPECT_TRUE(
      write([&](Transaction& t) { return update_study(t, draft.id, {.is_open = true}); }).is_open);
  EXPECT_EQ(failure([&](Transaction& t) {
              return start_study(t, draft.id, {"other", "d"});
            }),
            ErrorCode::PermissionDenied);
}

TEST_P(StudiesOf, EndByHandOrWhenTheirTimeIsOver) {
  const StudyRecord first = started_study();
  const StudyRecord ended = write([&](Transaction& t) { return end_study(t, first.id); });
  EXPECT_EQ(ended.state, StudyState::Ended);
  EXPECT_EQ(ended.ended, clock.milliseconds);
  EXPECT_EQ(failure([&](Transaction& t) { return end_study(t, first.id); }),
            ErrorCode::PermissionDenied);
  const std::int64_t end = clock.milliseconds + 60'000;
  const StudyRecord second = started_study({.ends = std::optional(end)});
  EXPECT_EQ(second.state, StudyState::Running);
  clock.milliseconds = end;
  const StudyRecord over = read([&](Transaction& t) { return find_study(t, second.id); });
  EXPECT_EQ(over.state, StudyState::Ended);
  EXPECT_EQ(over.ended, end);
  EXPECT_EQ(failure([&](Transaction& t) { return update_study(t, second.id, {.is_open = true}); }),
            ErrorCode::PermissionDenied);
}

TEST_P(StudiesOf, AreDeletedWithAllThatWasAnsweredUnlessTheyRun) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire asked = new_questionnaire(study);
  answer(asked, join(study, alice));
  EXPECT_EQ(failure([&](Transaction& t) { return delete_study(t, study.id); }),
            ErrorCode::PermissionDenied);
  write([&](Transaction& t) { return end_study(t, study.id); });
  write([&](Transaction& t) { return delete_study(t, study.id); });
  EXPECT_EQ(failure([&](Transaction& t) { return find_study(t, study.id); }), ErrorCode::NotFound);
  for (const char* table : {"participants", "questionnaires", "questionnaire_versions",
                            "questionnaire_responses", "consent_texts"}) {
    const SqlRows rows =
        read([&](Transaction& t) { return t.execute(cat("SELECT count(*) FROM ", table)); });
    EXPECT_EQ(rows.front().integer(0), 0) << table;
  }
}

TEST_P(StudiesOf, KeepEachTextThatPeopleHaveAgreedTo) {
  const StudyRecord study = new_study();
  EXPECT_FALSE(read([&](Transaction& t) { return consent_text_of(t, study.id); }));
  EXPECT_EQ(consent(study, "draft").version, 1);
  EXPECT_EQ(consent(study, "better draft").version, 1) << "nobody has read it";
  write([&](Transaction& t) { return start_study(t, study.id, {"text", "digest"}); });
  EXPECT_EQ(consent(study, "changed").version, 2);
  const SqlRows rows = read([&](Transaction& t) {
    return t.execute("SELECT text_en FROM consent_texts WHERE study_id = ? ORDER BY version",
                     study.id);
  });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text(0), "better draft");
  EXPECT_EQ(rows[1].text(0), "changed");
  EXPECT_EQ(failure([&](Transaction& t) {
              return set_consent_text(t, study.id, {.text_en = "only one language"});
            }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(failure([&](Transaction& t) {
              return set_consent_text(t, study.id,
                                      {.text_en = "a", .text_zh = "b", .scopes = {"everything"}});
            }),
            ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
