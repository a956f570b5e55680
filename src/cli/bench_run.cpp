#include "cli/bench_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <utility>

#include "base/random.h"
#include "cli/direct_model.h"
#include "cli/model_argument.h"
#include "cli/sequence_group.h"
#include "completion/memory_budget.h"
#include "formats/checkpoint.h"
#include "kernels/bandwidth.h"
#include "kernels/isa.h"
#include "model/tensor_names.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxBatchTokens = 512;

double seconds_of(FunctionRef<void()> work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Physical memory of this process, the mapped file's pages included; 0 where the system does not
/// say.
std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return file ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

/// Bytes of weights that a decoding step reads: all but the embedding, unless that is the head too.
std::uint64_t step_weight_bytes(const Checkpoint& checkpoint) {
  const auto find = [&](TensorRole role) {
    return checkpoint.find_tensor(tensor_name(checkpoint.kind(), role));
  };
  std::uint64_t total = 0;
  for (const StoredTensor& tensor : checkpoint.tensors()) total += tensor.bytes.size();
  const StoredTensor* embedding = find(TensorRole::Embedding);
  const bool has_head = find(TensorRole::Head) != nullptr;
  return has_head && embedding != nullptr ? total - embedding->bytes.size() : total;
}

Status check_options(const BenchOptions& options) {
  if (options.num_runs < 1 || options.prompt_tokens < 1 || options.decode_tokens < 1 ||
      options.batch_sizes.empty()) {
    return error(ErrorCode::InvalidArgument, "-p, -n, -b and --runs must be at least 1");
  }
  for (const std::size_t size : options.batch_sizes) {
    if (size >= 1 && size <= kMaxBatchTokens) continue;
    return error(ErrorCode::InvalidArgument, "-b must hold numbers from 1 to ", kMaxBatchTokens,
                 "; found ", size);
  }
  return {};
}

Status check_fits(const BenchOptions& options, const Model& model) {
  const std::size_t max_context = model.limits().max_context;
  if (options.prompt_tokens > max_context ||
      options.decode_tokens > max_context - options.prompt_tokens) {
    return error(ErrorCode::TooLarge, "-p ", options.prompt_tokens, " and -n ",
                 options.decode_tokens, " are over the model's context of ", max_context);
  }
  const std::size_t num_tokens = options.prompt_tokens + options.decode_tokens;
  const std::size_t num_blocks = (num_tokens + kBlockTokens - 1) / kBlockTokens;
  const std::uint64_t wanted = *std::ranges::max_element(options.batch_sizes) * num_blocks *
                               model.kv_cache_shape().block_bytes();
  if (wanted <= available_memory_bytes()) return {};
  return error(ErrorCode::TooLarge, "the keys and values of the largest batch need ",
               human_bytes(wanted), " and ", human_bytes(available_memory_bytes()),
               " are free; lower -b, -p or -n");
}

class Bench {
 public:
  Bench(const BenchOptions& options, DirectModel& model)
      : options_(options),
        model_(model),
        max_sequences_(*std::ranges::max_element(options.batch_sizes)),
        group_(model.model(), max_sequences_, options.prompt_tokens + options.decode_tokens),
        decode_(options.batch_sizes.size()) {
    Random random(1);
    const std::size_t num_ids = std::max(options.prompt_tokens, max_sequences_);
    for (std::size_t i = 0; i < num_ids; ++i) {
      ids_.push_back({static_cast<std::int32_t>(random.below(model.model().limits().vocab_size))});
    }
  }

  void run() {
    bandwidth_.emplace(model_.pool());
    group_.prefill(std::span(ids_).first(1));  // the first step touches memory for the first time
    for (int i = 0; i < options_.num_runs; ++i) {
      const std::string which = cat("run ", i + 1, " of ", options_.num_runs);
      say(cat(which, ": prefill of ", options_.prompt_tokens, " tokens"));
      run_prefill();
      for (std::size_t b = 0; b < options_.batch_sizes.size(); ++b) {
        say(cat(which, ": ", options_.batch_sizes[b], " x ", options_.decode_tokens,
                " decoded tokens"));
        run_decode(options_.batch_sizes[b], decode_[b]);
      }
    }
    bandwidth_.reset();
  }

  void fill(std::uint64_t weight_bytes, BenchResult& result) const {
    std::vector<double> bandwidths;
    for (const Decoding& decoding : decode_) {
      for (const TimedStep& step : decoding.steps) bandwidths.push_back(step.bandwidth_after);
    }
    result.read_bandwidth = spread_of(std::move(bandwidths)).median;
    result.prefill_tokens_per_second = spread_of(prefill_);
    result.first_token_seconds = spread_of(first_token_);
    for (std::size_t b = 0; b < decode_.size(); ++b) {
      const auto num_sequences = static_cast<double>(options_.batch_sizes[b]);
      const double bytes = static_cast<double>(weight_bytes) + num_sequences * mean_kv_bytes();
      result.decode.push_back({options_.batch_sizes[b], spread_of(decode_[b].speeds), bytes,
                               share_of_bandwidth(bytes, decode_[b].steps)});
    }
  }

 private:
  struct Decoding {
    std::vector<double> speeds;  // of the runs, tokens/s
    std::vector<TimedStep> steps;
  };

  void say(const std::string& what) const {
    if (options_.on_progress) options_.on_progress(what);
  }

  void run_prefill() {
    const auto prompt = std::span(ids_).first(options_.prompt_tokens);
    MatrixView<const float> logits;
    const double reading = seconds_of([&] { logits = group_.prefill(prompt); });
    const double choosing = seconds_of([&] {
      next_ = {static_cast<std::int32_t>(std::ranges::max_element(logits.row(0)) -
                                         logits.row(0).begin())};
    });
    prefill_.push_back(static_cast<double>(prompt.size()) / reading);
    first_token_.push_back(reading + choosing);
    group_.copy_to_all(prompt.size());
  }

  void run_decode(std::size_t num_sequences, Decoding& decoding) {
    std::vector<TokenId> ids(ids_.begin(),
                             ids_.begin() + static_cast<std::ptrdiff_t>(num_sequences));
    ids[0] = next_;
    double seconds = 0;
    double bandwidth = bandwidth_->measure();
    for (std::size_t i = 0; i < options_.decode_tokens; ++i) {
      TimedStep step{.bandwidth_before = bandwidth};
      step.seconds = seconds_of([&] { group_.decode(ids, options_.prompt_tokens + i); });
      step.bandwidth_after = bandwidth = bandwidth_->measure();
      decoding.steps.push_back(step);
      seconds += step.seconds;
    }
    decoding.speeds.push_back(static_cast<double>(num_sequences * options_.decode_tokens) /
                              seconds);
  }

  /// Keys and values that one sequence's step reads, halfway through decoding.
  double mean_kv_bytes() const {
    const auto token_bytes =
        static_cast<double>(model_.model().kv_cache_shape().block_bytes()) / kBlockTokens;
    const double positions = static_cast<double>(options_.prompt_tokens) +
                             static_cast<double>(options_.decode_tokens + 1) / 2;
    return token_bytes * positions;
  }

  const BenchOptions& options_;
  DirectModel& model_;
  std::size_t max_sequences_;
  SequenceGroup group_;
  std::vector<TokenId> ids_;
  TokenId next_;
  std::optional<ReadBandwidth> bandwidth_;  // while run() goes
  std::vector<double> prefill_;
  std::vector<double> first_token_;
  std::vector<Decoding> decode_;  // by batch size
};

}  // namespace

