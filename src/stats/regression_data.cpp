#include "stats/regression_data.h"

#include <algorithm>
#include <cmath>

namespace falconet {
namespace {

Status check_outcomes(std::span<const double> outcomes) {
  double least = 1;
  double most = 0;
  for (const double outcome : outcomes) {
    if (!(outcome >= 0 && outcome <= 1)) {
      return error(ErrorCode::InvalidArgument, "an outcome is from 0 to 1, not ", outcome);
    }
    least = std::min(least, outcome);
    most = std::max(most, outcome);
  }
  if (least < 1 && most > 0) return {};
  return error(ErrorCode::InvalidArgument, "all ", outcomes.size(),
               " outcomes are the same: there is nothing to explain");
}

}  // namespace

Status check_regression_data(const RegressionData& data) {
  const std::size_t num_rows = data.outcomes.size();
  CHECK(data.people.size() == num_rows, data.people.size(), " people for ", num_rows, " rows");
  CHECK(data.weights.empty() || data.weights.size() == num_rows, data.weights.size(), " weights");
  for (const auto& column : data.columns) {
    CHECK(column.size() == num_rows, "a column of ", column.size(), " for ", num_rows, " rows");
    if (!std::ranges::all_of(column, [](double x) { return std::isfinite(x); })) {
      return error(ErrorCode::InvalidArgument, "column ", &column - data.columns.data() + 1,
                   " has a value that is not finite");
    }
  }
  const auto is_weight = [](double w) { return std::isfinite(w) && w > 0; };
  if (!std::ranges::all_of(data.weights, is_weight)) {
    return error(ErrorCode::InvalidArgument, "weights are positive numbers");
  }
  if (std::ranges::adjacent_find(data.people, std::ranges::not_equal_to()) == data.people.end()) {
    return error(ErrorCode::InvalidArgument, "a regression needs two people or more");
  }
  return check_outcomes(data.outcomes);
}

}  // namespace falconet
