// The schema of identities: who people are to a provider that they log in with.
#pragma once

#include <string_view>

namespace falconet {

constexpr std::string_view kIdentitiesSchema = R"sql(
CREATE TABLE identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  linked BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject));
CREATE UNIQUE INDEX identities_of_user ON identities (user_id, issuer);
)sql";

}  // namespace falconet
