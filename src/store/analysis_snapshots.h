// The last analysis of each scope, so that a page can show one at once and say how old it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace falconet {

// Each choice of filters has a scope of its own; beyond so many the oldest go.
constexpr int kMaxAnalysisSnapshots = 400;

struct AnalysisSnapshot {
  std::string scope = {};  // what it is an analysis of
  std::string language = {};
  std::int64_t began = 0;  // when its data were read
  std::int64_t took_ms = 0;
  std::string people = {};    // see people_in_data()
  std::string document = {};  // the analysis as JSON
  std::string report = {};    // HTML; empty: there was nothing to report
};

/// Who can be in an analysis of that moment, in short: it changes when somebody's account is
/// deleted, when they leave a study or allow less than they did, and not when somebody comes. An
/// analysis with another mark than today's holds people who have taken back what they allowed.
Result<std::string> people_in_data(Transaction& transaction, std::int64_t at);

/// Nothing if there is none, or it holds people who are to be in none.
Result<std::optional<AnalysisSnapshot>> find_snapshot(Transaction& transaction,
                                                      std::string_view scope,
                                                      std::string_view language);

/// In the place of the earlier one.
Status save_snapshot(Transaction& transaction, const AnalysisSnapshot& snapshot);

}  // namespace falconet
