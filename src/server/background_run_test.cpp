// What goes on without the request that began it.
#include "server/background_run.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "server/server_test.h"

namespace falconet {
namespace {

/// Work that goes on until it is told to stop.
Result<Json> endless(const std::stop_token& stop, const BackgroundRun::Progress& progress) {
  progress(3, 10);
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait(lock, stop, [] { return false; });
  return error(ErrorCode::Cancelled, "it was stopped");
}

bool becomes(const BackgroundRun& run, RunPhase phase) {
  return eventually([&] { return run.state() && run.state()->phase == phase; });
}

TEST(BackgroundRun, TellsHowFarItIsAndWhatCameOfIt) {
  BackgroundRun run;
  EXPECT_FALSE(run.state());
  EXPECT_TRUE(run_json(run.state()).is_null());
  const auto begun = run.start({{"finding", "x"}}, 2, [](const std::stop_token&, const auto& tell) {
    tell(2, 2);
    return Result<Json>(Json{{"verdict", "improved"}});
  });
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->num_total, 2);
  ASSERT_TRUE(becomes(run, RunPhase::Done));
  const Json json = run_json(run.state());
  EXPECT_EQ(json["state"], "done");
  EXPECT_EQ(json["done"], 2);
  EXPECT_EQ(json["about"]["finding"], "x");
  EXPECT_EQ(json["result"]["verdict"], "improved");
  EXPECT_TRUE(json["problem"].is_null());
}

TEST(BackgroundRun, IsOneAtATimeAndCanBeStopped) {
  BackgroundRun run;
  run.stop();
  ASSERT_TRUE(run.start({}, 0, endless));
  EXPECT_EQ(run.start({}, 0, endless).error().code, ErrorCode::AlreadyExists);
  EXPECT_TRUE(eventually([&] { return run.state()->num_done == 3; }));
  run.stop();
  ASSERT_TRUE(becomes(run, RunPhase::Stopped));
  EXPECT_TRUE(run.state()->problem.empty());
  const auto again = run.start({}, 7, endless);
  ASSERT_TRUE(again) << "the next one may begin";
  EXPECT_EQ(again->num_done, 0) << "it begins anew";
  EXPECT_EQ(again->num_total, 7);
}

TEST(BackgroundRun, KeepsItsErrorAsText) {
  BackgroundRun run;
  ASSERT_TRUE(run.start({}, 0, [](const std::stop_token&, const auto&) -> Result<Json> {
    return error(ErrorCode::Unavailable, "the model is gone");
  }));
  ASSERT_TRUE(becomes(run, RunPhase::Failed));
  EXPECT_EQ(run_json(run.state())["problem"], "the model is gone");
}

TEST(BackgroundRun, EndsWithTheServerAndDoesNotBeginAfterIt) {
  BackgroundRun run;
  ASSERT_TRUE(run.start({}, 0, endless));
  run.end();
  EXPECT_EQ(run.state()->phase, RunPhase::Stopped);
  EXPECT_EQ(run.start({}, 0, endless).error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace falconet
