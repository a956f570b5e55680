// What the engine counts, for metrics and logs.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/engine_histograms.h"

namespace falconet {

struct EngineStats {
  std::uint64_t num_running = 0;  // sequences
  std::uint64_t num_waiting = 0;  // sequences
  std::uint64_t num_blocks = 0;
  std::uint64_t num_used_blocks = 0;  // by sequences
  std::uint64_t is_prefix_caching = 0;
  std::uint64_t num_cached_blocks = 0;  // that are found by what they hold, used or not
  // Since the start:
  std::uint64_t num_steps = 0;
  std::uint64_t num_prompt_tokens = 0;      // of accepted requests
  std::uint64_t num_generation_tokens = 0;  // of all choices
  std::uint64_t num_forced_tokens = 0;      // of these, written without being drawn
  std::uint64_t num_computed_tokens = 0;    // rows that went through the model
  std::uint64_t num_preemptions = 0;
  std::uint64_t num_cache_queries = 0;  // tokens of sequences that looked for them
  std::uint64_t num_cache_hits = 0;     // tokens that they found
  std::uint64_t num_evictions = 0;      // blocks that were cached and made room
  std::uint64_t num_drafts = 0;
  std::uint64_t num_draft_tokens = 0;     // guessed, and computed to see
  std::uint64_t num_accepted_tokens = 0;  // those that were right
  std::uint64_t num_finished_requests = 0;
  // Choices, by how they ended:
  std::uint64_t num_stopped = 0;  // of themselves, or at what the caller named
  std::uint64_t num_cut = 0;      // at max_tokens or the end of the context
  std::uint64_t num_repeating = 0;
  std::uint64_t num_aborted = 0;
  std::uint64_t num_failed = 0;
  EngineHistograms histograms = {};
};

/// Written by the engine's thread, read by any; each number is right by itself.
class StatsBoard {
 public:
  void publish(const EngineStats& stats) {
    const auto values = std::bit_cast<Values>(stats);
    for (std::size_t i = 0; i < kCount; ++i) cells_[i].store(values[i], std::memory_order_relaxed);
  }

  EngineStats read() const {
    Values values;
    for (std::size_t i = 0; i < kCount; ++i) values[i] = cells_[i].load(std::memory_order_relaxed);
    return std::bit_cast<EngineStats>(values);
  }

 private:
  static constexpr std::size_t kCount = sizeof(EngineStats) / sizeof(std::uint64_t);
  using Values = std::array<std::uint64_t, kCount>;

  std::array<std::atomic<std::uint64_t>, kCount> cells_{};
};

}  // namespace falconet
