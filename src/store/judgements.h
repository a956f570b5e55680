// What coders said of sampled answers, and what was decided where they differ.
#pragma once

#include "store/coding_queue.h"

namespace falconet {

/// One judgement with all that an analysis needs of it. Those that are not submitted are not there.
struct JudgementRow {
  std::string id = {};
  SampleId sample = {};
  SampleItemId item = {};
  GenerationId generation = {};
  UserId user = {};  // who asked
  double probability = 0;
  CoderId coder = {};
  std::string coder_kind = {};  // "person", "model", "rule"
  std::string coder_name = {};  // of a program
  std::string code = {};
  std::int64_t rubric_version = 0;  // 0: a category
  std::optional<double> value = {};
  std::string comment = {};  // of the coder, on the item
};

/// Of one sample, or of all; of people who consent. By item, code and coder.
Result<std::vector<JudgementRow>> list_judgements(Transaction& transaction,
                                                  const std::optional<SampleId>& sample = {});

/// A researcher's word on an item. It stands beside the coders' judgements; a later one counts
/// instead of an earlier one, which is kept.
struct DecisionRow {
  std::string id = {};
  SampleId sample = {};
  SampleItemId item = {};
  GenerationId generation = {};
  UserId user = {};
  double probability = 0;
  std::string code = {};
  std::int64_t rubric_version = 0;
  double value = 0;
  std::string comment = {};
  std::int64_t decided = 0;
};

/// The last of each item and code. As list_judgements.
Result<std::vector<DecisionRow>> list_decisions(Transaction& transaction,
                                                const std::optional<SampleId>& sample = {});

struct NewDecision {
  SampleItemId item = {};
  std::string code = {};
  double value = 0;
  std::string comment = {};
};

/// Errors: NotFound (the item), InvalidArgument (a comment too long).
Status decide(Transaction& transaction, const UserId& decided_by, const NewDecision& decision);

}  // namespace falconet
