// Texts that go on when their context is full.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/engine_test.h"
#include "engine/scheduler_test.h"
#include "engine/speculation_test.h"
#include "engine/tiny_engine_test.h"

namespace falconet {
namespace {

constexpr std::size_t kContext = 128;
constexpr std::size_t kWindow = 50;

EngineOptions sliding_options() {
  return {
      .num_blocks = 200, .max_model_len = kContext, .max_num_seqs = 8, .sliding_window = kWindow};
}

/// The context as it should be: the sinks, and of the rest whole blocks dropped when it was full.
class Context {
 public:
  explicit Context(std::vector<TokenId> text) : text_(std::move(text)) { slide(); }

  void append(TokenId token) {
    text_.push_back(token);
    slide();
  }

  const std::vector<TokenId>& text() const { return text_; }

  std::vector<TokenId> tokens() const {
    std::vector<TokenId> tokens = text_;
    if (num_dropped_ == 0) return tokens;
    const auto gap = tokens.begin() + static_cast<std::ptrdiff_t>(kNumSinkTokens);
    tokens.erase(gap, gap + static_cast<std::ptrdiff_t>(num_dropped_));
    return tokens;
  }

 private:
  void slide() {
    const std::size_t size = text_.size() - num_dropped_;
    if (size <= kContext) return;
    num_dropped_ += (size - kNumSinkTokens - kWindow) / kBlockTokens * kBlockTokens;
  }

  std::vector<TokenId> text_;
  std::size_t num_dropped_ = 0;
};

// The oracle: the fake model's logits after the tokens that should be left, each anew. A key that
// was not moved, a wrong block or a wrong position gives others.
std::vector<TokenId> expected_sliding(const EngineRequest& request, int choice = 0) {
  Sampler sampler(97);
  Context context(request.prompt);
  for (std::size_t i = 0; i < request.max_tokens; ++i) {
    const std::vector<float> logits = FakeModel::logits_after(context.tokens(), 97, 3);
    const History history{context.text(), request.prompt.size()};
    context.append(*sampler.sample({logits, history, {}, {}, choice}, request.sampling));
  }
  return {context.text().begin() + static_cast<std::ptrdiff_t>(request.prompt.size()),
          context.text().end()};
}

TEST(SlidingWindow, ATextGoesOnWithItsSinksAndItsLastTokens) {
  TestEngine engine({.engine = sliding_options()});
  for (const std::size_t prompt_size : {5u, 100u, 127u, 128u, 129u, 400u}) {
    SCOPED_TRACE(testing::Message() << "prompt of " << prompt_size);
    const EngineRequest request = request_of(prompt_size, 500, prompt_size);
    const Outcome outcome = run(engine, request);
    EXPECT_EQ(outcome.tokens.at(0), expected_sliding(request));
    EXPECT_EQ(outcome.causes.at(0), StopCause::MaxTokens);
  }
  EXPECT_EQ(engine->stats().num_used_blocks, 0u);
}

// Sinks that others hold, or find in the cache, must not move under them.
TEST(SlidingWindow, LeavesOtherTextsWithTheSameBeginningAlone) {
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 12; ++i) {
    EngineRequest request = request_of(40, 60 + 40 * (i % 5), 7);
    request.sampling.seed = i;
    request.num_choices = i % 4 == 0 ? 3 : 1;
    requests.push_back(std::move(request));
  }
  const Answers answers = answers_of({.engine = sliding_options(), .num_threads = 2}, requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "request " << i);
    for (const auto& [choice, tokens] : answers.outcomes[i].tokens) {
      EXPECT_EQ(tokens, expected_sliding(requests[i], choice));
    }
  }
  EXPECT_GT(answers.stats.num_cache_hits, 0u);
}

TEST(SlidingWindow, SlidesAtTheSameTokenWithGuessesAndWithout) {
  const auto tokens = [](SpeculationOptions speculation,
                         std::optional<FakeModelOptions> draft_model) {
    EngineOptions options = sliding_options();
    options.speculation = speculation;
    TestEngine engine({.model = kHabitual, .engine = options, .draft_model = draft_model});
    EngineRequest request = request_of(30, 600, 5);
    request.sampling.temperature = 0;
    const std::vector<TokenId> said = run(engine, request).tokens.at(0);
    EXPECT_EQ(engine->stats().num_accepted_tokens > 20, speculation.is_on());
    return said;
  };
  const auto wanted = tokens({}, std::nullopt);
  EXPECT_EQ(wanted.size(), 600u);
  EXPECT_EQ(tokens(kGuessing, std::nullopt), wanted);
  EXPECT_EQ(tokens(kGuessing, kHabitual), wanted);
}

