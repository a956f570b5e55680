// Attention of some queries, written once over the operations of an instruction set (simd_*.h).
#pragma once

#include <algorithm>
#include <limits>

#include "kernels/kernel_table.h"
#include "kernels/row_loops.h"

namespace falconet {

/// Online softmax (Milakov, Gimelshein 2018) of kQueries queries over a sequence's KV blocks. What
/// a query gets does not depend on its neighbours: they share the loads alone.
template <class Simd, std::size_t kQueries>
class AttentionPass {
 public:
  AttentionPass(const AttentionInput& input, const SequenceSlice& slice, const AttentionTask& task,
                MatrixView<float> out)
      : input_(input), slice_(slice), kv_head_(task.kv_head) {
    const std::size_t head_dim = input.cache.head_dim;
    const std::size_t heads_per_kv = input.q.cols / head_dim / input.cache.num_kv_heads;
    for (std::size_t i = 0; i < kQueries; ++i) {
      const std::size_t row = (task.first_query + i) / heads_per_kv;
      const std::size_t head = kv_head_ * heads_per_kv + (task.first_query + i) % heads_per_kv;
      num_visible_[i] = slice.first_position + row + 1;
      queries_[i] = input.q.row(slice.first_row + row).data() + head * head_dim;
      targets_[i] = out.row(slice.first_row + row).data() + head * head_dim;
      std::fill_n(targets_[i], head_dim, 0.0f);
      maxima_[i] = -std::numeric_limits<float>::infinity();
      totals_[i] = 0;
    }
  }

  void run() {
    const std::size_t head_dim = input_.cache.head_dim;
    const std::size_t last = num_visible_[kQueries - 1];  // rows ascend, so this is the largest
    for (std::size_t start = 0; start < last; start += kBlockTokens) {
      const auto block = static_cast<std::size_t>(slice_.block_table[start / kBlockTokens].value);
      const std::size_t offset = input_.cache.offset(block, kv_head_);
      const std::byte* keys = input_.cache.keys + offset;
      const std::byte* values = input_.cache.values + offset;
      const std::size_t num_tokens = std::min(kBlockTokens, last - start);
      if (input_.cache.type == KvType::F16) {
        score(reinterpret_cast<const std::uint16_t*>(keys));
        weigh(start);
        add_values(reinterpret_cast<const std::uint16_t*>(values), num_tokens);
      } else {
        score_codes(keys);
        weigh(start);
        add_coded_values(values, num_tokens);
      }
    }
    for (std::size_t i = 0; i < kQueries; ++i) {
      const auto inverse = Simd::set(1.0f / totals_[i]);
      for_registers<Simd>(head_dim, [&](std::size_t d, std::size_t count) {
        const auto sum = load_some<Simd>(targets_[i] + d, count);
        store_some<Simd>(targets_[i] + d, Simd::mul(sum, inverse), count);
      });
    }
  }

 private:
  using Floats = typename Simd::Floats;
  static constexpr std::size_t kParts = kBlockTokens / Simd::kLanes;

  /// weights_ = q · keys of a block, whose lanes are tokens.
  void score(const std::uint16_t* keys) {
    Floats scores[kQueries][kParts];
    for (auto& query : scores) {
      for (Floats& part : query) part = Simd::zero();
    }
    for (std::size_t d = 0; d < input_.cache.head_dim; ++d, keys += kBlockTokens) {
      for (std::size_t part = 0; part < kParts; ++part) {
        const Floats key = Simd::from_halves(keys + part * Simd::kLanes);
        for (std::size_t i = 0; i < kQueries; ++i) {
          scores[i][part] = Simd::fma(Simd::set(queries_[i][d]), key, scores[i][part]);
        }
      }
    }
    keep(scores);
  }

