#include "store/studies.h"

#include <algorithm>
#include <array>
#include <set>

#include "store/folders.h"
#include "store/retention.h"

namespace falconet {
namespace {

constexpr const char* kSelectStudies =
    "SELECT id, name, goal, hypotheses, segments, is_open, begins, ends, state, started, ended, "
    "protocol, protocol_digest, created, arms, retention_days "
    "FROM studies ";

constexpr std::array kStudyStates = {"draft", "running", "ended"};

StudyState study_state_of(const std::string& name) {
  const auto found = std::find(kStudyStates.begin(), kStudyStates.end(), name);
  if (found == kStudyStates.end()) return StudyState::Draft;
  return static_cast<StudyState>(found - kStudyStates.begin());
}

std::string segments_column(const std::vector<SegmentTarget>& segments) {
  Json list = Json::array();
  for (const SegmentTarget& segment : segments) {
    list.push_back({{"name", segment.name}, {"target", segment.target}});
  }
  return to_text(list);
}

std::vector<SegmentTarget> segments_of_column(const std::string& column) {
  std::vector<SegmentTarget> segments;
  const Result<Json> list = parse_json(column);
  if (!list || !list->is_array()) return segments;
  for (const Json& segment : *list) {
    segments.push_back(
        {string_member(segment, "name").value_or(""), int_member(segment, "target").value_or(0)});
  }
  return segments;
}

StudyRecord study_of(const SqlRow& row, std::int64_t now) {
  StudyRecord study{.id = {row.text(0)},
                    .name = row.text(1),
                    .goal = row.text(2),
                    .hypotheses = texts_of_column(row.text(3)),
                    .segments = segments_of_column(row.text(4)),
                    .arms = arms_of_column(row.text(14)),
                    .is_open = row.boolean(5),
                    .begins = row.optional_integer(6),
                    .ends = row.optional_integer(7),
                    .retention_days = row.optional_integer(15),
                    .state = study_state_of(row.text(8)),
                    .started = row.optional_integer(9),
                    .ended = row.optional_integer(10),
                    .protocol = row.text(11),
                    .protocol_digest = row.text(12),
                    .created = row.integer(13)};
  if (study.state == StudyState::Running && study.ends && *study.ends <= now) {
    study.state = StudyState::Ended;
    study.ended = study.ends;
  }
  return study;
}

Status check_length(const char* name, std::string_view text, std::size_t most) {
  if (text.size() <= most) return {};
  return error(ErrorCode::InvalidArgument, name, ": at most ", most, " bytes, found ", text.size());
}

Status check_segments(const std::vector<SegmentTarget>& segments) {
  if (segments.size() > kMaxSegments) {
    return error(ErrorCode::InvalidArgument, "segments: at most ", kMaxSegments, ", found ",
                 segments.size());
  }
  std::set<std::string_view> names;
  for (const SegmentTarget& segment : segments) {
    if (trim(segment.name).empty() || segment.name.size() > kMaxSegmentNameBytes) {
      return error(ErrorCode::InvalidArgument, "segments: each needs a name of 1 to ",
                   kMaxSegmentNameBytes, " bytes");
    }
    if (segment.target < 0 || segment.target > kMaxSegmentTarget) {
      return error(ErrorCode::InvalidArgument, "segments: the target of '", segment.name,
                   "' must be from 0 to ", kMaxSegmentTarget, ", found ", segment.target);
    }
    if (!names.insert(segment.name).second) {
      return error(ErrorCode::InvalidArgument, "segments: '", segment.name, "' is there twice");
    }
  }
  return {};
}

Status check_study(const StudyRecord& study) {
  if (trim(study.name).empty() || study.name.size() > kMaxNameBytes) {
    return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxNameBytes,
                 " bytes, found ", study.name.size());
  }
  TRY(check_length("goal", study.goal, kMaxStudyTextBytes));
  if (study.hypotheses.size() > kMaxHypotheses) {
    return error(ErrorCode::InvalidArgument, "hypotheses: at most ", kMaxHypotheses, ", found ",
                 study.hypotheses.size());
  }
  for (const std::string& hypothesis : study.hypotheses) {
    TRY(check_length("hypotheses", hypothesis, kMaxStudyTextBytes));
  }
  TRY(check_segments(study.segments));
  TRY(check_arms(study.arms));
  const std::int64_t days = study.retention_days.value_or(1);
  if (days < 1 || days > kMaxRetentionDays) {
    return error(ErrorCode::InvalidArgument, "retention_days: expected 1 to ", kMaxRetentionDays,
                 ", found ", days);
  }
  if (study.begins && study.ends && *study.ends <= *study.begins) {
    return error(ErrorCode::InvalidArgument, "ends: it must come after 'begins'");
  }
  return {};
}

void apply(const StudyChange& change, StudyRecord& study) {
  if (change.name) study.name = *change.name;
  if (change.goal) study.goal = *change.goal;
  if (change.hypotheses) study.hypotheses = *change.hypotheses;
  if (change.segments) study.segments = *change.segments;
  if (change.arms) study.arms = *change.arms;
  if (change.is_open) study.is_open = *change.is_open;
  if (change.begins) study.begins = *change.begins;
  if (change.ends) study.ends = *change.ends;
  if (change.retention_days) study.retention_days = *change.retention_days;
}

Status refuse_fixed(const StudyRecord& study, const StudyChange& change) {
  if (study.state == StudyState::Draft) return {};
  const char* fixed = change.retention_days ? "retention_days"
                      : change.name         ? "name"
                      : change.goal         ? "goal"
                      : change.hypotheses   ? "hypotheses"
                      : change.segments     ? "segments"
                      : change.arms         ? "arms"
                      : change.begins       ? "begins"
                                            : nullptr;
  if (fixed == nullptr && study.state == StudyState::Running) return {};
  return error(ErrorCode::PermissionDenied, fixed == nullptr ? "ends" : fixed, ": the study has ",
               fixed == nullptr ? "ended" : "started",
               ", and what it was is fixed; make another study");
}

}  // namespace

