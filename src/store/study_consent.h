// Whose answers a study may draw and show: the one place that decides it.
#pragma once

#include <set>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// Everybody's: whoever runs a server says once for all what is done with its conversations, as for
/// ratings. Temporary chats are in no study; those who ask this say so beside it.
Result<std::set<UserId>> people_who_consent(Transaction& transaction);

}  // namespace falconet
