// /api/feedback/studies: what is studied, and the text that people agree to. For researchers.
#include "server/app_passwords.h"
#include "server/arm_fields.h"
#include "server/credentials.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "server/study_json.h"

namespace falconet {
namespace {

Result<std::vector<SegmentTarget>> read_segments(RequestFields& fields, const Json& list) {
  if (!list.is_array()) return fields.wrong_type("segments", "a list", list);
  std::vector<SegmentTarget> segments;
  for (const Json& each : list) {
    SegmentTarget segment;
    TRY_ASSIGN(RequestFields members, RequestFields::of(each, "segments"));
    TRY(members.read("name", segment.name));
    TRY(members.read("target", segment.target));
    segments.push_back(std::move(segment));
  }
  return segments;
}

/// Null takes a time, or a number of days, away; an absent one stays.
Status read_planned_time(const Json& body, RequestFields& fields, const char* name,
                         std::optional<std::optional<std::int64_t>>& out) {
  if (find_member(body, name) == nullptr) return {};
  std::optional<std::int64_t> time;
  TRY(fields.read(name, time));
  out = time;
  return {};
}

Result<StudyChange> read_study_change(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  StudyChange change;
  TRY(fields.read("name", change.name));
  TRY(fields.read("goal", change.goal));
  TRY(fields.read("hypotheses", change.hypotheses));
  TRY(fields.read("is_open", change.is_open));
  TRY(read_planned_time(body, fields, "begins", change.begins));
  TRY(read_planned_time(body, fields, "ends", change.ends));
  TRY(read_planned_time(body, fields, "retention_days", change.retention_days));
  if (const Json* list = fields.find("segments")) {
    TRY_ASSIGN(change.segments, read_segments(fields, *list));
  }
  if (const Json* list = fields.find("arms")) {
    TRY_ASSIGN(change.arms, read_arms(*list, "arms"));
  }
  return change;
}

Result<Json> whole_study(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  TRY_ASSIGN(const auto consent, consent_text_of(transaction, id));
  return Json{{"study", study_json(study)}, {"consent", consent_text_json(consent)}};
}

}  // namespace

Result<HttpResponse> get_studies(AppCall& call) {
  return call.app.store().read([](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const auto all, list_studies(transaction));
    Json studies = Json::array();
    for (const StudyRecord& study : all) studies.push_back(study_json(study));
    return app_response({{"studies", std::move(studies)}});
  });
}

Result<HttpResponse> post_study(AppCall& call) {
  TRY_ASSIGN(const StudyChange fields, read_study_change(call.request.body));
  TRY_ASSIGN(const Json made, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const StudyRecord study, create_study(transaction, fields));
    return whole_study(transaction, study.id);
  }));
  return app_response(made, 201);
}

Result<HttpResponse> get_study(AppCall& call) {
  TRY_ASSIGN(const Json study, call.app.store().read([&](Transaction& transaction) {
    return whole_study(transaction, {call.id});
  }));
  return app_response(study);
}

Result<HttpResponse> patch_study(AppCall& call) {
  TRY_ASSIGN(const StudyChange change, read_study_change(call.request.body));
  TRY_ASSIGN(const Json study,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               TRY(update_study(transaction, {call.id}, change));
               return whole_study(transaction, {call.id});
             }));
  return app_response(study);
}

Result<HttpResponse> remove_study(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(delete_study(transaction, {call.id}));
    return audit(transaction, call, "study-deleted", {}, {{"study", call.id}});
  });
  if (!written) return written.error();
  return no_content();
}

Result<HttpResponse> post_study_start(AppCall& call) {
  const StudyId id{call.id};
  TRY_ASSIGN(const Json study, call.app.store().write([&](Transaction& transaction)
                                                          -> Result<Json> {
    TRY_ASSIGN(std::string text, protocol_text(transaction, id));
    const std::string digest = secret_digest(text);
    TRY(start_study(transaction, id, {.text = std::move(text), .digest = digest}));
    TRY(audit(transaction, call, "study-started", {}, {{"study", call.id}, {"protocol", digest}}));
    return whole_study(transaction, id);
  }));
  return app_response(study);
}

Result<HttpResponse> post_study_end(AppCall& call) {
  const StudyId id{call.id};
  TRY_ASSIGN(const Json study,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               TRY(end_study(transaction, id));
               TRY(audit(transaction, call, "study-ended", {}, {{"study", call.id}}));
               return whole_study(transaction, id);
             }));
  return app_response(study);
}

Result<HttpResponse> put_consent_text(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  ConsentText consent;
  TRY(fields.read("text_en", consent.text_en));
  TRY(fields.read("text_zh", consent.text_zh));
  TRY(fields.read("scopes", consent.scopes));
  TRY_ASSIGN(
      const Json study, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
        TRY_ASSIGN(const ConsentText kept, set_consent_text(transaction, {call.id}, consent));
        TRY(audit(transaction, call, "consent-text-changed", {},
                  {{"study", call.id}, {"version", kept.version}}));
        return whole_study(transaction, {call.id});
      }));
  return app_response(study);
}

Result<HttpResponse> get_study_protocol(AppCall& call) {
  TRY_ASSIGN(const StudyRecord study, call.app.store().read([&](Transaction& transaction) {
    return find_study(transaction, {call.id});
  }));
  return app_response({{"text", study.protocol},
                       {"sha256", study.protocol_digest},
                       {"started", time_json(study.started)}});
}

}  // namespace falconet
