// /api/app/study-links and /api/app/respondents: following a link to a study; with one to a
// questionnaire, answering it without an account. The token of the link, and then a secret that its
// bearer alone has, stand for the account.
#include "server/credentials.h"
#include "server/questionnaire_response.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "server/study_json.h"

namespace falconet {
namespace {

// A name of a segment and a few words: nobody needs more to join.
constexpr std::size_t kMaxJoinBytes = 16u << 10;

struct FollowedLink {
  StudyLink link = {};
  StudyRecord study = {};
  ConsentText consent = {};
};

/// Errors: NotFound (no such link, or it can no longer be used).
Result<FollowedLink> follow(Transaction& transaction, const std::string& token) {
  FollowedLink followed;
  TRY_ASSIGN(followed.link, find_study_link(transaction, secret_digest(token)));
  if (!followed.link.is_usable(transaction.now())) {
    return error(ErrorCode::NotFound, "this link was used up, or has expired");
  }
  TRY_ASSIGN(followed.study, find_study(transaction, followed.link.study_id));
  TRY_ASSIGN(const auto consent, consent_text_of(transaction, followed.study.id));
  if (followed.study.state != StudyState::Running || !consent) {
    return error(ErrorCode::NotFound, "the study does not run");
  }
  followed.consent = *consent;
  return followed;
}

/// The questionnaire that a respondent came for.
Result<QuestionnaireId> questionnaire_of_respondent(Transaction& transaction,
                                                    const Participant& participant) {
  TRY_ASSIGN(const auto id, questionnaire_joined_for(transaction, participant.id));
  if (id) return *id;
  return error(ErrorCode::NotFound, "the questionnaire is no longer there");
}

}  // namespace

Result<HttpResponse> get_study_invitation(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const FollowedLink followed, follow(transaction, call.id));
    const auto& segment = followed.link.segment;
    return app_response({{"study", study_invitation_json(followed.study, followed.consent)},
                         {"segment", segment ? Json(*segment) : Json()},
                         {"needs_account", !followed.link.questionnaire_id.has_value()}});
  });
}

Result<HttpResponse> post_respondent(AppCall& call) {
  if (call.request.body.size() > kMaxJoinBytes) {
    return app_refusal(413, "body_too_large", cat("expected at most ", kMaxJoinBytes, " bytes"));
  }
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  const std::string secret = new_secret();
  NewParticipant joining{.token_digest = secret_digest(secret)};
  TRY(fields.read("segment", joining.segment));
  TRY(fields.read("locale", joining.locale));
  TRY(fields.read("consent_version", joining.consent_version));
  TRY(fields.read("scopes", joining.scopes));
  TRY_ASSIGN(const Participant made,
             call.app.store().write([&](Transaction& transaction) -> Result<Participant> {
               TRY_ASSIGN(const FollowedLink followed, follow(transaction, call.id));
               if (!followed.link.questionnaire_id) {
                 return error(ErrorCode::PermissionDenied, "this link is for people who log in");
               }
               joining.study_id = followed.study.id;
               return join_study(transaction, joining, followed.link);
             }));
  // The one time that the secret is told: who loses it cannot come back to their answers.
  return app_response({{"secret", secret}, {"participation", participation_json(made)}}, 201);
}

Result<HttpResponse> get_respondent(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const Participant participant, find_respondent(transaction, secret_digest(call.id)));
    TRY_ASSIGN(const QuestionnaireId id, questionnaire_of_respondent(transaction, participant));
    TRY_ASSIGN(Json response, response_json(transaction, participant, id));
    return app_response({{"participation", participation_json(participant)},
                         {"questionnaire", std::move(response)}});
  });
}

Result<HttpResponse> put_respondent(AppCall& call) {
  TRY_ASSIGN(
      const Json response, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
        TRY_ASSIGN(const Participant participant,
                   find_respondent(transaction, secret_digest(call.id)));
        TRY_ASSIGN(const QuestionnaireId id, questionnaire_of_respondent(transaction, participant));
        return put_response(transaction, participant, id, call.request.body);
      }));
  return app_response(response);
}

Result<HttpResponse> remove_respondent(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Participant participant, find_respondent(transaction, secret_digest(call.id)));
    return withdraw_from_study(transaction, participant);
  });
  if (!written) return written.error();
  return no_content();
}

}  // namespace falconet
