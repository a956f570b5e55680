#include "store/chat_interviews.h"

namespace falconet {

Result<std::optional<ChatInterview>> find_chat_interview(Transaction& transaction,
                                                         const ParticipantId& participant) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT c.interview_id, c.locale, c.guide_version, c.guide, c.question, c.next_probe, "
          "c.num_probes, c.turn, c.ended, v.created FROM chat_interviews c JOIN interviews v ON "
          "v.id = c.interview_id WHERE v.participant_id = ?",
          participant));
  if (rows.empty()) return std::optional<ChatInterview>();
  const SqlRow& row = rows.front();
  return std::optional(ChatInterview{.id = {row.text(0)},
                                     .locale = row.text(1),
                                     .guide_version = row.integer(2),
                                     .guide = parse_json(row.text(3)).value_or(Json::object()),
                                     .question = row.integer(4),
                                     .next_probe = row.integer(5),
                                     .num_probes = row.integer(6),
                                     .turn = row.integer(7),
                                     .ended = row.optional_integer(8),
                                     .begun = row.integer(9)});
}

Result<ChatInterview> begin_chat_interview(Transaction& transaction, ChatInterview begun,
                                           const Interview& interview) {
  begun.id = interview.id;
  begun.begun = interview.created;
  begun.turn = interview.num_utterances - 1;
  TRY(transaction.execute(
      "INSERT INTO chat_interviews (interview_id, locale, guide_version, guide, question, "
      "next_probe, num_probes, turn, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      begun.id, begun.locale, begun.guide_version, to_text(begun.guide), begun.question,
      begun.next_probe, begun.num_probes, begun.turn, begun.ended));
  return begun;
}

Result<ChatInterview> continue_chat_interview(Transaction& transaction, ChatInterview after,
                                              const std::vector<NewUtterance>& said) {
  for (const NewUtterance& utterance : said) {
    TRY(append_utterance(transaction, after.id, ++after.turn, utterance));
  }
  TRY(transaction.execute(
      "UPDATE chat_interviews SET question = ?, next_probe = ?, num_probes = "
      "?, turn = ?, ended = ? WHERE interview_id = ?",
      after.question, after.next_probe, after.num_probes, after.turn, after.ended, after.id));
  return after;
}

}  // namespace falconet
