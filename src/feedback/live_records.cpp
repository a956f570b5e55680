#include "feedback/live_records.h"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "feedback/analysis_table.h"
#include "feedback/live_annotations.h"
#include "feedback/live_interviews.h"
#include "feedback/question_language.h"
#include "feedback/turn_signals.h"
#include "store/analysed_answers.h"
#include "store/comparisons.h"
#include "store/rating_reasons.h"
#include "store/structured_answers.h"

namespace falconet {
namespace {

// What tells a question's language, and how it and its answer speak.
constexpr int kLanguageCharacters = 400;
// Nobody who means to go on leaves an answer alone for so long.
constexpr std::int64_t kAbandonedMilliseconds = std::int64_t{30} * 60 * 1000;
// Of a question and of what was written after its answer.
constexpr int kComparedCharacters = 1000;

/// FNV-1a, 64 bits: user ids are random, so that nobody can try all of them.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
  }
  return hash;
}

/// Which of the records' generations wrote a message last.
class WrittenBy {
 public:
  explicit WrittenBy(const FeedbackRecords& records) : records_(records) {}

  void note(const MessageId& message, std::size_t generation) {
    places_[message.value] = generation;
  }
  /// Its id; nothing if none did.
  const std::string* find(const MessageId& message) const {
    const auto found = places_.find(message.value);
    return found == places_.end() ? nullptr : &records_.generations[found->second].id;
  }

 private:
  const FeedbackRecords& records_;
  std::unordered_map<std::string, std::size_t> places_;
};

Status read_participants(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(const auto people, analysed_people(transaction));
  for (const AnalysedPerson& person : people) {
    records.participants.push_back({.id = pseudonym_of(person.id.value),
                                    .segment = person.group,
                                    .invited = person.created,
                                    .consented = person.created});
  }
  return {};
}

StudyGeneration record_of(const AnalysedGeneration& generation) {
  const Ledger& ledger = generation.ledger;
  const double first_token_ms = ledger.queue_ms + ledger.prefill_ms;
  return {.id = ledger.id.value,
          .participant_id = pseudonym_of(generation.user.value),
          .conversation_id = generation.conversation.value,
          .created = generation.created,
          .model = ledger.model,
          .arm = ledger.arm,
          .language = question_language(generation.question),
          .prompt_register = text_register(generation.question),
          .answer_register = text_register(generation.answer),
          .task = "chat",
          .turn = std::max<std::int64_t>(1, ledger.turn),
          .prompt_tokens = ledger.prompt_tokens,
          .reasoning_tokens = ledger.reasoning_tokens,
          .answer_tokens = ledger.answer_tokens,
          .context_max = ledger.context_max,
          .evicted_messages = generation.num_evicted,
          .finish_reason = ledger.finish_reason.value_or(""),
          .first_token_ms = first_token_ms,
          .total_ms = first_token_ms + ledger.decode_ms};
}

Status read_generations(Transaction& transaction, WrittenBy& written_by, FeedbackRecords& records) {
  const auto add = [&](const AnalysedGeneration& generation) {
    const std::string& id = generation.ledger.id.value;
    written_by.note(generation.message, records.generations.size());
    records.generations.push_back(record_of(generation));
    if (generation.was_stopped) {
      records.signals.push_back(
          {.generation_id = id, .kind = SignalKind::Stopped, .at = generation.ended});
    }
    if (generation.ledger.finish_reason == "repetition") {
      records.signals.push_back(
          {.generation_id = id, .kind = SignalKind::Repeated, .at = generation.ended});
    }
  };
  return each_analysed_generation(transaction, kLanguageCharacters, add);
}

/// Of the API: who calls it with one key is one participant.
Status read_structured_answers(Transaction& transaction, FeedbackRecords& records) {
  TRY_ASSIGN(const auto answers, list_structured_answers(transaction));
  std::set<std::string> callers;
  for (const StructuredAnswer& answer : answers) {
    const std::string caller = pseudonym_of(answer.caller);
    if (callers.insert(caller).second) {
      records.participants.push_back(
          {.id = caller, .segment = "api", .invited = answer.created, .consented = answer.created});
    }
    records.generations.push_back({.id = answer.id,
                                   .participant_id = caller,
                                   .created = answer.created,
                                   .model = answer.model,
                                   .task = answer.task.empty() ? "api" : answer.task,
                                   .turn = answer.turn,
                                   .prompt_tokens = answer.prompt_tokens,
                                   .reasoning_tokens = answer.reasoning_tokens,
                                   .answer_tokens = answer.answer_tokens,
                                   .finish_reason = answer.finish_reason,
                                   .total_ms = answer.total_ms,
                                   .structured_outcome = structured_outcome_of(answer.outcome),
                                   .is_constrained = answer.is_constrained});
  }
  return {};
}

/// A reason that researchers set up -> the category that it counts for.
using ReasonCategories = std::map<std::string, std::string, std::less<>>;

Result<ReasonCategories> read_reason_categories(Transaction& transaction) {
  TRY_ASSIGN(const std::optional<RatingReasons> reasons, rating_reasons(transaction));
  ReasonCategories categories;
  if (!reasons) return categories;
  for (const auto* list : {&reasons->good, &reasons->bad}) {
    for (const RatingReason& reason : *list) {
      if (!reason.category.empty()) categories[reason.id] = reason.category;
    }
  }
  return categories;
}

void add_categories(const ReasonCategories& categories, std::vector<std::string>& reasons) {
  for (std::size_t i = 0, num_chosen = reasons.size(); i < num_chosen; ++i) {
    const auto found = categories.find(reasons[i]);
    if (found != categories.end()) reasons.push_back(found->second);
  }
}

