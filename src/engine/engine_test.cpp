#include "engine/engine.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/engine_test.h"
#include "engine/logprobs.h"

namespace falconet {
namespace {

using std::chrono::seconds;

TEST(Engine, ALoneRequestGivesTheModelsTokens) {
  TestEngine engine;
  const EngineRequest request = request_of(20, 50, 1);
  const Outcome outcome = run(engine, request);
  EXPECT_EQ(outcome.tokens.at(0), expected_tokens(request));
  EXPECT_EQ(outcome.causes.at(0), StopCause::MaxTokens);
}

// The same requests under settings that batch, chunk and preempt differently.
TEST(Engine, TokensDoNotDependOnBatchesChunksOrPreemption) {
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 24; ++i) {
    requests.push_back(request_of(1 + (i * 37) % 120, 10 + (i * 13) % 60, i));
    requests.back().num_choices = 1 + static_cast<int>(i % 3);
    requests.back().priority = static_cast<int>(i % 2);
  }
  std::vector<Setting> settings(4);
  settings[1] = {.engine = {.num_blocks = 200, .max_model_len = 512, .max_num_seqs = 1}};
  settings[2] = {.model = {.max_batch_tokens = 5},
                 .engine = {.num_blocks = 40, .max_model_len = 512, .max_num_seqs = 5}};
  settings[3] = {.engine = {.num_blocks = 14, .max_model_len = 200, .max_num_seqs = 8},
                 .num_threads = 3};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "setting " << i);
    TestEngine engine(settings[i]);
    std::vector<Generation> generations;
    for (const EngineRequest& request : requests) {
      auto generation = engine->submit(request);
      ASSERT_TRUE(generation);
      generations.push_back(*std::move(generation));
    }
    for (std::size_t r = 0; r < requests.size(); ++r) {
      const Outcome outcome = read_all(generations[r]);
      ASSERT_EQ(outcome.tokens.size(), static_cast<std::size_t>(requests[r].num_choices));
      for (const auto& [choice, tokens] : outcome.tokens) {
        EXPECT_EQ(tokens, expected_tokens(requests[r], choice)) << r << ", choice " << choice;
      }
    }
    EXPECT_EQ(engine->stats().num_preemptions > 0, i == 3);
    EXPECT_TRUE(engine->drain(seconds(10)));
    EXPECT_EQ(engine->stats().num_used_blocks, 0u);
    EXPECT_EQ(engine->stats().num_finished_requests, requests.size());
  }
}

TEST(Engine, ChoicesReadTheirPromptOnce) {
  TestEngine engine;
  EngineRequest request = request_of(160, 4, 3);
  request.num_choices = 4;
  run(engine, request);
  // The prompt, its last token three times more, and three tokens of each choice.
  EXPECT_EQ(engine->stats().num_computed_tokens, 160u + 3 * 1 + 4 * 3);
}

TEST(Engine, ADroppedGenerationFreesItsBlocks) {
  TestEngine engine({.model = {.step_time = std::chrono::microseconds(200)}});
  {
    auto dropped = engine->submit(request_of(50, 400, 1));
    ASSERT_TRUE(dropped);
    dropped->stream().wait();
  }
  auto cancelled = engine->submit(request_of(50, 400, 2));
  ASSERT_TRUE(cancelled);
  cancelled->stream().cancel();
  EXPECT_EQ(read_all(*cancelled).causes.at(0), StopCause::Cancelled);
  EXPECT_TRUE(engine->drain(seconds(10)));
  EXPECT_EQ(engine->stats().num_used_blocks, 0u);
  EXPECT_LT(engine->stats().num_generation_tokens, 700u);
}

// Of DeepSeek-R1 the tag is a token like any other, so that it may stand in a string.
TEST(Engine, ATagInABoundAnswerIsText) {
  std::vector<std::string> bytes(97);
  for (std::size_t i = 0; i < 95; ++i) bytes[i] = std::string(1, static_cast<char>(' ' + i));
  bytes[95] = "<think>";
  auto vocabulary = std::make_shared<TokenVocabulary>(bytes, std::vector<TokenId>{{96}});
  EngineRequest request = request_of(10, 100, 1);
  request.grammar = *Grammar::from_regex("a<think>b{10}", vocabulary);
  const TokenId a{'a' - ' '};
  const TokenId think{95};
  request.sampling.logit_bias = {{a, 100.0f}, {think, 50.0f}};
  request.reasoning = {.open = {think}, .close = {{94}}, .forced_close = {{94}}, .budget = 5};
  TestEngine engine;
  const Outcome outcome = run(engine, request);
  std::vector<TokenId> wanted = {a, think};
  wanted.resize(12, TokenId{'b' - ' '});
  wanted.push_back({96});
  EXPECT_EQ(outcome.tokens.at(0), wanted);
  EXPECT_EQ(outcome.num_reasoning, 0u);
}

