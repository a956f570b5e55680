#include "server/chat_interview.h"

#include <algorithm>

#include "base/strings.h"
#include "feedback/interview_guide.h"
#include "server/questionnaire_response.h"
#include "server/request_fields.h"
#include "server/study_json.h"
#include "store/chat_interviews.h"
#include "store/interview_guides.h"

namespace falconet {
namespace {

// One of the names that is_interviewer_name() knows.
constexpr const char* kInterviewer = "Interviewer";

/// A study's guide, and the interview if it has begun.
struct InterviewCase {
  StudyRecord study = {};
  StudyGuide guide = {};
  std::optional<ChatInterview> begun = {};
};

/// Whether the study asks now: at its end, or while it runs.
bool is_time(const InterviewCase& found) {
  return (found.study.state == StudyState::Ended) == (found.guide.due == QuestionnaireDue::AtEnd);
}

/// Nothing if the participant neither has begun nor could now.
Result<std::optional<InterviewCase>> find_case(Transaction& transaction,
                                               const Participant& participant,
                                               const StudyRecord& study,
                                               const ParticipantActivity& activity) {
  TRY_ASSIGN(const auto guide, find_study_guide(transaction, study.id));
  std::optional<InterviewCase> found;
  if (!guide || !participant.allows(kScopeInterview)) return found;
  TRY_ASSIGN(const auto begun, find_chat_interview(transaction, participant.id));
  const bool is_waiting =
      guide->is_offered && is_due(guide->due, guide->due_after, study, activity);
  if (begun || is_waiting) found = InterviewCase{study, *guide, begun};
  return found;
}

Result<InterviewCase> case_of(Transaction& transaction, const Participant& participant,
                              const UserId& user) {
  if (!participant.allows(kScopeInterview)) {
    return error(ErrorCode::PermissionDenied, "you have not allowed an interview in this study");
  }
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, participant.study_id));
  TRY_ASSIGN(const ParticipantActivity activity,
             activity_of(transaction, user, participant.consented));
  TRY_ASSIGN(auto found, find_case(transaction, participant, study, activity));
  if (found) return *std::move(found);
  return error(ErrorCode::NotFound, "this study has no interview for you now");
}

GuidePosition position_of(const ChatInterview& interview) {
  return {.question = static_cast<std::size_t>(interview.question),
          .next_probe = static_cast<std::size_t>(interview.next_probe),
          .num_probes = static_cast<std::size_t>(interview.num_probes)};
}

/// The guide that somebody began with. Errors: Corrupt (the database was changed by hand).
Result<InterviewGuide> guide_begun_with(const ChatInterview& interview) {
  auto guide = read_interview_guide(interview.guide);
  if (guide && has_position(*guide, position_of(interview))) return *std::move(guide);
  return error(ErrorCode::Corrupt, "the guide of interview ", interview.id.value,
               " lacks the question where it stands");
}

NewUtterance asked_turn(const LocalizedText& text, const std::string& locale,
                        std::int64_t begin_ms) {
  return {.speaker = kInterviewer,
          .is_participant = false,
          .begin_ms = begin_ms,
          .text = locale == "zh" ? text.zh : text.en};
}

Json turns_json(const std::vector<Utterance>& said) {
  Json turns = Json::array();
  for (const Utterance& utterance : said) {
    turns.push_back({{"is_participant", utterance.is_participant}, {"text", utterance.text}});
  }
  return turns;
}

/// What stands in the definition, which may be an older Falconet's.
Json member_or_null(const Json& object, const char* name) {
  const Json* member = find_member(object, name);
  return member != nullptr ? *member : Json();
}

std::size_t num_questions_of(const Json& definition) {
  const Json* questions = find_member(definition, "questions");
  return questions != nullptr ? questions->size() : 0;
}

