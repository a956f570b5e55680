#include "server/sign_up_limiter.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace falconet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SignUpClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return time; }
  std::chrono::system_clock::time_point wall_time() const override { return {}; }
  std::chrono::steady_clock::time_point time{std::chrono::hours(1000)};
};

class SignUpLimits : public testing::Test {
 protected:
  void use_up(const std::string& address) {
    for (int i = 0; i < kSignUpsAtOnce; ++i) EXPECT_FALSE(limiter.begin_attempt(address)) << i;
  }

  SignUpClock clock;
  SignUpLimiter limiter{clock};
};

TEST_F(SignUpLimits, ARoomOfPeopleIsFreeAndThenOneAtATime) {
  use_up("1.1.1.1");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(limiter.begin_attempt("1.1.1.1"), kSignUpInterval);
    EXPECT_EQ(limiter.begin_attempt("1.1.1.1"), kSignUpInterval) << "a refusal costs nothing";
    clock.time += kSignUpInterval - milliseconds(1);
    EXPECT_EQ(limiter.begin_attempt("1.1.1.1"), seconds(1)) << "rounded up";
    clock.time += milliseconds(1);
    EXPECT_FALSE(limiter.begin_attempt("1.1.1.1"));
  }
}

TEST_F(SignUpLimits, AddressesDoNotCountForEachOther) {
  use_up("1.1.1.1");
  EXPECT_TRUE(limiter.begin_attempt("1.1.1.1"));
  EXPECT_FALSE(limiter.begin_attempt("2.2.2.2"));
}

TEST_F(SignUpLimits, ADayOfAScriptGivesTheBucketAndOneEachInterval) {
  int num_let_in = 0;
  const auto end = clock.time + std::chrono::hours(24);
  for (; clock.time < end; clock.time += seconds(1)) {
    if (!limiter.begin_attempt("1.1.1.1")) ++num_let_in;
  }
  // The oracle is arithmetic: 86,400 s hold 960 intervals, the one at the very end is not over.
  EXPECT_EQ(num_let_in, kSignUpsAtOnce + 959);
}

TEST_F(SignUpLimits, FullBucketsAreForgotten) {
  use_up("1.1.1.1");
  clock.time += kSignUpsAtOnce * kSignUpInterval;
  use_up("2.2.2.2");
  EXPECT_EQ(limiter.num_addresses(), 1u);
  use_up("1.1.1.1");
}

TEST(SignUpMemory, IsBoundedAndKeepsThoseThatTriedLast) {
  SignUpClock clock;
  SignUpLimiter limiter(clock, /*max_addresses=*/10);
  for (int i = 0; i < kSignUpsAtOnce; ++i) EXPECT_FALSE(limiter.begin_attempt("1.1.1.1"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(limiter.begin_attempt(cat("2.2.2.", i)));
    EXPECT_TRUE(limiter.begin_attempt("1.1.1.1")) << "it keeps trying, so it is not forgotten";
    EXPECT_LE(limiter.num_addresses(), 10u);
  }
}

}  // namespace
}  // namespace falconet
