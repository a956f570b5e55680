#include "store/study_consent.h"

namespace falconet {

Result<std::set<UserId>> people_who_consent(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute("SELECT id FROM users"));
  std::set<UserId> people;
  for (const SqlRow& row : rows) people.insert({row.text(0)});
  return people;
}

}  // namespace falconet
