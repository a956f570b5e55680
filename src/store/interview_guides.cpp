#include "store/interview_guides.h"

namespace falconet {
namespace {

constexpr const char* kSelectGuides =
    "SELECT g.study_id, g.version, g.is_offered, g.due, g.due_after, g.definition, g.changed, "
    "(SELECT count(*) FROM chat_interviews c JOIN interviews v ON v.id = c.interview_id JOIN "
    "participants p ON p.id = v.participant_id WHERE p.study_id = g.study_id), "
    "(SELECT count(*) FROM chat_interviews c JOIN interviews v ON v.id = c.interview_id JOIN "
    "participants p ON p.id = v.participant_id WHERE p.study_id = g.study_id AND "
    "c.ended IS NOT NULL) FROM interview_guides g ";

StudyGuide guide_of(const SqlRow& row) {
  return {.study_id = {row.text(0)},
          .version = row.integer(1),
          .is_offered = row.boolean(2),
          .due = questionnaire_due_of(row.text(3)).value_or(QuestionnaireDue::AtOnce),
          .due_after = row.integer(4),
          .definition = parse_json(row.text(5)).value_or(Json::object()),
          .changed = row.integer(6),
          .num_begun = row.integer(7),
          .num_ended = row.integer(8)};
}

/// As it is to be; `before`: as it was.
Result<StudyGuide> changed_guide(const StudyId& study, const std::optional<StudyGuide>& before,
                                 const StudyGuideChange& change) {
  if (!before && !change.definition) {
    return error(ErrorCode::InvalidArgument, "definition: expected an object");
  }
  StudyGuide guide = before.value_or(StudyGuide{.study_id = study});
  if (change.is_offered) guide.is_offered = *change.is_offered;
  if (change.due) guide.due = *change.due;
  if (change.due_after) guide.due_after = *change.due_after;
  if (change.definition && *change.definition != guide.definition) {
    guide.definition = *change.definition;
    ++guide.version;
  }
  if (guide.due == QuestionnaireDue::ByLink) {
    return error(ErrorCode::InvalidArgument,
                 "due: an interview needs an account; expected at_once, after_chats, "
                 "after_first_error or at_end, found 'by_link'");
  }
  TRY(check_due(guide.due, guide.due_after));
  return guide;
}

}  // namespace

Result<std::optional<StudyGuide>> find_study_guide(Transaction& transaction, const StudyId& study) {
  TRY(find_study(transaction, study));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectGuides, "WHERE g.study_id = ?"), study));
  if (rows.empty()) return std::optional<StudyGuide>();
  return std::optional(guide_of(rows.front()));
}

Result<StudyGuide> change_study_guide(Transaction& transaction, const StudyId& study,
                                      const StudyGuideChange& change) {
  TRY(refuse_ended(transaction, study));
  TRY_ASSIGN(const std::optional<StudyGuide> before, find_study_guide(transaction, study));
  TRY_ASSIGN(StudyGuide guide, changed_guide(study, before, change));
  guide.changed = transaction.now();
  TRY(transaction.execute(
      "INSERT INTO interview_guides (study_id, version, is_offered, due, due_after, definition, "
      "changed) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study_id) DO UPDATE SET "
      "version = excluded.version, is_offered = excluded.is_offered, due = excluded.due, "
      "due_after = excluded.due_after, definition = excluded.definition, "
      "changed = excluded.changed",
      study, guide.version, guide.is_offered, questionnaire_due_name(guide.due), guide.due_after,
      to_text(guide.definition), guide.changed));
  return guide;
}

}  // namespace falconet
