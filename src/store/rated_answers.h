// Answers that people judged, asked for by what the pages show: the newest with words, or all of an
// experiment. Each question has an index, so that it costs what it answers and not what there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/experiments.h"
#include "store/participants.h"

namespace falconet {

/// A judgement and the answer that it is about, as it was written last.
struct RatedAnswerRow {
  MessageId message = {};
  GenerationId generation = {};
  UserId user = {};
  std::string arm = {};
  std::optional<int> value = {};           // a thumb; nothing: asked, and not answered
  std::optional<std::int64_t> score = {};  // 1 to 10, instead of the thumb
  std::vector<std::string> reasons = {};
  std::string comment = {};
  std::optional<std::int64_t> changed = {};
  std::optional<std::int64_t> probe_shown = {};  // nothing: they came by themselves
  std::string question_begin = {};               // tells its language; not of an experiment
};

/// What is wanted of the newest judgements; absent members leave the choice open.
struct RemarkFilter {
  std::optional<std::int64_t> from = {};   // when they were given
  std::optional<std::int64_t> until = {};  // exclusive
  std::string model = {};
  std::string segment = {};           // the writer's first group; in a study, the one they chose
  std::optional<StudyId> study = {};  // its people, what they allow, while it ran
};

/// One page of judgements with a comment or reasons, newest first. `before` is the last row of the
/// page before.
Result<std::vector<RatedAnswerRow>> newest_remarks(Transaction& transaction,
                                                   const RemarkFilter& filter,
                                                   const std::optional<RatedAnswerRow>& before,
                                                   int limit);

/// All judgements of answers that were given under an experiment's arms, in no order, and without
/// their words.
Result<std::vector<RatedAnswerRow>> ratings_of_experiment(Transaction& transaction,
                                                          const ExperimentId& id);

}  // namespace falconet
