// Days of many users before the real scheduler and block pool: only the model is replaced, by the
// time that a step would take. Prints a table that compares policies.
//
//   scheduler_sim [USERS] [SEED]

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/scheduler.h"

namespace falconet {
namespace {

// A step takes kStepSeconds and kTokenSeconds for each of its tokens: the 1.5 B shape in q4_0 on
// two cores with AVX-512 decodes 29.0 tokens/s for one sequence and 130 for sixteen, and reads 184
// (docs/performance.md). A line through the first two gives the constants; it puts reading at 169.
constexpr double kStepSeconds = 0.0286;
constexpr double kTokenSeconds = 0.0059;

constexpr std::size_t kNumBlocks = 4096;  // 65,536 tokens; 1.75 GiB of that model
constexpr std::size_t kMaxSequences = 32;
constexpr std::size_t kMaxContext = 8192;

// How people talk: most questions are short, some bring a document; the numbers are medians and the
// spread of the logarithm.
constexpr std::size_t kSystemPrompt = 120;  // the same for all, but under each one's own salt
constexpr double kQuestionMedian = 60, kQuestionSpread = 1.3;
constexpr double kAnswerMedian = 150, kAnswerSpread = 0.8;
constexpr double kTurnsMean = 3;
constexpr double kThinkSeconds = 60;
// One client in a thousand is a program that sends its whole list of work at once.
constexpr std::size_t kUsersToProgram = 1000;
constexpr std::size_t kProgramRequests = 300;
constexpr double kLoad = 0.85;  // of what the machine can do without a cache

struct Policy {
  const char* name;
  SchedulerOptions options;
  PrefixCaching caching;
};

/// Somebody's conversation, or one item of a program's list.
struct Talk {
  std::uint64_t client = 0;
  bool is_program = false;
  double arrival = 0;
  std::vector<std::size_t> questions;  // tokens of each turn
  std::vector<std::size_t> answers;
};

std::size_t drawn_length(Random& random, double median, double spread, std::size_t most) {
  const double length = median * std::exp(spread * random.normal());
  return static_cast<std::size_t>(std::clamp(length, 1.0, static_cast<double>(most)));
}

Talk draw_talk(Random& random, std::size_t num_turns) {
  Talk talk;
  for (std::size_t turn = 0; turn < num_turns; ++turn) {
    talk.questions.push_back(drawn_length(random, kQuestionMedian, kQuestionSpread, 3000));
    talk.answers.push_back(drawn_length(random, kAnswerMedian, kAnswerSpread, 1000));
  }
  return talk;
}

double seconds_alone(const Talk& talk) {
  double tokens = 0;
  double history = kSystemPrompt;
  for (std::size_t turn = 0; turn < talk.questions.size(); ++turn) {
    const auto added = static_cast<double>(talk.questions[turn] + talk.answers[turn]);
    tokens += history + added;
    history += added;
  }
  return tokens * kTokenSeconds;
}

/// People come at random, evenly over a time in which the machine can just serve them.
std::vector<Talk> draw_talks(std::size_t num_users, Random& random) {
  std::vector<Talk> talks;
  double seconds = 0;
  for (std::size_t user = 0; user < num_users; ++user) {
    const bool is_program = user % kUsersToProgram == kUsersToProgram / 2;
    const std::size_t num_talks = is_program ? kProgramRequests : 1;
    for (std::size_t i = 0; i < num_talks; ++i) {
      std::size_t num_turns = 1;
      while (!is_program && num_turns < 8 && random.uniform() > 1 / kTurnsMean) ++num_turns;
      Talk talk = draw_talk(random, num_turns);
      talk.client = user + 1;
      talk.is_program = is_program;
      seconds += seconds_alone(talk);
      talks.push_back(std::move(talk));
    }
  }
  double arrival = 0;
  for (Talk& talk : talks) {
    const bool is_same = &talk != talks.data() && (&talk - 1)->client == talk.client;
    if (!is_same) arrival = random.uniform() * seconds / kLoad;
    talk.arrival = arrival;
  }
  return talks;
}

struct Delays {
  std::vector<double> first_token;
  std::vector<double> next_token;
};

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + rank);
  return values[static_cast<std::size_t>(rank)];
}

class Simulation {
 public:
  Simulation(const Policy& policy, const std::vector<Talk>& talks)
      : talks_(talks), pool_(kNumBlocks, policy.caching), scheduler_(policy.options, pool_) {
    for (std::size_t i = 0; i < talks.size(); ++i) coming_.push({talks[i].arrival, i, 0});
  }

  void run() {
    while (!coming_.empty() || scheduler_.has_work()) {
      if (!scheduler_.has_work()) now_ = std::max(now_, coming_.top().time);
      while (!coming_.empty() && coming_.top().time <= now_) {
        begin_turn(coming_.top());
        coming_.pop();
      }
      step();
    }
  }

  void print(const char* name) {
    std::printf("| %s | %.1f |", name, static_cast<double>(num_output_) / busy_);
    for (Delays* delays : {&people_, &programs_}) {
      std::printf(" %.2f / %.1f |", percentile(delays->first_token, 0.5),
                  percentile(delays->first_token, 0.99));
    }
    const SchedulerCounts& counts = scheduler_.counts();
    std::printf(
        " %.0f / %.0f / %.0f | %.0f %% | %.1f |\n", 1000 * percentile(people_.next_token, 0.5),
        1000 * percentile(people_.next_token, 0.99), 1000 * percentile(people_.next_token, 0.999),
        100.0 * static_cast<double>(counts.num_cache_hits) /
            static_cast<double>(std::max<std::uint64_t>(1, counts.num_cache_queries)),
        busy_ / 3600);
  }

