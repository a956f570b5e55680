// Items replayed under two settings: who is asked what, and what comes of it.
#include "feedback/trial_run.h"

#include <gmock/gmock.h>

#include <thread>

#include "completion/fake_completer.h"

namespace falconet {
namespace {

using testing::HasSubstr;

/// Sums, whose answer is to be in a box.
std::vector<TrialItem> sums(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += to_text({{"messages", {{{"role", "user"}, {"content", cat(i, "+1")}}}},
                      {"check", {{"kind", "boxed"}, {"value", cat(i + 1)}}}}) +
             "\n";
  }
  return read_trial_items(lines, "sums").value();
}

const Json& messages_in(const CompletionRequest& request) {
  return std::get<ChatPrompt>(request.prompt).messages;
}

/// Adds one where it is told to be brief, and says so in words where it is not.
Result<FakeCompleter::Events> adder(const CompletionRequest& request) {
  const Json& messages = messages_in(request);
  const int number = std::stoi(messages.back()["content"].get<std::string>());
  const bool is_brief = messages[0]["role"] == "system";
  const std::string answer =
      is_brief ? cat("\\boxed{", number + 1, "}") : cat("It is ", number + 1);
  return FakeCompleter::events_saying(request, answer);
}

TEST(TrialRun, AsksEveryItemOnceUnderEachSetting) {
  FakeCompleter model(adder);
  std::vector<std::int64_t> told;
  const ModelWork work{.model = model,
                       .on_progress =
                           [&](std::int64_t done, std::int64_t total) {
                             EXPECT_EQ(total, 20);
                             told.push_back(done);
                           },
                       .num_at_once = 3,
                       .priority = kBackgroundPriority,
                       .client = {1, 2}};
  const Trial trial{.items = sums(10),
                    .first = trial_setting_of({"temperature=0"}).value(),
                    .second = trial_setting_of_json({{"system", "Be brief."}}).value()};
  const TrialResult result = run_trial(work, trial).value();
  EXPECT_EQ(result.counts.only_second, 10);
  EXPECT_EQ(result.counts.both + result.counts.only_first + result.counts.neither, 0);
  EXPECT_EQ(result.verdict, TrialVerdict::Improved) << "10 of 10, by the sign test p = 0.002";
  EXPECT_EQ(told.size(), 20u);
  EXPECT_EQ(told.back(), 20);
  const auto requests = model.requests();
  ASSERT_EQ(requests.size(), 20u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(requests[i].sampling.temperature, 0.0);
    EXPECT_EQ(messages_in(requests[i]).back(), messages_in(requests[i + 10]).back());
    EXPECT_EQ(requests[i].sampling.seed, requests[i + 10].sampling.seed) << "paired";
    EXPECT_EQ(requests[i + 10].priority, kBackgroundPriority);
    EXPECT_EQ(requests[i + 10].client, (Digest128{1, 2}));
  }
}

TEST(TrialRun, EndsWhenItIsToldTo) {
  FakeCompleter model(adder);
  model.hold_after(1);
  std::stop_source source;
  const Trial trial{.items = sums(4)};
  Result<TrialResult> result = error(ErrorCode::Io, "not yet");
  std::thread runner([&] {
    result = run_trial({.model = model, .stop = source.get_token(), .num_at_once = 2}, trial);
  });
  while (model.requests().size() < 2) std::this_thread::yield();
  source.request_stop();
  runner.join();
  EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
  EXPECT_EQ(model.num_live_streams(), 0) << "what was being written is given up";
  EXPECT_EQ(model.num_cancelled_streams(), 2);
}

TEST(TrialRun, WaitsWhileTheQueueIsFull) {
  int num_refused = 0;
  FakeCompleter model([&](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    if (num_refused++ == 0) return error(ErrorCode::Exhausted, "the queue is full");
    return FakeCompleter::events_saying(request, "\\boxed{1}");
  });
  const TrialResult result = run_trial({.model = model}, {.items = sums(1)}).value();
  EXPECT_EQ(result.counts.both, 1);
  EXPECT_EQ(num_refused, 3) << "one pause, and an answer a side";
}

TEST(TrialRun, WhatDoesNotFitIsNotRight) {
  FakeCompleter model([&](const CompletionRequest& request) -> Result<FakeCompleter::Events> {
    if (messages_in(request)[0]["role"] == "system") return error(ErrorCode::TooLarge, "too long");
    return FakeCompleter::events_saying(request, "\\boxed{1}");
  });
  const Trial trial{.items = sums(1), .second = trial_setting_of({"system=long"}).value()};
  EXPECT_EQ(run_trial({.model = model}, trial).value().counts.only_first, 1);
  FakeCompleter broken(FakeCompleter::refusing({ErrorCode::Unavailable, "gone"}));
  EXPECT_EQ(run_trial({.model = broken}, trial).error().message, "gone");
}

TEST(TrialSetting, SaysWhatItDoesNotKnow) {
  EXPECT_THAT(trial_setting_of({"heat=1"}).error().message, HasSubstr("no parameter 'heat'"));
  EXPECT_THAT(trial_setting_of_json({{"heat", 1}}).error().message, HasSubstr("'heat'"));
  EXPECT_THAT(trial_setting_of_json({{"thinking", true}}).error().message, HasSubstr("on or off"));
  EXPECT_THAT(trial_setting_of_json(Json::array()).error().message, HasSubstr("an object"));
  EXPECT_EQ(trial_setting_of_json({{"thinking", "off"}}).value().is_thinking, false);
  EXPECT_EQ(trial_setting_of_json({{"max_tokens", 7}}).value().stopping.max_tokens, 7);
  const Trial bound{.items = sums(1), .second = trial_setting_of({"output=schema"}).value()};
  EXPECT_THAT(check_trial(bound).error().message, HasSubstr("no \"schema\""));
}

}  // namespace
}  // namespace falconet
