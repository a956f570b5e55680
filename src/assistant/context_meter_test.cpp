#include "assistant/context_meter.h"

#include <gtest/gtest.h>

#include "completion/fake_completer.h"

namespace falconet {
namespace {

std::vector<Message> two_turns() {
  return {{.id = {"0"}, .role = "user", .content = "question"},
          {.id = {"1"}, .role = "assistant", .content = "answer"},
          {.id = {"2"}, .role = "user", .content = "more"},
          {.id = {"3"}, .role = "assistant", .content = "yes"}};
}

// The fake template writes each message and a line's end, one token a byte.
TEST(ContextMeter, CountsPartsThatAddUpToThePrompt) {
  const FakeCompleter completer(FakeCompleter::saying(""));
  const auto use = measure_context(completer, two_turns(), "draft", {.system = "be nice"});
  ASSERT_TRUE(use);
  EXPECT_EQ(use->context_max, 4096);
  EXPECT_EQ(use->draft, 6);
  EXPECT_EQ(use->system, 8);
  EXPECT_EQ(use->history, 25);
  EXPECT_TRUE(use->evicted_message_ids.empty());
}

TEST(ContextMeter, NamesWhatWouldBeLeftOut) {
  FakeCompleter completer(FakeCompleter::saying(""));
  completer.description.max_model_len = 40;  // 30 for the prompt
  const auto use = measure_context(completer, two_turns(), "0123456789", {.system = "s"});
  ASSERT_TRUE(use);
  EXPECT_EQ(use->evicted_message_ids, (std::vector<MessageId>{{"0"}, {"1"}}));
  EXPECT_EQ(use->history, 9);
}

TEST(ContextMeter, CountsADraftThatIsTooLong) {
  FakeCompleter completer(FakeCompleter::saying(""));
  completer.description.max_model_len = 40;
  const auto use = measure_context(completer, two_turns(), std::string(99, 'x'), {});
  ASSERT_TRUE(use);
  EXPECT_EQ(use->draft, 100);
  EXPECT_EQ(use->history, 0);
  EXPECT_EQ(use->evicted_message_ids.size(), 4u);
}

}  // namespace
}  // namespace falconet
