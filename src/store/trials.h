// What came of trials: the same items answered under two settings, for a finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/participants.h"
#include "store/records.h"
#include "store/store.h"

namespace falconet {

using TrialId = RecordId<struct TrialTag>;

struct TrialRecord {
  TrialId id = {};                    // given when it is added
  std::string finding = {};           // its id in the analysis
  std::optional<StudyId> study = {};  // whose finding it is; nothing: everybody's
  std::int64_t ended = 0;             // given when it is added
  std::string model = {};
  std::string items = {};  // the name of their file; empty: what people had asked here
  std::string half = {};   // "all", "first", "second"
  Json first = Json::object();
  Json second = Json::object();
  std::int64_t num_both = 0;  // right under both settings, …
  std::int64_t num_only_first = 0;
  std::int64_t num_only_second = 0;
  std::int64_t num_neither = 0;
};

Result<TrialRecord> add_trial(Transaction& transaction, TrialRecord trial);

/// Of a study's findings, or of everybody's; newest first, `limit` at most.
Result<std::vector<TrialRecord>> list_trials(Transaction& transaction,
                                             const std::optional<StudyId>& study, int limit);

/// Errors: NotFound.
Result<TrialRecord> delete_trial(Transaction& transaction, const TrialId& id);

}  // namespace falconet
