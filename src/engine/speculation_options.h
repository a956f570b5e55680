// How far ahead a sequence may guess.
#pragma once

#include <cstddef>

namespace falconet {

/// A step's rows at most while drafts are among them: with more, arithmetic and not memory sets the
/// pace, and a row that is thrown away costs what another sequence's token does. On two cores with
/// AVX-512 sixteen rows take 3.6 times as long as one; a tile of AMX has sixteen rows.
constexpr std::size_t kMaxRowsWithDrafts = 16;

struct SpeculationOptions {
  std::size_t num_speculative_tokens = 0;  // of a draft, below kMaxRowsWithDrafts; 0: no drafts
  // Tokens that must agree with an earlier place before it is believed, and that are compared.
  std::size_t prompt_lookup_min = 2;  // at least 2
  std::size_t prompt_lookup_max = 8;

  bool is_on() const { return num_speculative_tokens > 0; }
};

/// Of a model that is served. Where nothing repeats itself it costs a row in 64 tokens.
constexpr SpeculationOptions kUsualSpeculation{.num_speculative_tokens = 8};

}  // namespace falconet
