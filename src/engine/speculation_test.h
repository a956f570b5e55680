// Requests of every kind, and what engines that guess and one that does not make of them, for
// tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "engine/engine_test.h"
#include "grammar/grammar.h"

namespace falconet {

constexpr SpeculationOptions kGuessing{.num_speculative_tokens = 8};

// Mostly a function of the last two tokens, so that texts repeat themselves; a little of all tokens
// before, so that a wrong key or value shows.
constexpr FakeModelOptions kHabitual{.spread = 0.5, .habit = 3};

/// Ids are the printable characters; 96 ends.
inline Grammar::Vocabulary printable_vocabulary() {
  std::vector<std::string> bytes(97);
  for (std::size_t i = 0; i < 95; ++i) bytes[i] = std::string(1, static_cast<char>(' ' + i));
  return std::make_shared<TokenVocabulary>(bytes, std::vector<TokenId>{{96}});
}

inline Grammar::Pointer list_of_words() {
  const char* schema = R"({"type":"array","minItems":6,"maxItems":6,
                           "items":{"enum":["alpha","alphabet","beta"]}})";
  auto grammar = Grammar::from_json_schema(*parse_json(schema), {}, printable_vocabulary());
  EXPECT_TRUE(grammar) << grammar.error().message;
  return *grammar;
}

/// Every way to influence a token, each on a text that repeats itself.
inline std::vector<EngineRequest> varied_requests() {
  std::vector<EngineRequest> requests;
  const auto add = [&](float temperature) -> EngineRequest& {
    EngineRequest request = request_of(30, 90, requests.size());
    request.prompt.insert(request.prompt.end(), request.prompt.begin(), request.prompt.end());
    request.sampling.temperature = temperature;
    requests.push_back(std::move(request));
    return requests.back();
  };
  for (const float temperature : {0.0f, 0.4f, 1.0f}) {
    add(temperature);
    add(temperature).num_choices = 3;
    add(temperature).sampling.repetition_penalty = 1.1f;
    add(temperature).sampling.frequency_penalty = 0.05f;
    add(temperature).sampling.presence_penalty = 0.5f;
    add(temperature).sampling.dry.multiplier = 0.5f;
    add(temperature).sampling.logit_bias = {{{7}, 4.0f}, {{8}, -3.0f}};
    add(temperature).sampling.bad_words = {{{3}}, {{11}, {12}}};
    EngineRequest& ending = add(temperature);
    ending.end_tokens = {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}};
    ending.stop_tokens = {{11}, {12}, {13}, {14}, {15}, {16}, {17}, {18}, {19}, {20}};
    ending.min_tokens = 25;
    add(temperature).grammar = list_of_words();
    EngineRequest& skipping = add(temperature);
    skipping.grammar = list_of_words();
    skipping.skips_forced_text = true;
    EngineRequest& thinking = add(temperature);
    thinking.grammar = list_of_words();
    thinking.reasoning = {.open = {{90}},
                          .close = {{91}},
                          .forced_close = {{91}, {92}, {92}},
                          .separator = {{92}},
                          .starts_inside = true,
                          .budget = 20};
    EngineRequest& looping = add(temperature);
    looping.max_tokens = 400;
    looping.detect_loops = true;
    EngineRequest& scored = add(temperature);
    scored.num_top_logprobs = 2;
    scored.num_prompt_logprobs = 1;
  }
  return requests;
}

struct Answers {
  std::vector<Outcome> outcomes;
  EngineStats stats;
};

inline Answers answers_of(const Setting& setting, const std::vector<EngineRequest>& requests) {
  TestEngine engine(setting);
  std::vector<Generation> generations;
  for (const EngineRequest& request : requests) {
    generations.push_back(engine->submit(request).value());
  }
  Answers answers;
  for (Generation& generation : generations) answers.outcomes.push_back(read_all(generation));
  EXPECT_TRUE(engine->drain(std::chrono::seconds(60)));
  answers.stats = engine->stats();
  EXPECT_EQ(answers.stats.num_used_blocks, 0u);
  return answers;
}

/// By choice, and in each choice's order.
inline std::map<int, std::vector<TokenEvent>> events_of(const Outcome& outcome) {
  std::map<int, std::vector<TokenEvent>> events;
  for (const TokenEvent& event : outcome.events) events[event.choice].push_back(event);
  return events;
}

inline void expect_same(const Outcome& outcome, const Outcome& wanted) {
  EXPECT_EQ(outcome.tokens, wanted.tokens);
  EXPECT_EQ(outcome.causes, wanted.causes);
  EXPECT_EQ(outcome.num_reasoning, wanted.num_reasoning);
  EXPECT_EQ(outcome.prompt_logprobs.size(), wanted.prompt_logprobs.size());
  const auto events = events_of(outcome);
  for (const auto& [choice, wanted_events] : events_of(wanted)) {
    ASSERT_EQ(events.at(choice).size(), wanted_events.size());
    for (std::size_t i = 0; i < wanted_events.size(); ++i) {
      const TokenEvent& event = events.at(choice)[i];
      EXPECT_EQ(event.logprob, wanted_events[i].logprob) << "token " << i;
      EXPECT_EQ(event.is_end, wanted_events[i].is_end);
      EXPECT_EQ(event.is_reasoning, wanted_events[i].is_reasoning);
      EXPECT_EQ(event.top.size(), wanted_events[i].top.size());
    }
  }
}

inline void expect_same(const Answers& answers, const Answers& wanted) {
  ASSERT_EQ(answers.outcomes.size(), wanted.outcomes.size());
  for (std::size_t i = 0; i < wanted.outcomes.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "request " << i);
    expect_same(answers.outcomes[i], wanted.outcomes[i]);
  }
  EXPECT_EQ(answers.stats.num_generation_tokens, wanted.stats.num_generation_tokens);
}

/// The oracle: one sequence at a time, without the prefix cache.
inline Answers answers_without_guesses(const std::vector<EngineRequest>& requests) {
  Answers answers = answers_of({.model = kHabitual,
                                .engine = {.num_blocks = 200,
                                           .max_model_len = 512,
                                           .max_num_seqs = 1,
                                           .prefix_caching = PrefixCaching::Off}},
                               requests);
  EXPECT_EQ(answers.stats.num_drafts, 0u);
  return answers;
}

}  // namespace falconet
