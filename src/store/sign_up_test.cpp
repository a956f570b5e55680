#include "store/sign_up.h"

#include "store/audit.h"
#include "store/invitations.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class SignUpOf : public StoreTest {
 protected:
  User join(const std::string& name, const std::string& invitation = "") {
    return write([&](Transaction& t) {
      return sign_up(t, {.name = name, .password_hash = "x"}, invitation);
    });
  }
  ErrorCode refusal(const std::string& name, const std::string& invitation = "") {
    return failure([&](Transaction& t) {
      return sign_up(t, {.name = name, .password_hash = "x"}, invitation);
    });
  }
  Invitation invite(const User& by, const std::string& digest, const std::string& role,
                    std::optional<std::int64_t> expires = {}) {
    return write([&](Transaction& t) {
      return create_invitation(t, by.id,
                               {.token_digest = digest, .role = role, .expires = expires});
    });
  }
  void set_policy(const char* policy) {
    write([&](Transaction& t) { return set_sign_up_policy(t, policy); });
  }
  std::string state() {
    return read([](Transaction& t) { return sign_up_state(t); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, SignUpOf, tested_databases(), database_name);

TEST_P(SignUpOf, TheFirstOneIsTheAdministrator) {
  EXPECT_EQ(state(), "first") << "users without a password are no accounts";
  EXPECT_EQ(join("ada", "whatever").role, kAdministrator);
  EXPECT_EQ(state(), "invitation");
  EXPECT_EQ(refusal("eve"), ErrorCode::NotFound);
}

TEST_P(SignUpOf, AnInvitationWorksOnce) {
  const User ada = join("ada");
  invite(ada, "one", "researcher");
  EXPECT_EQ(refusal("ADA", "one"), ErrorCode::AlreadyExists);
  EXPECT_EQ(join("eve", "one").role, "researcher") << "a taken name does not use it up";
  EXPECT_EQ(refusal("bo", "one"), ErrorCode::NotFound);
  EXPECT_EQ(refusal("bo", "never"), ErrorCode::NotFound);
  invite(ada, "two", "user", clock.milliseconds + 1000);
  const Invitation three = invite(ada, "three", "user");
  EXPECT_EQ(read([](Transaction& t) { return list_invitations(t); }).size(), 2u);
  clock.milliseconds += 1000;
  EXPECT_EQ(refusal("bo", "two"), ErrorCode::NotFound) << "it has expired";
  write([](Transaction& t) { return delete_expired_invitations(t); });
  const auto left = read([](Transaction& t) { return list_invitations(t); });
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, three.id);
  write([&](Transaction& t) { return delete_invitation(t, three.id); });
  EXPECT_EQ(refusal("bo", "three"), ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_invitation(t, three.id); }),
            ErrorCode::NotFound);
}

TEST_P(SignUpOf, InvitationsThatMakeNoSenseAreRefused) {
  const User ada = join("ada");
  const auto code = [&](const std::string& role, std::optional<std::int64_t> expires) {
    return failure([&](Transaction& t) {
      return create_invitation(t, ada.id, {.token_digest = "x", .role = role, .expires = expires});
    });
  };
  EXPECT_EQ(code("king", {}), ErrorCode::InvalidArgument);
  EXPECT_EQ(code("user", clock.milliseconds), ErrorCode::InvalidArgument);
}

TEST_P(SignUpOf, FollowsThePolicy) {
  const User ada = join("ada");
  set_policy("open");
  EXPECT_EQ(state(), "open");
  EXPECT_EQ(join("eve").role, kUserRole);
  invite(ada, "one", "annotator");
  EXPECT_EQ(join("bo", "one").role, "annotator");
  invite(ada, "two", "annotator");
  set_policy("closed");
  EXPECT_EQ(refusal("carol"), ErrorCode::PermissionDenied);
  EXPECT_EQ(refusal("carol", "two"), ErrorCode::PermissionDenied);
  EXPECT_EQ(failure([](Transaction& t) { return set_sign_up_policy(t, "ajar"); }),
            ErrorCode::InvalidArgument);
}

class AuditOf : public SignUpOf {};
INSTANTIATE_TEST_SUITE_P(Databases, AuditOf, tested_databases(), database_name);

TEST_P(AuditOf, IsReadInPagesAndForgetsAfterAYear) {
  const User ada = join("ada");
  for (int i = 0; i < 3; ++i) {
    clock.milliseconds += 1000;
    write([&](Transaction& t) {
      return add_audit_event(t, {.actor = ada.id,
                                 .action = cat("act ", i),
                                 .subject = alice,
                                 .address = "::1",
                                 .detail = {{"n", i}}});
    });
  }
  const AuditPage first = read([](Transaction& t) { return list_audit_events(t, "", 2); });
  ASSERT_EQ(first.events.size(), 2u);
  EXPECT_EQ(first.events[0].action, "act 2");
  EXPECT_EQ(first.events[0].actor, "ada");
  EXPECT_EQ(first.events[0].subject, "alice");
  EXPECT_EQ(first.events[0].detail, (Json{{"n", 2}}));
  EXPECT_EQ(first.events[0].at, clock.milliseconds);
  ASSERT_TRUE(first.next);
  const AuditPage rest = read([&](Transaction& t) { return list_audit_events(t, *first.next, 2); });
  ASSERT_EQ(rest.events.size(), 1u);
  EXPECT_EQ(rest.events[0].action, "act 0");
  EXPECT_FALSE(rest.next);
  clock.milliseconds += kAuditMilliseconds - 1000;
  write([](Transaction& t) { return delete_old_audit_events(t); });
  EXPECT_EQ(read([](Transaction& t) { return list_audit_events(t, "", 9); }).events.size(), 2u);
}

}  // namespace
}  // namespace falconet
