// What the pages of feedback need to answer at once, however much there is.
#pragma once

#include <string_view>

namespace falconet {

// An analysis of a million answers takes half a minute: the last of each scope is kept. `people` is
// who counted in it (store/analysis_snapshots.h). The indexes serve lists of what was said last,
// what one person did, and the answers of an experiment; they hold all that is asked of a row,
// since fetching 50,000 rows takes longer than a page waits.
inline constexpr std::string_view kFeedbackPagesSchema = R"sql(
CREATE TABLE analysis_snapshots (
  scope TEXT NOT NULL,
  language TEXT NOT NULL,
  began BIGINT NOT NULL,
  took_ms BIGINT NOT NULL,
  people TEXT NOT NULL,
  document TEXT NOT NULL,
  report TEXT NOT NULL,
  PRIMARY KEY (scope, language));
CREATE INDEX analysis_snapshots_by_time ON analysis_snapshots (began);
CREATE INDEX ratings_by_change ON ratings (changed, message_id);
CREATE INDEX generations_of_user ON generations (user_id, created, state, conversation_id);
CREATE INDEX generations_of_arm ON generations
  (arm, message_id, id, state, user_id, conversation_id) WHERE arm <> '';
CREATE INDEX conversations_temporary ON conversations (id) WHERE is_temporary = 1;
)sql";

}  // namespace falconet
