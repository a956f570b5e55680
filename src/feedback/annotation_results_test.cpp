// What is made of coders' judgements.
#include "feedback/annotation_results.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/strings.h"
#include "feedback/feedback_analysis.h"

namespace falconet {
namespace {

/// A study of answers that coders judge.
class CodedStudy {
 public:
  explicit CodedStudy(int num_people) {
    for (int i = 0; i < num_people; ++i) records.participants.push_back({.id = cat("p", i)});
  }

  /// The id of a new answer to one of the people.
  std::string answer(int person) {
    const std::string id = cat("g", records.generations.size());
    records.generations.push_back({.id = id, .participant_id = cat("p", person)});
    return id;
  }

  StudyAnnotation& judge(const std::string& answer, const std::string& coder, double value,
                         double probability = 1) {
    records.annotations.push_back({.id = cat("a", records.annotations.size()),
                                   .generation_id = answer,
                                   .coder = coder,
                                   .code = code,
                                   .value = value,
                                   .probability = probability,
                                   .sample = "s",
                                   .rubric_version = 1});
    return records.annotations.back();
  }

  std::vector<CodeResult> results() const {
    const IssueClassifier classifier;
    const AnalysisTable table = make_analysis_table(records, classifier, {});
    return annotation_results(table, {.num_resamples = 200}, {});
  }

