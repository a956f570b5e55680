// A model as one more coder: what it is told and asked of an answer, and what its word comes to.
// Its figures count for nothing before they are measured against people's (annotation_results.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feedback/rubric.h"
#include "feedback/sampling.h"
#include "store/samples.h"

namespace falconet {

struct JudgeTask {
  Json messages = Json::array();
  Json schema = Json::object();  // that the judge's answer is bound to
};

/// The rubrics stand in the prompt as people read them, and the answer as coders see it: not who
/// asked, which model answered, or what others said. `messages` as span_of_item gives them.
JudgeTask judge_task(const Sample& sample, const std::vector<Rubric>& rubrics,
                     const std::vector<SpanMessage>& messages);

struct JudgedItem {
  std::vector<CodeJudgement> judgements = {};
  std::string why = {};
};

/// Errors: InvalidArgument (no JSON, a code that is missing, a value that the rubric does not
/// take): not every endpoint binds its answers.
Result<JudgedItem> judged_item(const Sample& sample, const std::vector<Rubric>& rubrics,
                               std::string_view answer);

}  // namespace falconet
