// Rubrics, samples and their items as the page's API writes them.
#pragma once

#include "base/json.h"
#include "feedback/sampling.h"
#include "store/judgements.h"

namespace falconet {

Json rubric_view_json(const Rubric& rubric);
Json sample_json(const Sample& sample);

/// What a coder may see of an item: the messages, and nothing of who, which model, or what anybody
/// thinks of it. `messages`: as span_of_item gives them; the last is the answer.
Json span_json(const SampleItemId& id, const std::vector<SpanMessage>& messages);

/// {"correctness": 2, "memory": 0, "tone": null}.
Json judgements_json(const std::vector<CodeJudgement>& judgements);
/// Errors: InvalidArgument naming the member.
Result<std::vector<CodeJudgement>> judgements_of_json(const Json& body);

}  // namespace falconet