/// Ratings, and probes that were shown and not answered.
Status read_ratings(Transaction& transaction, const WrittenBy& written_by,
                    FeedbackRecords& records) {
  TRY_ASSIGN(const ReasonCategories categories, read_reason_categories(transaction));
  TRY_ASSIGN(const auto ratings, analysed_ratings(transaction));
  for (const AnalysedRating& each : ratings) {
    const std::string* generation = written_by.find(each.message);
    if (generation == nullptr) continue;
    StudyRating rating{.id = each.message.value, .generation_id = *generation};
    if (each.rating) {
      rating.value = each.rating->score.value_or(each.rating->value);
      rating.scale = each.rating->score ? RatingScale::Score : RatingScale::Thumbs;
      rating.reasons = each.rating->reasons;
      rating.comment = each.rating->comment;
      rating.answered = each.rating->changed;
    }
    add_categories(categories, rating.reasons);
    rating.shown = rating.answered.value_or(0);
    if (each.probe) {
      rating.trigger = RatingTrigger::Probe;
      rating.probability = each.probe->probability;
      rating.shown = each.probe->shown.value_or(0);
    }
    records.ratings.push_back(std::move(rating));
  }
  return {};
}

void add_signal(const WrittenBy& written_by, SignalKind kind, const MessageId& message,
                UnixMillis at, FeedbackRecords& records) {
  const std::string* generation = written_by.find(message);
  if (generation == nullptr) return;
  records.signals.push_back({.generation_id = *generation, .kind = kind, .at = at});
}

void add_signals(const WrittenBy& written_by, SignalKind kind,
                 const std::vector<AnswerMoment>& moments, FeedbackRecords& records) {
  for (const AnswerMoment& moment : moments) {
    add_signal(written_by, kind, moment.message, moment.at, records);
  }
}

/// What the message that follows an answer says about it.
Status read_turn_signals(Transaction& transaction, const WrittenBy& written_by,
                         FeedbackRecords& records) {
  return each_followed_answer(transaction, kComparedCharacters, [&](const FollowedAnswer& answer) {
    for (const SignalKind kind : turn_signals(answer.question, answer.next)) {
      add_signal(written_by, kind, answer.message, answer.at, records);
    }
  });
}

/// The last answer of a chat that was left, unless its reader took it along or praised it.
Status read_abandoned(Transaction& transaction, const WrittenBy& written_by,
                      FeedbackRecords& records) {
  std::set<std::string, std::less<>> welcome;
  for (const StudySignal& signal : records.signals) {
    if (signal.kind == SignalKind::Copied) welcome.insert(signal.generation_id);
  }
  for (const StudyRating& rating : records.ratings) {
    if (rating.value && !is_poor_rating(rating)) welcome.insert(rating.generation_id);
  }
  TRY_ASSIGN(const auto last, last_answers(transaction, kAbandonedMilliseconds));
  for (const AnswerMoment& moment : last) {
    const std::string* generation = written_by.find(moment.message);
    if (generation == nullptr || welcome.contains(*generation)) continue;
    records.signals.push_back(
        {.generation_id = *generation, .kind = SignalKind::Abandoned, .at = moment.at});
  }
  return {};
}

Status read_signals(Transaction& transaction, const WrittenBy& written_by,
                    FeedbackRecords& records) {
  TRY_ASSIGN(const auto copied, copied_answers(transaction));
  add_signals(written_by, SignalKind::Copied, copied, records);
  TRY_ASSIGN(const auto regenerated, regenerated_answers(transaction));
  add_signals(written_by, SignalKind::Regenerated, regenerated, records);
  TRY(read_turn_signals(transaction, written_by, records));
  TRY_ASSIGN(const auto edited, edited_answers(transaction));
  add_signals(written_by, SignalKind::Edited, edited, records);
  return read_abandoned(transaction, written_by, records);
}

/// A pair counts where both answers do.
Status read_comparisons(Transaction& transaction, FeedbackRecords& records) {
  std::set<std::string_view> known;
  for (const StudyGeneration& generation : records.generations) known.insert(generation.id);
  TRY_ASSIGN(const auto pairs, compared_pairs(transaction));
  for (const ComparedPair& pair : pairs) {
    if (!known.contains(pair.first.value) || !known.contains(pair.second.value)) continue;
    records.comparisons.push_back(comparison_record(pair));
  }
  return {};
}

}  // namespace

std::string pseudonym_of(std::string_view user_id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "p-";
  for (std::uint64_t hash = hash_of(user_id); text.size() < 14; hash >>= 4) {
    text += kDigits[hash & 15];
  }
  return text;
}

StudyComparison comparison_record(const ComparedPair& pair) {
  StudyComparison comparison{.id = pair.id.value,
                             .participant_id = pseudonym_of(pair.user.value),
                             .first_generation_id = pair.first.value,
                             .second_generation_id = pair.second.value,
                             .first = pair.first_name,
                             .second = pair.second_name,
                             .is_first_left = pair.left == Arm::First,
                             .shown = pair.created,
                             .answered = pair.chosen};
  if (pair.choice) comparison.choice = comparison_choice_of(*pair.choice);
  return comparison;
}

Result<FeedbackRecords> live_records(Transaction& transaction) {
  FeedbackRecords records;
  TRY(read_participants(transaction, records));
  WrittenBy written_by(records);
  TRY(read_generations(transaction, written_by, records));
  TRY(read_ratings(transaction, written_by, records));
  TRY(read_signals(transaction, written_by, records));
  TRY(read_comparisons(transaction, records));
  TRY(read_structured_answers(transaction, records));
  TRY(add_live_annotations(transaction, records));
  TRY(add_live_interviews(transaction, records));
  return records;
}

}  // namespace falconet
