#include "feedback/training_export.h"

#include <map>
#include <optional>
#include <set>

#include "base/json.h"
#include "base/strings.h"
#include "feedback/pii_redaction.h"
#include "store/judged_answers.h"
#include "store/messages.h"
#include "store/studies.h"
#include "store/study_consent.h"
#include "store/users.h"

namespace falconet {
namespace {

/// Without what tells who somebody is.
Json chat_message(std::string_view role, const std::string& content) {
  return {{"role", std::string(role)}, {"content", redact_personal_data(content).text}};
}

Json answer_turn(const std::string& content) {
  return Json::array({chat_message("assistant", content)});
}

bool is_praised(const JudgedAnswer& answer) {
  return answer.value > 0 && answer.score.value_or(kExemplaryScore) >= kExemplaryScore;
}

class ExampleCollector {
 public:
  explicit ExampleCollector(Transaction& transaction) : transaction_(transaction) {}

  Result<TrainingExamples> collect() {
    TRY_ASSIGN(allowing_, people_who_allow(transaction_, kScopeFineTuning));
    TRY_ASSIGN(const std::vector<JudgedAnswer> judged, judged_answers(transaction_));
    std::map<std::string, std::vector<JudgedAnswer>> of_question;
    for (const JudgedAnswer& answer : judged) {
      TRY_ASSIGN(const bool may_train, has_agreed(answer.user));
      if (may_train) {
        of_question[answer.question.value].push_back(answer);
      } else {
        ++out_.num_without_consent;
      }
    }
    for (const auto& [question, answers] : of_question) TRY(add_question(answers));
    return std::move(out_);
  }

 private:
  Result<bool> has_agreed(const UserId& user) {
    const auto known = agreed_.find(user.value);
    if (known != agreed_.end()) return known->second;
    TRY_ASSIGN(const Json settings, settings_of(transaction_, user));
    const bool has_set_it = bool_member(settings, kMayTrainSetting).value_or(false);
    return agreed_[user.value] = has_set_it || allowing_.contains(user);
  }

  /// What stood before the answers to one question; nothing if something was attached to it.
  Result<std::optional<Json>> prompt_of(const JudgedAnswer& answer) {
    TRY_ASSIGN(const std::vector<Message> branch,
               branch_of(transaction_, answer.user, answer.question));
    Json prompt = Json::array();
    if (!trim(answer.system).empty()) prompt.push_back(chat_message("system", answer.system));
    for (const Message& message : branch) {
      if (!message.attachments.empty()) return std::optional<Json>();
      prompt.push_back(chat_message(message.role, message.content));
    }
    return std::optional(std::move(prompt));
  }

  Status add_question(const std::vector<JudgedAnswer>& answers) {
    TRY_ASSIGN(const std::optional<Json> prompt, prompt_of(answers.front()));
    if (!prompt) {
      out_.num_with_files += static_cast<std::int64_t>(answers.size());
      return {};
    }
    const JudgedAnswer* praised = nullptr;
    const JudgedAnswer* refused = nullptr;
    for (const JudgedAnswer& answer : answers) {
      const std::string better(trim(answer.better));
      if (!better.empty() && better != trim(answer.content)) {
        add_chat(*prompt, better);
        add_preference(*prompt, better, answer.content);
      } else if (is_praised(answer)) {
        add_chat(*prompt, answer.content);
        praised = &answer;
      } else {
        refused = &answer;
      }
    }
    if (praised != nullptr && refused != nullptr) {
      add_preference(*prompt, praised->content, refused->content);
    }
    return {};
  }

  void add_chat(Json messages, const std::string& answer) {
    messages.push_back(chat_message("assistant", answer));
    out_.chats.push_back(to_text({{"messages", std::move(messages)}}));
  }

  void add_preference(const Json& prompt, const std::string& chosen, const std::string& rejected) {
    out_.preferences.push_back(to_text({{"prompt", prompt},
                                        {"chosen", answer_turn(chosen)},
                                        {"rejected", answer_turn(rejected)}}));
  }

  Transaction& transaction_;
  std::set<UserId> allowing_ = {};  // in a study
  std::map<std::string, bool> agreed_ = {};
  TrainingExamples out_ = {};
};

}  // namespace

Result<TrainingExamples> training_examples(Transaction& transaction) {
  return ExampleCollector(transaction).collect();
}

}  // namespace falconet
