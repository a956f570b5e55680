// Prometheus' text format, version 0.0.4: families of samples.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/histogram.h"

namespace falconet {

using PrometheusLabels = std::vector<std::pair<std::string, std::string>>;

enum class PrometheusType { Counter, Gauge, Histogram };

/// Writes one family after the other; all samples of a family follow its begin().
class PrometheusText {
 public:
  /// Values are escaped, names are taken as they are. A counter's name ends in _total.
  void begin(std::string_view name, PrometheusType type, std::string_view help);
  void sample(const PrometheusLabels& labels, double value);

  /// Buckets up to each bound that is not above `last_bound`, the rest in +Inf.
  void histogram(const PrometheusLabels& labels, const HistogramView& histogram, double last_bound);

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view suffix, const PrometheusLabels& labels, double value);

  std::string name_;
  std::string text_;
};

}  // namespace falconet
