// /api/app/participations/ID/interview: being interviewed in the chat.
#include "server/chat_interview.h"
#include "server/study_handlers.h"

namespace falconet {

Result<HttpResponse> get_chat_interview(AppCall& call) {
  TRY_ASSIGN(const Json json, call.app.store().read([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, ParticipantId{call.id}));
    return chat_interview_json(transaction, participant, call.user.id);
  }));
  return app_response(json);
}

Result<HttpResponse> post_chat_interview(AppCall& call) {
  TRY_ASSIGN(const Json json, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, ParticipantId{call.id}));
    return begin_interview(transaction, participant, call.user.id, call.request.body);
  }));
  return app_response(json);
}

Result<HttpResponse> post_interview_turn(AppCall& call) {
  TRY_ASSIGN(const Json json, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, ParticipantId{call.id}));
    return answer_interview(transaction, participant, call.user.id, call.request.body);
  }));
  return app_response(json);
}

}  // namespace falconet
