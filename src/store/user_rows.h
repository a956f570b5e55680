// Users as they lie in the database: shared by what finds and lists them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// "SELECT … FROM users u", to be followed by JOIN or WHERE; `more` are further columns, each with
/// a comma before it.
std::string select_users(std::string_view more = "");
constexpr std::size_t kNumUserColumns = 9;  // `more` comes behind them

/// Without groups.
User user_of(const SqlRow& row);

}  // namespace falconet
