// falconet user: accounts of a server, whether it runs or not.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <ostream>

#include "base/json.h"
#include "cli/claimed_store.h"
#include "cli/command_line.h"
#include "cli/password_prompt.h"
#include "hub/settings.h"
#include "server/credentials.h"
#include "server/password_rules.h"
#include "store/account_names.h"
#include "store/accounts.h"
#include "store/audit.h"
#include "store/sessions.h"
#include "store/totp.h"

namespace falconet {
namespace {

struct UserFlags {
  std::string name;
  std::string role;
  std::string display_name;
  StorePlace kept;
  bool reads_pipe = false;
  bool is_json = false;
  SystemClock clock = {};  // the store's, which refers to it

  Result<std::unique_ptr<ClaimedStore>> open() const {
    return ClaimedStore::open_beside_server(kept, clock);
  }
  PasswordSource source() const {
    return reads_pipe ? PasswordSource::Pipe : PasswordSource::Person;
  }
};

/// What was done to an account: a line for people, an object for programs.
void tell(const UserFlags& flags, const User& user, const char* done, const std::string& line,
          const Streams& io) {
  if (flags.is_json) {
    io.out << to_text(
                  {{"id", user.id.value}, {"name", user.name}, {"role", user.role}, {"done", done}})
           << '\n';
  } else {
    io.out << user.name << ": " << line << '\n';
  }
}

Result<std::string> read_and_hash(const UserFlags& flags, const std::string& name,
                                  const Streams& io) {
  TRY_ASSIGN(const std::string password, read_password(flags.source(), io));
  if (const auto weakness = password_weakness(password, name)) {
    return error(ErrorCode::InvalidArgument, *weakness);
  }
  return hash_password(password, PasswordCost{});
}

Status audit(Transaction& transaction, const char* action, const UserId& subject) {
  return add_audit_event(
      transaction, {.action = action, .subject = subject, .detail = {{"by", "command line"}}});
}

/// The first account is the administrator's, whatever the others are.
Result<std::string> role_of_new(bool has_some, const std::string& wanted) {
  if (has_some) return wanted.empty() ? std::string(kUserRole) : wanted;
  if (wanted.empty() || wanted == kAdministrator) return std::string(kAdministrator);
  return error(ErrorCode::InvalidArgument, "--role ", wanted,
               ": the first account must be an administrator's");
}

/// Whoever has this command has the folder: what was kept in it without accounts is theirs. The
/// page's first account gets nothing of it, since anybody on the network may be the first there.
Result<User> make_user(Transaction& transaction, const UserFlags& flags, NewAccount account,
                       std::int64_t& num_taken_over) {
  TRY_ASSIGN(const bool has_some, has_accounts(transaction));
  TRY_ASSIGN(account.role, role_of_new(has_some, flags.role));
  if (!has_some) {
    TRY_ASSIGN(const auto former, make_account_of_local_user(transaction, account));
    if (former) {
      TRY_ASSIGN(const auto listed, list_accounts(transaction, former->id));
      num_taken_over = listed.front().num_conversations;
      return *former;
    }
  }
  return create_account(transaction, account);
}

Status add_user(const UserFlags& flags, const Streams& io) {
  TRY_ASSIGN(const std::string name, account_name(flags.name));
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept, flags.open());
  TRY_ASSIGN(const std::string hash, read_and_hash(flags, name, io));
  std::int64_t num_taken_over = 0;
  TRY_ASSIGN(const User user, kept->store().write([&](Transaction& transaction) -> Result<User> {
    NewAccount account{.name = name, .password_hash = hash, .display_name = flags.display_name};
    TRY_ASSIGN(User made, make_user(transaction, flags, std::move(account), num_taken_over));
    TRY(audit(transaction, "user-created", made.id));
    return made;
  }));
  std::string line = cat("made, ", user.role);
  if (num_taken_over > 0) {
    line += cat("; has what was kept here without accounts (", num_taken_over,
                num_taken_over == 1 ? " conversation)" : " conversations)");
  }
  tell(flags, user, "made", line, io);
  return {};
}

Status change_password(const UserFlags& flags, const Streams& io) {
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept, flags.open());
  TRY_ASSIGN(const Credentials account, kept->store().read([&](Transaction& transaction) {
    return find_credentials(transaction, flags.name);
  }));
  const User& user = account.user;
  TRY_ASSIGN(const std::string hash, read_and_hash(flags, user.name, io));
  const Status written = kept->store().write([&](Transaction& transaction) -> Status {
    TRY(set_password(transaction, user.id, hash, PasswordOwner::Self));
    TRY(end_sessions(transaction, user.id));
    return audit(transaction, "user-changed", user.id);
  });
  if (!written) return written.error();
  tell(flags, user, "password", "has a new password, and was logged out everywhere", io);
  return {};
}

