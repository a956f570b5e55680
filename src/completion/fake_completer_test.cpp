#include "completion/fake_completer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace falconet {
namespace {

std::string content_of(CompletionStream& stream) {
  std::string content;
  while (auto event = stream.next()) {
    if (const auto* delta = std::get_if<TextDelta>(&event->value())) content += delta->content;
  }
  return content;
}

TEST(FakeCompleter, SaysItsTextAndThenNothing) {
  FakeCompleter completer(FakeCompleter::saying("one two three", "hm "));
  auto stream = completer.start({.prompt = TextPrompt{"hi"}});
  ASSERT_TRUE(stream);
  EXPECT_EQ(content_of(**stream), "one two three");
  EXPECT_TRUE((*stream)->is_finished());
  EXPECT_FALSE((*stream)->try_next());
  ASSERT_EQ(completer.requests().size(), 1u);
  EXPECT_EQ(std::get<TextPrompt>(completer.requests()[0].prompt).text, "hi");
}

TEST(FakeCompleter, HeldStreamsWaitUntilReleased) {
  FakeCompleter completer(FakeCompleter::saying("a b c"));
  completer.hold_after(2);
  auto stream = completer.start({.prompt = TextPrompt{""}});
  ASSERT_TRUE(stream);
  std::atomic<int> num_wakes{0};
  (*stream)->on_ready([&num_wakes] { ++num_wakes; });
  EXPECT_TRUE((*stream)->try_next());
  EXPECT_TRUE((*stream)->try_next());
  EXPECT_FALSE((*stream)->try_next());
  EXPECT_FALSE((*stream)->is_finished());
  const int num_before = num_wakes;
  std::thread releaser([&completer] { completer.release(); });
  EXPECT_EQ(content_of(**stream), "b c");
  releaser.join();
  EXPECT_GT(num_wakes, num_before);
}

TEST(FakeCompleter, CountsCancelledAndDroppedStreams) {
  FakeCompleter completer(FakeCompleter::saying("a b c"));
  completer.hold_after(1);
  auto dropped = completer.start({.prompt = TextPrompt{""}});
  auto cancelled = completer.start({.prompt = TextPrompt{""}});
  EXPECT_EQ(completer.num_live_streams(), 2);
  dropped->reset();
  EXPECT_EQ(completer.num_live_streams(), 1);
  EXPECT_EQ(completer.num_cancelled_streams(), 1);
  (*cancelled)->next();
  (*cancelled)->cancel();
  const auto finish = (*cancelled)->next();
  ASSERT_TRUE(finish);
  EXPECT_EQ(std::get<ChoiceFinished>(finish->value()).reason, FinishReason::Cancelled);
  EXPECT_TRUE(std::holds_alternative<CompletionFinished>((*cancelled)->next()->value()));
  EXPECT_EQ(completer.num_cancelled_streams(), 2);
}

}  // namespace
}  // namespace falconet
