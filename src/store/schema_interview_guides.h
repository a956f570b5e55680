// The tables of interviews that are asked in the chat.
#pragma once

#include <string_view>

namespace falconet {

// Such an interview is an ordinary one that belongs to a participant, one each; chat_interviews
// says where it stands, with the guide as it was when they began: a later edit changes nothing for
// them.
inline constexpr std::string_view kInterviewGuidesSchema = R"sql(
CREATE TABLE interview_guides (
  study_id TEXT PRIMARY KEY REFERENCES studies (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  is_offered INTEGER NOT NULL,
  due TEXT NOT NULL,
  due_after BIGINT NOT NULL,
  definition TEXT NOT NULL,
  changed BIGINT NOT NULL);
ALTER TABLE interviews ADD COLUMN participant_id TEXT REFERENCES participants (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX interviews_of_participant ON interviews (participant_id);
CREATE TABLE chat_interviews (
  interview_id TEXT PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
  locale TEXT NOT NULL,
  guide_version BIGINT NOT NULL,
  guide TEXT NOT NULL,
  question BIGINT NOT NULL,
  next_probe BIGINT NOT NULL,
  num_probes BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  ended BIGINT);
)sql";

}  // namespace falconet
