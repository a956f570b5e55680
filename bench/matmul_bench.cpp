// Speed of matmul for the shapes of DeepSeek-R1-Distill-Qwen-1.5B, against the memory's speed.
//   matmul_bench [TYPE…] [threads=N] [seconds=S] [held=MIB]    for example: matmul_bench q4_0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/bandwidth.h"
#include "kernels/matmul.h"

namespace {

using namespace falconet;
using Clock = std::chrono::steady_clock;

struct Options {
  std::vector<DType> dtypes;
  int num_threads = available_cpus();
  double seconds = 0.3;  // for each measurement
  // Copies of a matrix that together exceed the caches, as a model's layers do. With held=0 there
  // is one copy: a small matrix then stays in the cache, and the arithmetic's own speed is seen.
  std::size_t held_mib = 256;
};

struct Shape {
  std::size_t out_dim;
  std::size_t in_dim;
};

// Attention's query and output, gate and up, down, and the head.
constexpr Shape kShapes[] = {{1536, 1536}, {8960, 1536}, {1536, 8960}, {151936, 1536}};
constexpr std::size_t kTokens[] = {1, 4, 16, 64, 512};

/// Any bytes will do for speed, but scales must stay ordinary numbers: those of f16's middle range.
std::vector<std::byte> ordinary_weights(const Shape& shape, DType dtype) {
  Random random(1);
  std::vector<std::byte> bytes(shape.out_dim * row_bytes(dtype, shape.in_dim));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(0x20 + random.below(16));
  return bytes;
}

struct Seconds {
  double best;  // what the machine can do when nothing else runs
  double median;
};

/// Of one product, over as many products as fit.
Seconds measure_seconds(const Shape& shape, std::size_t num_tokens,
                        const std::vector<PackedMatrix>& weights, const Options& options,
                        ThreadPool& pool) {
  const std::vector<float> x(num_tokens * shape.in_dim, 0.5f);
  std::vector<float> out(num_tokens * shape.out_dim);
  Activations activations(num_tokens, shape.in_dim);
  std::vector<double> seconds;
  const auto start = Clock::now();
  for (std::size_t i = 0;
       i < 3 || std::chrono::duration<double>(Clock::now() - start).count() < options.seconds;
       ++i) {
    const auto begin = Clock::now();
    activations.assign({x.data(), num_tokens, shape.in_dim});
    matmul(activations, weights[i % weights.size()], {out.data(), num_tokens, shape.out_dim}, pool);
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return {seconds.front(), seconds[seconds.size() / 2]};
}

void measure(DType dtype, const Shape& shape, double bandwidth, const Options& options,
             ThreadPool& pool) {
  const auto bytes = ordinary_weights(shape, dtype);
  std::vector<PackedMatrix> weights;
  std::size_t held = 0;
  do {
    weights.push_back(
        PackedMatrix::pack({dtype, shape.out_dim, shape.in_dim, bytes}, chosen_isa(), pool));
    held += weights.back().num_bytes();
  } while (held < options.held_mib << 20);
  std::printf("%s: %.3f bytes held for each stored\n", std::string(traits(dtype).name).c_str(),
              static_cast<double>(weights.front().num_bytes()) / static_cast<double>(bytes.size()));
  for (const std::size_t num_tokens : kTokens) {
    if (num_tokens > 16 && shape.out_dim > 100000) continue;  // the head sees sampled rows alone
    const Seconds seconds = measure_seconds(shape, num_tokens, weights, options, pool);
    const auto read = static_cast<double>(weights.front().num_bytes()) / seconds.best;
    const auto operations =
        2.0 * static_cast<double>(num_tokens * shape.out_dim * shape.in_dim) / seconds.best;
    std::printf(
        "%-7s %6zu x %-5zu n %-4zu best %8.3f ms, median %8.3f ms %7.2f GB/s (%3.0f%%) %7.1f "
        "GOPS\n",
        std::string(traits(dtype).name).c_str(), shape.out_dim, shape.in_dim, num_tokens,
        seconds.best * 1e3, seconds.median * 1e3, read * 1e-9, 100 * read / bandwidth,
        operations * 1e-9);
  }
}

/// The best of passes over half a second, as the products' are the best of theirs.
double best_bandwidth(ThreadPool& pool) {
  ReadBandwidth bandwidth(pool);
  double best = 0;
  const auto start = Clock::now();
  while (std::chrono::duration<double>(Clock::now() - start).count() < 0.5) {
    best = std::max(best, bandwidth.measure());
  }
  return best;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::sscanf(argv[i], "threads=%d", &options.num_threads) == 1) continue;
    if (std::sscanf(argv[i], "seconds=%lf", &options.seconds) == 1) continue;
    if (std::sscanf(argv[i], "held=%zu", &options.held_mib) == 1) continue;
    if (const auto dtype = dtype_from_name(argv[i])) {
      options.dtypes.push_back(*dtype);
    } else {
      std::fprintf(stderr, "%s is neither a type nor threads=N nor seconds=S\n", argv[i]);
    }
  }
  if (options.dtypes.empty()) options.dtypes = {DType::Q4_0, DType::Q8_0, DType::Q4_K, DType::BF16};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  ThreadPool pool(std::max(1, options.num_threads));
  const double bandwidth = best_bandwidth(pool);
  std::printf("%s, %d threads, memory reads %.2f GB/s\n",
              std::string(isa_name(chosen_isa())).c_str(), pool.num_threads(), bandwidth * 1e-9);
  for (const DType dtype : options.dtypes) {
    for (const Shape& shape : kShapes) measure(dtype, shape, bandwidth, options, pool);
  }
}
