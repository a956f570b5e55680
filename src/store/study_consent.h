// Whose words may be used, and for what: the one place that decides it.
#pragma once

#include <set>
#include <string_view>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// Who takes part in a study and allows what the scope stands for (store/studies.h), as long as
/// they do.
Result<std::set<UserId>> people_who_allow(Transaction& transaction, std::string_view scope);

/// Whose answers a study may draw and show: who allows the use of ratings and logs; without
/// accounts, the one user there is. Temporary chats are in no study; those who ask this say so
/// beside it.
Result<std::set<UserId>> people_who_consent(Transaction& transaction);

}  // namespace falconet