  /// The same of keys in Q8_0: a group's sum is scaled for each token.
  void score_codes(const std::byte* keys) {
    const auto* codes = reinterpret_cast<const std::int8_t*>(keys);
    const std::uint16_t* scales = scales_of(keys);
    Floats scores[kQueries][kParts];
    for (auto& query : scores) {
      for (Floats& part : query) part = Simd::zero();
    }
    for (std::size_t d = 0; d < input_.cache.head_dim; d += kKvGroup, scales += kBlockTokens) {
      Floats sums[kQueries][kParts];
      for (auto& query : sums) {
        for (Floats& part : query) part = Simd::zero();
      }
      for (std::size_t i = d; i < d + kKvGroup; ++i, codes += kBlockTokens) {
        for (std::size_t part = 0; part < kParts; ++part) {
          const Floats key = Simd::from_int8(codes + part * Simd::kLanes);
          for (std::size_t q = 0; q < kQueries; ++q) {
            sums[q][part] = Simd::fma(Simd::set(queries_[q][i]), key, sums[q][part]);
          }
        }
      }
      for (std::size_t part = 0; part < kParts; ++part) {
        const Floats scale = Simd::from_halves(scales + part * Simd::kLanes);
        for (std::size_t q = 0; q < kQueries; ++q) {
          scores[q][part] = Simd::fma(scale, sums[q][part], scores[q][part]);
        }
      }
    }
    keep(scores);
  }

  const std::uint16_t* scales_of(const std::byte* head) const {
    return reinterpret_cast<const std::uint16_t*>(head + kBlockTokens * input_.cache.head_dim);
  }

  void keep(const Floats (&scores)[kQueries][kParts]) {
    for (std::size_t i = 0; i < kQueries; ++i) {
      for (std::size_t part = 0; part < kParts; ++part) {
        Simd::store(weights_[i] + part * Simd::kLanes, scores[i][part]);
      }
    }
  }

  /// weights_ = e^(scaled score − maximum) where the query sees the token, else 0.
  void weigh(std::size_t start) {
    const Floats scale = Simd::set(input_.scale);
    const Floats nothing = Simd::set(-std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < kQueries; ++i) {
      const std::size_t num_seen =
          num_visible_[i] > start ? std::min(kBlockTokens, num_visible_[i] - start) : 0;
      Floats scores[kParts];
      float maximum = maxima_[i];
      for (std::size_t part = 0; part < kParts; ++part) {
        const std::size_t lane = part * Simd::kLanes;
        const std::size_t count =
            std::min(Simd::kLanes, num_seen > lane ? num_seen - lane : std::size_t{0});
        scores[part] = Simd::first_lanes(Simd::mul(scale, Simd::from_floats(weights_[i] + lane)),
                                         count, nothing);
        maximum = std::max(maximum, Simd::largest(scores[part]));
      }
      float total = 0;
      for (std::size_t part = 0; part < kParts; ++part) {
        const std::size_t lane = part * Simd::kLanes;
        const std::size_t count =
            std::min(Simd::kLanes, num_seen > lane ? num_seen - lane : std::size_t{0});
        const Floats weights = Simd::first_lanes(
            exp<Simd>(Simd::fma(Simd::set(-1.0f), Simd::set(maximum), scores[part])), count,
            Simd::zero());
        Simd::store(weights_[i] + lane, weights);
        total += Simd::sum(weights);
      }
      // Before the first block the sums are 0, and so is what e^(−∞) would make of them.
      shrinks_[i] = maximum == maxima_[i] ? 1.0f : exp_of(maxima_[i] - maximum);
      totals_[i] = totals_[i] * shrinks_[i] + total;
      maxima_[i] = maximum;
    }
  }

  static float exp_of(float x) {
    float lanes[Simd::kLanes];
    Simd::store(lanes, exp<Simd>(Simd::set(x)));
    return lanes[0];
  }

