#include "feedback/training_export.h"

#include <map>
#include <optional>
#include <set>

#include "base/json.h"
#include "base/strings.h"
#include "store/messages.h"
#include "store/users.h"

namespace falconet {
namespace {

struct JudgedAnswer {
  UserId user = {};
  MessageId id = {};
  MessageId question = {};
  std::string content = {};
  std::string better = {};
  bool is_praised = false;
  std::string system = {};
};

Json chat_message(std::string_view role, const std::string& content) {
  return {{"role", std::string(role)}, {"content", content}};
}

Json answer_turn(const std::string& content) {
  return Json::array({chat_message("assistant", content)});
}

JudgedAnswer judged_answer(const SqlRow& row) {
  const auto score = row.optional_integer(6);
  const Json parameters = parse_json(row.text(7)).value_or(Json::object());
  return {.user = {row.text(0)},
          .id = {row.text(1)},
          .question = {row.text(2)},
          .content = row.text(3),
          .better = std::string(trim(row.text(4))),
          .is_praised = row.integer(5) > 0 && score.value_or(kExemplaryScore) >= kExemplaryScore,
          .system = string_member(parameters, "system").value_or("")};
}

class ExampleCollector {
 public:
  explicit ExampleCollector(Transaction& transaction) : transaction_(transaction) {}

  Result<TrainingExamples> collect() {
    TRY_ASSIGN(
        const SqlRows rows,
        transaction_.execute("SELECT r.user_id, m.id, m.parent_id, m.content, r.better, r.value, "
                             "r.score, c.parameters FROM ratings r "
                             "JOIN messages m ON m.id = r.message_id "
                             "JOIN conversations c ON c.id = m.conversation_id "
                             "WHERE m.role = 'assistant' AND m.parent_id IS NOT NULL AND "
                             "m.status = 'done' AND c.is_temporary = 0 ORDER BY m.id"));
    std::map<std::string, std::vector<JudgedAnswer>> of_question;
    for (const SqlRow& row : rows) {
      const JudgedAnswer answer = judged_answer(row);
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
    return agreed_[user.value] = bool_member(settings, kMayTrainSetting).value_or(false);
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
      if (!answer.better.empty() && answer.better != trim(answer.content)) {
        add_chat(*prompt, answer.better);
        add_preference(*prompt, answer.better, answer.content);
      } else if (answer.is_praised) {
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
  std::map<std::string, bool> agreed_ = {};
  TrainingExamples out_ = {};
};

}  // namespace

Result<TrainingExamples> training_examples(Transaction& transaction) {
  return ExampleCollector(transaction).collect();
}

}  // namespace falconet