const char* study_state_name(StudyState state) {
  return kStudyStates[static_cast<std::size_t>(state)];
}

std::string texts_column(const std::vector<std::string>& texts) { return to_text(Json(texts)); }

std::vector<std::string> texts_of_column(const std::string& column) {
  std::vector<std::string> texts;
  const Result<Json> list = parse_json(column);
  if (!list || !list->is_array()) return texts;
  for (const Json& text : *list) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

Result<std::vector<StudyRecord>> list_studies(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectStudies, "ORDER BY created DESC, id DESC")));
  std::vector<StudyRecord> studies;
  for (const SqlRow& row : rows) studies.push_back(study_of(row, transaction.now()));
  return studies;
}

Result<StudyRecord> find_study(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectStudies, "WHERE id = ?"), id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no study ", id.value);
  return study_of(rows.front(), transaction.now());
}

Result<StudyRecord> create_study(Transaction& transaction, const StudyChange& fields) {
  StudyRecord study{.id = {transaction.new_id()}, .created = transaction.now()};
  apply(fields, study);
  TRY(check_study(study));
  TRY_ASSIGN(const SqlRows present, transaction.execute("SELECT count(*) FROM studies"));
  if (present.front().integer(0) >= static_cast<std::int64_t>(kMaxStudies)) {
    return error(ErrorCode::Exhausted, "there are ", kMaxStudies,
                 " studies already; delete one first");
  }
  TRY(transaction.execute(
      "INSERT INTO studies (id, name, goal, hypotheses, segments, is_open, begins, ends, state, "
      "protocol, protocol_digest, created, arms, "
      "retention_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?)",
      study.id, study.name, study.goal, texts_column(study.hypotheses),
      segments_column(study.segments), study.is_open, study.begins, study.ends,
      study_state_name(study.state), study.created, arms_column(study.arms), study.retention_days));
  return study;
}

Result<StudyRecord> update_study(Transaction& transaction, const StudyId& id,
                                 const StudyChange& change) {
  TRY_ASSIGN(StudyRecord study, find_study(transaction, id));
  TRY(refuse_fixed(study, change));
  apply(change, study);
  TRY(check_study(study));
  TRY(transaction.execute(
      "UPDATE studies SET name = ?, goal = ?, hypotheses = ?, segments = ?, is_open = ?, "
      "begins = ?, ends = ?, arms = ?, retention_days = ? WHERE id = ?",
      study.name, study.goal, texts_column(study.hypotheses), segments_column(study.segments),
      study.is_open, study.begins, study.ends, arms_column(study.arms), study.retention_days, id));
  return find_study(transaction, id);
}

