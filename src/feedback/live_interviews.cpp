#include "feedback/live_interviews.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "feedback/live_records.h"
#include "store/interview_codes.h"
#include "store/study_consent.h"

namespace falconet {
namespace {

using CodeNames = std::map<std::string, std::string, std::less<>>;  // by id

/// What a code counts as: its category, or that of the first code above it that has one; otherwise
/// its path, "tools/errors".
std::string name_of_code(const std::map<std::string_view, const InterviewCode*>& codes,
                         const InterviewCode& code) {
  std::string path;
  const InterviewCode* at = &code;
  while (at != nullptr) {
    if (!at->category.empty()) return at->category;
    path = path.empty() ? at->name : cat(at->name, "/", path);
    const auto above =
        at->parent_id ? codes.find(std::string_view(at->parent_id->value)) : codes.end();
    at = above == codes.end() ? nullptr : above->second;
  }
  return path;
}

Result<CodeNames> names_of_codes(Transaction& transaction) {
  TRY_ASSIGN(const std::vector<InterviewCode> codes, list_interview_codes(transaction));
  std::map<std::string_view, const InterviewCode*> by_id;
  for (const InterviewCode& code : codes) by_id.emplace(code.id.value, &code);
  CodeNames names;
  for (const InterviewCode& code : codes) names[code.id.value] = name_of_code(by_id, code);
  return names;
}

/// `participant`: who gave the interview, as the records call them.
Status add_utterances(Transaction& transaction, const Interview& interview,
                      const std::string& participant, const CodeNames& names,
                      FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<Utterance> utterances, utterances_of(transaction, interview.id));
  TRY_ASSIGN(const std::vector<InterviewSpan> spans, spans_of(transaction, interview.id));
  for (const Utterance& utterance : utterances) {
    StudyUtterance record{.id = utterance.id.value,
                          .interview_id = interview.id.value,
                          .participant_id = participant,
                          .is_participant = utterance.is_participant,
                          .text = utterance.text,
                          .may_be_quoted = interview.may_be_quoted};
    for (const InterviewSpan& span : spans) {
      const auto name = names.find(span.code.value);
      if (span.utterance != utterance.id || name == names.end()) continue;
      record.spans.push_back({span.begin, span.end, name->second});
      if (std::ranges::find(record.codes, name->second) == record.codes.end()) {
        record.codes.push_back(name->second);
      }
    }
    records.interviews.push_back(std::move(record));
  }
  return {};
}

}  // namespace

Status add_live_interviews(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<Interview> interviews, list_interviews(transaction));
  if (interviews.empty()) return {};
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(const CodeNames names, names_of_codes(transaction));
  std::set<std::string> known;
  for (const StudyParticipant& each : records.participants) known.insert(each.id);
  for (const Interview& interview : interviews) {
    const bool is_of_chat = interview.study.has_value();
    const bool is_allowed = is_of_chat ? interview.may_be_used
                                       : !interview.user || consenting.contains(*interview.user);
    if (!is_allowed) continue;
    const std::string participant =
        is_of_chat && interview.user ? pseudonym_of(interview.user->value) : interview.participant;
    if (known.insert(participant).second) {
      records.participants.push_back(
          {.id = participant, .invited = interview.created, .consented = interview.created});
    }
    TRY(add_utterances(transaction, interview, participant, names, records));
  }
  return {};
}

Status add_study_interviews(Transaction& transaction, const StudyId& study,
                            FeedbackRecords& records) {
  TRY_ASSIGN(const std::vector<Interview> interviews, list_interviews(transaction));
  if (interviews.empty()) return {};
  TRY_ASSIGN(const CodeNames names, names_of_codes(transaction));
  for (const Interview& interview : interviews) {
    if (interview.study != study || !interview.may_be_used) continue;
    TRY(add_utterances(transaction, interview, interview.participant, names, records));
  }
  return {};
}

Result<std::optional<UserId>> user_of_pseudonym(Transaction& transaction,
                                                std::string_view pseudonym) {
  TRY_ASSIGN(const std::set<UserId> people, people_who_consent(transaction));
  for (const UserId& user : people) {
    if (pseudonym_of(user.value) == pseudonym) return std::optional(user);
  }
  return std::optional<UserId>();
}

}  // namespace falconet
