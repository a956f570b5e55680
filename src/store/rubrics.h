// What coders are asked about answers, in versions: a question that was answered never changes.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// A codebook that people can keep in mind.
constexpr std::int64_t kMaxRubrics = 200;
constexpr std::size_t kMaxRubricNameBytes = 60;

struct RubricVersion {
  std::string name = {};
  std::int64_t version = 0;
  friend auto operator<=>(const RubricVersion&, const RubricVersion&) = default;
};

struct SavedRubric {
  RubricVersion id = {};
  Json document = Json::object();  // the caller's
};

/// All versions, by name, the newest first.
Result<std::vector<SavedRubric>> list_rubrics(Transaction& transaction);

/// The next version of the name, from 1; the newest as it is if nothing about it is different.
/// Errors: InvalidArgument (a name that is no [a-z0-9_]+), Exhausted.
Result<SavedRubric> save_rubric(Transaction& transaction, const std::string& name,
                                const Json& document);

}  // namespace falconet
