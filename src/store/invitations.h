// Invitations to sign up: each token works once, and is known by its digest alone.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// Beyond this somebody's script has run wild.
constexpr std::int64_t kMaxInvitations = 10'000;

struct Invitation {
  InvitationId id = {};
  std::string role = {};  // of the account that it makes
  std::int64_t created = 0;
  std::optional<std::int64_t> expires = {};  // nothing: never
};

struct NewInvitation {
  std::string token_digest = {};
  std::string role = {};
  std::optional<std::int64_t> expires = {};
};

/// Errors: InvalidArgument (role, or an end that is over already), Exhausted.
Result<Invitation> create_invitation(Transaction& transaction, const UserId& created_by,
                                     const NewInvitation& fields);

/// Everybody's that can still be used, newest first.
Result<std::vector<Invitation>> list_invitations(Transaction& transaction);

/// Errors: NotFound, so all that follow.
Status delete_invitation(Transaction& transaction, const InvitationId& id);

Result<Invitation> find_invitation(Transaction& transaction, std::string_view token_digest);

Status delete_expired_invitations(Transaction& transaction);

}  // namespace falconet
