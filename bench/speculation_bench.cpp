// Decoding with and without guesses, in alternation, on texts that quote their prompt as edits and
// summaries do, and on one that does not. The model computes everything; only its choice is
// replaced, by what the text wants next, so that any model, one of random weights included, can
// stand for its shape. With a draft model, on a text in which nothing recurs, of which it knows a
// given share of the tokens.
//
//   speculation_bench MODEL [ROUNDS [PROMPT_TOKENS [DRAFT_MODEL]]]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "engine/engine.h"
#include "model/registry.h"

namespace falconet {
namespace {

using Tokens = std::vector<TokenId>;

/// Computes as the real one does, and then wants `script` wherever it stands.
class ScriptedModel final : public Model {
 public:
  explicit ScriptedModel(std::unique_ptr<Model> model) : model_(std::move(model)) {}

  /// Of the script's tokens it knows the share `accuracy`, by chance.
  void follow(Tokens script, double accuracy = 1) {
    script_ = std::move(script);
    Random random(2);
    for (TokenId& token : script_) {
      if (random.uniform() >= accuracy) token = {0};
    }
  }

  ModelLimits limits() const override { return model_->limits(); }
  KvCacheShape kv_cache_shape() const override { return model_->kv_cache_shape(); }

  void move_on(BlockId block, std::size_t count, KvCache& cache) override {
    model_->move_on(block, count, cache);
  }

  MatrixView<const float> forward(const Batch& batch, KvCache& cache) override {
    const MatrixView<const float> logits = model_->forward(batch, cache);
    logits_.assign(logits.row(0).size() * batch.sampled_rows.size(), 0.0f);
    for (std::size_t i = 0; i < batch.sampled_rows.size(); ++i) {
      const SequenceSlice& slice = batch.slices.front();  // there is one sequence
      const std::size_t next = slice.first_position + batch.sampled_rows[i] - slice.first_row + 1;
      const std::size_t wanted = next < script_.size() ? index_of(script_[next]) : 0;
      logits_[i * logits.row(0).size() + wanted] = 1;
    }
    return {logits_.data(), batch.sampled_rows.size(), logits.row(0).size()};
  }

 private:
  static std::size_t index_of(TokenId id) { return static_cast<std::size_t>(id.value); }

