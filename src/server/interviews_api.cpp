// /api/feedback/interviews: transcripts and what was said in the chat, and the stretches of them
// that were given a code. For researchers.
#include <algorithm>

#include "feedback/live_interviews.h"
#include "feedback/transcript.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/credentials.h"
#include "server/request_fields.h"
#include "server/study_json.h"

namespace falconet {
namespace {

Json interview_json(const Interview& interview) {
  return {{"id", interview.id.value},
          {"title", interview.title},
          {"participant", interview.participant},
          {"may_be_quoted", interview.may_be_quoted},
          {"utterances", interview.num_utterances},
          {"spans", interview.num_spans},
          {"study_id", interview.study ? Json(interview.study->value) : Json()},
          {"created", interview.study ? day_of(interview.created) : interview.created}};
}

Json utterance_json(const Utterance& utterance) {
  return {{"id", utterance.id.value},
          {"speaker", utterance.speaker},
          {"is_participant", utterance.is_participant},
          {"begin_ms", utterance.begin_ms ? Json(*utterance.begin_ms) : Json()},
          {"end_ms", utterance.end_ms ? Json(*utterance.end_ms) : Json()},
          {"text", utterance.text}};
}

Json span_row_json(const InterviewSpan& span) {
  return {{"id", span.id.value},
          {"utterance_id", span.utterance.value},
          {"code_id", span.code.value},
          {"begin", span.begin},
          {"end", span.end}};
}

/// Who asks is named, or called what interviewers usually are.
std::vector<NewUtterance> utterances_from(std::vector<TranscriptTurn> turns,
                                          const std::vector<std::string>& interviewers) {
  std::vector<NewUtterance> utterances;
  for (TranscriptTurn& turn : turns) {
    const bool is_interviewer =
        interviewers.empty() ? is_interviewer_name(turn.speaker)
                             : std::ranges::find(interviewers, turn.speaker) != interviewers.end();
    utterances.push_back({.speaker = std::move(turn.speaker),
                          .is_participant = !is_interviewer,
                          .begin_ms = turn.begin_ms,
                          .end_ms = turn.end_ms,
                          .text = std::move(turn.text)});
  }
  return utterances;
}

/// A file that is no text comes as base64url; JSON holds texts alone.
Result<std::string> transcript_bytes(RequestFields& fields, std::string text,
                                     TranscriptFormat format) {
  if (format != TranscriptFormat::Docx) return text;
  std::string content;
  TRY(fields.read("content", content));
  std::optional<std::string> bytes = from_base64url(content);
  if (bytes && !bytes->empty()) return *std::move(bytes);
  return error(ErrorCode::InvalidArgument,
               "content: expected the bytes of the .docx file as base64url without padding");
}

Result<NewInterview> read_interview(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  NewInterview interview;
  std::string file_name;
  std::string text;
  std::vector<std::string> interviewers;
  TRY(fields.read("title", interview.title));
  TRY(fields.read("participant", interview.participant));
  TRY(fields.read("may_be_quoted", interview.may_be_quoted));
  TRY(fields.read("file_name", file_name));
  TRY(fields.read("text", text));
  TRY(fields.read("interviewers", interviewers));
  TRY_ASSIGN(const TranscriptFormat format, transcript_format_of(file_name));
  TRY_ASSIGN(const std::string bytes, transcript_bytes(fields, std::move(text), format));
  TRY_ASSIGN(std::vector<TranscriptTurn> turns, parse_transcript(bytes, format));
  interview.utterances = utterances_from(std::move(turns), interviewers);
  return interview;
}

}  // namespace

Result<HttpResponse> get_interviews(AppCall& call) {
  TRY_ASSIGN(const std::vector<Interview> all, call.app.store().read([](Transaction& transaction) {
    return list_interviews(transaction);
  }));
  Json interviews = Json::array();
  for (const Interview& interview : all) interviews.push_back(interview_json(interview));
  return app_response({{"interviews", std::move(interviews)}});
}

Result<HttpResponse> post_interview(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(NewInterview fields, read_interview(body));
  TRY_ASSIGN(const Interview interview,
             call.app.store().write([&](Transaction& transaction) -> Result<Interview> {
               TRY_ASSIGN(fields.user, user_of_pseudonym(transaction, fields.participant));
               TRY(audit(transaction, call, "interview-added", {}, {{"title", fields.title}}));
               return create_interview(transaction, fields);
             }));
  return app_response({{"interview", interview_json(interview)}}, 201);
}

Result<HttpResponse> get_interview(AppCall& call) {
  Interview interview;
  std::vector<Utterance> utterances;
  std::vector<InterviewSpan> spans;
  const Status read = call.app.store().read([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(interview, find_interview(transaction, {call.id}));
    TRY_ASSIGN(utterances, utterances_of(transaction, interview.id));
    TRY_ASSIGN(spans, spans_of(transaction, interview.id));
    return {};
  });
  if (!read) return read.error();
  Json said = Json::array();
  for (const Utterance& utterance : utterances) said.push_back(utterance_json(utterance));
  Json coded = Json::array();
  for (const InterviewSpan& span : spans) coded.push_back(span_row_json(span));
  return app_response({{"interview", interview_json(interview)},
                       {"utterances", std::move(said)},
                       {"spans", std::move(coded)}});
}

Result<HttpResponse> patch_interview(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  InterviewChange change;
  TRY(fields.read("may_be_quoted", change.may_be_quoted));
  TRY(fields.read("interviewers", change.interviewers));
  TRY_ASSIGN(const Interview interview, call.app.store().write([&](Transaction& transaction) {
    return change_interview(transaction, {call.id}, change);
  }));
  return app_response({{"interview", interview_json(interview)}});
}

Result<HttpResponse> remove_interview(AppCall& call) {
  const Status removed = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(delete_interview(transaction, {call.id}));
    return audit(transaction, call, "interview-deleted");
  });
  if (!removed) return removed.error();
  return no_content();
}

Result<HttpResponse> post_span(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  InterviewSpan span;
  TRY(fields.read("utterance_id", span.utterance.value));
  TRY(fields.read("code_id", span.code.value));
  TRY(fields.read("begin", span.begin));
  TRY(fields.read("end", span.end));
  TRY_ASSIGN(const InterviewSpan added, call.app.store().write([&](Transaction& transaction) {
    return add_span(transaction, span);
  }));
  return app_response({{"span", span_row_json(added)}}, 201);
}

Result<HttpResponse> remove_span(AppCall& call) {
  const Status removed = call.app.store().write(
      [&](Transaction& transaction) { return delete_span(transaction, {call.id}); });
  if (!removed) return removed.error();
  return no_content();
}

}  // namespace falconet