// The draft model's context slides as well: as the model itself it stays right.
TEST(SlidingWindow, TheDraftModelKeepsUp) {
  EngineOptions options = sliding_options();
  options.speculation = kGuessing;
  TestEngine engine({.engine = options, .draft_model = FakeModelOptions{}});
  const EngineRequest request = request_of(30, 600, 6);
  EXPECT_EQ(run(engine, request).tokens.at(0), expected_sliding(request));
  EXPECT_GT(engine->stats().num_accepted_tokens, 300u);
  EXPECT_EQ(engine->stats().num_draft_tokens, engine->stats().num_accepted_tokens);
}

TEST(SlidingWindow, EndsWithTheContextWhereNoLengthWasAskedFor) {
  TestEngine engine({.engine = sliding_options()});
  EngineRequest request = request_of(30, kAsManyTokensAsFit, 1);
  EXPECT_EQ(run(engine, request).tokens.at(0).size(), kContext - 30);
  request.prompt = prompt_of(300, 2);
  EXPECT_EQ(run(engine, request).tokens.at(0).size(), kContext - kNumSinkTokens - kWindow);
}

TEST(SlidingWindow, SurvivesPressureAndForcedText) {
  EngineOptions options = sliding_options();
  options.num_blocks = 20;
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 10; ++i) requests.push_back(request_of(20 + 30 * i, 300, i));
  EngineRequest& forced = requests.emplace_back(request_of(20, 400, 10));
  const std::string word(300, 'x');
  forced.grammar = *Grammar::from_choice({word + "a", word + "b"}, printable_vocabulary());
  forced.skips_forced_text = true;
  const Answers answers = answers_of({.engine = options}, requests);
  EXPECT_GT(answers.stats.num_preemptions, 0u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(answers.outcomes[i].tokens.at(0).size(), 300u) << "request " << i;
  }
  const std::vector<TokenId>& said = answers.outcomes.back().tokens.at(0);
  EXPECT_EQ(std::ranges::count(said, TokenId{'x' - ' '}), 300);
}

// Who slid and loses its blocks in the same step must not move the keys of whoever gets them.
TEST(SlidingWindow, MovesTheSinksOfThoseWhoStillHoldThem) {
  std::size_t num_moves = 0;
  std::uint64_t num_preemptions = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    SchedulerScene scene(
        {.max_batch_tokens = 24, .max_num_seqs = 6, .max_context = 64, .sliding_window = 16},
        /*num_blocks=*/10);
    std::vector<std::size_t> wanted_output;
    std::size_t num_finished = 0;
    for (int num_steps = 0; num_finished < 40; ++num_steps) {
      ASSERT_LT(num_steps, 20000);
      if (scene.sequences.size() < 40 && random.below(4) == 0) {
        scene.add(1 + random.below(100));
        wanted_output.push_back(1 + random.below(150));
      }
      scene.step();
      for (std::size_t i = 0; i < scene.sequences.size(); ++i) {
        Sequence& sequence = *scene.sequences[i];
        if (sequence.state == SequenceState::Finished) continue;
        if (sequence.num_output_tokens() < wanted_output[i]) continue;
        scene.scheduler.remove(sequence);
        ++num_finished;
      }
    }
    EXPECT_EQ(scene.pool.num_used(), 0u);
    num_moves += scene.num_moves;
    num_preemptions += scene.scheduler.counts().num_preemptions;
  }
  EXPECT_GT(num_moves, 100u);
  EXPECT_GT(num_preemptions, 100u);
}

TEST(SlidingWindow, RefusesToScoreWhatItDrops) {
  TestEngine engine({.engine = sliding_options()});
  EngineRequest request = request_of(300, 10, 1);
  request.num_prompt_logprobs = 0;
  const auto refused = engine->submit(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
  EXPECT_NE(refused.error().message.find("128"), std::string::npos);
}

}  // namespace
}  // namespace falconet
