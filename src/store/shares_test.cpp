#include "store/shares.h"

#include "store/store_test.h"

namespace falconet {
namespace {

class SharesOf : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Databases, SharesOf, tested_databases(), database_name);

TEST_P(SharesOf, ShowOneBranchToWhoHasTheLink) {
  const Conversation conversation = new_conversation({.title = "Sums"});
  const Message question = say(conversation, "2+2?");
  const Message answer = say(conversation, "4", question.id, "assistant");
  const Message other = say(conversation, "something private");
  const auto share = [&](std::optional<std::int64_t> expires) {
    return write([&](Transaction& t) {
      return share_conversation(t, alice, conversation.id, answer.id, expires);
    });
  };
  const Share first = share({});
  EXPECT_EQ(first.token.size(), 26u);
  const SharedBranch shared = read([&](Transaction& t) { return find_shared(t, first.token); });
  EXPECT_EQ(shared.title, "Sums");
  ASSERT_EQ(shared.messages.size(), 2u);
  EXPECT_EQ(shared.messages[1].content, "4");
  const Share second = share(clock.milliseconds + 1000);
  EXPECT_NE(second.token, first.token);
  const auto current = [&] {
    return read([&](Transaction& t) { return share_of(t, alice, conversation.id); });
  };
  EXPECT_EQ(current()->token, second.token);
  EXPECT_EQ(current()->leaf_id, answer.id);
  EXPECT_EQ(failure([&](Transaction& t) { return share_of(t, bob, conversation.id); }),
            ErrorCode::NotFound);
  const auto is_gone = [&](const Share& one) {
    return failure([&](Transaction& t) { return find_shared(t, one.token); }) ==
           ErrorCode::NotFound;
  };
  EXPECT_TRUE(is_gone(first)) << "one link a conversation";
  clock.milliseconds += 1000;
  EXPECT_TRUE(is_gone(second)) << "it has expired";
  EXPECT_FALSE(current());
  const Share third = share({});
  write([&](Transaction& t) { return unshare_conversation(t, alice, conversation.id); });
  EXPECT_TRUE(is_gone(third));
}

TEST_P(SharesOf, AreMadeByTheOwnerAlone) {
  const Conversation conversation = new_conversation();
  const Message message = say(conversation, "x");
  const Message elsewhere = say(new_conversation(), "y");
  const auto share = [&](const UserId& user, const Message& leaf, std::int64_t expires) {
    return failure([&](Transaction& t) {
      return share_conversation(t, user, conversation.id, leaf.id, expires);
    });
  };
  const std::int64_t later = clock.milliseconds + 1000;
  EXPECT_EQ(share(bob, message, later), ErrorCode::NotFound);
  EXPECT_EQ(share(alice, elsewhere, later), ErrorCode::NotFound);
  EXPECT_EQ(share(alice, message, clock.milliseconds), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