Result<StudyRecord> start_study(Transaction& transaction, const StudyId& id,
                                const StudyProtocol& protocol) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  if (study.state != StudyState::Draft) {
    return error(ErrorCode::PermissionDenied, "the study has started already");
  }
  TRY_ASSIGN(const std::optional<ConsentText> consent, consent_text_of(transaction, id));
  if (!consent) {
    return error(ErrorCode::InvalidArgument,
                 "consent: write what people agree to before the study starts");
  }
  if (study.ends && *study.ends <= transaction.now()) {
    return error(ErrorCode::InvalidArgument, "ends: that time is over already");
  }
  TRY(transaction.execute(
      "UPDATE studies SET state = ?, started = ?, protocol = ?, protocol_digest = ? WHERE id = ?",
      study_state_name(StudyState::Running), transaction.now(), protocol.text, protocol.digest,
      id));
  return find_study(transaction, id);
}

Result<StudyRecord> end_study(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  if (study.state != StudyState::Running) {
    return error(ErrorCode::PermissionDenied, "the study does not run");
  }
  TRY(transaction.execute("UPDATE studies SET state = ?, ended = ? WHERE id = ?",
                          study_state_name(StudyState::Ended), transaction.now(), id));
  return find_study(transaction, id);
}

Status delete_study(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  if (study.state == StudyState::Running) {
    return error(ErrorCode::PermissionDenied, "the study runs: end it first");
  }
  TRY(transaction.execute("DELETE FROM studies WHERE id = ?", id));
  return {};
}

Status check_scopes(const std::vector<std::string>& scopes) {
  static constexpr std::array kScopes = {kScopeRatingsAndLogs, kScopeQuotes, kScopeFineTuning,
                                         kScopeInterview};
  for (const std::string& scope : scopes) {
    if (std::find(kScopes.begin(), kScopes.end(), scope) != kScopes.end()) continue;
    return error(ErrorCode::InvalidArgument,
                 "scopes: expected ratings_and_logs, quotes, fine_tuning or interview, found '",
                 scope.substr(0, 40), "'");
  }
  return {};
}

Result<std::optional<ConsentText>> consent_text_of(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT version, text_en, text_zh, scopes, created FROM "
                                 "consent_texts WHERE study_id = ? ORDER BY version DESC LIMIT 1",
                                 id));
  if (rows.empty()) return std::optional<ConsentText>();
  const SqlRow& row = rows.front();
  return std::optional(ConsentText{.version = row.integer(0),
                                   .text_en = row.text(1),
                                   .text_zh = row.text(2),
                                   .scopes = texts_of_column(row.text(3)),
                                   .created = row.integer(4)});
}

Result<ConsentText> set_consent_text(Transaction& transaction, const StudyId& id,
                                     ConsentText consent) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  if (study.state == StudyState::Ended) {
    return error(ErrorCode::PermissionDenied, "the study has ended");
  }
  for (const std::string* text : {&consent.text_en, &consent.text_zh}) {
    if (!trim(*text).empty() && text->size() <= kMaxConsentBytes) continue;
    return error(ErrorCode::InvalidArgument, text == &consent.text_en ? "text_en" : "text_zh",
                 ": expected 1 to ", kMaxConsentBytes, " bytes, found ", text->size());
  }
  TRY(check_scopes(consent.scopes));
  TRY_ASSIGN(const std::optional<ConsentText> before, consent_text_of(transaction, id));
  const bool is_kept = before && study.state == StudyState::Running;
  consent.version = before ? before->version + (is_kept ? 1 : 0) : 1;
  consent.created = transaction.now();
  TRY(transaction.execute("DELETE FROM consent_texts WHERE study_id = ? AND version = ?", id,
                          consent.version));
  TRY(transaction.execute(
      "INSERT INTO consent_texts (study_id, version, text_en, text_zh, scopes, created) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      id, consent.version, consent.text_en, consent.text_zh, texts_column(consent.scopes),
      consent.created));
  return consent;
}

}  // namespace falconet
