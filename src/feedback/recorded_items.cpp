#include "feedback/recorded_items.h"

#include <set>

#include "base/strings.h"
#include "feedback/training_export.h"
#include "store/judged_answers.h"
#include "store/messages.h"
#include "store/study_consent.h"

namespace falconet {
namespace {

// A correction as short as this is a result, which other words may stand around; a longer one is a
// wording, of which there are others as good.
constexpr std::size_t kMaxResultBytes = 60;

bool has_correction(const JudgedAnswer& answer) {
  const std::string_view better = trim(answer.better);
  return !better.empty() && better != trim(answer.content);
}

/// Whether its reader has said what a right answer is.
bool tells_what_is_right(const JudgedAnswer& answer) {
  if (has_correction(answer)) return true;
  return answer.value > 0 && answer.score.value_or(kExemplaryScore) >= kExemplaryScore;
}

/// Nothing: no program can tell whether another answer is right.
std::optional<AnswerCheck> check_of(const JudgedAnswer& answer) {
  if (!has_correction(answer)) return AnswerCheck::by_example(answer.content);
  if (auto check = AnswerCheck::by_example(answer.better)) return check;
  std::string_view result = trim(answer.better);
  while (!result.empty() && (result.back() == '.' || result.back() == '!')) result.remove_suffix(1);
  const bool is_result = !result.empty() && result.size() <= kMaxResultBytes &&
                         result.find('\n') == std::string_view::npos;
  if (!is_result) return std::nullopt;
  Result<AnswerCheck> check = AnswerCheck::of({{"kind", "contains"}, {"value", result}});
  return check ? std::optional(*std::move(check)) : std::nullopt;
}

/// What stood before the answer; nothing if something was attached to it.
Result<std::optional<Json>> messages_before(Transaction& transaction, const JudgedAnswer& answer) {
  TRY_ASSIGN(const std::vector<Message> branch,
             branch_of(transaction, answer.user, answer.question));
  Json messages = Json::array();
  if (!trim(answer.system).empty()) {
    messages.push_back({{"role", "system"}, {"content", answer.system}});
  }
  for (const Message& message : branch) {
    if (!message.attachments.empty()) return std::optional<Json>();
    messages.push_back({{"role", message.role}, {"content", message.content}});
  }
  return std::optional(std::move(messages));
}

}  // namespace

Result<RecordedItems> recorded_trial_items(Transaction& transaction, std::size_t most) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(std::vector<JudgedAnswer> judged, judged_answers(transaction));
  std::erase_if(judged, [&](const JudgedAnswer& answer) {
    return !consenting.contains(answer.user) || !tells_what_is_right(answer);
  });
  RecordedItems out;
  std::set<std::string> asked;
  for (auto answer = judged.rbegin(); answer != judged.rend() && out.items.size() < most;
       ++answer) {
    if (asked.contains(answer->question.value)) continue;
    const std::optional<AnswerCheck> check = check_of(*answer);
    if (!check) {
      ++out.num_without_check;
      continue;
    }
    TRY_ASSIGN(std::optional<Json> messages, messages_before(transaction, *answer));
    if (!messages) {
      ++out.num_with_files;
      continue;
    }
    asked.insert(answer->question.value);
    ++(has_correction(*answer) ? out.num_corrected : out.num_praised);
    out.items.push_back({.messages = *std::move(messages), .check = *check});
  }
  return out;
}

}  // namespace falconet
