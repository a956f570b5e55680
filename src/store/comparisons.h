// Two answers to one question side by side, and which of them its reader found better, without
// knowing whose they are.
#pragma once

#include "store/experiments.h"
#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// A question that is drawn to get two answers.
struct DrawnComparison {
  ComparisonId id = {};
  Arm left = Arm::First;  // whose answer stands on the left: chance, for each question anew
};

/// Draws whether the question gets an answer of each arm, with the experiment's chance; nothing: it
/// does not, has an answer already, or stands in a temporary chat. The same question is drawn or
/// not however often this is asked. Errors: NotFound (also another user's question).
Result<std::optional<DrawnComparison>> draw_comparison(Transaction& transaction, const UserId& user,
                                                       const Experiment& experiment,
                                                       const MessageId& question);

/// When its second answer could not be begun: the first is an answer like any other.
Status give_up_comparison(Transaction& transaction, const ComparisonId& id);

/// What its reader says; all absent: they take it back. Whoever says it for the first time, or anew
/// before the names, does so blind. `names`: they want to know whose the answers are, from then on.
struct ComparisonVerdict {
  std::optional<PairChoice> choice = {};
  bool names = false;
};

/// The two answers afterwards, left and right. Errors: NotFound (also another user's, and where an
/// answer was deleted), InvalidArgument (names without a choice, or before both answers have
/// ended).
Result<std::vector<Message>> judge_comparison(Transaction& transaction, const UserId& user,
                                              const ComparisonId& id,
                                              const ComparisonVerdict& verdict);

/// One pair as an analysis needs it.
struct ComparedPair {
  ComparisonId id = {};
  ExperimentId experiment = {};
  UserId user = {};
  GenerationId first = {};   // of the experiment's first arm…
  GenerationId second = {};  // …and of its second
  std::string first_name = {};
  std::string second_name = {};
  Arm left = Arm::First;
  std::int64_t created = 0;
  /// The last one made blind; nothing: none, or it was taken back.
  std::optional<std::string> choice = {};  // "first", "second", "tie"
  std::optional<std::int64_t> chosen = {};
};

/// All with both answers, oldest first; none of temporary chats.
Result<std::vector<ComparedPair>> compared_pairs(Transaction& transaction);

}  // namespace falconet
