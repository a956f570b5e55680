#include "store/study_links.h"

#include <algorithm>

namespace falconet {
namespace {

constexpr const char* kSelectStudyLinks =
    "SELECT id, study_id, segment, channel, questionnaire_id, max_uses, num_uses, created, expires "
    "FROM study_links ";

StudyLink study_link_of(const SqlRow& row) {
  StudyLink link{.id = {row.text(0)},
                 .study_id = {row.text(1)},
                 .segment = row.optional_text(2),
                 .channel = row.text(3),
                 .max_uses = row.integer(5),
                 .num_uses = row.integer(6),
                 .created = row.integer(7),
                 .expires = row.optional_integer(8)};
  if (auto id = row.optional_text(4)) link.questionnaire_id = QuestionnaireId{*std::move(id)};
  return link;
}

Status check_new_link(Transaction& transaction, const StudyRecord& study,
                      const NewStudyLink& fields) {
  if (fields.segment && std::ranges::none_of(study.segments, [&](const SegmentTarget& each) {
        return each.name == *fields.segment;
      })) {
    return error(ErrorCode::InvalidArgument, "segment: the study has none called '",
                 fields.segment->substr(0, kMaxSegmentNameBytes), "'");
  }
  if (fields.channel.size() > kMaxChannelBytes) {
    return error(ErrorCode::InvalidArgument, "channel: at most ", kMaxChannelBytes,
                 " bytes, found ", fields.channel.size());
  }
  if (fields.max_uses < 1 || fields.max_uses > kMaxLinkUses) {
    return error(ErrorCode::InvalidArgument, "max_uses: expected 1 to ", kMaxLinkUses, ", found ",
                 fields.max_uses);
  }
  if (fields.expires && *fields.expires <= transaction.now()) {
    return error(ErrorCode::InvalidArgument, "expires: that time is over already");
  }
  if (!fields.questionnaire_id) return {};
  TRY_ASSIGN(const Questionnaire asked, find_questionnaire(transaction, *fields.questionnaire_id));
  if (asked.study_id == study.id) return {};
  return error(ErrorCode::NotFound, "the study has no questionnaire ",
               fields.questionnaire_id->value);
}

}  // namespace

Result<StudyLink> create_study_link(Transaction& transaction, const StudyId& study,
                                    const NewStudyLink& fields) {
  TRY_ASSIGN(const StudyRecord found, find_study(transaction, study));
  TRY(check_new_link(transaction, found, fields));
  TRY_ASSIGN(const SqlRows present,
             transaction.execute("SELECT count(*) FROM study_links WHERE study_id = ?", study));
  if (present.front().integer(0) >= kMaxStudyLinks) {
    return error(ErrorCode::Exhausted, "there are ", kMaxStudyLinks,
                 " links already; delete some first");
  }
  const StudyLink link{.id = {transaction.new_id()},
                       .study_id = study,
                       .segment = fields.segment,
                       .channel = fields.channel,
                       .questionnaire_id = fields.questionnaire_id,
                       .max_uses = fields.max_uses,
                       .created = transaction.now(),
                       .expires = fields.expires};
  TRY(transaction.execute(
      "INSERT INTO study_links (id, study_id, token_digest, segment, channel, questionnaire_id, "
      "max_uses, num_uses, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
      link.id, study, fields.token_digest, link.segment, link.channel, link.questionnaire_id,
      link.max_uses, link.created, link.expires));
  return link;
}

Result<std::vector<StudyLink>> list_study_links(Transaction& transaction, const StudyId& study) {
  TRY(find_study(transaction, study));
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(kSelectStudyLinks, "WHERE study_id = ? ORDER BY id DESC"), study));
  std::vector<StudyLink> links;
  for (const SqlRow& row : rows) links.push_back(study_link_of(row));
  return links;
}

Result<StudyLink> find_study_link(Transaction& transaction, std::string_view token_digest) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectStudyLinks, "WHERE token_digest = ?"), token_digest));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no study under this link");
  return study_link_of(rows.front());
}

Status use_study_link(Transaction& transaction, const StudyLink& link) {
  TRY_ASSIGN(const SqlRows used,
             transaction.execute("UPDATE study_links SET num_uses = num_uses + 1 WHERE id = ? AND "
                                 "num_uses < max_uses AND (expires IS NULL OR expires > ?) "
                                 "RETURNING id",
                                 link.id, transaction.now()));
  if (!used.empty()) return {};
  return error(ErrorCode::NotFound, "this link was used up, or has expired");
}

Status close_study_link(Transaction& transaction, const StudyLinkId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute(
                 "DELETE FROM study_links WHERE id = ? AND num_uses = 0 RETURNING id", id));
  if (!deleted.empty()) return {};
  TRY_ASSIGN(const SqlRows closed,
             transaction.execute("UPDATE study_links SET max_uses = num_uses WHERE id = ? "
                                 "RETURNING id",
                                 id));
  if (!closed.empty()) return {};
  return error(ErrorCode::NotFound, "there is no link ", id.value);
}

}  // namespace falconet