  /// sums = shrink · sums + weights · values, kept in the output rows.
  void add_values(const std::uint16_t* values, std::size_t num_tokens) {
    const std::size_t head_dim = input_.cache.head_dim;
    for_registers<Simd>(head_dim, [&](std::size_t d, std::size_t count) {
      Floats sums[kQueries];
      for (std::size_t i = 0; i < kQueries; ++i) {
        sums[i] = Simd::mul(load_some<Simd>(targets_[i] + d, count), Simd::set(shrinks_[i]));
      }
      for (std::size_t t = 0; t < num_tokens; ++t) {
        const Floats value = load_halves(values + t * head_dim + d, count);
        for (std::size_t i = 0; i < kQueries; ++i) {
          sums[i] = Simd::fma(Simd::set(weights_[i][t]), value, sums[i]);
        }
      }
      for (std::size_t i = 0; i < kQueries; ++i) store_some<Simd>(targets_[i] + d, sums[i], count);
    });
  }

  /// The same of values in Q8_0: a group's scales become part of the weights.
  void add_coded_values(const std::byte* values, std::size_t num_tokens) {
    const std::size_t head_dim = input_.cache.head_dim;
    const auto* codes = reinterpret_cast<const std::int8_t*>(values);
    const std::uint16_t* scales = scales_of(values);
    for (std::size_t g = 0; g < head_dim; g += kKvGroup, scales += kBlockTokens) {
      float weights[kQueries][kBlockTokens];
      for (std::size_t lane = 0; lane < kBlockTokens; lane += Simd::kLanes) {
        const Floats scale = Simd::first_lanes(
            Simd::from_halves(scales + lane),
            std::min(Simd::kLanes, num_tokens > lane ? num_tokens - lane : std::size_t{0}),
            Simd::zero());  // what lies beyond the sequence may be anything
        for (std::size_t i = 0; i < kQueries; ++i) {
          Simd::store(weights[i] + lane, Simd::mul(Simd::from_floats(weights_[i] + lane), scale));
        }
      }
      for (std::size_t d = g; d < g + kKvGroup; d += Simd::kLanes) {
        Floats sums[kQueries];
        for (std::size_t i = 0; i < kQueries; ++i) {
          sums[i] = Simd::mul(Simd::from_floats(targets_[i] + d), Simd::set(shrinks_[i]));
        }
        for (std::size_t t = 0; t < num_tokens; ++t) {
          const Floats value = Simd::from_int8(codes + t * head_dim + d);
          for (std::size_t i = 0; i < kQueries; ++i) {
            sums[i] = Simd::fma(Simd::set(weights[i][t]), value, sums[i]);
          }
        }
        for (std::size_t i = 0; i < kQueries; ++i) Simd::store(targets_[i] + d, sums[i]);
      }
    }
  }

  static Floats load_halves(const std::uint16_t* bits, std::size_t count) {
    if (count == Simd::kLanes) return Simd::from_halves(bits);
    std::uint16_t lanes[Simd::kLanes] = {};
    for (std::size_t i = 0; i < count; ++i) lanes[i] = bits[i];
    return Simd::from_halves(lanes);
  }

  const AttentionInput& input_;
  const SequenceSlice& slice_;
  std::size_t kv_head_;
  std::size_t num_visible_[kQueries];  // positions that a query sees
  const float* queries_[kQueries];
  float* targets_[kQueries];  // where the weighted values are summed
  float maxima_[kQueries];
  float totals_[kQueries];
  float shrinks_[kQueries];
  float weights_[kQueries][kBlockTokens];
};

template <class Simd, std::size_t kQueries>
void attend_some(const AttentionInput& input, const SequenceSlice& slice, const AttentionTask& task,
                 MatrixView<float> out) {
  if constexpr (kQueries > 0) {
    if (task.num_queries == kQueries) {
      return AttentionPass<Simd, kQueries>(input, slice, task, out).run();
    }
    attend_some<Simd, kQueries - 1>(input, slice, task, out);
  }
}

template <class Simd>
void attend(const AttentionInput& input, const SequenceSlice& slice, const AttentionTask& task,
            MatrixView<float> out) {
  attend_some<Simd, Simd::kQueries>(input, slice, task, out);
}

}  // namespace falconet
