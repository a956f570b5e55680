#include "store/user_rows.h"

namespace falconet {

std::string select_users(std::string_view more) {
  return cat(
      "SELECT u.id, u.name, u.role, u.created, u.display_name, u.is_disabled, "
      "u.must_change_password, u.last_seen, (SELECT count(*) FROM totp_secrets p WHERE "
      "p.user_id = u.id AND p.confirmed IS NOT NULL)",
      more, " FROM users u ");
}

User user_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .name = row.text(1),
          .role = row.text(2),
          .created = row.integer(3),
          .display_name = row.text(4),
          .is_disabled = row.boolean(5),
          .must_change_password = row.boolean(6),
          .has_totp = row.boolean(8),
          .last_seen = row.optional_integer(7)};
}

}  // namespace falconet
