// Samples, their items handed out to coders, and what those said of them.
#include "store/coding_queue.h"

#include <set>

#include "store/generations.h"
#include "store/judgements.h"
#include "store/study_consent.h"
#include "store/study_test.h"

namespace falconet {
namespace {

class CodingQueueOf : public StudyStoreTest {
 protected:
  void SetUp() override {
    StudyStoreTest::SetUp();
    const StudyRecord study = started_study({.is_open = true});
    alices = join(study, alice);
    join(study, bob);
  }

  /// The last of the answers to `num_questions` questions in a row, each with its reasoning.
  std::vector<GenerationId> answers(int num_questions) {
    const Conversation conversation = new_conversation();
    std::optional<MessageId> parent;
    std::vector<GenerationId> all;
    for (int i = 0; i < num_questions; ++i) {
      const Message question = say(conversation, cat("question ", i), parent);
      clock.milliseconds += 1000;
      all.push_back(write([&](Transaction& t) -> Result<GenerationId> {
        TRY_ASSIGN(const StartedGeneration started,
                   start_generation(t, alice,
                                    {.conversation_id = conversation.id,
                                     .parent_id = question.id,
                                     .ledger = {.model = "secret-model", .turn = i + 1}}));
        Ledger ledger{.model = "secret-model", .turn = i + 1};
        ledger.id = started.record.id;
        TRY(finish_generation(t, alice,
                              {.id = started.record.id,
                               .reasoning = cat("thought ", i),
                               .content = cat("answer ", i),
                               .ledger = ledger}));
        parent = started.message.id;
        return started.record.id;
      }));
    }
    chat = conversation.id;
    return all;
  }

  /// All answers there are, each drawn with a chance of a half.
  Sample sample_of_all(std::int64_t coders_per_item = 2) {
    return write([&](Transaction& t) -> Result<Sample> {
      TRY_ASSIGN(const auto candidates, sample_candidates(t, 0, t.now() + 1));
      NewSample fields{.title = "All", .seed = 5, .coders_per_item = coders_per_item};
      for (const SampleCandidate& each : candidates) {
        fields.items.push_back({each.generation, each.message, each.user, "", 0.5});
      }
      return create_sample(t, fields);
    });
  }

  CoderId coder(const std::string& name) {
    return write([&](Transaction& t) -> Result<CoderId> {
      TRY_ASSIGN(const User user, ensure_user(t, name, "annotator"));
      return coder_of_user(t, user.id);
    });
  }

  std::optional<SampleItemId> next(const CoderId& person, const Sample& sample) {
    return write([&](Transaction& t) { return take_next_item(t, {.coder = person}, sample.id); });
  }
  void submit(const CoderId& person, const SampleItemId& item, double value) {
    write([&](Transaction& t) {
      return submit_coding(t, {.item = item, .coder = person, .judgements = {{"memory", value}}});
    });
  }
  std::vector<std::string> order_of(const CoderId& person, const Sample& sample) {
    std::vector<std::string> order;
    while (const auto item = next(person, sample)) {
      order.push_back(item->value);
      submit(person, *item, 1);
    }
    return order;
  }