/// For who has lost the phone and the recovery codes.
Status turn_codes_off(const UserFlags& flags, const Streams& io) {
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept, flags.open());
  TRY_ASSIGN(const User user, kept->store().write([&](Transaction& transaction) -> Result<User> {
    TRY_ASSIGN(const Credentials account, find_credentials(transaction, flags.name));
    TRY(turn_totp_off(transaction, account.user.id));
    TRY(audit(transaction, "totp-off", account.user.id));
    return account.user;
  }));
  tell(flags, user, "totp-off", "logs in with the password alone now", io);
  return {};
}

Status delete_user(const UserFlags& flags, const Streams& io) {
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept, flags.open());
  TRY_ASSIGN(const User user, kept->store().write([&](Transaction& transaction) -> Result<User> {
    TRY_ASSIGN(const Credentials account, find_credentials(transaction, flags.name));
    TRY(audit(transaction, "user-deleted", account.user.id));
    TRY(delete_account(transaction, account.user.id));
    return account.user;
  }));
  tell(flags, user, "deleted", "deleted, with all conversations", io);
  return {};
}

std::string day_of(const std::optional<std::int64_t>& milliseconds) {
  if (!milliseconds) return "never";
  const std::time_t seconds = *milliseconds / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &local);
  return text;
}

Json account_json(const ListedAccount& account) {
  const User& user = account.user;
  return {{"id", user.id.value},
          {"name", user.name},
          {"display_name", user.display_name},
          {"role", user.role},
          {"groups", user.groups},
          {"is_disabled", user.is_disabled},
          {"must_change_password", user.must_change_password},
          {"has_totp", user.has_totp},
          {"created", user.created},
          {"last_seen", user.last_seen ? Json(*user.last_seen) : Json(nullptr)},
          {"num_conversations", account.num_conversations}};
}

void print_table(const std::vector<ListedAccount>& accounts, std::ostream& out) {
  std::size_t width = std::string_view("NAME").size();
  for (const ListedAccount& account : accounts) {
    width = std::max(width, account.user.name.size());
  }
  const auto line = [&](std::string name, std::string role, std::string seen,
                        const std::string& groups) {
    name.resize(width + 2, ' ');
    role.resize(15, ' ');
    seen.resize(12, ' ');
    std::string text = cat(name, role, seen, groups);
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
  };
  line("NAME", "ROLE", "LAST SEEN", "GROUPS");
  for (const ListedAccount& account : accounts) {
    const User& user = account.user;
    const std::string groups = join(user.groups, ", ");
    line(user.name, user.role, day_of(user.last_seen),
         user.is_disabled ? cat(groups, groups.empty() ? "" : " ", "(disabled)") : groups);
  }
}

Status list_users(const UserFlags& flags, const Streams& io) {
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept, flags.open());
  TRY_ASSIGN(const auto accounts, kept->store().read([](Transaction& transaction) {
    return list_accounts(transaction);
  }));
  if (flags.is_json) {
    Json all = Json::array();
    for (const ListedAccount& account : accounts) all.push_back(account_json(account));
    io.out << to_text(all) << '\n';
  } else if (accounts.empty()) {
    io.out << "There are no accounts yet; make the administrator's with: falconet user add NAME\n";
  } else {
    print_table(accounts, io.out);
  }
  return {};
}

using UserAction = Status (*)(const UserFlags&, const Streams&);

/// What all of them take. The flags live as long as the parser, in what the command runs.
CommandLine& declare(CommandParser& parser, CommandLine& user, const std::string& name,
                     const std::shared_ptr<UserFlags>& flags) {
  static const std::map<std::string, std::pair<const char*, UserAction>> kActions = {
      {"add", {"Make an account; the first one is the administrator's", add_user}},
      {"list", {"The accounts", list_users}},
      {"password", {"Give an account a new password", change_password}},
      {"totp-off", {"Let an account log in without one-time codes", turn_codes_off}},
      {"delete", {"Delete an account and everything that it has", delete_user}}};
  const auto& [help, action] = kActions.at(name);
  CommandLine& command = parser.add_below(user, name, help);
  command.option("--data", flags->kept.folder,
                 "The server's data folder (default: ~/.local/share/falconet)");
  command.option("--database", flags->kept.database,
                 "The server's PostgreSQL database: postgresql://user@host/database");
  command.flag("--json", flags->is_json, "As JSON");
  if (name != "list") command.option("name", flags->name, "What they log in with").required();
  command.runs([flags, run = action](const Streams& io) { return run(*flags, io); });
  return command;
}

}  // namespace

void add_user_command(CommandParser& parser) {
  auto flags = std::make_shared<UserFlags>();
  CommandLine& user = parser.add("user", "Use", "The accounts of a server (serve --auth)");
  CommandLine& add = declare(parser, user, "add", flags);
  add.option("--role", flags->role, "administrator, researcher, annotator or user");
  add.option("--display-name", flags->display_name, "What others see");
  declare(parser, user, "list", flags);
  CommandLine& password = declare(parser, user, "password", flags);
  for (CommandLine* command : {&add, &password}) {
    command->flag("--password-stdin", flags->reads_pipe, "Read the password from a pipe");
  }
  declare(parser, user, "totp-off", flags);
  declare(parser, user, "delete", flags);
}

}  // namespace falconet