TEST(Engine, WhatItsReaderHasEnoughOfIsStoppedAndNotAborted) {
  TestEngine engine({.model = {.step_time = std::chrono::milliseconds(2)}});
  auto generation = engine->submit(request_of(50, 400, 1));
  ASSERT_TRUE(generation);
  generation->stream().end(0);
  EXPECT_EQ(read_all(*generation).causes.at(0), StopCause::ReadEnough);
  EXPECT_TRUE(engine->drain(seconds(10)));
  EXPECT_EQ(engine->stats().num_stopped, 1u);
  EXPECT_EQ(engine->stats().num_aborted, 0u);
}

TEST(Engine, OneChoiceCanBeCancelledWithoutTheOthers) {
  TestEngine engine({.model = {.step_time = std::chrono::microseconds(200)}});
  EngineRequest request = request_of(20, 300, 5);
  request.num_choices = 2;
  auto generation = engine->submit(request);
  ASSERT_TRUE(generation);
  generation->stream().cancel(1);
  const Outcome outcome = read_all(*generation);
  EXPECT_EQ(outcome.causes.at(0), StopCause::MaxTokens);
  EXPECT_EQ(outcome.causes.at(1), StopCause::Cancelled);
  EXPECT_EQ(outcome.tokens.at(0), expected_tokens(request));
}

