// How well a model predicts a text, and how far its predictions are from another model's.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "cli/direct_model.h"

namespace falconet {

/// A mean over the tokens that count, and its standard error.
struct Estimate {
  double value = 0;
  double standard_error = 0;
};

Estimate mean_of(std::span<const double> values);

/// Of the base's distribution from the model's, Σ p_base · ln(p_base / p_model), in nats.
struct Divergence {
  Estimate base_perplexity;
  Estimate mean;
  double median = 0;
  double percentile99 = 0;
  double max = 0;
  Estimate same_top;  // share of positions where both find the same token likeliest
};

struct TextLoss {
  std::size_t num_windows = 0;
  std::size_t num_scored = 0;  // tokens
  Estimate perplexity;
  std::optional<Divergence> divergence;  // with a base
};

struct TextLossOptions {
  std::size_t context = 512;
  std::optional<TokenId> bos;   // stands first in each window where the tokenizer adds it
  std::size_t max_windows = 0;  // 0: as many as the text has
  /// Called after each window with its number, the number of all, and the loss so far; may be
  /// empty.
  std::function<void(std::size_t done, std::size_t total, double perplexity)> report = {};
};

/// llama.cpp's method: the text is cut into windows of `context` tokens that do not overlap; of
/// each, the tokens of the second half count, so that every one of them has half a window before
/// it. What is left over at the end is not read.
/// Errors: InvalidArgument (context, a text shorter than one window), TooLarge (over the model's
/// context, no memory for the base's logits).
Result<TextLoss> measure_text_loss(DirectModel& model, DirectModel* base,
                                   std::span<const TokenId> ids, const TextLossOptions& options);

}  // namespace falconet