Spread spread_of(std::vector<double> values) {
  CHECK(!values.empty());
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

double share_of_bandwidth(double bytes_per_step, std::span<const TimedStep> steps) {
  std::vector<double> shares;
  for (const TimedStep& step : steps) {
    const double bandwidth = (step.bandwidth_before + step.bandwidth_after) / 2;
    shares.push_back(bytes_per_step / step.seconds / bandwidth);
  }
  return spread_of(std::move(shares)).median;
}

Result<BenchResult> run_bench(const BenchOptions& options) {
  TRY(check_options(options));
  BenchResult result;
  TRY_ASSIGN(const std::filesystem::path path, find_local_model(options.model));
  TRY_ASSIGN(const Checkpoint checkpoint, Checkpoint::open(path));
  result.file_bytes = checkpoint.file_bytes();
  if (options.on_progress) options.on_progress(cat("loading ", options.model));
  const auto start = std::chrono::steady_clock::now();
  TRY_ASSIGN(const KvType kv_type, parse_kv_type(options.kv_cache_dtype));
  TRY_ASSIGN(DirectModel model, DirectModel::load(path, {.num_threads = options.num_threads,
                                                         .max_batch_tokens = kMaxBatchTokens,
                                                         .kv_type = kv_type}));
  result.load_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TRY(check_fits(options, model.model()));
  result.num_threads = model.pool().num_threads();
  result.isa = isa_name(chosen_isa());
  Bench bench(options, model);
  bench.run();
  result.resident_bytes = resident_bytes();
  bench.fill(step_weight_bytes(checkpoint), result);
  return result;
}

}  // namespace falconet
