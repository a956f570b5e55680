// A model codes the answers of a sample, one after the other, as a coder that is marked as a model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "feedback/judge.h"
#include "feedback/model_work.h"

namespace falconet {

struct JudgingOrder {
  SampleId sample = {};
  std::string coder = {};  // what the model is called as a coder
};

struct JudgingOutcome {
  std::string title = {};  // of the sample
  std::int64_t num_coded = 0;
  std::int64_t num_coded_before = 0;
  std::int64_t num_failed = 0;  // whose judgement could not be read
};

/// Each item is kept at once, and what this coder has coded before is left as it is: after an
/// interruption the next run goes on. `on_failure` is told of items whose judgement cannot be read.
/// Errors: NotFound (the sample), Corrupt (not one judgement could be read), those of the model
/// that would meet the next item too, those of the store, Cancelled.
Result<JudgingOutcome> judge_sample(
    Store& store, const ModelWork& work, const JudgingOrder& order,
    const std::function<void(const SampleItemId&, const Error&)>& on_failure = {});

/// How many items of the sample the coder has not coded yet. Errors: NotFound.
Result<std::int64_t> num_left_to_judge(Transaction& transaction, const JudgingOrder& order);

}  // namespace falconet
