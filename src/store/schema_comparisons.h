// The tables of blind comparisons, and what ties experiments to studies.
#pragma once

#include <string_view>

namespace falconet {

// A comparison is two answers to one question, which point at it: generations.comparison_id. What
// stands in `choice` and `left_arm` is an arm ("first", "second"), so that nobody has to know the
// order on the page to read it; a choice may be "tie". `blind_choice` is the last one that was made
// before the reader was told which answer was whose.
inline constexpr std::string_view kComparisonsSchema = R"sql(
ALTER TABLE experiments ADD COLUMN kind TEXT NOT NULL DEFAULT 'halves';
ALTER TABLE experiments ADD COLUMN share DOUBLE PRECISION NOT NULL DEFAULT 1;
ALTER TABLE experiments ADD COLUMN study_id TEXT REFERENCES studies (id) ON DELETE SET NULL;
CREATE INDEX experiments_of_study ON experiments (study_id);
ALTER TABLE studies ADD COLUMN arms TEXT NOT NULL DEFAULT '[]';
CREATE TABLE comparisons (
  id TEXT PRIMARY KEY,
  experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  question_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  left_arm TEXT NOT NULL,
  created BIGINT NOT NULL,
  choice TEXT,
  blind_choice TEXT,
  chosen BIGINT,
  named BIGINT);
CREATE INDEX comparisons_of_experiment ON comparisons (experiment_id);
CREATE INDEX comparisons_of_user ON comparisons (user_id);
CREATE INDEX comparisons_of_question ON comparisons (question_id);
ALTER TABLE generations ADD COLUMN comparison_id TEXT REFERENCES comparisons (id) ON DELETE SET NULL;
CREATE INDEX generations_of_comparison ON generations (comparison_id);
)sql";

}  // namespace falconet
