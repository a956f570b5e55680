#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/chat_interview.h"
#include "server/study_json.h"
#include "store/conversations.h"
#include "store/folders.h"
#include "store/messages.h"
#include "store/participants.h"
#include "store/prompts.h"
#include "store/users.h"

namespace falconet {
namespace {

constexpr int kFormatVersion = 1;

Result<Json> conversations_json(Transaction& transaction, const UserId& user) {
  Json all = Json::array();
  std::optional<std::string> cursor = "";
  while (cursor) {
    TRY_ASSIGN(ConversationPage page,
               list_conversations(transaction, user, {.cursor = *cursor, .limit = 100}));
    for (const Conversation& conversation : page.conversations) {
      TRY_ASSIGN(const std::vector<Message> tree, messages_of(transaction, user, conversation.id));
      Json json = conversation_json(conversation);
      json["messages"] = Json::array();
      for (const Message& message : tree) json["messages"].push_back(message_json(message));
      all.push_back(std::move(json));
    }
    cursor = std::move(page.next);
  }
  return all;
}

/// What they take part in, what they allow, and what they have answered so far.
Result<Json> studies_json(Transaction& transaction, const UserId& user) {
  Json all = Json::array();
  TRY_ASSIGN(const auto participations, participations_of(transaction, user));
  for (const Participant& participant : participations) {
    TRY_ASSIGN(const StudyRecord study, find_study(transaction, participant.study_id));
    TRY_ASSIGN(const auto asked, list_questionnaires(transaction, study.id));
    Json json = participation_json(participant);
    json["study"] = study.name;
    json["answers"] = Json::array();
    for (const Questionnaire& questionnaire : asked) {
      TRY_ASSIGN(const auto response, find_response(transaction, questionnaire.id, participant.id));
      if (response) json["answers"].push_back(response->answers);
    }
    TRY_ASSIGN(json["interview"], interview_turns_json(transaction, participant));
    all.push_back(std::move(json));
  }
  return all;
}

Result<Json> everything(Transaction& transaction, const UserId& user) {
  Json document = {
      {"format", "falconet"}, {"version", kFormatVersion}, {"exported", transaction.now()}};
  TRY_ASSIGN(document["settings"], settings_of(transaction, user));
  TRY_ASSIGN(const std::vector<Folder> folders, folders_of(transaction, user));
  document["folders"] = Json::array();
  for (const Folder& folder : folders) document["folders"].push_back(folder_json(folder));
  TRY_ASSIGN(const std::vector<SavedPrompt> prompts, prompts_of(transaction, user));
  document["prompts"] = Json::array();
  for (const SavedPrompt& prompt : prompts) document["prompts"].push_back(prompt_json(prompt));
  TRY_ASSIGN(document["conversations"], conversations_json(transaction, user));
  TRY_ASSIGN(document["studies"], studies_json(transaction, user));
  return document;
}

}  // namespace

Result<HttpResponse> get_export(AppCall& call) {
  TRY_ASSIGN(const Json document, call.app.store().read([&](Transaction& transaction) {
    return everything(transaction, call.user.id);
  }));
  HttpResponse response = app_response(document);
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"falconet.json\""});
  return response;
}

}  // namespace falconet
