#include "stats/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stats/distributions.h"

namespace falconet {
namespace {

constexpr std::size_t kMostValues = 200;

Status check_codings(std::span<const Coding> codings) {
  std::set<std::pair<UnitId, PersonId>> seen;
  for (const auto& [unit, coder, value] : codings) {
    if (!std::isfinite(value)) {
      return error(ErrorCode::InvalidArgument, "unit ", unit.value, " is judged ", value);
    }
    if (!seen.emplace(unit, coder).second) {
      return error(ErrorCode::InvalidArgument, "coder ", coder.value, " judged unit ", unit.value,
                   " twice");
    }
  }
  return {};
}

// The judgements of units with two or more, values numbered in ascending order. Of a hundred
// thousand units two coders and five values leave fifteen that are not alike, and a resample asks
// only how often each of those came.
struct CodedUnits {
  std::vector<double> values;                   // the different ones
  std::vector<std::vector<int>> patterns = {};  // each a sorted list of indices into values
  std::vector<std::size_t> pattern_of = {};     // by unit
  int num_values = 0;
};

CodedUnits pairable_units(std::span<const Coding> codings) {
  std::map<UnitId, std::vector<double>> by_unit;
  for (const Coding& coding : codings) by_unit[coding.unit].push_back(coding.value);
  std::erase_if(by_unit, [](const auto& unit) { return unit.second.size() < 2; });
  std::set<double> values;
  for (const auto& [unit, judgements] : by_unit)
    values.insert(judgements.begin(), judgements.end());
  CodedUnits coded{.values = {values.begin(), values.end()}};
  std::map<std::vector<int>, std::size_t> places;
  for (const auto& [unit, judgements] : by_unit) {
    std::vector<int> indices;
    for (const double value : judgements) {
      const auto place = std::ranges::lower_bound(coded.values, value);
      indices.push_back(static_cast<int>(place - coded.values.begin()));
    }
    coded.num_values += static_cast<int>(judgements.size());
    std::ranges::sort(indices);
    const auto [pattern, is_new] = places.try_emplace(std::move(indices), coded.patterns.size());
    if (is_new) coded.patterns.push_back(pattern->first);
    coded.pattern_of.push_back(pattern->second);
  }
  return coded;
}

// Krippendorff's squared differences between the values, which appear totals[v] times.
class Differences {
 public:
  Differences(const CodedUnits& coded, std::span<const double> totals, Measurement measurement)
      : values_(coded.values), totals_(totals), measurement_(measurement), upto_(totals.size()) {
    double sum = 0;
    for (std::size_t v = 0; v < totals.size(); ++v) upto_[v] = sum += totals[v];
  }

  double operator()(std::size_t a, std::size_t b) const {
    if (a == b) return 0;
    if (measurement_ == Measurement::Nominal) return 1;
    if (measurement_ == Measurement::Interval) return std::pow(values_[a] - values_[b], 2);
    const auto [low, high] = std::minmax(a, b);
    const double between = upto_[high] - upto_[low] + (totals_[low] - totals_[high]) / 2;
    return between * between;
  }