  FeedbackRecords records;
  std::string code = "reasoning_intact";
};

TEST(AnnotationResults, PrintNoShareWhereCodersDisagree) {
  CodedStudy study(10);
  for (int i = 0; i < 40; ++i) {
    const std::string answer = study.answer(i % 10);
    study.judge(answer, "c1", i % 2);
    study.judge(answer, "c2", (i / 2) % 2);  // independent of the other: alpha about 0
  }
  const auto results = study.results();
  ASSERT_EQ(results.size(), 1u);
  ASSERT_TRUE(results[0].agreement);
  EXPECT_LT(results[0].agreement->alpha, 0.2);
  EXPECT_EQ(results[0].verdict, CodingVerdict::ReviseCodebook);
  EXPECT_TRUE(results[0].shares.empty());
  EXPECT_EQ(results[0].num_differing, 20);
  ASSERT_EQ(results[0].pairs.size(), 1u);
  EXPECT_NEAR(*results[0].pairs[0].kappa, 0, 1e-12) << "observed 1/2, expected 1/2";
}

TEST(AnnotationResults, WhatOneCoderAloneFoundIsNotShared) {
  CodedStudy study(4);
  for (int i = 0; i < 40; ++i) study.judge(study.answer(i % 4), "c1", i % 2);
  const auto results = study.results();
  EXPECT_EQ(results[0].verdict, CodingVerdict::Untested);
  EXPECT_TRUE(results[0].shares.empty());
}

// Errors are drawn with chance 1 and the rest with 0.1: 20 of 20 errors are faulty, 2 of 20 others,
// each of which stands for ten: (20 + 2·10) / (20 + 20·10) = 40/220.
TEST(AnnotationResults, SharesAreWeightedByTheInverseChance) {
  CodedStudy study(10);
  study.code = "memory";
  for (int i = 0; i < 40; ++i) {
    const bool is_error = i < 20;
    const double value = is_error || i >= 38 ? 1 : 0;
    const std::string answer = study.answer(i % 10);
    for (const char* coder : {"c1", "c2"}) study.judge(answer, coder, value, is_error ? 1 : 0.1);
  }
  const auto results = study.results();
  ASSERT_EQ(results[0].verdict, CodingVerdict::Agreed);
  EXPECT_EQ(results[0].label.chinese, "多轮记忆");
  ASSERT_EQ(results[0].shares.size(), 2u);
  EXPECT_NEAR(results[0].shares[1].rate->rate, 40.0 / 220, 1e-12);
  EXPECT_TRUE(results[0].shares[1].rate->interval.contains(40.0 / 220));
  EXPECT_EQ(results[0].shares[1].rate->num_people, 10);
}

// 44 answers: on 40 both say 1 or both 0; on 4 they differ and each value counts by half, until a
// decision settles two of them.
TEST(AnnotationResults, ADecisionSettlesAShareAndChangesNoAgreement) {
  CodedStudy study(6);
  std::vector<std::string> differing;
  for (int i = 0; i < 44; ++i) {
    const std::string answer = study.answer(i % 6);
    const double value = i < 20 ? 1 : 0;
    study.judge(answer, "c1", value);
    study.judge(answer, "c2", i < 40 ? value : 1 - value);
    if (i >= 40) differing.push_back(answer);
  }
  const auto before = study.results();
  ASSERT_EQ(before[0].verdict, CodingVerdict::Agreed);
  EXPECT_NEAR(before[0].shares[1].rate->rate, 22.0 / 44, 1e-12);
  for (int i = 0; i < 2; ++i) study.judge(differing[i], "decision", 1).is_decision = true;
  const auto after = study.results();
  EXPECT_NEAR(after[0].shares[1].rate->rate, 23.0 / 44, 1e-12);
  EXPECT_EQ(after[0].agreement->alpha, before[0].agreement->alpha);
  EXPECT_EQ(after[0].num_decided, 2);
  EXPECT_EQ(after[0].num_coders, 2);
}

TEST(AnnotationResults, NobodyIsHeldToWhatTheyCouldNotJudge) {
  CodedStudy study(4);
  for (int i = 0; i < 20; ++i) {
    const std::string answer = study.answer(i % 4);
    study.judge(answer, "c1", i % 2);
    study.judge(answer, "c2", i % 2).cannot_judge = i == 0;
  }
  const auto results = study.results();
  EXPECT_EQ(results[0].num_cannot_judge, 1);
  EXPECT_EQ(results[0].agreement->num_units, 19);
  EXPECT_EQ(results[0].agreement->alpha, 1);
}

TEST(AnnotationResults, AnOrdinalRubricForgivesSmallDifferencesMore) {
  CodedStudy study(4);
  study.records.rubrics = rubric_presets();
  const auto alpha_of = [&](const char* code) {
    study.code = code;
    study.records.annotations.clear();
    for (int i = 0; i < 40; ++i) {
      const std::string answer = study.answer(i % 4);
      study.judge(answer, "c1", 1 + i % 4);
      study.judge(answer, "c2", 1 + i % 4 + (i % 8 == 0 ? 1 : 0));
    }
    return study.results().at(0);
  };
  const CodeResult ordinal = alpha_of("helpfulness");
  const CodeResult nominal = alpha_of("unknown_code");
  EXPECT_EQ(ordinal.scale, RubricScale::Ordinal);
  EXPECT_EQ(nominal.scale, RubricScale::Nominal);
  EXPECT_GT(ordinal.agreement->alpha, nominal.agreement->alpha);
  EXPECT_EQ(ordinal.shares.size(), 5u);
}

// 400 answers of 20 people, 35 % faulty; a model hears 90 % of the faults and cries wolf in 15 % of
// the rest; people have coded 200 of them. Known truth: the share of faults among all answers.
TEST(AnnotationResults, AModelIsMeasuredAgainstPeopleAndItsShareCorrected) {
  constexpr std::uint64_t kSeed = 4711;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  Random random(kSeed);
  CodedStudy study(20);
  double num_faulty = 0;
  double num_called = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string answer = study.answer(i % 20);
    const bool is_faulty = random.uniform() < 0.35;
    const bool is_called = random.uniform() < (is_faulty ? 0.9 : 0.15);
    num_faulty += is_faulty;
    num_called += is_called;
    study.judge(answer, "judge", is_called).coder_kind = CoderKind::Model;
    if (i % 2 == 0) {
      for (const char* coder : {"c1", "c2"}) study.judge(answer, coder, is_faulty);
    }
  }
  const auto results = study.results();
  EXPECT_EQ(results[0].num_coders, 2) << "a model is no coder of the agreement";
  EXPECT_EQ(results[0].agreement->alpha, 1);
  ASSERT_EQ(results[0].programs.size(), 1u);
  const auto& calibration = results[0].programs[0].calibration;
  ASSERT_TRUE(calibration && calibration->is_calibrated && calibration->prevalence);
  EXPECT_NEAR(calibration->apparent_prevalence, num_called / 400, 1e-12);
  EXPECT_TRUE(calibration->sensitivity.interval.contains(0.9));
  EXPECT_TRUE(calibration->specificity.interval.contains(0.85));
  EXPECT_TRUE(calibration->prevalence_interval.contains(num_faulty / 400));
  EXPECT_LT(std::abs(*calibration->prevalence - num_faulty / 400),
            std::abs(num_called / 400 - num_faulty / 400));
}

TEST(AnnotationResults, AreSaidInJsonAndInBothLanguages) {
  CodedStudy study(10);
  for (int i = 0; i < 40; ++i) {
    const std::string answer = study.answer(i % 10);
    study.judge(answer, "c1", i % 2);
    study.judge(answer, "c2", (i / 2) % 2);
  }
  const auto analysis =
      analyze_feedback({.records = study.records}, {.resampling = {.num_resamples = 50}});
  ASSERT_TRUE(analysis);
  const Json json = parse_json(analysis_json(*analysis)).value();
  EXPECT_EQ(json["annotations"][0]["verdict"], "revise_codebook");
  EXPECT_TRUE(json["annotations"][0]["shares"].empty());
  const std::string english = analysis_text(*analysis, ReportLanguage::English);
  EXPECT_NE(english.find("revise the codebook"), std::string::npos) << english;
  const std::string chinese = analysis_text(*analysis, ReportLanguage::Chinese);
  EXPECT_NE(chinese.find("请修订编码手册"), std::string::npos) << chinese;
}

}  // namespace
}  // namespace falconet
