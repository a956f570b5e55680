// What came of trials of two settings, beside the finding that they were made for.
#pragma once

#include <string_view>

namespace falconet {

// `study_id`: of whose findings it is one; nothing: of everybody's. `items`: the name of the file;
// empty: what people had asked here. What was asked and answered is not kept, only the counts.
inline constexpr std::string_view kTrialsSchema = R"sql(
CREATE TABLE trials (
  id TEXT PRIMARY KEY,
  finding TEXT NOT NULL,
  study_id TEXT REFERENCES studies (id) ON DELETE CASCADE,
  ended BIGINT NOT NULL,
  model TEXT NOT NULL,
  items TEXT NOT NULL,
  half TEXT NOT NULL,
  first_setting TEXT NOT NULL,
  second_setting TEXT NOT NULL,
  num_both BIGINT NOT NULL,
  num_only_first BIGINT NOT NULL,
  num_only_second BIGINT NOT NULL,
  num_neither BIGINT NOT NULL);
CREATE INDEX trials_of_study ON trials (study_id);
)sql";

}  // namespace falconet
