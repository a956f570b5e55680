#include "store/messages.h"

#include "store/generations.h"
#include "store/ratings.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class MessagesOf : public StoreTest {
 protected:
  std::vector<std::string> branch(const MessageId& leaf) {
    std::vector<std::string> contents;
    for (const Message& message : read([&](Transaction& t) { return branch_of(t, alice, leaf); })) {
      contents.push_back(message.content);
    }
    return contents;
  }
  std::optional<MessageId> leaf_of(const Conversation& conversation) {
    return read([&](Transaction& t) { return find_conversation(t, alice, conversation.id); })
        .leaf_id;
  }
  StartedGeneration start(const Message& parent, bool continues = false) {
    return write([&](Transaction& t) {
      return start_generation(t, alice,
                              {.conversation_id = parent.conversation_id,
                               .parent_id = parent.id,
                               .continues_parent = continues,
                               .ledger = {.model = "m",
                                          .context_max = 4096,
                                          .evicted_message_ids = {{"old"}},
                                          .turn = 3,
                                          .parameters = {{"top_k", 4}}}});
    });
  }
  Message find(const MessageId& id) {
    return read([&](Transaction& t) { return find_message(t, alice, id); });
  }
  void append(const GenerationId& id, std::int64_t part, const std::string& content) {
    write([&](Transaction& t) {
      return append_generation_text(t,
                                    {.id = id, .part = part, .reasoning = "r", .content = content});
    });
  }
  std::int64_t num_unsaved_texts() {
    return read([](Transaction& t) { return t.execute("SELECT count(*) FROM generation_texts"); })
        .front()
        .integer(0);
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, MessagesOf, tested_databases(), database_name);

TEST_P(MessagesOf, FormBranches) {
  const Conversation conversation = new_conversation();
  const Message question = say(conversation, "2+2?");
  const Message answer = say(conversation, "4", question.id, "assistant");
  const Message thanks = say(conversation, "Thanks", answer.id);
  const Message edited = say(conversation, "3+3?");
  EXPECT_EQ(branch(thanks.id), (std::vector<std::string>{"2+2?", "4", "Thanks"}));
  EXPECT_EQ(branch(edited.id), std::vector<std::string>{"3+3?"});
  EXPECT_EQ(leaf_of(conversation), edited.id);
  const auto all = read([&](Transaction& t) { return messages_of(t, alice, conversation.id); });
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].parent_id, question.id);
  EXPECT_EQ(all[3].content, "3+3?");
}

TEST_P(MessagesOf, KeepTheirAttachments) {
  const Conversation conversation = new_conversation();
  const Message message = write([&](Transaction& t) {
    return add_message(t, alice,
                       {.conversation_id = conversation.id,
                        .role = "user",
                        .content = "Read this",
                        .attachments = {{"a.txt", "line\n\"two\""}, {"空.md", ""}}});
  });
  const Message found = find(message.id);
  ASSERT_EQ(found.attachments.size(), 2u);
  EXPECT_EQ(found.attachments[0].text, "line\n\"two\"");
  EXPECT_EQ(found.attachments[1].name, "空.md");
}

TEST_P(MessagesOf, DeletingOneTakesAllBelow) {
  const Conversation conversation = new_conversation();
  const Message question = say(conversation, "a");
  const Message answer = say(conversation, "b", question.id, "assistant");
  const Message more = say(conversation, "c", answer.id);
  write([&](Transaction& t) { return delete_message(t, alice, answer.id); });
  EXPECT_EQ(failure([&](Transaction& t) { return find_message(t, alice, more.id); }),
            ErrorCode::NotFound);
  EXPECT_EQ(leaf_of(conversation), question.id);
  write([&](Transaction& t) { return delete_message(t, alice, question.id); });
  EXPECT_EQ(leaf_of(conversation), std::nullopt);
}

