// The tables of samples, their coding, and interviews.
#pragma once

#include <string_view>

namespace falconet {

// A sample holds references: an answer that its writer deletes leaves the sample with what was said
// of it. Coders have ids of their own, so that judgements outlive an account without its name.
inline constexpr std::string_view kAnnotationSchema = R"sql(
CREATE TABLE rubrics (
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (name, version));
CREATE TABLE samples (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  design TEXT NOT NULL,
  seed BIGINT NOT NULL,
  num_eligible BIGINT NOT NULL,
  coders_per_item BIGINT NOT NULL,
  has_categories INTEGER NOT NULL,
  created BIGINT NOT NULL);
CREATE TABLE sample_rubrics (
  sample_id TEXT NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (sample_id, name),
  FOREIGN KEY (name, version) REFERENCES rubrics (name, version));
CREATE TABLE sample_items (
  id TEXT PRIMARY KEY,
  sample_id TEXT NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
  generation_id TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  stratum TEXT NOT NULL,
  probability DOUBLE PRECISION NOT NULL CHECK (probability > 0 AND probability <= 1),
  UNIQUE (sample_id, generation_id));
CREATE INDEX sample_items_of_generation ON sample_items (generation_id);
CREATE INDEX sample_items_of_message ON sample_items (message_id);
CREATE INDEX sample_items_of_user ON sample_items (user_id);
CREATE TABLE coders (
  id TEXT PRIMARY KEY,
  user_id TEXT UNIQUE REFERENCES users (id) ON DELETE SET NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL);
CREATE TABLE codings (
  item_id TEXT NOT NULL REFERENCES sample_items (id) ON DELETE CASCADE,
  coder_id TEXT NOT NULL REFERENCES coders (id) ON DELETE CASCADE,
  place BIGINT,
  leased_until BIGINT NOT NULL,
  submitted BIGINT,
  comment TEXT NOT NULL,
  PRIMARY KEY (item_id, coder_id),
  UNIQUE (item_id, place));
CREATE INDEX codings_of_coder ON codings (coder_id, submitted);
CREATE TABLE judgements (
  id TEXT PRIMARY KEY,
  item_id TEXT NOT NULL,
  coder_id TEXT NOT NULL,
  code TEXT NOT NULL,
  value DOUBLE PRECISION,
  UNIQUE (item_id, coder_id, code),
  FOREIGN KEY (item_id, coder_id) REFERENCES codings (item_id, coder_id) ON DELETE CASCADE);
CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  item_id TEXT NOT NULL REFERENCES sample_items (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  comment TEXT NOT NULL,
  decided_by TEXT REFERENCES users (id) ON DELETE SET NULL,
  decided BIGINT NOT NULL);
CREATE INDEX decisions_of_item ON decisions (item_id, code);
CREATE INDEX decisions_of_user ON decisions (decided_by);
CREATE TABLE interviews (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  participant TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  may_be_quoted INTEGER NOT NULL,
  created BIGINT NOT NULL);
CREATE INDEX interviews_of_user ON interviews (user_id);
CREATE TABLE utterances (
  id TEXT PRIMARY KEY,
  interview_id TEXT NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  speaker TEXT NOT NULL,
  is_participant INTEGER NOT NULL,
  begin_ms BIGINT,
  end_ms BIGINT,
  text TEXT NOT NULL,
  UNIQUE (interview_id, position));
CREATE TABLE interview_codes (
  id TEXT PRIMARY KEY,
  parent_id TEXT REFERENCES interview_codes (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  category TEXT NOT NULL,
  merged_into TEXT REFERENCES interview_codes (id) ON DELETE SET NULL,
  created BIGINT NOT NULL);
CREATE INDEX interview_codes_of_parent ON interview_codes (parent_id);
CREATE INDEX interview_codes_of_merged ON interview_codes (merged_into);
CREATE TABLE interview_code_changes (
  id TEXT PRIMARY KEY,
  code_id TEXT NOT NULL REFERENCES interview_codes (id) ON DELETE CASCADE,
  happened BIGINT NOT NULL,
  actor_id TEXT REFERENCES users (id) ON DELETE SET NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX interview_code_changes_of_code ON interview_code_changes (code_id);
CREATE INDEX interview_code_changes_of_actor ON interview_code_changes (actor_id);
CREATE TABLE interview_spans (
  id TEXT PRIMARY KEY,
  utterance_id TEXT NOT NULL REFERENCES utterances (id) ON DELETE CASCADE,
  code_id TEXT NOT NULL REFERENCES interview_codes (id) ON DELETE CASCADE,
  span_begin BIGINT NOT NULL,
  span_end BIGINT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (utterance_id, code_id, span_begin, span_end));
CREATE INDEX interview_spans_of_code ON interview_spans (code_id);
)sql";

}  // namespace falconet
