#include "store/study_consent.h"

#include "store/studies.h"
#include "store/users.h"

namespace falconet {

Result<std::set<UserId>> people_who_allow(Transaction& transaction, std::string_view scope) {
  // Scopes are a list of texts in quotes: none of them is part of another.
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT DISTINCT user_id FROM participants WHERE "
                                 "user_id IS NOT NULL AND withdrawn IS NULL AND scopes LIKE ?",
                                 cat("%\"", scope, "\"%")));
  std::set<UserId> people;
  for (const SqlRow& row : rows) people.insert({row.text(0)});
  return people;
}

Result<std::set<UserId>> people_who_consent(Transaction& transaction) {
  TRY_ASSIGN(std::set<UserId> people, people_who_allow(transaction, kScopeRatingsAndLogs));
  TRY_ASSIGN(const SqlRows local,
             transaction.execute("SELECT id FROM users WHERE name = ?", kLocalUser));
  for (const SqlRow& row : local) people.insert({row.text(0)});
  return people;
}

}  // namespace falconet