  std::unique_ptr<Model> model_;
  Tokens script_;
  std::vector<float> logits_;
};

/// Words recur as in natural text: a rank r is drawn with a frequency of about 1 / r.
TokenId word(std::size_t vocab, Random& random) {
  const double rank = std::pow(static_cast<double>(vocab), random.uniform()) - 1;
  return {static_cast<std::int32_t>(rank)};
}

Tokens words(std::size_t count, std::size_t vocab, Random& random) {
  Tokens tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(word(vocab, random));
  return tokens;
}

/// The prompt with one token in 25 replaced, added or left out.
Tokens edit(const Tokens& prompt, std::size_t vocab, Random& random) {
  Tokens text;
  for (const TokenId token : prompt) {
    const std::uint64_t change = random.below(75);
    if (change < 2) text.push_back(word(vocab, random));
    if (change != 0 && change != 2) text.push_back(token);
  }
  return text;
}

/// Quotes of 4 to 19 tokens, with 2 to 6 tokens of its own between them.
Tokens summary(const Tokens& prompt, std::size_t vocab, Random& random) {
  Tokens text;
  while (text.size() < prompt.size() / 2) {
    const std::size_t length = 4 + random.below(16);
    const auto begin =
        prompt.begin() + static_cast<std::ptrdiff_t>(random.below(prompt.size() - length));
    text.insert(text.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
    const Tokens own = words(2 + random.below(5), vocab, random);
    text.insert(text.end(), own.begin(), own.end());
  }
  return text;
}

struct Run {
  double tokens_per_second = 0;
  EngineStats stats;
};

class SpeculationBench {
 public:
  SpeculationBench(std::unique_ptr<Model> model, ThreadPool& pool, SpeculationOptions speculation,
                   std::unique_ptr<Model> draft_model = nullptr)
      : SpeculationBench(
            std::make_unique<ScriptedModel>(std::move(model)), pool, speculation,
            draft_model ? std::make_unique<ScriptedModel>(std::move(draft_model)) : nullptr) {}

  static constexpr std::size_t kMaxLen = 4096;

  /// Of the next texts' tokens the draft model knows this share.
  void know(double accuracy) { accuracy_ = accuracy; }

  Run run(const Tokens& prompt, const Tokens& answer) {
    Tokens script = prompt;
    script.insert(script.end(), answer.begin(), answer.end());
    if (draft_model_ != nullptr) draft_model_->follow(script, accuracy_);
    model_->follow(std::move(script));
    const EngineStats before = engine_.stats();
    EngineRequest request{.prompt = prompt, .max_tokens = answer.size()};
    request.sampling.temperature = 0;
    auto generation = engine_.submit(std::move(request));
    if (!generation) fail(generation.error().message);
    const auto [said, decode_time] = read(*generation);
    if (said != answer) fail("the text is not the one that was wanted");
    Run run{static_cast<double>(answer.size() - 1) / decode_time.count(), engine_.stats()};
    run.stats.num_draft_tokens -= before.num_draft_tokens;
    run.stats.num_accepted_tokens -= before.num_accepted_tokens;
    return run;
  }

  [[noreturn]] static void fail(const std::string& why) {
    std::fprintf(stderr, "speculation_bench: %s\n", why.c_str());
    std::exit(1);
  }

 private:
  SpeculationBench(std::unique_ptr<ScriptedModel> model, ThreadPool& pool,
                   SpeculationOptions speculation, std::unique_ptr<ScriptedModel> draft_model)
      : model_(model.get()),
        draft_model_(draft_model.get()),
        engine_(std::move(model), pool, engine_options(*model_, speculation), clock_,
                std::move(draft_model)) {}

  static EngineOptions engine_options(const Model& model, SpeculationOptions speculation) {
    return {.num_blocks = kMaxLen / kBlockTokens,
            .max_model_len = std::min(kMaxLen, model.limits().max_context),
            .max_num_seqs = 1,
            .prefix_caching = PrefixCaching::Off,
            .speculation = speculation};
  }

  static std::pair<Tokens, std::chrono::duration<double>> read(Generation& generation) {
    Tokens said;
    for (;;) {
      generation.stream().wait();
      std::vector<EngineEvent> events;
      generation.stream().take(events);
      for (const EngineEvent& event : events) {
        if (const auto* token = std::get_if<TokenEvent>(&event)) said.push_back(token->id);
        if (const auto* end = std::get_if<RequestEnd>(&event)) return {said, end->decode_time};
      }
    }
  }

  SystemClock clock_;
  ScriptedModel* model_;        // of the engine's
  ScriptedModel* draft_model_;  // of the engine's; may be null
  double accuracy_ = 1;
  Engine engine_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const char* name, SpeculationBench& plain, SpeculationBench& guessing,
             const Tokens& prompt, const Tokens& answer, int num_rounds) {
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> ratios;
  EngineStats stats;
  for (int round = 0; round < num_rounds; ++round) {
    without.push_back(plain.run(prompt, answer).tokens_per_second);
    const Run run = guessing.run(prompt, answer);
    with.push_back(run.tokens_per_second);
    ratios.push_back(with.back() / without.back());
    stats = run.stats;
  }
  std::printf("%-10s %6zu %10.1f %10.1f   %5.2f (%.2f … %.2f) %9llu %9llu\n", name, answer.size(),
              median(without), median(with), median(ratios), *std::ranges::min_element(ratios),
              *std::ranges::max_element(ratios),
              static_cast<unsigned long long>(stats.num_draft_tokens),
              static_cast<unsigned long long>(stats.num_accepted_tokens));
  std::fflush(stdout);
}

std::unique_ptr<Model> load(const char* path, ThreadPool& pool) {
  auto checkpoint = Checkpoint::open(path);
  if (!checkpoint) SpeculationBench::fail(checkpoint.error().message);
  auto model = load_model(*std::move(checkpoint), {}, pool);
  if (!model) SpeculationBench::fail(model.error().message);
  return *std::move(model);
}

void compare_draft_model(const char* path, SpeculationBench& plain, std::unique_ptr<Model> model,
                         ThreadPool& pool, std::size_t prompt_size, int num_rounds) {
  auto draft_model = load(path, pool);
  const std::size_t vocab = std::min(model->limits().vocab_size, draft_model->limits().vocab_size);
  SpeculationBench guessing(std::move(model), pool, kUsualSpeculation, std::move(draft_model));
  Random random(3);
  // Token 0 is what the draft model says where it does not know.
  const auto even_words = [&](std::size_t count) {
    Tokens tokens;
    for (std::size_t i = 0; i < count; ++i) {
      tokens.push_back({static_cast<std::int32_t>(1 + random.below(vocab - 1))});
    }
    return tokens;
  };
  const Tokens prompt = even_words(prompt_size);
  const Tokens answer = even_words(prompt_size / 2);
  for (const double accuracy : {0.9, 0.8, 0.7, 0.5}) {
    guessing.know(accuracy);
    compare(cat("knows ", static_cast<int>(std::lround(100 * accuracy)), " %").c_str(), plain,
            guessing, prompt, answer, num_rounds);
  }
}

int run(int argc, char** argv) {
  if (argc < 2) SpeculationBench::fail("expected a model file");
  const int num_rounds = argc > 2 ? std::max(std::atoi(argv[2]), 1) : 5;
  const auto prompt_size = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 400);
  if (prompt_size < 40 || prompt_size > SpeculationBench::kMaxLen / 3) {
    SpeculationBench::fail("expected 40 to 1365 tokens of the prompt");
  }
  ThreadPool pool(available_cpus());
  // Both engines sleep while the other one works, so they may share the pool; each has the model.
  SpeculationBench plain(load(argv[1], pool), pool, {});
  auto model = load(argv[1], pool);
  const std::size_t vocab = model->limits().vocab_size;
  SpeculationBench guessing(std::move(model), pool, kUsualSpeculation);
  Random random(1);
  const Tokens prompt = words(prompt_size, vocab, random);
  std::printf("%-10s %6s %10s %10s   %-19s %9s %9s\n", "text", "tokens", "plain", "guessing",
              "ratio (least … most)", "guessed", "right");
  compare("edit", plain, guessing, prompt, edit(prompt, vocab, random), num_rounds);
  compare("summary", plain, guessing, prompt, summary(prompt, vocab, random), num_rounds);
  // Pairs of a dozen words recur all the time and say nothing about what follows.
  compare("babble", plain, guessing, prompt, words(prompt_size / 2, 12, random), num_rounds);
  compare("new text", plain, guessing, prompt, words(prompt_size / 2, vocab, random), num_rounds);
  if (argc > 4) {
    compare_draft_model(argv[4], plain, load(argv[1], pool), pool, prompt_size, num_rounds);
  }
  return 0;
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) { return falconet::run(argc, argv); }
