#include "server/log_in_limiter.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace falconet {
namespace {

using std::chrono::seconds;

class LimiterClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return time; }
  std::chrono::system_clock::time_point wall_time() const override { return {}; }
  std::chrono::steady_clock::time_point time{std::chrono::hours(1000)};
};

class LogInLimits : public testing::Test {
 protected:
  void fail(int times, const std::string& name, const std::string& address) {
    for (int i = 0; i < times; ++i) {
      EXPECT_FALSE(limiter.begin_attempt(name, address)) << name << " " << address << " " << i;
    }
  }

  LimiterClock clock;
  LogInLimiter limiter{clock};
};

TEST_F(LogInLimits, FiveFailuresAreFreeAndThenThePausesDouble) {
  fail(5, "ada", "1.1.1.1");
  for (const int pause : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
    EXPECT_EQ(limiter.begin_attempt("ada", "1.1.1.1"), seconds(pause));
    clock.time += seconds(pause) - std::chrono::milliseconds(1);
    EXPECT_EQ(limiter.begin_attempt("ada", "1.1.1.1"), seconds(1)) << "rounded up";
    clock.time += std::chrono::milliseconds(1);
    EXPECT_FALSE(limiter.begin_attempt("ada", "1.1.1.1"));
  }
}

TEST_F(LogInLimits, CountByNameAndByAddress) {
  for (int i = 0; i < 5; ++i) fail(1, "ada", cat("1.1.1.", i));
  EXPECT_TRUE(limiter.begin_attempt("ada", "2.2.2.2")) << "one name from many places";
  EXPECT_FALSE(limiter.begin_attempt("eve", "1.1.1.1"));
  for (int i = 0; i < 5; ++i) fail(1, cat("name", i), "3.3.3.3");
  EXPECT_TRUE(limiter.begin_attempt("other", "3.3.3.3")) << "many names from one place";
}

TEST_F(LogInLimits, SuccessForgetsTheNameButNotWhatElseCameFromThere) {
  fail(4, "ada", "1.1.1.1");
  fail(1, "eve", "1.1.1.1");
  EXPECT_TRUE(limiter.begin_attempt("ada", "1.1.1.1"));
  clock.time += seconds(1);
  fail(1, "eve", "1.1.1.1");
  limiter.succeeded("eve", "1.1.1.1");
  EXPECT_TRUE(limiter.begin_attempt("ada", "1.1.1.1")) << "guesses with an own account between";
  EXPECT_FALSE(limiter.begin_attempt("eve", "2.2.2.2"));
  limiter.succeeded("eve", "2.2.2.2");
  limiter.succeeded("nobody", "9.9.9.9");
}

TEST_F(LogInLimits, AnAttemptThatIsTakenBackNeitherCountsNorForgives) {
  fail(5, "ada", "1.1.1.1");
  clock.time += seconds(1);
  for (int i = 0; i < 3; ++i) {
    fail(1, "ada", "1.1.1.1");
    limiter.take_back("ada", "1.1.1.1");
  }
  fail(1, "ada", "1.1.1.1");
  EXPECT_EQ(limiter.begin_attempt("ada", "1.1.1.1"), seconds(2)) << "the sixth failure's pause";
  limiter.take_back("nobody", "9.9.9.9");
  fail(1, "eve", "2.2.2.2");
  limiter.take_back("eve", "2.2.2.2");
  EXPECT_EQ(limiter.num_entries(), 2u) << "nothing is left of it";
}

TEST_F(LogInLimits, OldFailuresAreForgotten) {
  fail(5, "ada", "1.1.1.1");
  clock.time += kLogInMemory;
  fail(5, "ada", "1.1.1.1");
  EXPECT_EQ(limiter.num_entries(), 2u);
}

TEST(LogInMemory, IsBoundedAndKeepsThoseThatFailedLast) {
  LimiterClock clock;
  LogInLimiter limiter(clock, /*max_entries=*/10);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limiter.begin_attempt("ada", cat("1.1.1.", i)));
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(i % 4 != 0 || limiter.begin_attempt("ada", "2.2.2.2")) << i;
    if (i % 4 == 3) {
      clock.time += seconds(900);
      EXPECT_FALSE(limiter.begin_attempt("ada", cat("4.4.4.", i)));
    }
    EXPECT_FALSE(limiter.begin_attempt(cat("name ", i), cat("3.3.3.", i)));
    EXPECT_LE(limiter.num_entries(), 10u);
  }
}

}  // namespace
}  // namespace falconet