 private:
  std::span<const double> values_;
  std::span<const double> totals_;
  Measurement measurement_;
  std::vector<double> upto_;
};

// Alpha where unit u stands times[u] times.
std::optional<double> alpha(const CodedUnits& coded, Measurement measurement,
                            std::span<const double> times) {
  std::vector<double> counts(coded.patterns.size());
  for (std::size_t u = 0; u < times.size(); ++u) counts[coded.pattern_of[u]] += times[u];
  std::vector<double> totals(coded.values.size());
  double num_values = 0;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    for (const int v : coded.patterns[p]) totals[static_cast<std::size_t>(v)] += counts[p];
    num_values += counts[p] * static_cast<double>(coded.patterns[p].size());
  }
  const Differences difference(coded, totals, measurement);
  double observed = 0;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    if (counts[p] == 0) continue;
    const std::vector<int>& pattern = coded.patterns[p];
    double sum = 0;
    for (const int a : pattern) {
      for (const int b : pattern) {
        sum += difference(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
      }
    }
    observed += counts[p] * sum / static_cast<double>(pattern.size() - 1);
  }
  double expected = 0;
  for (std::size_t a = 0; a < totals.size(); ++a) {
    for (std::size_t b = 0; b < totals.size(); ++b) {
      expected += totals[a] * totals[b] * difference(a, b);
    }
  }
  if (expected <= 0) return std::nullopt;
  return 1 - (num_values - 1) * observed / expected;
}

// The table of two coders' judgements of the units that both judged, as shares.
struct JointTable {
  std::map<std::pair<double, double>, double> cells;
  std::map<double, double> first;
  std::map<double, double> second;
};

JointTable joint_table(std::span<const std::pair<double, double>> pairs) {
  JointTable table;
  const double share = 1 / static_cast<double>(pairs.size());
  for (const auto& pair : pairs) {
    table.cells[pair] += share;
    table.first[pair.first] += share;
    table.second[pair.second] += share;
  }
  return table;
}

PairAgreement kappa(std::span<const std::pair<double, double>> pairs, double level) {
  PairAgreement result{.num_units = static_cast<int>(pairs.size())};
  JointTable table = joint_table(pairs);
  double observed = 0;
  for (const auto& [cell, share] : table.cells) observed += cell.first == cell.second ? share : 0;
  double expected = 0;
  for (const auto& [value, share] : table.first) {
    const auto other = table.second.find(value);
    if (other != table.second.end()) expected += share * other->second;
  }
  if (table.first.size() == 1 && table.first.contains(table.second.begin()->first) &&
      table.second.size() == 1) {
    return result;
  }
  const double k = (observed - expected) / (1 - expected);
  double variance = -std::pow(k - expected * (1 - k), 2);
  for (const auto& [cell, share] : table.cells) {
    // Fleiss, Cohen and Everitt's terms: the diagonal and the rest.
    const double margins = table.second[cell.first] + table.first[cell.second];
    const double term = cell.first == cell.second ? 1 - margins * (1 - k) : margins * (1 - k);
    variance += share * term * term;
  }
  variance /= static_cast<double>(pairs.size()) * std::pow(1 - expected, 2);
  const double half = two_sided_normal(level) * std::sqrt(std::max(0.0, variance));
  result.kappa = k;
  result.interval = {std::max(-1.0, k - half), std::min(1.0, k + half)};
  return result;
}

}  // namespace

Result<Agreement> krippendorff_alpha(std::span<const Coding> codings, Measurement measurement,
                                     const Resampling& resampling) {
  TRY(check_codings(codings));
  const CodedUnits coded = pairable_units(codings);
  if (coded.values.size() > kMostValues) {
    return error(ErrorCode::TooLarge, "alpha takes at most ", kMostValues,
                 " different values, not ", coded.values.size());
  }
  if (coded.pattern_of.size() < 2 || coded.values.size() < 2) {
    return error(ErrorCode::InvalidArgument, "alpha needs two units judged by two coders and two ",
                 "different values; there are ", coded.pattern_of.size(), " and ",
                 coded.values.size());
  }
  const auto statistic = [&](std::span<const double> times) {
    return alpha(coded, measurement, times);
  };
  TRY_ASSIGN(const BootstrapResult result,
             bootstrap_clusters(static_cast<int>(coded.pattern_of.size()), statistic, resampling));
  return Agreement{.alpha = result.estimate,
                   .interval = result.percentile,
                   .num_units = static_cast<int>(coded.pattern_of.size()),
                   .num_values = coded.num_values};
}

Result<std::vector<PairAgreement>> pairwise_kappa(std::span<const Coding> codings, double level) {
  TRY(check_level(level));
  TRY(check_codings(codings));
  std::map<UnitId, std::map<PersonId, double>> by_unit;
  for (const auto& [unit, coder, value] : codings) by_unit[unit][coder] = value;
  std::map<std::pair<PersonId, PersonId>, std::vector<std::pair<double, double>>> shared;
  for (const auto& [unit, judgements] : by_unit) {
    for (auto a = judgements.begin(); a != judgements.end(); ++a) {
      for (auto b = std::next(a); b != judgements.end(); ++b) {
        shared[{a->first, b->first}].emplace_back(a->second, b->second);
      }
    }
  }
  std::vector<PairAgreement> results;
  for (const auto& [coders, pairs] : shared) {
    PairAgreement& added = results.emplace_back(kappa(pairs, level));
    added.first = coders.first;
    added.second = coders.second;
  }
  return results;
}

}  // namespace falconet
