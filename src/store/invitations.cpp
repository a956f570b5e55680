#include "store/invitations.h"

#include "store/accounts.h"

namespace falconet {
namespace {

constexpr const char* kInvitationColumns = "SELECT id, role, created, expires FROM invitations ";

Invitation invitation_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .role = row.text(1),
          .created = row.integer(2),
          .expires = row.optional_integer(3)};
}

Status check_room(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute("SELECT count(*) FROM invitations"));
  if (rows.front().integer(0) < kMaxInvitations) return {};
  return error(ErrorCode::Exhausted, "there are ", kMaxInvitations,
               " invitations already; delete some first");
}

}  // namespace

Result<Invitation> create_invitation(Transaction& transaction, const UserId& created_by,
                                     const NewInvitation& fields) {
  TRY(check_role(fields.role));
  if (fields.expires && *fields.expires <= transaction.now()) {
    return error(ErrorCode::InvalidArgument, "expires: that time is over already");
  }
  TRY(check_room(transaction));
  Invitation invitation{.id = {transaction.new_id()},
                        .role = fields.role,
                        .created = transaction.now(),
                        .expires = fields.expires};
  TRY(transaction.execute(
      "INSERT INTO invitations (id, token_digest, created_by, role, created, expires) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      invitation.id, fields.token_digest, created_by, invitation.role, invitation.created,
      invitation.expires));
  return invitation;
}

Result<std::vector<Invitation>> list_invitations(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat(kInvitationColumns, "WHERE expires IS NULL OR expires > ? ORDER BY id DESC"),
                 transaction.now()));
  std::vector<Invitation> invitations;
  for (const SqlRow& row : rows) invitations.push_back(invitation_of(row));
  return invitations;
}

Status delete_invitation(Transaction& transaction, const InvitationId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM invitations WHERE id = ? RETURNING id", id));
  if (deleted.empty()) return error(ErrorCode::NotFound, "there is no invitation ", id.value);
  return {};
}

Result<Invitation> find_invitation(Transaction& transaction, std::string_view token_digest) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kInvitationColumns,
                                     "WHERE token_digest = ? AND (expires IS NULL OR expires > ?)"),
                                 token_digest, transaction.now()));
  if (rows.empty()) {
    return error(ErrorCode::NotFound, "this invitation is not known, was used, or has expired");
  }
  return invitation_of(rows.front());
}

Status delete_expired_invitations(Transaction& transaction) {
  TRY(transaction.execute("DELETE FROM invitations WHERE expires <= ?", transaction.now()));
  return {};
}

}  // namespace falconet
