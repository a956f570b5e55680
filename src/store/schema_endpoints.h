// Models of other servers that administrators have added.
#pragma once

#include <string_view>

namespace falconet {

// `api_key` is kept as it was given, since it has to be sent: who reads the database has it.
constexpr std::string_view kEndpointsSchema = R"sql(
CREATE TABLE endpoints (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  api_key TEXT NOT NULL,
  models TEXT NOT NULL,
  is_enabled INTEGER NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL);
)sql";

}  // namespace falconet