Result<Json> case_json(Transaction& transaction, const InterviewCase& found) {
  const Json& definition = found.begun ? found.begun->guide : found.guide.definition;
  Json json = {{"study", found.study.name},
               {"title", member_or_null(definition, "title")},
               {"intro", member_or_null(definition, "intro")},
               {"num_questions", num_questions_of(definition)},
               {"has_begun", found.begun.has_value()},
               {"is_open", is_time(found)}};
  if (!found.begun) return json;
  TRY_ASSIGN(const auto said, utterances_of(transaction, found.begun->id));
  json["locale"] = found.begun->locale;
  json["question"] = found.begun->question + 1;
  json["turn"] = found.begun->turn;
  json["ended"] = time_json(found.begun->ended);
  json["turns"] = turns_json(said);
  return json;
}

Status refuse_closed(const InterviewCase& found) {
  if (is_time(found)) return {};
  return error(ErrorCode::PermissionDenied, found.study.state == StudyState::Ended
                                                ? "the study has ended"
                                                : "the study asks when it has ended");
}

struct SentTurn {
  std::int64_t turn = -1;
  std::optional<std::string> text = {};  // nothing: skipped
};

Result<SentTurn> read_sent_turn(const std::string& body) {
  TRY_ASSIGN(const Json json, parse_json(body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(json));
  SentTurn sent;
  bool skips = false;
  std::string text;
  TRY(fields.read("turn", sent.turn));
  TRY(fields.read("skip", skips));
  TRY(fields.read("text", text));
  if (skips) return sent;
  sent.text = std::string(trim(text));
  if (sent.text->empty() || sent.text->size() > kMaxInterviewAnswerBytes) {
    return error(ErrorCode::InvalidArgument, "text: expected 1 to ", kMaxInterviewAnswerBytes,
                 " bytes, or \"skip\": true, found ", sent.text->size());
  }
  return sent;
}

/// Whether this turn was taken before; with the same words that is no error, since the answer to
/// the first request may have been lost.
Result<bool> was_taken(const ChatInterview& interview, const std::vector<Utterance>& said,
                       const SentTurn& sent) {
  if (!interview.ended && sent.turn == interview.turn) return false;
  const auto at = static_cast<std::size_t>(sent.turn);
  if (sent.turn < 0 || at >= said.size() || said[at].is_participant) {
    return error(ErrorCode::InvalidArgument, "turn: expected ", interview.turn, ", found ",
                 sent.turn);
  }
  const bool has_answer = at + 1 < said.size() && said[at + 1].is_participant;
  const auto answer = has_answer ? std::optional(said[at + 1].text) : std::nullopt;
  if (answer == sent.text) return true;
  return error(ErrorCode::AlreadyExists, "this question was answered already, with other words");
}

/// All that was said to the question that is open, with this answer.
std::string said_to_question(const ChatInterview& interview, const std::vector<Utterance>& said,
                             const std::string& answer) {
  std::string all = answer;
  std::int64_t num_asked = 0;  // the question and its probes
  for (auto at = said.rbegin(); at != said.rend() && num_asked <= interview.num_probes; ++at) {
    if (at->is_participant) all = cat(at->text, "\n", all);
    num_asked += at->is_participant ? 0 : 1;
  }
  return all;
}

/// The answer, and what is asked next or said at the end; moves the interview on.
std::vector<NewUtterance> take_turn(const InterviewGuide& guide, const SentTurn& sent,
                                    const std::vector<Utterance>& said, const NewUtterance& answer,
                                    ChatInterview& interview) {
  std::vector<NewUtterance> turns;
  std::optional<std::string> heard;
  if (sent.text) {
    turns.push_back(answer);
    heard = said_to_question(interview, said, *sent.text);
  }
  const auto next = next_position(guide, position_of(interview), heard);
  const std::int64_t now = *answer.begin_ms;
  if (next) {
    interview.question = static_cast<std::int64_t>(next->question);
    interview.next_probe = static_cast<std::int64_t>(next->next_probe);
    interview.num_probes = static_cast<std::int64_t>(next->num_probes);
    turns.push_back(asked_turn(text_at(guide, *next), interview.locale, now));
  } else {
    interview.ended = interview.begun + now;
    if (!guide.closing.en.empty())
      turns.push_back(asked_turn(guide.closing, interview.locale, now));
  }
  return turns;
}

}  // namespace

