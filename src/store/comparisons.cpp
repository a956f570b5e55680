#include "store/comparisons.h"

#include <array>

#include "base/random.h"
#include "store/messages.h"

namespace falconet {
namespace {

constexpr std::array kArmNames = {"first", "second"};

/// A number from [0, 1) that belongs to the experiment and the question. Ids hold 80 bits of
/// chance that no client has a part in.
double chance_of(std::string_view purpose, const ExperimentId& experiment,
                 const MessageId& question) {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a, then mixed
  for (const char c : cat(purpose, experiment.value, question.value)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  return static_cast<double>(split_mix(hash) >> 11) * 0x1.0p-53;
}

const char* arm_name(Arm arm) { return kArmNames[static_cast<std::size_t>(arm)]; }

Arm named_arm(std::string_view name) { return name == kArmNames[1] ? Arm::Second : Arm::First; }

/// A choice between sides as one between arms.
const char* choice_column(PairChoice choice, Arm left) {
  if (choice == PairChoice::Tie) return "tie";
  const bool is_first = (choice == PairChoice::Left) == (left == Arm::First);
  return arm_name(is_first ? Arm::First : Arm::Second);
}

struct StoredComparison {
  Arm left = Arm::First;
  bool is_named = false;
  std::vector<MessageId> messages = {};  // left, right
};

Result<StoredComparison> find_comparison(Transaction& transaction, const UserId& user,
                                         const ComparisonId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT c.left_arm, c.named, g.message_id, g.arm FROM comparisons c "
                 "JOIN generations g ON g.comparison_id = c.id WHERE c.id = ? AND c.user_id = ? "
                 "ORDER BY g.arm",
                 id, user));
  if (rows.size() != 2) return error(ErrorCode::NotFound, "there is no comparison ", id.value);
  StoredComparison found{.left = named_arm(rows.front().text(0)),
                         .is_named = rows.front().optional_integer(1).has_value()};
  // Labels end in "first" and "second", so that they are in that order.
  for (const SqlRow& row : rows) found.messages.push_back({row.text(2)});
  if (found.left == Arm::Second) std::swap(found.messages[0], found.messages[1]);
  return found;
}

Result<std::vector<Message>> messages_of_pair(Transaction& transaction, const UserId& user,
                                              const StoredComparison& pair) {
  std::vector<Message> messages;
  for (const MessageId& id : pair.messages) {
    TRY_ASSIGN(Message message, find_message(transaction, user, id));
    messages.push_back(std::move(message));
  }
  return messages;
}

Status write_choice(Transaction& transaction, const ComparisonId& id, const char* choice,
                    bool is_blind) {
  TRY(transaction.execute("UPDATE comparisons SET choice = ?, chosen = ? WHERE id = ?", choice,
                          transaction.now(), id));
  if (is_blind) {
    TRY(transaction.execute("UPDATE comparisons SET blind_choice = choice WHERE id = ?", id));
  }
  return {};
}

}  // namespace

Result<std::optional<DrawnComparison>> draw_comparison(Transaction& transaction, const UserId& user,
                                                       const Experiment& experiment,
                                                       const MessageId& question) {
  TRY_ASSIGN(const Message message, find_message(transaction, user, question));
  const bool is_drawn =
      message.role == "user" && chance_of("draw", experiment.id, question) < experiment.share;
  TRY_ASSIGN(const SqlRows hindrances,
             transaction.execute("SELECT 1 FROM messages m WHERE m.parent_id = ? UNION ALL "
                                 "SELECT 1 FROM conversations c WHERE c.id = ? AND "
                                 "c.is_temporary = 1",
                                 question, message.conversation_id));
  if (!is_drawn || !hindrances.empty()) return std::optional<DrawnComparison>();
  const bool is_first_left = chance_of("order", experiment.id, question) < 0.5;
  DrawnComparison drawn{.id = {transaction.new_id()},
                        .left = is_first_left ? Arm::First : Arm::Second};
  TRY(transaction.execute(
      "INSERT INTO comparisons (id, experiment_id, user_id, question_id, "
      "left_arm, created) VALUES (?, ?, ?, ?, ?, ?)",
      drawn.id, experiment.id, user, question, arm_name(drawn.left), transaction.now()));
  return std::optional(std::move(drawn));
}

Status give_up_comparison(Transaction& transaction, const ComparisonId& id) {
  TRY(transaction.execute("DELETE FROM comparisons WHERE id = ?", id));
  return {};
}

Result<std::vector<Message>> judge_comparison(Transaction& transaction, const UserId& user,
                                              const ComparisonId& id,
                                              const ComparisonVerdict& verdict) {
  TRY_ASSIGN(const StoredComparison pair, find_comparison(transaction, user, id));
  TRY_ASSIGN(std::vector<Message> messages, messages_of_pair(transaction, user, pair));
  for (const Message& message : messages) {
    if (message.status != MessageStatus::Streaming) continue;
    return error(ErrorCode::InvalidArgument, "choice: an answer is still being written");
  }
  if (verdict.names && !verdict.choice) {
    return error(ErrorCode::InvalidArgument,
                 "names: expected a choice first; whose the answers are is told afterwards");
  }
  if (verdict.choice) {
    TRY(write_choice(transaction, id, choice_column(*verdict.choice, pair.left), !pair.is_named));
  } else {
    TRY(transaction.execute("UPDATE comparisons SET choice = NULL, chosen = NULL WHERE id = ?",
                            id));
  }
  if (verdict.names) {
    TRY(transaction.execute("UPDATE comparisons SET named = ? WHERE id = ? AND named IS NULL",
                            transaction.now(), id));
  }
  return messages_of_pair(transaction, user, pair);
}

Result<std::vector<ComparedPair>> compared_pairs(Transaction& transaction) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT c.id, c.experiment_id, c.user_id, f.id, s.id, e.first_arm, e.second_arm, "
          "c.left_arm, c.created, CASE WHEN c.choice IS NULL THEN NULL ELSE c.blind_choice END, "
          "c.chosen FROM comparisons c JOIN experiments e ON e.id = c.experiment_id "
          "JOIN generations f ON f.comparison_id = c.id AND f.arm LIKE '%/first' "
          "JOIN generations s ON s.comparison_id = c.id AND s.arm LIKE '%/second' "
          "JOIN conversations v ON v.id = f.conversation_id "
          "WHERE v.is_temporary = 0 ORDER BY c.created, c.id"));
  std::vector<ComparedPair> pairs;
  for (const SqlRow& row : rows) {
    const auto name_in = [&](std::size_t column) {
      return arm_of_document(parse_json(row.text(column)).value_or(Json::object())).name;
    };
    pairs.push_back({.id = {row.text(0)},
                     .experiment = {row.text(1)},
                     .user = {row.text(2)},
                     .first = {row.text(3)},
                     .second = {row.text(4)},
                     .first_name = name_in(5),
                     .second_name = name_in(6),
                     .left = named_arm(row.text(7)),
                     .created = row.integer(8),
                     .choice = row.optional_text(9),
                     .chosen = row.optional_integer(10)});
  }
  return pairs;
}

}  // namespace falconet
