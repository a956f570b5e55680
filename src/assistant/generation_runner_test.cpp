#include "assistant/generation_runner.h"

#include <gtest/gtest.h>

#include "completion/fake_completer.h"
#include "store/conversations.h"
#include "store/messages.h"
#include "store/search.h"
#include "store/test_database.h"
#include "store/users.h"

namespace falconet {
namespace {

// Longer than anything here takes, even under a sanitizer on a busy machine.
constexpr std::chrono::seconds kPatience{60};

bool becomes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class Runner : public testing::Test {
 protected:
  void SetUp() override {
    open_store();
    const auto made = store->write([&](Transaction& t) -> Result<Conversation> {
      TRY_ASSIGN(const User user, ensure_user(t, "alice", "user"));
      TRY_ASSIGN(const User other, ensure_user(t, "bob", "user"));
      alice = user.id;
      bob = other.id;
      return create_conversation(t, alice, {});
    });
    conversation = made->id;
    question = say("What is 2+2?");
  }

  void open_store() {
    runner.reset();
    store.reset();
    store = Store::open(database.open().value(), clock).value();
    runner = std::make_unique<GenerationRunner>(*store, clock);
  }

  void use(FakeCompleter::Script script) {
    completer = std::make_shared<FakeCompleter>(std::move(script));
  }

  MessageId say(const std::string& content) {
    return store
        ->write([&](Transaction& t) {
          return add_message(t, alice,
                             {.conversation_id = conversation, .role = "user", .content = content});
        })
        ->id;
  }

  GenerationRequest request(bool continues = false) const {
    return {.conversation_id = conversation,
            .parent_id = question,
            .continues_parent = continues,
            .model = "fake"};
  }
  StartedGeneration start() {
    auto started = runner->start(alice, completer, request());
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return started ? *std::move(started) : StartedGeneration{};
  }

  /// All events from `after` + 1 on, waiting for the end.
  std::vector<GenerationEvent> events_of(const GenerationId& id, std::int64_t after = 0) {
    auto reader = runner->attach(alice, id, after);
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
    std::vector<GenerationEvent> all;
    if (!reader) return all;
    const bool has_ended = becomes_true([&] {
      for (GenerationEvent& event : (*reader)->take()) all.push_back(std::move(event));
      return (*reader)->is_finished();
    });
    EXPECT_TRUE(has_ended);
    return all;
  }
  static std::string content_of(const std::vector<GenerationEvent>& events) {
    std::string text;
    for (const GenerationEvent& event : events) {
      if (const auto* content = std::get_if<ContentEvent>(&event.body)) text += content->text;
    }
    return text;
  }
  /// The message that the last event brings.
  static Message done_message(const std::vector<GenerationEvent>& events) {
    const DoneEvent* done = events.empty() ? nullptr : std::get_if<DoneEvent>(&events.back().body);
    EXPECT_NE(done, nullptr);
    return done == nullptr ? Message{} : done->message;
  }
  Message find(const MessageId& id) {
    return store->read([&](Transaction& t) { return find_message(t, alice, id); }).value();
  }
  Conversation found_conversation() {
    return store->read([&](Transaction& t) { return find_conversation(t, alice, conversation); })
        .value();
  }

  TestDatabase database{preferred_database()};
  SystemClock clock;
  std::unique_ptr<Store> store;
  // Shared with what runs.
  std::shared_ptr<FakeCompleter> completer =
      std::make_shared<FakeCompleter>(FakeCompleter::saying("It is 4.", "Two and two "));
  std::unique_ptr<GenerationRunner> runner;
  UserId alice;
  UserId bob;
  ConversationId conversation;
  MessageId question;
};

TEST_F(Runner, WritesAnAnswerWithItsLedgerAndATitle) {
  const StartedGeneration started = start();
  EXPECT_EQ(started.message.status, MessageStatus::Streaming);
  EXPECT_EQ(started.message.parent_id, question);
  const auto events = events_of(started.record.id);
  const Message message = done_message(events);
  EXPECT_EQ(content_of(events), "It is 4.");
  EXPECT_EQ(message.content, "It is 4.");
  EXPECT_EQ(message.reasoning, "Two and two ");
  EXPECT_EQ(message.status, MessageStatus::Done);
  ASSERT_TRUE(message.ledger);
  EXPECT_EQ(message.ledger->prompt_tokens, 13);
  EXPECT_EQ(message.ledger->reasoning_tokens, 3);
  EXPECT_EQ(message.ledger->answer_tokens, 3);
  EXPECT_EQ(message.ledger->context_max, 4096);
  EXPECT_EQ(message.ledger->finish_reason, "stop");
  EXPECT_EQ(message.ledger->model, "fake");
  EXPECT_EQ(message.ledger->turn, 1);
  const auto is_title = [](const GenerationEvent& event) {
    const auto* title = std::get_if<TitleEvent>(&event.body);
    return title != nullptr && title->title == "What is 2+2?";
  };
  EXPECT_TRUE(std::any_of(events.begin(), events.end(), is_title));
  EXPECT_EQ(found_conversation().title, "What is 2+2?");
  EXPECT_EQ(found_conversation().leaf_id, message.id);
  EXPECT_TRUE(becomes_true([&] { return runner->active(alice).empty(); }));
  EXPECT_EQ(completer->num_live_streams(), 0);
}

TEST_F(Runner, SendsTheConversationsParametersAndSystemPrompt) {
  ASSERT_TRUE(store->write([&](Transaction& t) {
    return update_conversation(
        t, alice, conversation,
        {.parameters = Json{{"temperature", 0.5}, {"top_k", 7}, {"system", "Be brief."}}});
  }));
  GenerationRequest more = request();
  more.parameters = {{"top_k", nullptr}, {"seed", 9}};
  const auto started = runner->start(alice, completer, more);
  ASSERT_TRUE(started);
  const Message message = done_message(events_of(started->record.id));
  const CompletionRequest sent = completer->requests().front();
  EXPECT_EQ(sent.sampling.temperature, 0.5);
  EXPECT_FALSE(sent.sampling.top_k);
  EXPECT_EQ(sent.sampling.seed, 9u);
  EXPECT_EQ(std::get<ChatPrompt>(sent.prompt).messages[0]["content"], "Be brief.");
  EXPECT_EQ(message.ledger->seed, 9u);
  EXPECT_EQ(message.ledger->parameters["seed"], 9);
}

TEST_F(Runner, GoesOnWhileNobodyListensAndGivesTheSameTextFromAnyPlaceOn) {
  completer->hold_after(4);
  const StartedGeneration started = start();
  std::string before;
  std::int64_t number = 0;
  {
    auto reader = runner->attach(alice, started.record.id, 0).value();
    EXPECT_TRUE(becomes_true([&] {
      for (const GenerationEvent& event : reader->take()) {
        number = event.number;
        if (const auto* text = std::get_if<ReasoningEvent>(&event.body)) before += text->text;
      }
      return before == "Two and two ";
    }));
  }
  EXPECT_EQ(runner->active(alice).size(), 1u);
  EXPECT_EQ(runner->active(alice).front().state, GenerationState::Writing);
  completer->release();
  const auto rest = events_of(started.record.id, number);
  EXPECT_EQ(content_of(rest), "It is 4.");
  const auto all = events_of(started.record.id);
  EXPECT_EQ(content_of(all), "It is 4.");
  EXPECT_EQ(all.back().number, rest.back().number);
  EXPECT_TRUE(events_of(started.record.id, all.back().number).empty());
}

TEST_F(Runner, SavesWhatStreamsWithinASecondOrTwo) {
  completer->hold_after(5);
  const StartedGeneration started = start();
  EXPECT_TRUE(becomes_true([&] {
    const auto rows = store->read([&](Transaction& t) {
      return t.execute("SELECT reasoning, content FROM generation_texts WHERE generation_id = ?",
                       started.record.id);
    });
    std::string text;
    for (const SqlRow& row : *rows) text += row.text(0) + row.text(1);
    return text == "Two and two It ";
  }));
  completer->release();
  EXPECT_EQ(done_message(events_of(started.record.id)).content, "It is 4.");
}

TEST_F(Runner, StopsOnRequestAndKeepsWhatIsThere) {
  completer->hold_after(5);
  const StartedGeneration started = start();
  ASSERT_TRUE(becomes_true(
      [&] { return runner->active(alice).front().state == GenerationState::Writing; }));
  EXPECT_FALSE(runner->stop(bob, started.record.id));
  ASSERT_TRUE(runner->stop(alice, started.record.id));
  const Message message = done_message(events_of(started.record.id));
  EXPECT_EQ(message.status, MessageStatus::Stopped);
  EXPECT_EQ(message.content, "It ");
  EXPECT_EQ(message.ledger->finish_reason, "cancelled");
  EXPECT_TRUE(runner->stop(alice, started.record.id)) << "it has ended already";
  EXPECT_EQ(runner->stop(alice, {"none"}).error().code, ErrorCode::NotFound);
}

TEST_F(Runner, AFailureIsToldAndKeepsWhatIsThere) {
  use([](const CompletionRequest& asked) -> Result<FakeCompleter::Events> {
    auto events = FakeCompleter::events_saying(asked, "It is");
    events.resize(2, error(ErrorCode::Io, ""));
    events.emplace_back(error(ErrorCode::Io, "the model caught fire"));
    return events;
  });
  const Message message = done_message(events_of(start().record.id));
  EXPECT_EQ(message.status, MessageStatus::Failed);
  EXPECT_EQ(message.error, "the model caught fire");
  EXPECT_EQ(message.content, "It ");
}

TEST_F(Runner, ARefusedStartLeavesNothing) {
  use(FakeCompleter::refusing(error(ErrorCode::Exhausted, "queue full")));
  EXPECT_EQ(runner->start(alice, completer, request()).error().code, ErrorCode::Exhausted);
  const auto messages =
      store->read([&](Transaction& t) { return messages_of(t, alice, conversation); });
  EXPECT_EQ(messages->size(), 1u);
  EXPECT_TRUE(runner->active(alice).empty());
  EXPECT_EQ(runner->start(bob, completer, request()).error().code, ErrorCode::NotFound);
}

TEST_F(Runner, TakesOnlySoManyOfOneUser) {
  completer->hold_after(1);
  for (int i = 0; i < kMaxRunningGenerations; ++i) start();
  EXPECT_EQ(runner->start(alice, completer, request()).error().code, ErrorCode::Exhausted);
  EXPECT_EQ(runner->active(alice).size(), static_cast<std::size_t>(kMaxRunningGenerations));
  EXPECT_TRUE(runner->active(bob).empty());
  completer->release();
  EXPECT_TRUE(becomes_true([&] { return runner->active(alice).empty(); }));
  start();
}

TEST_F(Runner, ContinuesAnAnswer) {
  const MessageId answer = start().message.id;
  ASSERT_TRUE(becomes_true([&] { return runner->active(alice).empty(); }));
  use(FakeCompleter::saying(" And 3+3 is 6."));
  question = answer;
  const auto started = runner->start(alice, completer, request(/*continues=*/true));
  ASSERT_TRUE(started) << started.error().message;
  const auto events = events_of(started->record.id);
  EXPECT_EQ(content_of(events), " And 3+3 is 6.");
  EXPECT_EQ(done_message(events).content, "It is 4. And 3+3 is 6.");
  EXPECT_EQ(done_message(events).id, answer);
}

TEST_F(Runner, WhatRunsWhenTheServerEndsIsInterrupted) {
  completer->hold_after(5);
  const StartedGeneration started = start();
  ASSERT_TRUE(becomes_true(
      [&] { return runner->active(alice).front().state == GenerationState::Writing; }));
  runner->drain(std::chrono::milliseconds(0));
  EXPECT_EQ(runner->start(alice, completer, request()).error().code, ErrorCode::Unavailable);
  const Message message = find(started.message.id);
  EXPECT_EQ(message.status, MessageStatus::Interrupted);
  EXPECT_EQ(message.content, "It ");
  open_store();
  // Someone who had seen more than the last server's end hears of it all the same.
  const auto events = events_of(started.record.id, 57);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events.front().number, 58);
  EXPECT_EQ(done_message(events).status, MessageStatus::Interrupted);
}

TEST_F(Runner, DrainLetsAnswersFinishWithinItsPatience) {
  completer->hold_after(5);
  const StartedGeneration started = start();
  std::jthread releases([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    completer->release();
  });
  runner->drain(kPatience);
  EXPECT_EQ(find(started.message.id).status, MessageStatus::Done);
}

TEST_F(Runner, TellsOfEndedGenerationsFromTheStore) {
  const StartedGeneration started = start();
  const auto live = events_of(started.record.id);
  open_store();  // a new runner knows no logs
  const auto events = events_of(started.record.id);
  EXPECT_EQ(content_of(events), "It is 4.");
  EXPECT_EQ(done_message(events).reasoning, "Two and two ");
  EXPECT_EQ(events.back().number, live.back().number);
  EXPECT_TRUE(events_of(started.record.id, live.back().number).empty());
  EXPECT_EQ(runner->attach(bob, started.record.id, 0).error().code, ErrorCode::NotFound);
}

TEST_F(Runner, EndsWhatWritesADeletedMessage) {
  completer->hold_after(5);
  const StartedGeneration started = start();
  ASSERT_TRUE(store->write([&](Transaction& t) { return delete_message(t, alice, question); }));
  runner->stop_deleted(alice, conversation);
  EXPECT_EQ(done_message(events_of(started.record.id)).status, MessageStatus::Stopped);
  EXPECT_EQ(store->read([&](Transaction& t) { return find_message(t, alice, started.message.id); })
                .error()
                .code,
            ErrorCode::NotFound);
}

TEST_F(Runner, AnAnswerThatNobodyWatchedIsUnread) {
  start();
  ASSERT_TRUE(becomes_true([&] { return runner->active(alice).empty(); }));
  EXPECT_TRUE(found_conversation().is_unread);
}

}  // namespace
}  // namespace falconet
