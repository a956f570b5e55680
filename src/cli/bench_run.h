// What `falconet bench` measures, apart from how it is shown.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet {

struct BenchOptions {
  std::string model;
  std::size_t prompt_tokens = 512;
  std::size_t decode_tokens = 128;
  std::vector<std::size_t> batch_sizes = {1};  // sequences that decode together
  int num_runs = 5;
  int num_threads = 0;  // 0: as many as there are
  std::string kv_cache_dtype = "auto";
  std::function<void(std::string_view)> on_progress = {};  // what is measured now; may be empty
};

/// Of several runs. The median of an even number is the mean of the two in the middle.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

Spread spread_of(std::vector<double> values);

struct DecodeResult {
  std::size_t num_sequences = 0;
  Spread tokens_per_second;    // of all sequences together
  double bytes_per_step = 0;   // weights once, and the keys and values of each sequence
  double bandwidth_share = 0;  // share_of_bandwidth()
};

/// A decoding step, and the bytes per second that the memory gave when it was only read, right
/// before and after it.
struct TimedStep {
  double seconds = 0;
  double bandwidth_before = 0;
  double bandwidth_after = 0;
};

/// The median over the steps of the bytes a second that a step reads, as part of what the memory
/// gave meanwhile (the mean of before and after).
double share_of_bandwidth(double bytes_per_step, std::span<const TimedStep> steps);

struct BenchResult {
  int num_threads = 0;
  std::string isa;
  std::uint64_t file_bytes = 0;
  double load_seconds = 0;
  std::uint64_t resident_bytes = 0;  // of the process, with the caches of the largest batch
  double read_bandwidth = 0;         // bytes a second, median
  Spread prefill_tokens_per_second;
  Spread first_token_seconds;  // from the prompt to the choice of the first token
  std::vector<DecodeResult> decode;
};

/// Errors: InvalidArgument and TooLarge (sizes), and those of loading.
Result<BenchResult> run_bench(const BenchOptions& options);

}  // namespace falconet
