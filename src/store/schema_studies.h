// The tables of studies: who takes part in what, what they agreed to, and what they were asked.
#pragma once

#include <string_view>

namespace falconet {

// A participant's id is the pseudonym. `user_id` is empty for who came without an account, and for
// who withdrew: of those a row without a name is left, so that withdrawals can be counted.
inline constexpr std::string_view kStudiesSchema = R"sql(
CREATE TABLE studies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  goal TEXT NOT NULL,
  hypotheses TEXT NOT NULL,
  segments TEXT NOT NULL,
  is_open INTEGER NOT NULL,
  begins BIGINT,
  ends BIGINT,
  state TEXT NOT NULL,
  started BIGINT,
  ended BIGINT,
  protocol TEXT NOT NULL,
  protocol_digest TEXT NOT NULL,
  created BIGINT NOT NULL);
CREATE TABLE consent_texts (
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  text_en TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (study_id, version));
CREATE TABLE questionnaires (
  id TEXT PRIMARY KEY,
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  due TEXT NOT NULL,
  due_after BIGINT NOT NULL,
  created BIGINT NOT NULL);
CREATE INDEX questionnaires_of_study ON questionnaires (study_id);
CREATE TABLE questionnaire_versions (
  questionnaire_id TEXT NOT NULL REFERENCES questionnaires (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (questionnaire_id, version));
CREATE TABLE study_links (
  id TEXT PRIMARY KEY,
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  token_digest TEXT NOT NULL UNIQUE,
  segment TEXT,
  channel TEXT NOT NULL,
  questionnaire_id TEXT REFERENCES questionnaires (id) ON DELETE CASCADE,
  max_uses BIGINT NOT NULL,
  num_uses BIGINT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT);
CREATE INDEX study_links_of_study ON study_links (study_id);
CREATE INDEX study_links_of_questionnaire ON study_links (questionnaire_id);
CREATE TABLE participants (
  id TEXT PRIMARY KEY,
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  token_digest TEXT UNIQUE,
  segment TEXT NOT NULL,
  locale TEXT NOT NULL,
  channel TEXT NOT NULL,
  link_id TEXT REFERENCES study_links (id) ON DELETE SET NULL,
  consented BIGINT NOT NULL,
  consent_version BIGINT NOT NULL,
  scopes TEXT NOT NULL,
  withdrawn BIGINT,
  UNIQUE (study_id, user_id));
CREATE INDEX participants_of_user ON participants (user_id);
CREATE INDEX participants_of_link ON participants (link_id);
CREATE TABLE questionnaire_responses (
  questionnaire_id TEXT NOT NULL REFERENCES questionnaires (id) ON DELETE CASCADE,
  participant_id TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  answers TEXT NOT NULL,
  changed BIGINT NOT NULL,
  submitted BIGINT,
  PRIMARY KEY (questionnaire_id, participant_id));
CREATE INDEX questionnaire_responses_of_participant ON questionnaire_responses (participant_id);
)sql";

}  // namespace falconet