TEST_P(MessagesOf, OfOthersAreNotThere) {
  const Conversation conversation = new_conversation();
  const Message message = say(conversation, "private");
  const auto as_bob = [&](auto work) {
    EXPECT_EQ(failure([&](Transaction& t) { return work(t); }), ErrorCode::NotFound);
  };
  as_bob([&](Transaction& t) { return find_message(t, bob, message.id); });
  as_bob([&](Transaction& t) { return branch_of(t, bob, message.id); });
  as_bob([&](Transaction& t) { return messages_of(t, bob, conversation.id); });
  as_bob([&](Transaction& t) { return delete_message(t, bob, message.id); });
  as_bob([&](Transaction& t) { return rate_message(t, bob, message.id, Rating{.value = 1}); });
  as_bob([&](Transaction& t) {
    return add_message(t, bob, {.conversation_id = conversation.id, .role = "user"});
  });
  as_bob([&](Transaction& t) {
    return start_generation(t, bob, {.conversation_id = conversation.id, .parent_id = message.id});
  });
  const Conversation other = new_conversation();
  EXPECT_EQ(failure([&](Transaction& t) {
              return add_message(
                  t, alice, {.conversation_id = other.id, .parent_id = message.id, .role = "user"});
            }),
            ErrorCode::NotFound);
  EXPECT_EQ(find(message.id).content, "private");
}

TEST_P(MessagesOf, AreRated) {
  const Conversation conversation = new_conversation();
  const Message message = say(conversation, "answer", {}, "assistant");
  const auto rate = [&](const std::optional<Rating>& rating) {
    return write([&](Transaction& t) { return rate_message(t, alice, message.id, rating); });
  };
  rate(Rating{.value = 1});
  rate(Rating{.value = -1, .reasons = {"wrong", "太长"}, .comment = "no"});
  const auto rating = find(message.id).rating;
  ASSERT_TRUE(rating);
  EXPECT_EQ(rating->value, -1);
  EXPECT_EQ(rating->reasons, (std::vector<std::string>{"wrong", "太长"}));
  EXPECT_EQ(rating->changed, clock.milliseconds);
  EXPECT_FALSE(rate(std::nullopt));
  EXPECT_FALSE(find(message.id).rating);
}

