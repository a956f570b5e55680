#include "assistant/generation_log.h"

#include <gtest/gtest.h>

#include <thread>

namespace falconet {
namespace {

/// "3:content(abc)".
std::string shown(const std::vector<GenerationEvent>& events) {
  std::string text;
  for (const GenerationEvent& event : events) {
    text += cat(text.empty() ? "" : " ", event.number, ":");
    if (const auto* content = std::get_if<ContentEvent>(&event.body)) {
      text += cat("content(", content->text, ")");
    } else if (const auto* reasoning = std::get_if<ReasoningEvent>(&event.body)) {
      text += cat("reasoning(", reasoning->text, ")");
    } else {
      constexpr const char* kNames[] = {"queued", "reading", "", "", "speed", "title", "done"};
      text += kNames[event.body.index()];
    }
  }
  return text;
}

class Log : public testing::Test {
 protected:
  void SetUp() override {
    log->append(QueuedEvent{});
    log->append(ReadingEvent{1, 2});
    log->append(ReasoningEvent{"Hm "});
    log->append(ReasoningEvent{"so"});
    log->append(ContentEvent{"It "});
    log->append(SpeedEvent{3, 1.0});
    log->append(ContentEvent{"is "});
    log->append(SpeedEvent{4, 1.0});
    log->append(ContentEvent{"4."});
  }
  std::shared_ptr<GenerationLog> log = std::make_shared<GenerationLog>();  // readers share it
};

TEST_F(Log, MergesWhatLiesBehind) {
  EXPECT_EQ(shown(log->after(0)), "4:reasoning(Hm so) 7:content(It is ) 8:speed 9:content(4.)");
  EXPECT_EQ(shown(log->after(3)), "4:reasoning(so) 7:content(It is ) 8:speed 9:content(4.)");
  EXPECT_EQ(shown(log->after(5)), "7:content(is ) 8:speed 9:content(4.)");
  EXPECT_EQ(shown(log->after(9)), "");
  EXPECT_EQ(shown(log->after(99)), "");
  EXPECT_EQ(log->last_number(), 9);
}

TEST_F(Log, ATextIsTheSameFromEveryPlaceOn) {
  std::string content_before;
  for (std::int64_t number = 0; number <= 9; ++number) {
    std::string rest;
    for (const GenerationEvent& event : log->after(number)) {
      if (const auto* content = std::get_if<ContentEvent>(&event.body)) rest += content->text;
    }
    EXPECT_EQ(content_before + rest, "It is 4.") << number;
    if (number == 4) content_before += "It ";
    if (number == 6) content_before += "is ";
    if (number == 8) content_before += "4.";
  }
}

TEST_F(Log, ReadersGetEverythingOnceAndHearOfTheEnd) {
  GenerationReader reader(log, 0);
  int num_calls = 0;
  reader.on_ready([&] { ++num_calls; });
  EXPECT_EQ(num_calls, 1);
  EXPECT_TRUE(log->has_readers());
  reader.take();
  EXPECT_EQ(shown(reader.take()), "");
  log->append(ContentEvent{"!"});
  EXPECT_EQ(num_calls, 2);
  EXPECT_EQ(shown(reader.take()), "10:content(!)");
  EXPECT_FALSE(reader.is_finished());
  log->append(TitleEvent{"T"});
  log->append(DoneEvent{});
  EXPECT_EQ(shown(reader.take()), "11:title 12:done");
  EXPECT_TRUE(reader.is_finished());
  GenerationReader late(log, 10);
  EXPECT_EQ(shown(late.take()), "11:title 12:done");
}

TEST_F(Log, ReadersThatLeftAreNotCalled) {
  int num_calls = 0;
  {
    GenerationReader reader(log, 0);
    reader.on_ready([&] { ++num_calls; });
  }
  log->append(ContentEvent{"!"});
  EXPECT_EQ(num_calls, 1);
  EXPECT_FALSE(log->has_readers());
}

TEST_F(Log, ReadersOnOtherThreadsSeeTheWholeText) {
  std::vector<std::string> seen(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& text : seen) {
      threads.emplace_back([&text, this] {
        GenerationReader reader(log, 9);
        while (!reader.is_finished()) {
          for (const GenerationEvent& event : reader.take()) {
            if (const auto* content = std::get_if<ContentEvent>(&event.body)) {
              text += content->text;
            }
          }
        }
      });
    }
    for (int i = 0; i < 1000; ++i) log->append(ContentEvent{cat(i, " ")});
    log->append(DoneEvent{});
  }
  std::string whole;
  for (int i = 0; i < 1000; ++i) whole += cat(i, " ");
  for (const std::string& text : seen) EXPECT_EQ(text, whole);
}

}  // namespace
}  // namespace falconet