TEST(Engine, RefusesWhatItCannotDoAndSaysWhy) {
  TestEngine engine;
  EngineRequest too_long = request_of(600, 1, 1);
  const auto refused = engine->submit(too_long);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
  EXPECT_NE(refused.error().message.find("600"), std::string::npos);
  EXPECT_NE(refused.error().message.find("512"), std::string::npos);
  EngineRequest unknown = request_of(5, 1, 1);
  unknown.prompt[2] = {97};
  EXPECT_EQ(engine->submit(unknown).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(engine->submit(EngineRequest{}).error().code, ErrorCode::InvalidArgument);
  EngineRequest biased = request_of(5, 1, 1);
  biased.sampling.logit_bias = {{{-1}, 1.0f}};
  EXPECT_EQ(engine->submit(biased).error().code, ErrorCode::InvalidArgument);
}

TEST(Engine, OutputEndsWithTheContext) {
  TestEngine engine;
  const Outcome outcome = run(engine, request_of(500, 100, 1));
  EXPECT_EQ(outcome.tokens.at(0).size(), 12u);
  EXPECT_EQ(outcome.causes.at(0), StopCause::MaxTokens);
}

TEST(Engine, AFullQueueIsRefusedAndHasRoomAgainLater) {
  TestEngine engine(
      {.model = {.step_time = std::chrono::microseconds(500)},
       .engine = {
           .num_blocks = 40, .max_model_len = 512, .max_num_seqs = 1, .max_num_waiting = 3}});
  std::vector<Generation> generations;
  std::optional<Error> refusal;
  while (!refusal) {
    ASSERT_LT(generations.size(), 10u);
    auto generation = engine->submit(request_of(5, 50, 1));
    if (generation) {
      generations.push_back(*std::move(generation));
    } else {
      refusal = generation.error();
    }
  }
  EXPECT_EQ(refusal->code, ErrorCode::Exhausted);
  for (Generation& generation : generations) {
    EXPECT_EQ(read_all(generation).causes.at(0), StopCause::MaxTokens);
  }
  EXPECT_TRUE(engine->submit(request_of(5, 1, 1)));
}

TEST(Engine, OneClientCannotTakeAllPlacesOfTheQueue) {
  TestEngine engine(
      {.model = {.step_time = std::chrono::milliseconds(2)},
       .engine = {
           .num_blocks = 40, .max_model_len = 512, .max_num_seqs = 1, .max_num_waiting = 8}});
  const auto submit = [&](std::uint64_t client) {
    EngineRequest request = request_of(5, 400, 1);
    request.client = {client, 0};
    return engine->submit(std::move(request));
  };
  std::vector<Generation> generations;
  std::optional<Error> refusal;
  while (!refusal) {
    ASSERT_LT(generations.size(), 8u);
    auto generation = submit(1);
    if (generation) {
      generations.push_back(*std::move(generation));
    } else {
      refusal = generation.error();
    }
  }
  EXPECT_EQ(refusal->code, ErrorCode::Exhausted);
  EXPECT_NE(refusal->message.find("6 of its requests"), std::string::npos) << refusal->message;
  EXPECT_GE(generations.size(), 6u);
  auto other = submit(2);
  EXPECT_TRUE(other) << "there is room for somebody else";
}

TEST(Engine, StoppingEndsEveryRequestOnce) {
  TestEngine engine({.model = {.step_time = std::chrono::microseconds(200)}});
  std::vector<Generation> generations;
  for (std::uint64_t i = 0; i < 30; ++i) {
    EngineRequest request = request_of(30, 400, i);
    request.num_choices = 2;
    auto generation = engine->submit(request);
    ASSERT_TRUE(generation);
    generations.push_back(*std::move(generation));
  }
  engine->stop();
  for (Generation& generation : generations) {
    const Outcome outcome = read_all(generation);
    EXPECT_EQ(outcome.causes.size(), 2u);
    for (const auto& [choice, cause] : outcome.causes) EXPECT_EQ(cause, StopCause::EngineStopped);
  }
  EXPECT_EQ(engine->submit(request_of(5, 1, 1)).error().code, ErrorCode::Unavailable);
  EXPECT_TRUE(engine->drain(seconds(10)));
  EXPECT_EQ(engine->stats().num_used_blocks, 0u);
}

TEST(Engine, DrainingFinishesWhatWasAccepted) {
  TestEngine engine({.model = {.step_time = std::chrono::microseconds(500)}});
  auto generation = engine->submit(request_of(10, 40, 1));
  ASSERT_TRUE(generation);
  EXPECT_FALSE(engine->drain(std::chrono::milliseconds(1))) << "it cannot be done yet";
  EXPECT_EQ(engine->submit(request_of(5, 1, 1)).error().code, ErrorCode::Unavailable);
  EXPECT_TRUE(engine->drain(seconds(10)));
  EXPECT_EQ(read_all(*generation).tokens.at(0).size(), 40u);
}

TEST(Engine, EndAndStopTokensEndASequenceButNotBeforeMinTokens) {
  TestEngine engine;
  EngineRequest request = request_of(10, 60, 4);
  const std::vector<TokenId> free = expected_tokens(request);
  request.end_tokens = {free[5]};
  const auto first = std::ranges::find(free, free[5]) - free.begin();
  const Outcome ended = run(engine, request);
  EXPECT_EQ(ended.causes.at(0), StopCause::EndToken);
  EXPECT_EQ(std::ssize(ended.tokens.at(0)), first + 1);
  EXPECT_TRUE(ended.events.back().is_end);

  EngineRequest ignoring = request;
  ignoring.ignore_eos = true;
  EXPECT_EQ(run(engine, ignoring).tokens.at(0), free);

  EngineRequest stopped = ignoring;
  stopped.stop_tokens = {free[5]};
  EXPECT_EQ(run(engine, stopped).causes.at(0), StopCause::StopToken);

  EngineRequest patient = request;
  patient.min_tokens = 40;
  const Outcome late = run(engine, patient);
  const auto& tokens = late.tokens.at(0);
  EXPECT_GE(tokens.size(), 40u);
  EXPECT_EQ(std::ranges::count(std::span(tokens).first(40), free[5]), 0);
}

TEST(Engine, ASpentThinkingBudgetClosesTheReasoning) {
  TestEngine engine;
  EngineRequest request = request_of(10, 30, 4);
  request.reasoning = {.close = {{95}, {96}},
                       .forced_close = {{94}, {95}, {96}},
                       .starts_inside = true,
                       .budget = 7};
  const Outcome outcome = run(engine, request);
  const std::vector<TokenId> free = expected_tokens(request);
  const auto& tokens = outcome.tokens.at(0);
  EXPECT_TRUE(std::ranges::equal(std::span(tokens).first(7), std::span(free).first(7)));
  EXPECT_EQ(std::vector(tokens.begin() + 7, tokens.begin() + 10),
            (std::vector<TokenId>{{94}, {95}, {96}}));
  EXPECT_EQ(tokens.size(), 30u);
  EXPECT_EQ(outcome.num_reasoning, 7u);
}

TEST(Engine, ALoopIsNoticedWhereAskedFor) {
  TestEngine engine;
  EngineRequest request = request_of(10, 400, 4);
  request.sampling.temperature = 0;
  request.sampling.logit_bias = {{{7}, 1000.0f}};
  EXPECT_EQ(run(engine, request).causes.at(0), StopCause::MaxTokens);
  request.detect_loops = true;
  const Outcome outcome = run(engine, request);
  EXPECT_EQ(outcome.causes.at(0), StopCause::Repetition);
  EXPECT_LT(outcome.tokens.at(0).size(), 200u);
}

TEST(Engine, LogprobsOfOutputAndPromptComeFromTheRawLogits) {
  TestEngine engine;
  EngineRequest request = request_of(150, 5, 4);
  request.num_top_logprobs = 3;
  request.num_prompt_logprobs = 2;
  request.sampling.temperature = 0.5f;
  const Outcome outcome = run(engine, request);
  std::vector<TokenId> tokens = request.prompt;
  for (const TokenEvent& event : outcome.events) {
    const Logprobs wanted = logprobs_of(FakeModel::logits_after(tokens, 97, 3), event.id, 3);
    EXPECT_EQ(event.logprob, wanted.logprob);
    ASSERT_EQ(event.top.size(), 3u);
    EXPECT_EQ(event.top[0].id, wanted.top[0].id);
    tokens.push_back(event.id);
  }
  ASSERT_EQ(outcome.prompt_logprobs.size(), 149u);
  for (std::size_t i = 0; i < 149; ++i) {
    const auto logits = FakeModel::logits_after(std::span(request.prompt).first(i + 1), 97, 3);
    const PromptLogprob& scored = outcome.prompt_logprobs[i];
    EXPECT_EQ(scored.token.id, request.prompt[i + 1]);
    EXPECT_EQ(scored.token.logprob, logprobs_of(logits, request.prompt[i + 1], 2).logprob);
    EXPECT_EQ(scored.top.size(), 2u);
  }
}

TEST(Engine, UsesNoProcessorWhileIdle) {
  TestEngine engine;
  run(engine, request_of(10, 5, 1));
  const auto processor_time = [] {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  const auto before = processor_time();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(processor_time() - before, std::chrono::milliseconds(15));
}

TEST(Engine, WakesTheReaderAndNeverAfterItLeft) {
  TestEngine engine({.model = {.step_time = std::chrono::microseconds(100)}});
  for (std::uint64_t i = 0; i < 20; ++i) {
    auto num_wakes = std::make_unique<std::atomic<int>>(0);
    auto generation = engine->submit(request_of(5, 300, i));
    ASSERT_TRUE(generation);
    generation->stream().on_ready([count = num_wakes.get()] { ++*count; });
    while (*num_wakes < 3) std::this_thread::yield();
    { const Generation dropped = *std::move(generation); }
    num_wakes.reset();  // a later call would touch freed memory
  }
  EXPECT_TRUE(engine->drain(seconds(10)));
}

TEST(Engine, SurvivesManyCallersWhoComeAndGo) {
  TestEngine engine(
      {.engine = {.num_blocks = 30, .max_model_len = 300, .max_num_seqs = 6}, .num_threads = 2});
  std::vector<std::thread> callers;
  for (std::uint64_t caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&engine, caller] {
      Random random(caller);
      for (int i = 0; i < 25; ++i) {
        const EngineRequest request = request_of(1 + random.below(90), 1 + random.below(60), i);
        auto generation = engine->submit(request);
        ASSERT_TRUE(generation);
        if (random.below(3) == 0) continue;  // dropped
        EXPECT_EQ(read_all(*generation).tokens.at(0), expected_tokens(request));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(engine->drain(seconds(10)));
  EXPECT_EQ(engine->stats().num_used_blocks, 0u);
}

}  // namespace
}  // namespace falconet
