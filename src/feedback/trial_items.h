// What a trial replays: conversations with a check of the answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/answer_check.h"

namespace falconet {

struct TrialItem {
  std::string family = {};
  Json messages = {};
  Json tools = {};   // or null
  Json schema = {};  // or null
  std::optional<bool> is_thinking = {};
  AnswerCheck check;
};

/// JSON lines, or one object with "items" (docs/feedback-data.md). `name` stands before errors.
/// Errors: InvalidArgument (no item, or one that is none, by its place).
Result<std::vector<TrialItem>> read_trial_items(std::string_view text, const std::string& name);

/// Every second item is for choosing a setting ("first"), the others for proving it ("second"); or
/// "all". Errors: InvalidArgument (another name).
Status take_half(std::string_view half, std::vector<TrialItem>& items);

}  // namespace falconet
