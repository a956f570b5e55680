#include "store/audit.h"

namespace falconet {

Status add_audit_event(Transaction& transaction, const NewAuditEvent& event) {
  TRY(transaction.execute(
      "INSERT INTO audit_events (id, happened, actor_id, action, subject_id, address, detail) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      transaction.new_id(), transaction.now(), event.actor, event.action, event.subject,
      event.address, to_text(event.detail)));
  return {};
}

Result<AuditPage> list_audit_events(Transaction& transaction, const std::string& cursor,
                                    int limit) {
  std::string where;
  std::vector<SqlValue> values;
  if (!cursor.empty()) {
    where = "WHERE e.id < ? ";
    values.push_back(cursor);
  }
  values.push_back(std::int64_t{limit} + 1);  // one more tells whether there is a next page
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute_with(
                 cat("SELECT e.id, e.happened, a.name, e.action, s.name, e.address, e.detail "
                     "FROM audit_events e LEFT JOIN users a ON a.id = e.actor_id "
                     "LEFT JOIN users s ON s.id = e.subject_id ",
                     where, "ORDER BY e.id DESC LIMIT ?"),
                 values));
  AuditPage page;
  for (const SqlRow& row : rows) {
    TRY_ASSIGN(Json detail, parse_json(row.text(6)));
    page.events.push_back({.id = {row.text(0)},
                           .at = row.integer(1),
                           .actor = row.optional_text(2),
                           .action = row.text(3),
                           .subject = row.optional_text(4),
                           .address = row.text(5),
                           .detail = std::move(detail)});
  }
  if (page.events.size() > static_cast<std::size_t>(limit)) {
    page.events.pop_back();
    page.next = page.events.back().id.value;
  }
  return page;
}

Status delete_old_audit_events(Transaction& transaction) {
  TRY(transaction.execute("DELETE FROM audit_events WHERE happened < ?",
                          transaction.now() - kAuditMilliseconds));
  return {};
}

}  // namespace falconet
