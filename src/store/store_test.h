// What the store's tests share: a fresh store for each kind of database, and a clock to turn.
#pragma once

#include <gtest/gtest.h>

#include "store/conversations.h"
#include "store/messages.h"
#include "store/store.h"
#include "store/test_database.h"
#include "store/users.h"

namespace falconet {

/// Time that stands still until it is moved.
class StoreTestClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return {}; }
  std::chrono::system_clock::time_point wall_time() const override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
  }
  std::int64_t milliseconds = 1'764'000'000'000;
};

/// Runs once for each kind of database.
class StoreTest : public testing::TestWithParam<SqlDialect> {
 protected:
  void SetUp() override { reopen(); }

  /// The value of work that must succeed.
  template <class Work>
  auto write(Work work) {
    auto result = store->write(work);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    if constexpr (!std::is_void_v<typename decltype(result)::value_type>) {
      return result ? *std::move(result) : typename decltype(result)::value_type{};
    }
  }
  template <class Work>
  auto read(Work work) {
    auto result = store->read(work);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result ? *std::move(result) : typename decltype(result)::value_type{};
  }

  /// The code of work that must fail.
  template <class Work>
  ErrorCode failure(Work work) {
    auto result = store->write(work);
    EXPECT_FALSE(result) << "it succeeded";
    return result ? ErrorCode::Cancelled : result.error().code;
  }

  /// Closes the store, if it is open, and opens it again over what it has written.
  void reopen() {
    store.reset();
    auto database = test_database.open();
    ASSERT_TRUE(database) << database.error().message;
    auto opened = Store::open(*std::move(database), clock);
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
    alice = write([](Transaction& t) { return ensure_user(t, "alice", "user"); }).id;
    bob = write([](Transaction& t) { return ensure_user(t, "bob", "user"); }).id;
  }

  Conversation new_conversation(const ConversationChange& fields = {}) {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) { return create_conversation(t, alice, fields); });
  }

  Message say(const Conversation& conversation, const std::string& content,
              std::optional<MessageId> parent = {}, const std::string& role = "user") {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) {
      return add_message(t, alice,
                         {.conversation_id = conversation.id,
                          .parent_id = std::move(parent),
                          .role = role,
                          .content = content});
    });
  }

  TestDatabase test_database{GetParam()};
  StoreTestClock clock;
  std::unique_ptr<Store> store;
  UserId alice;
  UserId bob;
};

}  // namespace falconet