Result<Json> offered_interview_json(Transaction& transaction, const Participant& participant,
                                    const StudyRecord& study, const ParticipantActivity& activity) {
  TRY_ASSIGN(const auto found, find_case(transaction, participant, study, activity));
  // One that can no longer be finished does not wait.
  const bool has_ended = found && found->begun && found->begun->ended;
  if (!found || (!is_time(*found) && !has_ended)) return Json();
  const Json& definition = found->begun ? found->begun->guide : found->guide.definition;
  return Json{{"title", member_or_null(definition, "title")},
              {"num_questions", num_questions_of(definition)},
              {"has_begun", found->begun.has_value()},
              {"ended", found->begun ? time_json(found->begun->ended) : Json()}};
}

Result<Json> chat_interview_json(Transaction& transaction, const Participant& participant,
                                 const UserId& user) {
  TRY_ASSIGN(const InterviewCase found, case_of(transaction, participant, user));
  return case_json(transaction, found);
}

Result<Json> begin_interview(Transaction& transaction, const Participant& participant,
                             const UserId& user, const std::string& body) {
  TRY_ASSIGN(const Json json, parse_json(body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(json));
  std::string locale;
  TRY(fields.read("locale", locale));
  if (locale != "en" && locale != "zh") {
    return error(ErrorCode::InvalidArgument, "locale: expected en or zh, found '",
                 locale.substr(0, 40), "'");
  }
  TRY_ASSIGN(InterviewCase found, case_of(transaction, participant, user));
  if (found.begun) return case_json(transaction, found);
  TRY_ASSIGN(const InterviewGuide guide, read_interview_guide(found.guide.definition));
  NewInterview fresh{.title = found.study.name,
                     .participant = participant.id.value,
                     .user = user,
                     .may_be_quoted = true,  // as far as the participant allows it
                     .asked_in_chat = participant.id};
  if (!guide.intro.en.empty()) fresh.utterances.push_back(asked_turn(guide.intro, locale, 0));
  fresh.utterances.push_back(asked_turn(text_at(guide, {}), locale, 0));
  TRY_ASSIGN(const Interview made, create_interview(transaction, fresh));
  TRY_ASSIGN(found.begun, begin_chat_interview(transaction,
                                               {.locale = locale,
                                                .guide_version = found.guide.version,
                                                .guide = found.guide.definition},
                                               made));
  return case_json(transaction, found);
}

Result<Json> answer_interview(Transaction& transaction, const Participant& participant,
                              const UserId& user, const std::string& body) {
  TRY_ASSIGN(const SentTurn sent, read_sent_turn(body));
  TRY_ASSIGN(InterviewCase found, case_of(transaction, participant, user));
  if (!found.begun) {
    return error(ErrorCode::InvalidArgument, "this interview has not begun: begin it first");
  }
  TRY_ASSIGN(const auto said, utterances_of(transaction, found.begun->id));
  TRY_ASSIGN(const bool is_repeated, was_taken(*found.begun, said, sent));
  if (is_repeated) return case_json(transaction, found);
  TRY(refuse_closed(found));
  TRY_ASSIGN(const InterviewGuide guide, guide_begun_with(*found.begun));
  const std::int64_t begun = found.begun->begun;  // clocks may go back
  const NewUtterance answer{.speaker = participant.id.value,
                            .begin_ms = std::max<std::int64_t>(0, transaction.now() - begun),
                            .text = sent.text.value_or("")};
  ChatInterview after = *found.begun;
  const auto turns = take_turn(guide, sent, said, answer, after);
  TRY_ASSIGN(found.begun, continue_chat_interview(transaction, after, turns));
  return case_json(transaction, found);
}

Result<Json> interview_turns_json(Transaction& transaction, const Participant& participant) {
  TRY_ASSIGN(const auto begun, find_chat_interview(transaction, participant.id));
  if (!begun) return Json();
  TRY_ASSIGN(const auto said, utterances_of(transaction, begun->id));
  return turns_json(said);
}

}  // namespace falconet
