#include "server/study_json.h"

#include "server/arm_fields.h"

namespace falconet {
namespace {

constexpr std::int64_t kDayMilliseconds = std::int64_t{24} * 60 * 60 * 1000;

Json segments_json(const std::vector<SegmentTarget>& segments) {
  Json list = Json::array();
  for (const SegmentTarget& segment : segments) {
    list.push_back({{"name", segment.name}, {"target", segment.target}});
  }
  return list;
}

Json progress_row_json(const ProgressRow& row) {
  return {{"name", row.name},           {"target", row.target}, {"invited", row.invited},
          {"consented", row.consented}, {"active", row.active}, {"answered", row.answered},
          {"withdrawn", row.withdrawn}};
}

Json progress_rows_json(const std::vector<ProgressRow>& rows) {
  Json list = Json::array();
  for (const ProgressRow& row : rows) list.push_back(progress_row_json(row));
  return list;
}

}  // namespace

std::int64_t day_of(std::int64_t time) { return time - time % kDayMilliseconds; }

Json time_json(const std::optional<std::int64_t>& time) { return time ? Json(*time) : Json(); }

Json study_json(const StudyRecord& study) {
  return {{"id", study.id.value},
          {"name", study.name},
          {"goal", study.goal},
          {"hypotheses", study.hypotheses},
          {"segments", segments_json(study.segments)},
          {"arms", arms_json(study.arms)},
          {"is_open", study.is_open},
          {"begins", time_json(study.begins)},
          {"ends", time_json(study.ends)},
          {"retention_days", time_json(study.retention_days)},
          {"state", study_state_name(study.state)},
          {"started", time_json(study.started)},
          {"ended", time_json(study.ended)},
          {"protocol_digest", study.protocol_digest},
          {"created", study.created}};
}

Json consent_text_json(const std::optional<ConsentText>& consent) {
  if (!consent) return nullptr;
  return {{"version", consent->version},
          {"text_en", consent->text_en},
          {"text_zh", consent->text_zh},
          {"scopes", consent->scopes},
          {"created", consent->created}};
}

Json study_link_json(const StudyLink& link) {
  return {{"id", link.id.value},
          {"segment", link.segment ? Json(*link.segment) : Json()},
          {"channel", link.channel},
          {"questionnaire_id", link.questionnaire_id ? Json(link.questionnaire_id->value) : Json()},
          {"max_uses", link.max_uses},
          {"num_uses", link.num_uses},
          {"created", link.created},
          {"expires", time_json(link.expires)}};
}

Json questionnaire_json(const Questionnaire& questionnaire) {
  return {{"id", questionnaire.id.value},
          {"study_id", questionnaire.study_id.value},
          {"version", questionnaire.version},
          {"due", questionnaire_due_name(questionnaire.due)},
          {"due_after", questionnaire.due_after},
          {"created", questionnaire.created},
          {"num_submitted", questionnaire.num_submitted},
          {"definition", questionnaire.definition}};
}

Json listed_participant_json(const ListedParticipant& listed) {
  const Participant& participant = listed.participant;
  return {{"id", participant.id.value},
          {"segment", participant.segment},
          {"locale", participant.locale},
          {"channel", participant.channel},
          {"consented", day_of(participant.consented)},
          {"consent_version", participant.consent_version},
          {"scopes", participant.scopes},
          {"withdrawn", participant.withdrawn ? Json(day_of(*participant.withdrawn)) : Json()},
          {"num_answers", listed.num_answers},
          {"num_submitted", listed.num_submitted}};
}

Json study_progress_json(const StudyProgress& progress) {
  return {{"total", progress_row_json(progress.total)},
          {"segments", progress_rows_json(progress.segments)},
          {"channels", progress_rows_json(progress.channels)}};
}

Json study_invitation_json(const StudyRecord& study, const ConsentText& consent) {
  Json segments = Json::array();
  for (const SegmentTarget& segment : study.segments) segments.push_back(segment.name);
  return {{"id", study.id.value},
          {"name", study.name},
          {"goal", study.goal},
          {"segments", std::move(segments)},
          {"ends", time_json(study.ends)},
          {"state", study_state_name(study.state)},
          {"consent", consent_text_json(consent)}};
}

Json participation_json(const Participant& participant) {
  return {{"id", participant.id.value},
          {"segment", participant.segment},
          {"consented", participant.consented},
          {"consent_version", participant.consent_version},
          {"scopes", participant.scopes}};
}

}  // namespace falconet
