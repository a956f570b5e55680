#include "store/probes.h"

#include "base/strings.h"
#include "store/messages.h"
#include "store/policies.h"

namespace falconet {
namespace {

constexpr const char* kPolicy = "probe_probability";
constexpr const char* kCopied = "copied";

}  // namespace

Result<double> probe_probability(Transaction& transaction) {
  TRY_ASSIGN(const std::optional<std::string> value, policy_value(transaction, kPolicy));
  return value ? parse_number<double>(*value).value_or(0.0) : 0.0;
}

Status set_probe_probability(Transaction& transaction, double probability) {
  if (!(probability >= 0 && probability <= 1)) {
    return error(ErrorCode::InvalidArgument, "probe_probability: expected 0 to 1, found ",
                 probability);
  }
  return set_policy_value(transaction, kPolicy, cat(probability));
}

Result<std::optional<RatingProbe>> draw_probe(Transaction& transaction, const UserId& user,
                                              const MessageId& message, double chance) {
  TRY_ASSIGN(const double probability, probe_probability(transaction));
  if (chance >= probability) return std::optional<RatingProbe>();
  TRY(
      transaction.execute("INSERT INTO probes (message_id, user_id, probability, drawn) "
                          "VALUES (?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING",
                          message, user, probability, transaction.now()));
  return std::optional<RatingProbe>(RatingProbe{.probability = probability});
}

Result<RatingProbe> mark_probe_shown(Transaction& transaction, const UserId& user,
                                     const MessageId& id) {
  TRY(transaction.execute(
      "UPDATE probes SET shown = ? WHERE message_id = ? AND user_id = ? AND shown IS NULL",
      transaction.now(), id, user));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT probability, shown, answered FROM probes "
                                 "WHERE message_id = ? AND user_id = ?",
                                 id, user));
  if (rows.empty()) return error(ErrorCode::NotFound, "nobody is asked about message ", id.value);
  const SqlRow& row = rows.front();
  return RatingProbe{row.number(0), row.optional_integer(1), row.optional_integer(2)};
}

Status note_signal(Transaction& transaction, const UserId& user, const MessageId& id,
                   const std::string& kind) {
  if (kind != kCopied) {
    return error(ErrorCode::InvalidArgument, "kind: expected copied, found '", kind.substr(0, 40),
                 "'");
  }
  TRY(find_message(transaction, user, id));
  TRY(
      transaction.execute("INSERT INTO signals (message_id, kind, happened) VALUES (?, ?, ?) "
                          "ON CONFLICT (message_id, kind) DO NOTHING",
                          id, kind, transaction.now()));
  return {};
}

}  // namespace falconet
