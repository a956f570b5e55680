// How many tokens of a draft are worth their rows, from how the last ones did.
#pragma once

#include <cstddef>

namespace falconet {

/// Doubles while whole drafts are right and falls with what is wrong, down to nothing. Then it
/// rests, each time twice as long, and tries again with one token: a text that never repeats itself
/// pays a row in kMaxRest tokens, under half a percent.
class DraftLength {
 public:
  static constexpr std::size_t kFirst = 2;
  static constexpr std::size_t kMinRest = 8;   // tokens
  static constexpr std::size_t kMaxRest = 64;  // tokens
  // A long agreement is a better reason to try again than time is.
  static constexpr std::size_t kHaste = 8;

  explicit DraftLength(std::size_t max) : max_(max), length_(max < kFirst ? max : kFirst) {}

  /// Tokens of the next draft. Call once for each place that drafts could begin at;
  /// `is_long_match`: as many tokens agree as are ever compared.
  std::size_t next(bool is_long_match);

  /// Of a draft's `num_drafted` > 0 tokens the first `num_accepted` came out.
  void observe(std::size_t num_drafted, std::size_t num_accepted);

 private:
  std::size_t max_;
  std::size_t length_;
  std::size_t rest_ = kMinRest;  // the next one's length
  std::size_t resting_ = 0;      // what is left of this one
};

}  // namespace falconet