 private:
  struct Turn {
    double time = 0;
    std::size_t talk = 0;
    std::size_t turn = 0;
    bool operator>(const Turn& other) const { return time > other.time; }
  };

  struct Running : Sequence {
    explicit Running(BlockPool& pool) : Sequence(pool) {}
    Turn turn;
    double last_token = -1;
  };

  // The conversation so far and the question; its tokens are new words, but for the system prompt.
  void begin_turn(const Turn& turn) {
    const Talk& talk = talks_[turn.talk];
    auto sequence = std::make_unique<Running>(pool_);
    sequence->turn = turn;
    sequence->client = {talk.client, 0};
    sequence->cache_salt = sequence->client;
    sequence->arrival = num_arrivals_++;
    std::size_t length = kSystemPrompt;
    for (std::size_t i = 0; i < turn.turn; ++i) length += talk.questions[i] + talk.answers[i];
    length = std::min(length + talk.questions[turn.turn], kMaxContext - talk.answers[turn.turn]);
    for (std::size_t i = 0; i < length; ++i) sequence->tokens.push_back(word(turn.talk, i));
    sequence->num_prompt_tokens = length;
    scheduler_.add(*sequence);
    running_.push_back(std::move(sequence));
  }

  static TokenId word(std::size_t talk, std::size_t position) {
    if (position < kSystemPrompt) return {static_cast<std::int32_t>(position)};
    std::uint64_t state = talk << 16 ^ position;
    return {static_cast<std::int32_t>(split_mix(state) >> 33)};
  }

  void step() {
    const StepPlan& plan = scheduler_.plan_step();
    std::size_t num_tokens = 0;
    for (const PlannedSlice& slice : plan.slices) num_tokens += slice.num_tokens;
    const double seconds = kStepSeconds + kTokenSeconds * static_cast<double>(num_tokens);
    now_ += seconds;
    busy_ += seconds;
    ended_.clear();
    for (const PlannedSlice& slice : plan.slices) {
      auto& sequence = static_cast<Running&>(*slice.sequence);
      sequence.advance(slice.num_tokens);
      if (sequence.num_uncomputed() == 0) say_token(sequence);
    }
    for (Running* sequence : ended_) end(*sequence);
  }

  void say_token(Running& sequence) {
    const Talk& talk = talks_[sequence.turn.talk];
    Delays& delays = talk.is_program ? programs_ : people_;
    if (sequence.last_token < 0) {
      delays.first_token.push_back(now_ - sequence.turn.time);
    } else {
      delays.next_token.push_back(now_ - sequence.last_token);
    }
    sequence.last_token = now_;
    sequence.tokens.push_back(word(sequence.turn.talk, sequence.tokens.size()));
    ++num_output_;
    if (sequence.num_output_tokens() == talk.answers[sequence.turn.turn]) {
      ended_.push_back(&sequence);
    }
  }

  void end(Running& sequence) {
    const Turn& turn = sequence.turn;
    if (turn.turn + 1 < talks_[turn.talk].questions.size()) {
      coming_.push({now_ + kThinkSeconds, turn.talk, turn.turn + 1});
    }
    scheduler_.remove(sequence);
    std::erase_if(running_, [&](const auto& other) { return other.get() == &sequence; });
  }

  const std::vector<Talk>& talks_;
  BlockPool pool_;
  Scheduler scheduler_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> coming_;
  std::vector<std::unique_ptr<Running>> running_;  // and waiting
  std::vector<Running*> ended_;
  double now_ = 0;
  double busy_ = 0;
  std::uint64_t num_arrivals_ = 0;
  std::uint64_t num_output_ = 0;
  Delays people_;
  Delays programs_;
};

SchedulerOptions options_of(std::size_t max_batch_tokens, SchedulingPolicy policy) {
  return {.max_batch_tokens = max_batch_tokens, .max_num_seqs = kMaxSequences, .policy = policy};
}

void compare(std::size_t num_users, std::uint64_t seed) {
  Random random(seed);
  const std::vector<Talk> talks = draw_talks(num_users, random);
  const double last = std::ranges::max(talks, {}, &Talk::arrival).arrival;
  std::printf("%zu users, %zu conversations in %.1f hours, seed %llu\n\n", num_users, talks.size(),
              last / 3600, static_cast<unsigned long long>(seed));
  std::printf(
      "| policy | output tokens/s | people: first token, median / p99, s | programs: the same | "
      "people: next token, median / p99 / p99.9, ms | prompt tokens found | busy, h |\n"
      "|---|---|---|---|---|---|---|\n");
  constexpr auto kFirst = SchedulingPolicy::FirstCome;
  constexpr auto kFair = SchedulingPolicy::Fair;
  const Policy policies[] = {
      {"first come, whole prompts", options_of(kMaxContext, kFirst), PrefixCaching::Off},
      {"first come, chunks", options_of(512, kFirst), PrefixCaching::Off},
      {"fair, chunks", options_of(512, kFair), PrefixCaching::Off},
      {"first come, chunks, prefix cache", options_of(512, kFirst), PrefixCaching::On},
      {"fair, chunks, prefix cache", options_of(512, kFair), PrefixCaching::On},
      {"fair, small chunks (128), prefix cache", options_of(128, kFair), PrefixCaching::On},
  };
  for (const Policy& policy : policies) {
    Simulation simulation(policy, talks);
    simulation.run();
    simulation.print(policy.name);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  const std::size_t num_users = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (num_users == 0) {
    std::fprintf(stderr, "scheduler_sim: expected a number of users, like 10000\n");
    return 2;
  }
  falconet::compare(num_users, seed);
  return 0;
}
