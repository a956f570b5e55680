// A second model that guesses changes how long an answer takes and nothing else.
#include "engine/draft_model.h"

#include <gtest/gtest.h>

#include "engine/speculation_test.h"

namespace falconet {
namespace {

EngineOptions roomy() {
  EngineOptions options{.num_blocks = 400, .max_model_len = 512, .max_num_seqs = 3};
  options.speculation = kGuessing;
  return options;
}

/// Knows what the larger one does by habit, and nothing of what came before the last two tokens.
FakeModelOptions superficial() {
  FakeModelOptions options = kHabitual;
  options.spread = 0;
  return options;
}

// The oracle is the engine without guesses, one sequence at a time, without the prefix cache.
TEST(DraftModel, LeavesTokensScoresAndEndsAsTheyAre) {
  const std::vector<EngineRequest> requests = varied_requests();
  const Answers wanted = answers_without_guesses(requests);
  EngineOptions tight = roomy();
  tight.num_blocks = 40;
  tight.max_num_seqs = 12;
  FakeModelOptions small_vocab = superficial();
  small_vocab.vocab_size = 80;
  FakeModelOptions large_vocab = superficial();
  large_vocab.vocab_size = 120;
  FakeModelOptions narrow = superficial();
  narrow.max_batch_tokens = 5;
  const std::vector<Setting> settings = {
      {kHabitual, roomy(), 1, superficial()}, {kHabitual, roomy(), 2, superficial()},
      {kHabitual, tight, 2, superficial()},   {kHabitual, roomy(), 1, small_vocab},
      {kHabitual, roomy(), 1, large_vocab},   {kHabitual, tight, 1, narrow}};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "setting " << i);
    const Answers answers = answers_of(settings[i], requests);
    expect_same(answers, wanted);
    EXPECT_GT(answers.stats.num_accepted_tokens, 200u);
    EXPECT_GT(answers.stats.num_draft_tokens, answers.stats.num_accepted_tokens + 50)
        << "some must be wrong for the test to say anything";
  }
}

/// New texts, so that nothing can be copied: all guesses are the model's.
std::vector<EngineRequest> unlike_requests() {
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 8; ++i) {
    EngineRequest request = request_of(10 + 7 * i, 60, i);
    request.sampling.temperature = i % 3 == 0 ? 0.0f : 0.8f;
    request.sampling.presence_penalty = i % 2 == 0 ? 0.5f : 0.0f;
    request.num_choices = i == 5 ? 3 : 1;
    requests.push_back(std::move(request));
  }
  return requests;
}

// Its logits are a hash of all keys and values that it holds of a text: one that is missing, or is
// that of a guess that was wrong, gives other tokens.
TEST(DraftModel, ThatIsTheModelItselfIsAlwaysRight) {
  EngineOptions options = roomy();
  FakeModelOptions narrow;
  narrow.max_batch_tokens = 16;
  for (const FakeModelOptions& draft_model : {FakeModelOptions{}, narrow}) {
    const Answers answers =
        answers_of({.engine = options, .draft_model = draft_model}, unlike_requests());
    EXPECT_GT(answers.stats.num_accepted_tokens, 300u);
    EXPECT_EQ(answers.stats.num_draft_tokens, answers.stats.num_accepted_tokens);
    EXPECT_LT(answers.stats.num_steps, answers.stats.num_generation_tokens / 3);
  }
  // Preempted ones begin again, with nothing in the cache.
  options.num_blocks = 33;
  options.max_num_seqs = 8;
  options.prefix_caching = PrefixCaching::Off;
  const Answers answers =
      answers_of({.engine = options, .draft_model = FakeModelOptions{}}, unlike_requests());
  EXPECT_GT(answers.stats.num_preemptions, 0u);
  EXPECT_GT(answers.stats.num_accepted_tokens, 100u);
  EXPECT_EQ(answers.stats.num_draft_tokens, answers.stats.num_accepted_tokens);
}

// The model itself guesses, but does not know of the grammar, which forbids half of the tokens. If
// what it read behind a wrong guess stayed, all guesses after it would be wrong.
TEST(DraftModel, ForgetsWhatItReadBehindAWrongGuess) {
  EngineRequest request = request_of(20, 200, 3);
  request.sampling.temperature = 0;
  request.grammar = *Grammar::from_regex("[ -O]{200}", printable_vocabulary());
  const Answers answers = answers_of({.engine = roomy(), .draft_model = FakeModelOptions{}},
                                     std::vector<EngineRequest>(3, request));
  const auto num_drafted = static_cast<double>(answers.stats.num_draft_tokens);
  EXPECT_GT(num_drafted, 100);
  EXPECT_GT(static_cast<double>(answers.stats.num_accepted_tokens), 0.3 * num_drafted);
}

// A step with many rows drafts nothing; what it read is read by the draft model later.
TEST(DraftModel, CatchesUpWithWhatItDidNotGuess) {
  EngineOptions options = roomy();
  options.max_num_seqs = 24;
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 24; ++i) {
    requests.push_back(request_of(20 + i, i == 0 ? 200 : 40, i));
  }
  const Answers answers =
      answers_of({.engine = options, .draft_model = FakeModelOptions{}}, requests);
  EXPECT_GT(answers.stats.num_accepted_tokens, 100u) << "the long one, when it is alone";
  EXPECT_EQ(answers.stats.num_draft_tokens, answers.stats.num_accepted_tokens);
}

}  // namespace
}  // namespace falconet
