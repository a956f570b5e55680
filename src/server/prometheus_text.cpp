#include "server/prometheus_text.h"

#include <charconv>
#include <cmath>

#include "base/strings.h"

namespace falconet {
namespace {

const char* type_name(PrometheusType type) {
  switch (type) {
    case PrometheusType::Counter: return "counter";
    case PrometheusType::Gauge: return "gauge";
    case PrometheusType::Histogram: return "histogram";
  }
  return "untyped";
}

std::string escaped_label(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\' || c == '"') text += '\\';
      text += c;
    }
  }
  return text;
}

/// The shortest text that reads back as the same number; "1.0" and not "1", as vLLM writes bounds.
std::string number_text(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  std::string text(digits, end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

void PrometheusText::begin(std::string_view name, PrometheusType type, std::string_view help) {
  name_ = name;
  text_ += cat("# HELP ", name, " ", help, "\n# TYPE ", name, " ", type_name(type), "\n");
}

void PrometheusText::sample(const PrometheusLabels& labels, double value) {
  line("", labels, value);
}

void PrometheusText::histogram(const PrometheusLabels& labels, const HistogramView& histogram,
                               double last_bound) {
  double count = 0;
  PrometheusLabels bounded = labels;
  bounded.emplace_back("le", "");
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    count += static_cast<double>(histogram.counts[i]);
    const bool is_rest = i == histogram.bounds.size();
    if (!is_rest && histogram.bounds[i] > last_bound) continue;
    bounded.back().second = number_text(is_rest ? INFINITY : histogram.bounds[i]);
    line("_bucket", bounded, count);
  }
  line("_sum", labels, histogram.sum);
  line("_count", labels, count);
}

void PrometheusText::line(std::string_view suffix, const PrometheusLabels& labels, double value) {
  text_ += cat(name_, suffix);
  std::string_view before = "{";
  for (const auto& [name, label] : labels) {
    text_ += cat(before, name, "=\"", escaped_label(label), "\"");
    before = ",";
  }
  text_ += cat(labels.empty() ? " " : "} ", number_text(value), "\n");
}

}  // namespace falconet
