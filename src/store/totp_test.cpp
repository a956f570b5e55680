#include "store/totp.h"

#include "store/accounts.h"
#include "store/sessions.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class TotpOf : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada = write([](Transaction& t) {
            return create_account(t, {.name = "ada", .password_hash = "x"});
          }).id;
  }
  void begin(const std::string& secret) {
    EXPECT_TRUE(store->write([&](Transaction& t) { return begin_totp(t, ada, secret); }));
  }
  bool turn_on(std::int64_t step) {
    return store
        ->write([&](Transaction& t) {
          return turn_totp_on(t, ada, step, {"digest 1", "digest 2"});
        })
        .has_value();
  }
  std::optional<TotpSecret> found() {
    return read([&](Transaction& t) { return find_totp(t, ada); });
  }
  bool use_step(std::int64_t step) {
    return write([&](Transaction& t) { return use_totp_step(t, ada, step); });
  }
  bool use_recovery(const UserId& user, const std::string& digest) {
    return write([&](Transaction& t) { return use_recovery_code(t, user, digest); });
  }
  bool has_totp() {
    return read([&](Transaction& t) { return find_account(t, ada); }).has_totp;
  }

  UserId ada;
};
INSTANTIATE_TEST_SUITE_P(Databases, TotpOf, tested_databases(), database_name);

TEST_P(TotpOf, IsOnOnceItsSetUpIsConfirmed) {
  EXPECT_FALSE(found());
  EXPECT_FALSE(turn_on(1)) << "nothing was begun";
  begin("OLD");
  begin("NEW");
  ASSERT_TRUE(found());
  EXPECT_EQ(found()->secret, "NEW");
  EXPECT_FALSE(found()->is_on);
  EXPECT_FALSE(has_totp());
  EXPECT_FALSE(use_step(5)) << "before it is on no code lets anybody in";
  EXPECT_TRUE(turn_on(7));
  EXPECT_TRUE(found()->is_on);
  EXPECT_TRUE(has_totp());
  EXPECT_FALSE(turn_on(8)) << "it is on already";
  EXPECT_EQ(failure([&](Transaction& t) { return begin_totp(t, ada, "OTHER"); }),
            ErrorCode::AlreadyExists);
  EXPECT_EQ(found()->secret, "NEW");
}

TEST_P(TotpOf, ASetUpThatTakesTooLongIsForgotten) {
  begin("SECRET");
  clock.milliseconds += kTotpSetUpMilliseconds;
  EXPECT_FALSE(found());
  EXPECT_FALSE(turn_on(1));
  begin("SECOND");
  EXPECT_TRUE(turn_on(1));
  clock.milliseconds += kTotpSetUpMilliseconds;
  EXPECT_TRUE(found()) << "what was confirmed stays";
}

TEST_P(TotpOf, NoStepIsAcceptedTwiceNorAnEarlierOne) {
  begin("SECRET");
  EXPECT_TRUE(turn_on(100));
  EXPECT_FALSE(use_step(100)) << "the code of the set-up";
  EXPECT_FALSE(use_step(99));
  EXPECT_TRUE(use_step(101));
  EXPECT_FALSE(use_step(101));
  EXPECT_FALSE(use_step(100));
  EXPECT_TRUE(use_step(103));
  EXPECT_FALSE(use_step(102)) << "an earlier one may have been looked at over a shoulder";
}

TEST_P(TotpOf, ARecoveryCodeWorksOnceAndForItsOwnerAlone) {
  begin("SECRET");
  EXPECT_TRUE(turn_on(1));
  EXPECT_FALSE(use_recovery(bob, "digest 1"));
  EXPECT_FALSE(use_recovery(ada, "digest 3"));
  EXPECT_TRUE(use_recovery(ada, "digest 1"));
  EXPECT_FALSE(use_recovery(ada, "digest 1"));
  EXPECT_TRUE(use_recovery(ada, "digest 2"));
}

TEST_P(TotpOf, TurnedOffNothingIsLeft) {
  EXPECT_EQ(failure([&](Transaction& t) { return turn_totp_off(t, ada); }), ErrorCode::NotFound);
  begin("SECRET");
  EXPECT_EQ(failure([&](Transaction& t) { return turn_totp_off(t, ada); }), ErrorCode::NotFound)
      << "a set-up is not on";
  EXPECT_TRUE(turn_on(1));
  EXPECT_TRUE(store->write([&](Transaction& t) { return turn_totp_off(t, ada); }));
  EXPECT_FALSE(found());
  EXPECT_FALSE(has_totp());
  EXPECT_FALSE(use_recovery(ada, "digest 1"));
}

TEST_P(TotpOf, GoesWithItsAccount) {
  write([](Transaction& t) {
    return create_account(t, {.name = "root", .password_hash = "x", .role = kAdministrator});
  });
  begin("SECRET");
  EXPECT_TRUE(turn_on(1));
  EXPECT_TRUE(store->write([&](Transaction& t) { return delete_account(t, ada); }));
  for (const char* table : {"totp_secrets", "recovery_codes"}) {
    EXPECT_TRUE(
        read([&](Transaction& t) { return t.execute(cat("SELECT * FROM ", table)); }).empty())
        << table;
  }
}

TEST_P(TotpOf, IsKnownOfWhoHasASession) {
  write([&](Transaction& t) { return open_session(t, ada, "token", "Firefox"); });
  const auto knows = [&] {
    return read([](Transaction& t) { return find_session(t, "token"); })->user.has_totp;
  };
  EXPECT_FALSE(knows());
  begin("SECRET");
  EXPECT_FALSE(knows());
  EXPECT_TRUE(turn_on(1));
  EXPECT_TRUE(knows());
}

}  // namespace
}  // namespace falconet
