// How long what a study gathered is kept, and what came of JSON and tool calls over the API.
#pragma once

#include <string_view>

namespace falconet {

// `retention_days`: after the study's end; nothing: as long as the server keeps records at all.
// `caller` is a digest, and no text of a request or an answer is kept.
inline constexpr std::string_view kRecordsSchema = R"sql(
ALTER TABLE studies ADD COLUMN retention_days BIGINT;
CREATE TABLE structured_answers (
  id TEXT PRIMARY KEY,
  caller TEXT NOT NULL,
  created BIGINT NOT NULL,
  model TEXT NOT NULL,
  task TEXT NOT NULL,
  turn BIGINT NOT NULL,
  prompt_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  answer_tokens BIGINT NOT NULL,
  finish_reason TEXT NOT NULL,
  total_ms DOUBLE PRECISION NOT NULL,
  outcome TEXT NOT NULL,
  is_constrained INTEGER NOT NULL);
CREATE INDEX structured_answers_by_time ON structured_answers (created);
)sql";

}  // namespace falconet