  Participant alices;
  ConversationId chat;
};
INSTANTIATE_TEST_SUITE_P(Databases, CodingQueueOf, tested_databases(), database_name);

TEST_P(CodingQueueOf, AnItemShowsTheAnswerItsQuestionAndTwoMessagesBefore) {
  answers(3);
  const Sample sample = sample_of_all();
  const auto items = read([&](Transaction& t) { return items_of_sample(t, sample.id); });
  ASSERT_EQ(items.size(), 3u);
  const auto contents = [&](const SampleItem& item) {
    std::vector<std::string> all;
    for (const SpanMessage& message : read([&](Transaction& t) { return span_of_item(t, item); })) {
      all.push_back(message.content);
    }
    return all;
  };
  EXPECT_EQ(contents(items[0]), (std::vector<std::string>{"question 0", "answer 0"}));
  EXPECT_EQ(contents(items[2]),
            (std::vector<std::string>{"question 1", "answer 1", "question 2", "answer 2"}));
}

TEST_P(CodingQueueOf, NoTwoCodersDoTheSamePlaceAndEveryItemHasItsCoders) {
  answers(6);
  const Sample sample = sample_of_all(2);
  const std::vector<CoderId> coders = {coder("c1"), coder("c2"), coder("c3")};
  std::map<std::string, std::set<std::string>> done;
  for (bool is_any_left = true; is_any_left;) {
    is_any_left = false;
    std::vector<std::pair<CoderId, SampleItemId>> held;  // all at the same time
    for (const CoderId& each : coders) {
      if (const auto item = next(each, sample)) held.emplace_back(each, *item);
    }
    for (const auto& [person, item] : held) {
      is_any_left = true;
      EXPECT_TRUE(done[item.value].insert(person.value).second) << "a coder twice";
      submit(person, item, 1);
    }
  }
  ASSERT_EQ(done.size(), 6u);
  for (const auto& [item, by] : done) EXPECT_EQ(by.size(), 2u) << item;
  EXPECT_EQ(read([&](Transaction& t) { return find_sample(t, sample.id); }).num_codings, 12);
}

TEST_P(CodingQueueOf, EachCoderHasAnOrderOfTheirOwnThatTheSeedRepeats) {
  answers(12);
  const Sample sample = sample_of_all(2);
  const auto first = order_of(coder("c1"), sample);
  const auto second = order_of(coder("c2"), sample);
  EXPECT_EQ(first.size(), 12u);
  EXPECT_NE(first, second);
  EXPECT_NE(first, (std::vector<std::string>{first.rbegin(), first.rend()}));
  EXPECT_EQ((std::set<std::string>{first.begin(), first.end()}),
            (std::set<std::string>{second.begin(), second.end()}));
}

TEST_P(CodingQueueOf, ALeaseKeepsAPlaceUntilItEnds) {
  answers(1);
  const Sample sample = sample_of_all(1);
  const CoderId slow = coder("slow");
  const CoderId quick = coder("quick");
  const auto item = next(slow, sample);
  ASSERT_TRUE(item);
  EXPECT_EQ(next(slow, sample), item) << "a reload brings it again";
  EXPECT_FALSE(next(quick, sample)) << "it is in other hands";
  EXPECT_EQ(failure([&](Transaction& t) {
              return submit_coding(t, {.item = *item, .coder = quick, .judgements = {}});
            }),
            ErrorCode::NotFound);
  clock.milliseconds += kLeaseMilliseconds + 1;
  EXPECT_EQ(next(quick, sample), item);
  EXPECT_EQ(failure([&](Transaction& t) {
              return submit_coding(t, {.item = *item, .coder = slow, .judgements = {}});
            }),
            ErrorCode::NotFound)
      << "too late";
}

TEST_P(CodingQueueOf, NobodyCodesTheirOwnAnswers) {
  answers(2);
  const Sample sample = sample_of_all(2);
  const CoderId own = coder("alice");
  EXPECT_FALSE(write([&](Transaction& t) {
    return take_next_item(t, {.coder = own, .not_of = alice}, sample.id);
  }));
  EXPECT_TRUE(next(own, sample)) << "where nobody is excluded";
}

TEST_P(CodingQueueOf, TheLastSubmissionCanBeTakenBack) {
  answers(2);
  const Sample sample = sample_of_all(1);
  const CoderId person = coder("c1");
  const auto undo = [&] {
    return write([&](Transaction& t) { return reopen_last_coding(t, person, sample.id); });
  };
  EXPECT_FALSE(undo()) << "nothing is submitted";
  const auto first = next(person, sample);
  submit(person, *first, 1);
  const auto second = next(person, sample);
  const auto reopened = undo();
  ASSERT_TRUE(reopened);
  EXPECT_EQ(reopened->item, *first);
  ASSERT_EQ(reopened->judgements.size(), 1u);
  EXPECT_EQ(reopened->judgements[0].value, 1.0);
  EXPECT_TRUE(read([&](Transaction& t) { return list_judgements(t); }).empty())
      << "what is taken back does not count";
  submit(person, *first, 0);
  EXPECT_EQ(next(person, sample), second) << "what was begun meanwhile";
  const auto judgements = read([&](Transaction& t) { return list_judgements(t); });
  ASSERT_EQ(judgements.size(), 1u);
  EXPECT_EQ(judgements[0].value, 0.0);
  EXPECT_EQ(judgements[0].probability, 0.5);
}

TEST_P(CodingQueueOf, ADecisionStandsBesideTheJudgements) {
  answers(1);
  const Sample sample = sample_of_all(2);
  SampleItemId item;
  for (const char* name : {"c1", "c2"}) {
    const CoderId person = coder(name);
    item = *next(person, sample);
    submit(person, item, std::string(name) == "c1" ? 1 : 0);
  }
  for (const double value : {0.0, 1.0}) {
    write([&](Transaction& t) {
      return decide(t, bob, {.item = item, .code = "memory", .value = value});
    });
  }
  const auto decisions = read([&](Transaction& t) { return list_decisions(t, sample.id); });
  ASSERT_EQ(decisions.size(), 1u) << "the last counts";
  EXPECT_EQ(decisions[0].value, 1.0);
  const auto kept = read([&](Transaction& t) { return t.execute("SELECT id FROM decisions"); });
  EXPECT_EQ(kept.size(), 2u) << "and the one before is kept";
  EXPECT_EQ(read([&](Transaction& t) { return list_judgements(t, sample.id); }).size(), 2u);
}

TEST_P(CodingQueueOf, AProgramTakesNobodysPlace) {
  answers(1);
  const Sample sample = sample_of_all(1);
  const auto items = read([&](Transaction& t) { return items_of_sample(t, sample.id); });
  write([&](Transaction& t) -> Status {
    for (const char* name : {"judge-a", "judge-b"}) {
      TRY_ASSIGN(const CoderId program, coder_of_program(t, "model", name));
      TRY(submit_program_coding(
          t, {.item = items[0].id, .coder = program, .judgements = {{"memory", 1.0}}}));
    }
    return {};
  });
  EXPECT_TRUE(next(coder("c1"), sample));
  const auto judgements = read([&](Transaction& t) { return list_judgements(t); });
  ASSERT_EQ(judgements.size(), 2u);
  EXPECT_EQ(judgements[0].coder_kind, "model");
  EXPECT_EQ(read([&](Transaction& t) { return find_sample(t, sample.id); }).num_codings, 0);
  EXPECT_EQ(failure([&](Transaction& t) { return coder_of_program(t, "person", "x"); }),
            ErrorCode::InvalidArgument);
}

TEST_P(CodingQueueOf, WhatIsDeletedLeavesTheSample) {
  const auto written = answers(2);
  const Sample sample = sample_of_all(1);
  order_of(coder("c1"), sample);
  write([&](Transaction& t) { return delete_conversation(t, alice, chat); });
  EXPECT_TRUE(read([&](Transaction& t) { return items_of_sample(t, sample.id); }).empty());
  EXPECT_TRUE(read([&](Transaction& t) { return list_judgements(t); }).empty());
}

TEST_P(CodingQueueOf, ATemporaryChatIsNeitherDrawnNorShown) {
  answers(1);
  const Sample sample = sample_of_all(1);
  const auto items = read([&](Transaction& t) { return items_of_sample(t, sample.id); });
  write(
      [&](Transaction& t) { return update_conversation(t, alice, chat, {.is_temporary = true}); });
  EXPECT_TRUE(read([&](Transaction& t) { return sample_candidates(t, 0, t.now() + 1); }).empty());
  EXPECT_FALSE(next(coder("c1"), sample));
  EXPECT_EQ(failure([&](Transaction& t) { return span_of_item(t, items[0]); }),
            ErrorCode::NotFound);
}

TEST_P(CodingQueueOf, AnImpossibleChanceIsRefused) {
  const auto written = answers(1);
  for (const double chance : {0.0, -0.1, 1.5}) {
    EXPECT_EQ(failure([&](Transaction& t) -> Result<Sample> {
                TRY_ASSIGN(const auto all, sample_candidates(t, 0, t.now() + 1));
                return create_sample(
                    t, {.title = "x",
                        .items = {{all[0].generation, all[0].message, all[0].user, "", chance}}});
              }),
              ErrorCode::InvalidArgument);
  }
}

TEST_P(CodingQueueOf, ARubricThatIsChangedIsANewVersion) {
  const auto save = [&](const Json& document) {
    return write([&](Transaction& t) { return save_rubric(t, "clarity", document); }).id.version;
  };
  EXPECT_EQ(save({{"a", 1}}), 1);
  EXPECT_EQ(save({{"a", 1}}), 1) << "nothing is different";
  EXPECT_EQ(save({{"a", 2}}), 2);
  EXPECT_EQ(read([](Transaction& t) { return list_rubrics(t); }).size(), 2u);
  EXPECT_EQ(failure([&](Transaction& t) { return save_rubric(t, "No such", Json::object()); }),
            ErrorCode::InvalidArgument);
}

TEST_P(CodingQueueOf, HoldsNothingOfWhoHasNotAllowedItOrNoLongerDoes) {
  answers(3);
  const Sample sample = sample_of_all();
  EXPECT_EQ(sample.num_items, 3);
  const CoderId cleo = coder("cleo");
  EXPECT_TRUE(next(cleo, sample));
  write([&](Transaction& t) { return withdraw_from_study(t, alices); });
  EXPECT_FALSE(next(cleo, sample)) << "what was drawn is not shown any more";
  EXPECT_TRUE(read([&](Transaction& t) { return items_of_sample(t, sample.id); }).empty());
  EXPECT_TRUE(read([](Transaction& t) { return sample_candidates(t, 0, t.now() + 1); }).empty());
  const auto people = read([](Transaction& t) { return people_who_consent(t); });
  EXPECT_EQ(people, std::set<UserId>{bob});
}

}  // namespace
}  // namespace falconet
