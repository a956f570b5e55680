// Interviews, their coded stretches, and a codebook that changes while people read.
#include "store/interviews.h"

#include "store/interview_codes.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class InterviewsOf : public StoreTest {
 protected:
  Interview talk() {
    return write([&](Transaction& t) {
      return create_interview(
          t, {.title = "Talk",
              .participant = "P1",
              .may_be_quoted = true,
              .utterances = {{.speaker = "Q", .is_participant = false, .text = "Why?"},
                             {.speaker = "Ada",
                              .begin_ms = 2000,
                              .end_ms = 4000,
                              .text = "它忘了🙂我说的话。"}}});
    });
  }
  InterviewCode code(const std::string& name, std::optional<InterviewCodeId> parent = {}) {
    return write([&](Transaction& t) {
      return create_interview_code(t, alice, {.name = name, .parent_id = parent});
    });
  }
  InterviewSpan span(const Interview& interview, const InterviewCode& with, std::int64_t begin,
                     std::int64_t end) {
    return write([&](Transaction& t) -> Result<InterviewSpan> {
      TRY_ASSIGN(const auto said, utterances_of(t, interview.id));
      return add_span(t,
                      {.utterance = said.back().id, .code = with.id, .begin = begin, .end = end});
    });
  }
  std::vector<InterviewSpan> spans(const Interview& interview) {
    return read([&](Transaction& t) { return spans_of(t, interview.id); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, InterviewsOf, tested_databases(), database_name);

TEST(CharacterSpans, CountCharactersAndNotBytes) {
  const std::string text = "a忘🙂了";
  const auto range = bytes_of_characters(text, 1, 3);
  ASSERT_TRUE(range);
  EXPECT_EQ(text.substr(range->begin, range->end - range->begin), "忘🙂");
  EXPECT_TRUE(bytes_of_characters(text, 0, 4));
  EXPECT_FALSE(bytes_of_characters(text, 0, 5));
  EXPECT_FALSE(bytes_of_characters(text, 2, 2));
  EXPECT_FALSE(bytes_of_characters(text, -1, 2));
  EXPECT_FALSE(bytes_of_characters("", 0, 1));
}

TEST_P(InterviewsOf, KeepWhatWasSaidInOrder) {
  const Interview interview = talk();
  EXPECT_EQ(interview.num_utterances, 2);
  const auto said = read([&](Transaction& t) { return utterances_of(t, interview.id); });
  ASSERT_EQ(said.size(), 2u);
  EXPECT_FALSE(said[0].is_participant);
  EXPECT_EQ(said[1].text, "它忘了🙂我说的话。");
  EXPECT_EQ(said[1].end_ms, 4000);
  write([&](Transaction& t) {
    return change_interview(
        t, interview.id, {.may_be_quoted = false, .interviewers = std::vector<std::string>{"Ada"}});
  });
  const auto changed = read([&](Transaction& t) { return utterances_of(t, interview.id); });
  EXPECT_TRUE(changed[0].is_participant);
  EXPECT_FALSE(changed[1].is_participant);
  write([&](Transaction& t) { return delete_interview(t, interview.id); });
  EXPECT_TRUE(read([](Transaction& t) { return list_interviews(t); }).empty());
}

TEST_P(InterviewsOf, AStretchLiesInsideItsUtteranceAndIsThereOnce) {
  const Interview interview = talk();
  const InterviewCode memory = code("memory");
  const InterviewSpan first = span(interview, memory, 1, 4);
  EXPECT_EQ(span(interview, memory, 1, 4).id, first.id);
  ASSERT_EQ(spans(interview).size(), 1u);
  EXPECT_EQ(failure([&](Transaction& t) {
              return add_span(
                  t, {.utterance = first.utterance, .code = memory.id, .begin = 3, .end = 10});
            }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(failure([&](Transaction& t) {
              return add_span(t, {.utterance = {"no"}, .code = memory.id, .begin = 0, .end = 1});
            }),
            ErrorCode::NotFound);
  write([&](Transaction& t) { return delete_span(t, first.id); });
  EXPECT_TRUE(spans(interview).empty());
}

TEST_P(InterviewsOf, MergedCodesGiveTheirStretchesAndChildrenAway) {
  const Interview interview = talk();
  const InterviewCode from = code("forgets");
  const InterviewCode child = code("names", from.id);
  const InterviewCode into = code("memory");
  span(interview, from, 0, 3);
  span(interview, from, 3, 5);
  span(interview, into, 3, 5);
  write([&](Transaction& t) { return merge_interview_codes(t, alice, from.id, into.id); });
  const auto found = spans(interview);
  ASSERT_EQ(found.size(), 2u) << "the stretch with both codes keeps one";
  for (const InterviewSpan& each : found) EXPECT_EQ(each.code, into.id);
  const auto find = [&](const InterviewCodeId& id) {
    return read([&](Transaction& t) { return find_interview_code(t, id); });
  };
  EXPECT_EQ(find(child.id).parent_id, into.id);
  EXPECT_EQ(find(from.id).merged_into, into.id);
  EXPECT_EQ(failure([&](Transaction& t) {
              return add_span(
                  t, {.utterance = found[0].utterance, .code = from.id, .begin = 0, .end = 1});
            }),
            ErrorCode::InvalidArgument);
  const auto history = read([](Transaction& t) { return interview_code_history(t); });
  ASSERT_EQ(history.size(), 4u);
  EXPECT_EQ(history.back().action, "merged");
  EXPECT_EQ(history.back().detail["spans"].size(), 2u) << "all that it had";
}

TEST_P(InterviewsOf, ASplitTakesTheStretchesThatAreNamed) {
  const Interview interview = talk();
  const InterviewCode broad = code("memory");
  const InterviewSpan kept = span(interview, broad, 0, 3);
  const InterviewSpan moved = span(interview, broad, 4, 6);
  const InterviewCode made = write([&](Transaction& t) {
    return split_interview_code(t, alice, broad.id, "names", {moved.id});
  });
  EXPECT_EQ(made.num_spans, 1);
  EXPECT_EQ(spans(interview)[0].code, broad.id);
  EXPECT_EQ(spans(interview)[1].code, made.id);
  EXPECT_EQ(failure([&](Transaction& t) {
              return split_interview_code(t, alice, made.id, "more", {kept.id});
            }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(read([](Transaction& t) { return list_interview_codes(t); }).size(), 2u)
      << "what failed left nothing";
}

TEST_P(InterviewsOf, ACodeIsNeverBelowItself) {
  const InterviewCode top = code("tools");
  const InterviewCode below = code("errors", top.id);
  const auto move = [&](const InterviewCodeId& id, const InterviewCodeId& parent) {
    return failure([&](Transaction& t) {
      return change_interview_code(t, alice, id, {.parent_id = std::optional(parent)});
    });
  };
  EXPECT_EQ(move(top.id, below.id), ErrorCode::InvalidArgument);
  EXPECT_EQ(move(top.id, top.id), ErrorCode::InvalidArgument);
  EXPECT_EQ(
      failure([&](Transaction& t) { return merge_interview_codes(t, alice, top.id, below.id); }),
      ErrorCode::InvalidArgument);
  EXPECT_EQ(
      failure([&](Transaction& t) { return create_interview_code(t, alice, {.name = "a/b"}); }),
      ErrorCode::InvalidArgument);
  const InterviewCode renamed = write([&](Transaction& t) {
    return change_interview_code(t, alice, below.id, {.name = "failures"});
  });
  EXPECT_EQ(renamed.parent_id, top.id);
  const auto history = read([](Transaction& t) { return interview_code_history(t); });
  EXPECT_EQ(history.back().detail["before"]["name"], "errors");
  EXPECT_EQ(history.back().detail["after"]["name"], "failures");
}

}  // namespace
}  // namespace falconet