TEST_P(MessagesOf, AreMarkedAndSaidBetter) {
  const Message message = say(new_conversation(), "2+2 is 5, surely", {}, "assistant");
  const auto rate = [&](const Rating& rating) {
    return [&](Transaction& t) { return rate_message(t, alice, message.id, rating); };
  };
  const Rating whole{.value = -1,
                     .score = 3,
                     .marks = {{.exact = "is 5", .prefix = "2+2 ", .suffix = ", surely"}},
                     .better = "2+2 is 4"};
  write(rate(whole));
  const auto rating = find(message.id).rating;
  ASSERT_TRUE(rating);
  EXPECT_EQ(rating->score, 3);
  EXPECT_EQ(rating->better, "2+2 is 4");
  ASSERT_EQ(rating->marks.size(), 1u);
  EXPECT_EQ(rating->marks[0].exact, "is 5");
  EXPECT_EQ(rating->marks[0].prefix, "2+2 ");
  EXPECT_EQ(rating->marks[0].suffix, ", surely");
  EXPECT_EQ(failure(rate({.value = 1, .score = 11})), ErrorCode::InvalidArgument);
  EXPECT_EQ(failure(rate({.value = 0})), ErrorCode::InvalidArgument);
  EXPECT_EQ(failure(rate({.value = 1, .marks = {{.exact = " "}}})), ErrorCode::InvalidArgument);
  EXPECT_EQ(failure(rate({.value = 1, .better = std::string(kMaxBetterBytes + 1, 'x')})),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(find(message.id).rating->score, 3) << "what was refused has changed nothing";
}

TEST_P(MessagesOf, OfAGenerationAreWholeWithTheirLedgerAtItsEnd) {
  const Message question = say(new_conversation(), "Why?");
  const StartedGeneration started = start(question);
  EXPECT_EQ(find(started.message.id).status, MessageStatus::Streaming);
  append(started.record.id, 1, "Becau");
  const Message answer = write([&](Transaction& t) {
    return finish_generation(t, alice,
                             {.id = started.record.id,
                              .reasoning = "Hm",
                              .content = "Because.",
                              .last_event = 9,
                              .is_unread = true,
                              .ledger = {.prompt_tokens = 12,
                                         .answer_tokens = 5,
                                         .decode_ms = 500,
                                         .finish_reason = "stop",
                                         .seed = 0xFFFFFFFFFFFFFFFFu}});
  });
  EXPECT_EQ(answer.content, "Because.");
  EXPECT_EQ(answer.reasoning, "Hm");
  EXPECT_EQ(answer.status, MessageStatus::Done);
  ASSERT_TRUE(answer.ledger);
  EXPECT_EQ(answer.ledger->model, "m");
  EXPECT_EQ(answer.ledger->prompt_tokens, 12);
  EXPECT_EQ(answer.ledger->context_max, 4096);
  EXPECT_EQ(answer.ledger->evicted_message_ids, std::vector<MessageId>{{"old"}});
  EXPECT_EQ(answer.ledger->turn, 3);
  EXPECT_EQ(answer.ledger->seed, 0xFFFFFFFFFFFFFFFFu);
  EXPECT_EQ(answer.ledger->tokens_per_second(), 10);
  EXPECT_EQ(answer.ledger->parameters, (Json{{"top_k", 4}}));
  EXPECT_EQ(num_unsaved_texts(), 0);
  const GenerationRecord record =
      read([&](Transaction& t) { return find_generation(t, alice, started.record.id); });
  EXPECT_EQ(record.state, GenerationState::Done);
  EXPECT_EQ(record.last_event, 9);
}

TEST_P(MessagesOf, GoOnWhereTheyWereWhenTheyAreContinued) {
  const Message question = say(new_conversation(), "Count");
  const Message answer = say({.id = question.conversation_id}, "1 2", question.id, "assistant");
  const StartedGeneration started = start(answer, /*continues=*/true);
  EXPECT_EQ(started.message.id, answer.id);
  EXPECT_EQ(started.record.content_begin, 3u);
  EXPECT_EQ(failure([&](Transaction& t) {
              return start_generation(
                  t, alice, {.conversation_id = answer.conversation_id, .parent_id = answer.id});
            }),
            ErrorCode::InvalidArgument)
      << "it is still being written";
  const Message whole = write([&](Transaction& t) {
    return finish_generation(t, alice, {.id = started.record.id, .content = " 3 4"});
  });
  EXPECT_EQ(whole.content, "1 2 3 4");
  EXPECT_EQ(failure([&](Transaction& t) {
              return start_generation(t, alice,
                                      {.conversation_id = question.conversation_id,
                                       .parent_id = question.id,
                                       .continues_parent = true});
            }),
            ErrorCode::InvalidArgument)
      << "nobody continues what the user said";
}

TEST_P(MessagesOf, ThatStreamedWhenTheServerEndedAreInterruptedWithWhatWasSaved) {
  const Message question = say(new_conversation(), "Tell me");
  const StartedGeneration started = start(question);
  append(started.record.id, 1, "Once ");
  append(started.record.id, 2, "upon ");
  reopen();
  const auto interrupt = [&] {
    return write([](Transaction& t) { return interrupt_unfinished_generations(t); });
  };
  EXPECT_EQ(interrupt(), 1);
  EXPECT_EQ(interrupt(), 0);
  const Message message = find(started.message.id);
  EXPECT_EQ(message.status, MessageStatus::Interrupted);
  EXPECT_EQ(message.content, "Once upon ");
  EXPECT_EQ(message.reasoning, "rr");
  EXPECT_EQ(num_unsaved_texts(), 0);
}

TEST_P(MessagesOf, ThatAreDeletedWhileTheyStreamStayDeleted) {
  const Message question = say(new_conversation(), "Tell me");
  const StartedGeneration started = start(question);
  write([&](Transaction& t) { return delete_message(t, alice, question.id); });
  append(started.record.id, 1, "Once");
  EXPECT_EQ(num_unsaved_texts(), 0);
  EXPECT_EQ(failure([&](Transaction& t) {
              return finish_generation(t, alice, {.id = started.record.id});
            }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace falconet
