// The golden cases of tests/stats_golden/golden.txt, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/strings.h"

namespace falconet {

/// One line "name: 1 2 ; 3 = 4 5": lists of arguments and what the reference answered.
struct GoldenCase {
  std::string line;
  std::vector<std::vector<double>> arguments;
  std::vector<double> expected;
};

inline std::vector<double> golden_numbers(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view part : split(trim(text), ' ')) {
    if (!part.empty()) numbers.push_back(parse_number<double>(part).value());
  }
  return numbers;
}

/// All cases of that name; a test without a case is a failure.
inline std::vector<GoldenCase> golden_cases(std::string_view name) {
  static const std::string text =
      read_file(std::filesystem::path(FALCONET_SOURCE_DIR) / "tests/stats_golden/golden.txt",
                /*max_bytes=*/1 << 22)
          .value();
  std::vector<GoldenCase> cases;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with('#') || line.substr(0, colon) != name) continue;
    const std::size_t equals = line.find(" = ");
    GoldenCase& added = cases.emplace_back();
    added.line = line.substr(0, 120);
    added.expected = golden_numbers(line.substr(equals + 3));
    for (const auto list : split(line.substr(colon + 2, equals - colon - 2), ';')) {
      added.arguments.push_back(golden_numbers(list));
    }
  }
  EXPECT_FALSE(cases.empty()) << name;
  return cases;
}

/// Equal within `tolerance`, relative for numbers above 1.
inline void expect_near(double found, double expected, double tolerance, const std::string& where) {
  EXPECT_NEAR(found, expected, tolerance * std::max(1.0, std::abs(expected))) << where;
}

}  // namespace falconet
