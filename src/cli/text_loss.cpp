#include "cli/text_loss.h"

#include <algorithm>
#include <cmath>

#include "completion/memory_budget.h"

namespace falconet {
namespace {

// Half of two tokens counts, so the smallest window has one token to score.
constexpr std::size_t kMinContext = 4;

/// ln Σ exp(logits)
double log_sum_exp(std::span<const float> logits) {
  const float top = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += static_cast<double>(std::exp(logit - top));
  return static_cast<double>(top) + std::log(sum);
}

double negative_log_likelihood(std::span<const float> logits, TokenId id) {
  return log_sum_exp(logits) - static_cast<double>(logits[static_cast<std::size_t>(id.value)]);
}

double kl_divergence(std::span<const float> base, std::span<const float> model) {
  const double base_log_sum = log_sum_exp(base);
  const double shift = log_sum_exp(model) - base_log_sum;
  double sum = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const auto base_logit = static_cast<double>(base[i]);
    const double probability = std::exp(base_logit - base_log_sum);
    sum += probability * (base_logit - static_cast<double>(model[i]) + shift);
  }
  return std::max(0.0, sum);  // rounding makes some of equal distributions negative
}

std::size_t top_of(std::span<const float> logits) {
  return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

/// Values of every scored token, one window after the other.
struct Scores {
  std::vector<double> loss;
  std::vector<double> base_loss;
  std::vector<double> divergence;
  std::vector<double> same_top;  // 0 or 1
};

double percentile(std::vector<double>& values, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

Estimate perplexity_of(std::span<const double> loss) {
  const Estimate mean = mean_of(loss);
  const double perplexity = std::exp(mean.value);
  return {perplexity, perplexity * mean.standard_error};
}

Divergence summarize(Scores& scores) {
  return {.base_perplexity = perplexity_of(scores.base_loss),
          .mean = mean_of(scores.divergence),
          .median = percentile(scores.divergence, 0.5),
          .percentile99 = percentile(scores.divergence, 0.99),
          .max = *std::ranges::max_element(scores.divergence),
          .same_top = mean_of(scores.same_top)};
}

/// Scores the second half of a window: position i predicts ids[i + 1].
Status score_window(DirectModel& model, DirectModel* base, std::span<const TokenId> ids,
                    Scores& scores) {
  const std::size_t first = ids.size() / 2;
  const auto input = ids.first(ids.size() - 1);
  std::vector<std::vector<float>> base_rows;
  if (base != nullptr) {
    TRY(base->read(input, first, [&](std::span<const float> row) {
      const TokenId next = ids[first + base_rows.size() + 1];
      scores.base_loss.push_back(negative_log_likelihood(row, next));
      base_rows.emplace_back(row.begin(), row.end());
    }));
  }
  std::size_t index = 0;
  return model.read(input, first, [&](std::span<const float> row) {
    scores.loss.push_back(negative_log_likelihood(row, ids[first + index + 1]));
    if (base != nullptr) {
      scores.divergence.push_back(kl_divergence(base_rows[index], row));
      scores.same_top.push_back(top_of(base_rows[index]) == top_of(row) ? 1 : 0);
    }
    ++index;
  });
}

Status check(DirectModel& model, DirectModel* base, std::size_t num_ids,
             const TextLossOptions& options) {
  const ModelLimits limits = model.model().limits();
  const std::size_t context = options.context;
  if (context < kMinContext) {
    return error(ErrorCode::InvalidArgument, "--context must be at least ", kMinContext, "; found ",
                 context);
  }
  for (DirectModel* each : {&model, base}) {
    if (each == nullptr || context <= each->model().limits().max_context) continue;
    return error(ErrorCode::TooLarge, "--context ", context, " is over the model's context of ",
                 each->model().limits().max_context);
  }
  if (num_ids < context) {
    return error(ErrorCode::InvalidArgument, "the text has ", num_ids,
                 " tokens, less than one window of ", context,
                 "; use a longer text or a smaller --context");
  }
  if (base == nullptr) return {};
  if (base->model().limits().vocab_size != limits.vocab_size) {
    return error(ErrorCode::InvalidArgument, "the base has a vocabulary of ",
                 base->model().limits().vocab_size, ", the model one of ", limits.vocab_size);
  }
  const std::uint64_t wanted = context / 2 * limits.vocab_size * sizeof(float);
  if (wanted <= available_memory_bytes()) return {};
  return error(ErrorCode::TooLarge, "the base's logits of a window need ", human_bytes(wanted),
               "; lower --context");
}

}  // namespace

Estimate mean_of(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  double squares = 0;
  for (const double value : values) sum += value;
  const double mean = values.empty() ? 0 : sum / count;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, count > 1 ? std::sqrt(squares / count / (count - 1)) : 0};
}

Result<TextLoss> measure_text_loss(DirectModel& model, DirectModel* base,
                                   std::span<const TokenId> ids, const TextLossOptions& options) {
  TRY(check(model, base, ids.size(), options));
  TextLoss result;
  result.num_windows = ids.size() / options.context;
  if (options.max_windows > 0) {
    result.num_windows = std::min(result.num_windows, options.max_windows);
  }
  Scores scores;
  std::vector<TokenId> window(options.context);
  for (std::size_t i = 0; i < result.num_windows; ++i) {
    std::ranges::copy(ids.subspan(i * options.context, options.context), window.begin());
    if (options.bos) window[0] = *options.bos;
    TRY(score_window(model, base, window, scores));
    if (options.report) {
      options.report(i + 1, result.num_windows, perplexity_of(scores.loss).value);
    }
  }
  result.num_scored = scores.loss.size();
  result.perplexity = perplexity_of(scores.loss);
  if (base != nullptr) result.divergence = summarize(scores);
  return result;
}

}  // namespace falconet
