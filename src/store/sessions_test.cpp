#include "store/sessions.h"

#include "store/accounts.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class SessionsOf : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada = new_account("ada");
    eve = new_account("eve");
  }
  UserId new_account(const std::string& name) {
    return write([&](Transaction& t) {
             return create_account(t, {.name = name, .password_hash = "x"});
           })
        .id;
  }
  UserSession open(const UserId& user, const std::string& digest) {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) { return open_session(t, user, digest, "Firefox"); });
  }
  bool is_open(const std::string& digest) {
    return read([&](Transaction& t) { return find_session(t, digest); }).has_value();
  }

  UserId ada;
  UserId eve;
};
INSTANTIATE_TEST_SUITE_P(Databases, SessionsOf, tested_databases(), database_name);

TEST_P(SessionsOf, SayWhoseTheyAre) {
  const UserSession opened = open(ada, "one");
  const auto found = read([](Transaction& t) { return find_session(t, "one"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user.id, ada);
  EXPECT_EQ(found->session.id, opened.id);
  EXPECT_EQ(found->session.user_agent, "Firefox");
  EXPECT_FALSE(is_open("two"));
  write([](Transaction& t) -> Status {
    TRY_ASSIGN(const Credentials found_by_name, find_credentials(t, "ada"));
    TRY(change_account(t, found_by_name.user.id, {.is_disabled = true}));
    return {};
  });
  EXPECT_FALSE(is_open("one")) << "the account is disabled";
}

TEST_P(SessionsOf, ExpireAndAreRenewedHalfWay) {
  const UserSession opened = open(ada, "one");
  const auto touch = [&] {
    return write([&](Transaction& t) -> Result<SessionRenewal> {
      TRY_ASSIGN(const auto found, find_session(t, "one"));
      return touch_session(t, found->session, ada);
    });
  };
  clock.milliseconds = opened.created + kSessionMilliseconds / 2;
  EXPECT_EQ(touch(), SessionRenewal::None);
  clock.milliseconds += 1;
  EXPECT_EQ(touch(), SessionRenewal::Renewed);
  const auto sessions = read([&](Transaction& t) { return sessions_of(t, ada); });
  EXPECT_EQ(sessions.at(0).last_seen, clock.milliseconds);
  clock.milliseconds = opened.created + kSessionMilliseconds;
  EXPECT_TRUE(is_open("one")) << "it was renewed";
  clock.milliseconds += kSessionMilliseconds;
  EXPECT_FALSE(is_open("one"));
  EXPECT_TRUE(read([&](Transaction& t) { return sessions_of(t, ada); }).empty());
  write([](Transaction& t) { return delete_expired_sessions(t); });
  EXPECT_EQ(read([](Transaction& t) { return t.execute("SELECT * FROM sessions"); }).size(), 0u);
}

TEST_P(SessionsOf, AreEndedByTheirOwnerAlone) {
  const UserSession one = open(ada, "one");
  const UserSession two = open(ada, "two");
  open(eve, "hers");
  EXPECT_EQ(failure([&](Transaction& t) { return end_session(t, eve, one.id); }),
            ErrorCode::NotFound);
  EXPECT_TRUE(is_open("one"));
  write([&](Transaction& t) { return end_sessions(t, ada, two.id); });
  EXPECT_FALSE(is_open("one"));
  EXPECT_TRUE(is_open("two"));
  EXPECT_TRUE(is_open("hers"));
  write([&](Transaction& t) { return end_session(t, ada, two.id); });
  EXPECT_FALSE(is_open("two"));
}

TEST_P(SessionsOf, TheOldestEndWhenThereAreTooMany) {
  for (int i = 0; i <= kMaxSessionsOfUser; ++i) open(ada, cat("session ", i));
  EXPECT_FALSE(is_open("session 0"));
  EXPECT_TRUE(is_open("session 1"));
  EXPECT_EQ(read([&](Transaction& t) { return sessions_of(t, ada); }).size(),
            static_cast<std::size_t>(kMaxSessionsOfUser));
}

}  // namespace
}  // namespace falconet
