#include "feedback/trial_run.h"

#include <algorithm>

namespace falconet {
namespace {

/// Null where the item with this setting does not fit the model's context: it is not right then.
Result<std::unique_ptr<AwaitedAnswer>> ask_item(const ModelWork& work, CompletionRequest request) {
  auto answer = AwaitedAnswer::ask(work, std::move(request));
  if (!answer && answer.error().code == ErrorCode::TooLarge) {
    return std::unique_ptr<AwaitedAnswer>();
  }
  return answer;
}

Result<bool> answered_right(const ModelWork& work, const TrialItem& item, AwaitedAnswer* answer) {
  if (answer == nullptr) return false;
  TRY_ASSIGN(const VisibleAnswer whole, answer->whole(work.stop));
  return item.check.is_right(whole);
}

/// Whether each item is right under a setting, in their order.
Result<std::vector<bool>> answer_all(const ModelWork& work, const std::vector<TrialItem>& items,
                                     const TrialSetting& setting, std::size_t num_before) {
  std::vector<bool> right;
  const auto total = static_cast<std::int64_t>(2 * items.size());
  for (std::size_t first = 0; first < items.size(); first += work.num_at_once) {
    const std::size_t end = std::min(items.size(), first + work.num_at_once);
    std::vector<std::unique_ptr<AwaitedAnswer>> answers;
    for (std::size_t i = first; i < end; ++i) {
      TRY_ASSIGN(CompletionRequest request, trial_request(items[i], setting, i));
      TRY_ASSIGN(auto answer, ask_item(work, std::move(request)));
      answers.push_back(std::move(answer));
    }
    for (std::size_t i = first; i < end; ++i) {
      TRY_ASSIGN(const bool was_right, answered_right(work, items[i], answers[i - first].get()));
      right.push_back(was_right);
      work.tell(static_cast<std::int64_t>(num_before + right.size()), total);
    }
  }
  return right;
}

PairedCounts count_pairs(const std::vector<bool>& first, const std::vector<bool>& second) {
  PairedCounts counts;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ++(first[i] && second[i] ? counts.both
       : first[i]            ? counts.only_first
       : second[i]           ? counts.only_second
                             : counts.neither);
  }
  return counts;
}

}  // namespace

Status check_trial(const Trial& trial) {
  for (const TrialItem& item : trial.items) {
    for (const TrialSetting* setting : {&trial.first, &trial.second}) {
      TRY(trial_request(item, *setting, 0));
    }
  }
  return {};
}

Result<TrialResult> run_trial(const ModelWork& work, const Trial& trial) {
  TRY(check_trial(trial));
  TRY_ASSIGN(const auto first, answer_all(work, trial.items, trial.first, 0));
  TRY_ASSIGN(const auto second, answer_all(work, trial.items, trial.second, trial.items.size()));
  return judge_trial(count_pairs(first, second));
}

}  // namespace falconet
