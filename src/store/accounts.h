// Accounts: users who log in with a password, which is known here as a hash that somebody else
// makes and checks.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

constexpr const char* kAdministrator = "administrator";
constexpr const char* kResearcher = "researcher";
constexpr const char* kAnnotator = "annotator";
constexpr const char* kUserRole = "user";

// A name on a page, as people write theirs.
constexpr std::size_t kMaxDisplayNameBytes = 200;
constexpr std::size_t kMaxGroupsOfUser = 32;
constexpr std::size_t kMaxGroupNameBytes = 100;

/// Errors: InvalidArgument "role: …".
Status check_role(const std::string& role);

struct NewAccount {
  std::string name = {};  // as account_name() gives it
  std::string password_hash = {};
  std::string role = kUserRole;
  std::string display_name = {};
  bool must_change_password = false;
};

/// Errors: AlreadyExists (the name, in whatever case), InvalidArgument (role, display_name).
Result<User> create_account(Transaction& transaction, const NewAccount& account);

/// The one user of a server without accounts, "local", becomes this account, with everything that
/// was kept. Nothing if there is no such user. Errors: those of create_account().
Result<std::optional<User>> make_account_of_local_user(Transaction& transaction,
                                                       const NewAccount& account);

/// Whether a user has it, in whatever case; also one that is no account.
Result<bool> is_name_taken(Transaction& transaction, std::string_view name);

/// What a log-in needs to know.
struct Credentials {
  User user = {};
  std::string password_hash = {};
};

/// Disabled accounts are found as well; a user without a password is none.
/// Errors: NotFound, so all that follow.
Result<Credentials> find_credentials(Transaction& transaction, std::string_view name);
Result<Credentials> find_credentials(Transaction& transaction, const UserId& id);

/// With its groups.
Result<User> find_account(Transaction& transaction, const UserId& id);

struct ListedAccount {
  User user = {};
  std::int64_t num_conversations = 0;  // how many, never which
};

/// All accounts with their groups, by creation; or this one alone.
Result<std::vector<ListedAccount>> list_accounts(Transaction& transaction,
                                                 const std::optional<UserId>& only = {});
Result<bool> has_accounts(Transaction& transaction);

/// What is to be different; absent members stay as they are.
struct AccountChange {
  std::optional<std::string> role = {};
  std::optional<std::vector<std::string>> groups = {};
  std::optional<bool> is_disabled = {};
  std::optional<std::string> display_name = {};
};

/// Who is disabled is logged out everywhere. Errors: NotFound, InvalidArgument, PermissionDenied
/// (no administrator would be left).
Result<User> change_account(Transaction& transaction, const UserId& id,
                            const AccountChange& change);

enum class PasswordOwner {
  Self,
  Administrator,  // who knows it now: they must choose another one
};

/// Errors: NotFound.
Status set_password(Transaction& transaction, const UserId& id, std::string_view password_hash,
                    PasswordOwner chosen_by);

/// Every row that is theirs; of the audit log the events stay, and who they were goes.
/// Errors: NotFound, PermissionDenied (the last administrator).
Status delete_account(Transaction& transaction, const UserId& id);

}  // namespace falconet
