#include "store/changes.h"

#include "base/strings.h"

namespace falconet {

Result<PublishedChange> publish_change(Transaction& transaction, const std::string& en,
                                       const std::string& zh) {
  for (const std::string* text : {&en, &zh}) {
    if (!trim(*text).empty() && text->size() <= kMaxChangeBytes) continue;
    return error(ErrorCode::InvalidArgument, "en, zh: expected a text of 1 to ", kMaxChangeBytes,
                 " bytes in both languages");
  }
  PublishedChange change{{transaction.new_id()}, transaction.now(), en, zh};
  TRY(
      transaction.execute("INSERT INTO changes (id, published, text_en, text_zh) "
                          "VALUES (?, ?, ?, ?)",
                          change.id, change.published, change.en, change.zh));
  return change;
}

Result<std::vector<PublishedChange>> published_changes(Transaction& transaction, int limit) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id, published, text_en, text_zh FROM changes "
                                 "ORDER BY id DESC LIMIT ?",
                                 limit));
  std::vector<PublishedChange> changes;
  for (const SqlRow& row : rows) {
    changes.push_back({{row.text(0)}, row.integer(1), row.text(2), row.text(3)});
  }
  return changes;
}

Status withdraw_change(Transaction& transaction, const ChangeId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("DELETE FROM changes WHERE id = ? RETURNING id", id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no change ", id.value);
  return {};
}

}  // namespace falconet
